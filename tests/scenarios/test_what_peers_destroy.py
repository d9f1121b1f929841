"""Every case in which another program of this kind, or a client's own command, loses a user's data: here it is kept.

| measured | covered by |
| --- | --- |
| a generator deletes the servers that a user added in a client | test_servers_that_a_user_added_stay_and_reach_the_others |
| it replaces CLAUDE.md and AGENTS.md whole | test_a_user_s_own_text_stays_when_rules_are_shared |
| it drops `default: ask` and a `deny` of Rovo Dev | test_defaults_and_denials_of_rovo_dev_stay |
| its undo deletes the user's files | test_undoing_deletes_no_file_of_the_user |
| a disabled server comes out enabled | test_a_disabled_server_is_enabled_nowhere |
| one bad file leaves a run half applied | test_a_client_with_one_bad_file_gets_none_of_the_change |
| comments in TOML and YAML are lost | test_comments_stay_beside_a_change |
| a run with nothing to do rewrites files | test_a_run_with_nothing_to_do_touches_no_file |
| text merging of two additions makes a key twice | test_one_server_added_in_two_clients_is_there_once |
| an allow beside a deny merges clean, and allows | test_deny_wins_over_an_allow_of_the_same |
| fact 3: clients write bookkeeping keys when they only read | test_what_a_client_notes_for_itself_is_no_change |
| fact 5: qwen moves a broken file away and writes `{}` | test_an_emptied_file_of_a_recovering_client_removes_nothing |
| fact 6: `codex mcp add` rewrites all tables, comments go | test_a_rewrite_by_codex_changes_nothing_but_what_it_added |
| fact 9: modes differ, and are kept by nobody | test_modes_stay_and_a_new_file_is_private |

Elsewhere: fact 1 (no list command is run) tests/peers/test_check_starts_nothing.py; fact 2 (resolved references) test_secrets
and tests/property; facts 4, 7, 8 (verdicts, trust, pins) tests/peers; fact 10 (same key, other meaning) tests/golden; torn,
empty and missing files test_bad_input_files; approvals bound to content, shells, redirecting variables, hidden characters,
wildcards and lowered thresholds test_attacks_by_commit; paths and links test_attacks_on_paths; readers and writers at the
same moment tests/reconciler/deploy/test_races.py.
"""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine

SERVERS = {"claude": ".claude.json", "codex": ".codex/config.toml", "qwen": ".qwen/settings.json", "acli": ".rovodev/mcp.json"}
MEMORIES = {"claude": ".claude/CLAUDE.md", "codex": ".codex/AGENTS.md", "qwen": ".qwen/QWEN.md", "acli": ".rovodev/AGENTS.md"}
GOLDEN = Path(__file__).parents[1] / "golden"
FRESH = {"mcp/fresh.yaml": "command: example-mcp-server\n"}


def with_server(machine: CommandLine, client: str, name: str, **entry: object) -> None:
    """A person, or the client's own command, adds a server there."""
    place = machine.path(SERVERS[client])
    if client == "codex":
        keys = "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
        place.write_text(f"{place.read_text().rstrip()}\n\n[mcp_servers.{name}]\n{keys}")
    else:
        data = json.loads(place.read_text())
        data["mcpServers"][name] = entry
        place.write_text(json.dumps(data, indent=2, ensure_ascii=False))


def named(machine: CommandLine, client: str) -> set[str]:
    text = machine.path(SERVERS[client]).read_text()
    return set(re.findall(r"^\[mcp_servers\.(\w+)\]", text, re.M)) if client == "codex" else set(json.loads(text)["mcpServers"])


def test_servers_that_a_user_added_stay_and_reach_the_others(adopted: CommandLine) -> None:
    for client in SERVERS:
        with_server(adopted, client, f"of_{client}", command="example-mcp-server")
    adopted.commit(FRESH)
    adopted("sync")
    for client in SERVERS:
        assert {"fresh", *(f"of_{c}" for c in SERVERS)} <= named(adopted, client)


