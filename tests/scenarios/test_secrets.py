"""A secret in every place of every client's files: none of them gets into the repository, a memory, or what is printed."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine


def made(place: str) -> str:
    """A made-up token, which tells by its digits where it stood. Put together here, so that no scanner takes it for real."""
    return "ghp_" + "fAkE9Tok3n" + "".join(f"{ord(c):02x}" for c in f"{place:<14.14}")


def opaque(place: str) -> str:
    """A made-up password without a known shape."""
    return "hUnt3r!" + "".join(f"{ord(c):02x}" for c in f"{place:<8.8}") + "#2"


def planted() -> dict[str, str]:
    """Client files with a secret in each place."""
    a, b = made, opaque
    claude = {
        "oauthAccount": {"token": a("claude own")},
        "mcpServers": {
            "env": {"command": "c", "env": {"API_KEY": b("env"), "MODE": a("env shape"), "DATABASE_URL": f"postgres://u:{b('db')}@h/db"}},
            "args": {"command": "c", "args": ["--password", b("args"), f"--token={b('args2')}", "-e", f"A_TOKEN={b('args3')}", a("args4")]},
            "shell": {"command": "sh", "args": ["-c", f'curl -H "Authorization: Bearer {b("shell")}" x; export DB_PASSWORD={b("shell2")}']},
            "http": {"type": "http", "url": f"https://u:{b('url')}@h.example/x?api_key={b('query')}", "headers": {"Authorization": f"Bearer {b('bearer')}", "X-Api-Key": b("header")}},
            "path": {"type": "http", "url": f"https://h.example/{a('urlpath')}/mcp"},
            "unknown": {"command": "c", "newKey": {"clientSecret": b("unknown"), "deep": [{"password": b("deep")}]}, "runner": ["--token", b("runner")]},
            "key": {"command": "c", "env": {a("as a key"): "x"}},
            a("as a name"): {"command": "c"},
            "ref": {"command": "c", "env": {"X": "${API_TOKEN:-" + b("default") + "}", "DB_URL": f"postgres://u:{b('mixed')}@${{HOST}}/db"}},
        },
        "projects": {"/x": {"mcpServers": {"local": {"command": "c", "env": {"API_KEY": b("local")}}}}},
    }
    allowed = {
        "permissions": {
            "allow": [f'Bash(curl -H "Authorization: Bearer {b("perm")}":*)', f"Bash(export API_KEY={b('perm2')})", f"Read(/x/{a('perm3')})", f"WebFetch(domain:{a('perm4')})", "Bash(git push:*)"],
            "deny": [f"Bash(mysql --password={b('perm5')}:*)", f"mcp__{a('perm6')}__x"],
        },
        "env": {"ANTHROPIC_API_KEY": b("settings")},
    }
    codex = (
        f'model = "m"\n[mcp_servers.toml]\ncommand = "c"\nenv = {{ GH_TOKEN = "{b("toml")}" }}\nargs = ["--api-key", "{b("tomlargs")}"]\n'
        f'[mcp_servers.toml2]\nurl = "https://h.example/?token={b("tomlurl")}"\nhttp_headers = {{ Authorization = "Bearer {b("tomlhead")}" }}\n'
        f'[shell_environment_policy]\nset = {{ SECRET_KEY = "{b("tomlown")}" }}\n'
    )
    qwen = {"mcpServers": {"q": {"command": "c", "env": {"A_TOKEN": b("qwen")}, "includeTools": [a("qwentool")]}}, "security": {"auth": {"apiKey": b("qwenown")}}}
    acli = {"mcpServers": {"r": {"command": "c", "env": {"A_SECRET": b("acli")}, "headers": {"Cookie": f"sid={b('acli2')}"}}}}
    commands = f'toolPermissions:\n  bash:\n    commands:\n      - command: \'curl -u admin:{a("aclicmd")} .*\'\n        permission: allow\n      - command: "export A_PASSWORD={b("aclicmd2")}"\n        permission: deny\n'
    return {
        ".claude.json": json.dumps(claude, indent=2),
        ".claude/settings.json": json.dumps(allowed),
        ".claude/CLAUDE.md": f"Be nice. My token is {a('memory')}\n",
        ".claude/rules/r.md": f"use {a('rule')}\n",
        ".claude/rules/known.md": f"the database wants {b('db')}\n",
        f".claude/rules/{a('rulename')}.md": "x\n",
        ".codex/config.toml": codex,
        ".codex/rules/default.rules": f'prefix_rule(pattern=["curl", "-H", "Authorization: Bearer {b("rules")}"], decision="allow")\nprefix_rule(pattern=["x", "{a("rules2")}"], decision="forbidden", justification="{a("rules3")}")\n',
        ".codex/AGENTS.md": f"{a('agents')}\n",
        ".qwen/settings.json": json.dumps(qwen, indent=2),
        ".qwen/QWEN.md": "plain\n",
        ".rovodev/mcp.json": json.dumps(acli),
        ".rovodev/config.yml": commands,
    }


A_FILE_NAME = "rulename"
"""The path of a file is told as it is, and remembered: a person must find the file. It gets into no commit."""

PLACES = ["claude own", "env shape", "args4", "urlpath", "as a key", "as a name", "perm3", "perm4", "perm6", "qwentool", "aclicmd", "memory", "rule", "rulename", "rules2", "rules3", "agents"]
OPAQUE = ["env", "db", "args", "args2", "args3", "shell", "shell2", "url", "query", "bearer", "header", "unknown", "deep", "runner", "default", "mixed", "local", "perm", "perm2", "perm5", "settings", "toml", "tomlargs", "tomlurl", "tomlhead", "tomlown", "qwen", "qwenown", "acli", "acli2", "aclicmd2", "rules", "new", "rotated", "broken", "taken"]


def secrets() -> dict[str, bytes]:
    return {place: value.encode() for place, value in [*((p, made(p)) for p in PLACES), *((p, opaque(p)) for p in OPAQUE)]}


def found_in(data: bytes) -> list[str]:
    return [place for place, value in secrets().items() if value in data or json.dumps(value.decode())[1:-1].encode() in data]


def objects(repository: Path) -> bytes:
    """Every object of the repository, reachable or not, and the names of its references."""
    git = ["git", "-c", "safe.directory=*", "-C", str(repository)]
    everything = subprocess.run([*git, "cat-file", "--batch-all-objects", "--batch", "--unordered"], capture_output=True, check=True).stdout
    return everything + subprocess.run([*git, "for-each-ref"], capture_output=True, check=True).stdout


def written_elsewhere(state: Path) -> Iterator[Path]:
    """Files of the program's own folder, without the vault, and the backups, which hold client files as they were."""
    return (p for p in state.rglob("*") if p.is_file() and p.relative_to(state).parts[0] not in ("vault", "backups"))