def test_a_user_s_own_text_stays_when_rules_are_shared(adopted: CommandLine) -> None:
    before = {path: adopted.path(path).read_bytes() for path in MEMORIES.values()}
    adopted.commit({"rules/style.md": "Short words.\n"})
    adopted("sync")
    assert all(adopted.path(path).read_bytes().startswith(text.rstrip()) for path, text in before.items())
    assert all(b"Short words." in adopted.path(path).read_bytes() for client, path in MEMORIES.items() if client != "claude")
    adopted.commit({"rules/style.md": None})
    adopted("sync")
    assert {path: adopted.path(path).read_bytes() for path in before} == before


def test_defaults_and_denials_of_rovo_dev_stay(adopted: CommandLine) -> None:
    adopted.commit({"tools/more.yaml": "allow:\n  - shell: [git, status]\ndeny:\n  - shell: [rm]\n"})
    adopted("sync")
    text = adopted.path(".rovodev/config.yml").read_text()
    assert text.count("default: ask") == 2
    assert "command: git push.*\n        permission: deny" in text
    assert "create_file: ask" in text


@pytest.mark.parametrize("undo", ["revert", "restore"])
def test_undoing_deletes_no_file_of_the_user(adopted: CommandLine, undo: str) -> None:
    before = adopted.bytes_below()
    newest = adopted.commit({**FRESH, "rules/style.md": "Short words.\n"})
    adopted("sync")
    if undo == "revert":
        adopted("revert", newest)
    else:
        for client in SERVERS:
            adopted("restore", client)
    assert before.keys() <= adopted.bytes_below().keys()
    assert undo == "restore" or adopted.bytes_below() == before


def test_a_disabled_server_is_enabled_nowhere(adopted: CommandLine) -> None:
    with_server(adopted, "codex", "dormant", command="example-mcp-server", enabled=False)
    adopted("sync")
    adopted.commit(FRESH)
    adopted("sync")
    assert re.search(r"\[mcp_servers\.dormant\]\n(.+\n)*enabled = false", adopted.path(SERVERS["codex"]).read_text())
    assert "dormant" not in named(adopted, "claude")  # claude would start it
    for client, (path, key) in {"qwen": (".qwen/settings.json", "excluded"), "acli": (".rovodev/config.yml", "disabledMcpServers")}.items():
        if "dormant" in named(adopted, client):
            assert re.search(rf"{key}\W[^\]]*dormant", adopted.path(path).read_text())


def test_a_client_with_one_bad_file_gets_none_of_the_change(adopted: CommandLine) -> None:
    adopted.path(".codex/config.toml").write_text("x = = 1\n")
    before = adopted.bytes_below(".codex")
    adopted.commit({**FRESH, "rules/style.md": "Short words.\n", "tools/more.yaml": "deny:\n  - shell: [rm]\n"})
    said = adopted("sync", "--json")
    assert adopted.target("codex", said)["outcome"] == "stalled"
    assert adopted.bytes_below(".codex") == before
    assert all("fresh" in named(adopted, client) for client in ("claude", "qwen", "acli"))


def test_comments_stay_beside_a_change(adopted: CommandLine) -> None:
    codex, acli = adopted.path(".codex/config.toml"), adopted.path(".rovodev/config.yml")
    codex.write_text("# of codex, on top\n" + codex.read_text().replace('command = "example-mcp-server"', 'command = "example-mcp-server"  # inline', 1))
    acli.write_text(acli.read_text() + "# of acli, at the end\n")
    adopted.commit({**FRESH, "tools/more.yaml": "deny:\n  - shell: [rm]\n"})
    adopted("sync")
    assert codex.read_text().startswith("# of codex, on top\n")
    assert "# inline" in codex.read_text()
    assert acli.read_text().startswith("# user comment é\n")
    assert "# inline comment" in acli.read_text()
    assert "# of acli, at the end\n" in acli.read_text()


def test_a_run_with_nothing_to_do_touches_no_file(adopted: CommandLine) -> None:
    adopted("sync")
    before = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in adopted.home.rglob("*")}
    head = adopted.git("rev-parse", "main")
    for words in ("sync", "sync codex", "status", "plan", "doctor", "diff"):
        adopted(*words.split())
    assert {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in adopted.home.rglob("*")} == before
    assert adopted.git("rev-parse", "main") == head


def test_one_server_added_in_two_clients_is_there_once(adopted: CommandLine) -> None:
    with_server(adopted, "codex", "twin", command="example-mcp-server", args=["a"])
    with_server(adopted, "qwen", "twin", command="example-mcp-server", args=["a"])
    adopted("sync")
    assert adopted("conflicts", "--json").data == []
    for path in SERVERS.values():
        assert len(re.findall(r'"twin":|^\[mcp_servers\.twin\]', adopted.path(path).read_text(), re.M)) == 1


def test_deny_wins_over_an_allow_of_the_same(adopted: CommandLine) -> None:
    adopted.path(".claude/settings.json").write_text('{"permissions": {"allow": ["Bash(deploy:*)"]}}\n')
    data = json.loads(adopted.path(".qwen/settings.json").read_text())
    data.setdefault("permissions", {}).setdefault("deny", []).append("Bash(deploy:*)")
    adopted.path(".qwen/settings.json").write_text(json.dumps(data, indent=2))
    adopted("sync")
    adopted("sync")
    tools = adopted.git("show", "main:tools/default.yaml")
    assert re.search(r"deny:\n(  .*\n)*?  .*deploy", tools)
    assert not re.search(r"allow:\n(  .*\n)*?  .*deploy", tools.split("deny:")[0])
    assert "deploy" in json.dumps(json.loads(adopted.path(".claude/settings.json").read_text())["permissions"].get("deny", []))


def test_what_a_client_notes_for_itself_is_no_change(adopted: CommandLine) -> None:
    head = adopted.git("rev-parse", "main")
    for path in (".claude.json", ".qwen/settings.json"):
        data = json.loads(adopted.path(path).read_text())
        adopted.path(path).write_text(json.dumps({**data, "$version": 3, "numStartups": 99, "tipsHistory": {"x": 1}}, indent=2, ensure_ascii=False))
    before = adopted.bytes_below()
    adopted("sync")
    assert adopted.git("rev-parse", "main") == head
    assert adopted.bytes_below() == before


def test_an_emptied_file_of_a_recovering_client_removes_nothing(adopted: CommandLine) -> None:
    place = adopted.path(".qwen/settings.json")
    place.with_name("settings.json.corrupted").write_bytes(place.read_bytes())
    place.write_text("{}")
    before = {client: named(adopted, client) for client in SERVERS if client != "qwen"}
    adopted("sync")
    assert {client: named(adopted, client) for client in before} == before
    assert (place.parent / "settings.json.corrupted").exists()


def test_a_rewrite_by_codex_changes_nothing_but_what_it_added(adopted: CommandLine) -> None:
    """The two files are what the real client had, and wrote at `codex mcp add`."""
    place = adopted.path(".codex/config.toml")
    own = place.read_text()
    variants = GOLDEN / "codex" / "variants"
    place.write_text((variants / "config-comments.toml").read_text().replace("[features]\nunified_exec = true\n", "") + own)
    adopted("sync")
    before = named(adopted, "claude")
    place.write_text((variants / "config-comments.after-add.toml").read_text().replace("[features]\nunified_exec = true\n", "") + own)
    adopted("sync")
    assert named(adopted, "claude") - before == {"added"}
    subjects = [c["subject"] for c in adopted("history", "--client", "codex", "--entity", "mcp/added", "--json").data]
    assert len(subjects) == 1


def test_modes_stay_and_a_new_file_is_private(adopted: CommandLine) -> None:
    modes = {".claude.json": 0o600, ".codex/config.toml": 0o644, ".qwen/settings.json": 0o640, ".rovodev/mcp.json": 0o664}
    for path, mode in modes.items():
        adopted.path(path).chmod(mode)
    adopted.commit({**FRESH, "rules/style.md": "Short words.\n"})
    adopted("sync")
    assert {path: stat.S_IMODE(adopted.path(path).stat().st_mode) for path in modes} == modes
    assert stat.S_IMODE(adopted.path(".claude/rules/style.md").stat().st_mode) == 0o600


def test_the_table_above_names_tests_that_there_are() -> None:
    text = Path(__file__).read_text()
    rows = set(re.findall(r"\| (test_\w+) \|$", text, re.M))
    assert rows <= set(re.findall(r"^def (test_\w+)\(", text, re.M))
    assert len(rows) > 10