@pytest.fixture
def planted_home(found: CommandLine) -> CommandLine:
    for name, text in planted().items():
        place = found.path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return found


LOOKING = ("status", "plan", "diff", "conflicts", "history", "gap list", "secrets list", "doctor")


def looked(machine: CommandLine) -> None:
    for command in LOOKING:
        for form in ((), ("--json",)):
            assert not machine(*command.split(), *form).has_traceback


def worked(machine: CommandLine) -> None:
    """A life: adopted, looked at, edited, rotated, broken, mended, reverted, restored."""
    looked(machine)
    machine("init")
    machine("init", "--yes")
    looked(machine)
    machine("secrets", "set", "new.env.X", given=opaque("new"))
    place = machine.path(".claude.json")
    for old, new in (("env", "rotated"),):
        place.write_text(place.read_text().replace(opaque(old), opaque(new)))
    machine("sync", "--json")
    whole = place.read_text()
    place.write_text(whole.replace('"mcpServers": {', f'"mcpServers": {{ "torn": {{"env": {{"API_KEY": "{opaque("broken")}" x', 1))
    machine("sync")
    looked(machine)
    place.write_text(whole)
    machine("sync")
    edited = machine.root / "edited.json"
    for line in machine("conflicts", "--json").data[:6]:
        edited.write_text(json.dumps(line["local"]))
        machine("resolve", line["id"], "--take", str(edited))
    tip = machine.git("rev-parse", "main").strip()
    machine("show", tip)
    machine("revert", tip)
    machine("restore", "claude", "--whole-file")
    looked(machine)


def test_no_value_gets_out_of_the_files_the_vault_and_the_backups(planted_home: CommandLine) -> None:
    worked(planted_home)
    assert found_in(objects(planted_home.repository)) == []
    told = {"what was printed": "".join(planted_home.heard).encode(), **{str(p): p.read_bytes() for p in written_elsewhere(planted_home.state)}}
    assert {place: found for place, data in told.items() if (found := set(found_in(data)) - {A_FILE_NAME})} == {}


def test_every_value_is_still_where_it_was(planted_home: CommandLine) -> None:
    before = {name: found_in(data) for name, data in planted_home.bytes_below().items()}
    planted_home("init", "--yes")
    after = {name: found_in(data) for name, data in planted_home.bytes_below().items()}
    assert [(name, place) for name, places in before.items() for place in places if place not in after.get(name, ())] == []


def test_what_cannot_be_taken_out_is_told_without_its_value(planted_home: CommandLine) -> None:
    said = planted_home("init", "--yes", "--json")
    told = [p["reason"] for t in said.data["targets"] for p in t["problems"]]
    assert any("allowed-tools entry" in reason for reason in told)


def test_what_is_beside_a_secret_is_synced_all_the_same(planted_home: CommandLine) -> None:
    planted_home("init", "--yes")
    assert opaque("toml") in planted_home.path(".qwen/settings.json").read_text()
    assert "push" in planted_home.git("grep", "-h", "push", "main", "--", "*/tools/default.yaml")


def test_all_files_of_the_program_are_private(planted_home: CommandLine) -> None:
    planted_home.state.mkdir(mode=0o755)
    planted_home("status")
    planted_home("init", "--yes")
    planted_home("sync")
    private = [planted_home.state, *(p for p in planted_home.state.rglob("*") if "repository.git" not in p.parts)]
    assert [str(p.relative_to(planted_home.root)) for p in private if stat.S_IMODE(p.lstat().st_mode) & 0o077] == []


def test_a_new_client_file_is_private(planted_home: CommandLine) -> None:
    planted_home.path(".rovodev/mcp.json").unlink()
    planted_home("init", "--yes")
    assert stat.S_IMODE(planted_home.path(".rovodev/mcp.json").stat().st_mode) == 0o600


def test_doctor_names_a_file_with_secrets_that_others_can_read(planted_home: CommandLine) -> None:
    planted_home("init", "--yes")
    planted_home.path(".claude.json").chmod(0o644)
    checks = planted_home("doctor", "--json").data["checks"]
    assert [c["ok"] for c in checks if c["name"].endswith(".claude.json")] == [False]


def test_a_field_that_is_declared_plain_is_committed_as_it_is(planted_home: CommandLine) -> None:
    planted_home("init", "--yes")
    planted_home("secrets", "plain", "mcp/env.env.MODE")
    assert planted_home("sync").code in (0, 3)
    assert made("env shape") in planted_home.git("show", "main:mcp/env.yaml")


def test_two_clients_that_disagree_on_a_secret_are_in_conflict_and_both_keep_theirs(found: CommandLine) -> None:
    for name, value in ((".qwen/settings.json", opaque("new")), (".rovodev/mcp.json", opaque("taken"))):
        found.path(name).write_text(json.dumps({"mcpServers": {"s": {"command": "c", "env": {"API_KEY": value}}}}))
    found("init", "--yes")
    assert "mcp/s" in found("conflicts").out
    assert opaque("new") in found.path(".qwen/settings.json").read_text()
    assert opaque("taken") in found.path(".rovodev/mcp.json").read_text()


def test_a_value_that_a_person_wrote_to_settle_a_conflict_goes_to_the_vault(found: CommandLine) -> None:
    for name, value in ((".qwen/settings.json", "a.example"), (".rovodev/mcp.json", "b.example")):
        found.path(name).write_text(json.dumps({"mcpServers": {"s": {"command": "c", "env": {"API_HOST": value}}}}))
    found("init", "--yes")
    item = next(i for i in found("conflicts", "--json").data if i["entity"] == "mcp/s")
    chosen = found.root / "chosen.json"
    whole = {"transport": "stdio", "command": "c", "env": {"API_KEY": opaque("new")}}
    chosen.write_text(json.dumps(whole if item["field"] is None else f"https://u:{opaque('new')}@h.example"))
    assert found("resolve", item["id"], "--take", str(chosen)).code in (0, 3)
    assert found_in(objects(found.repository)) == []
    assert opaque("new") in found.path(".qwen/settings.json").read_text()
