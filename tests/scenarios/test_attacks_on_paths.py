"""Names and links that lead out: nothing is written outside of a client's own places, and nothing breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.errors import Stalled
from reconciler.model.names import TargetId
from reconciler.model.refnames import review_ref, synced_ref
from tests.scenarios.command_line import CommandLine

LONG = pytest.mark.long  # the same with one name at a time, so that none hides behind another
SERVERS = (".claude.json", ".codex/config.toml", ".qwen/settings.json", ".rovodev/mcp.json")


def outside(machine: CommandLine) -> dict[str, bytes]:
    """All files beside the home folder and the program's own."""
    own = ("home", "state", "clone", "said")
    return {str(p): p.read_bytes() for p in machine.root.rglob("*") if p.is_file() and p.relative_to(machine.root).parts[0] not in own}


def home_names(machine: CommandLine) -> set[str]:
    return set(machine.bytes_below())


@pytest.mark.parametrize("there", ["../outside/mcp.json", *(pytest.param(p, marks=LONG) for p in ("/etc/mcp.json", "~/../outside/mcp.json", "{root}/outside/mcp.json"))])
def test_a_client_setting_cannot_name_a_file_outside_of_the_home_folder(found: CommandLine, there: str) -> None:
    (found.root / "outside").mkdir()
    (found.root / "outside" / "mcp.json").write_text('{"mcpServers": {"out": {"command": "outside-server"}}}')
    place = found.path(".rovodev/config.yml")
    place.write_text(f"mcp:\n  mcpConfigPath: {there.format(root=found.root)}\n")
    before = outside(found)
    said = found("init", "--yes", "--json")
    assert outside(found) == before
    assert "outside-server" not in found.path(".claude.json").read_text()
    assert found.target("acli", said)["outcome"] == "stalled"


@pytest.mark.parametrize("name", [".claude/rules", ".codex", ".qwen/settings.json", *(pytest.param(n, marks=LONG) for n in (".rovodev/mcp.json", ".claude.json"))])
def test_a_link_to_a_place_outside_is_neither_read_nor_written(found: CommandLine, name: str) -> None:
    there = found.root / "outside"
    link = found.path(name)
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.exists():
        link.rename(there)
    else:
        there.mkdir()
        (there / "own.md").write_text("outside-text\n")
    link.symlink_to(there)
    before = outside(found)
    assert not found("init", "--yes").has_traceback
    found.commit({"mcp/new.yaml": "command: new-server\n", "rules/new.md": "new rule\n"})
    found("sync")
    assert outside(found) == before
    assert link.is_symlink()


NAMES = [
    "..%2F..%2Fx", "%2E%2E%2Fx", "..", "%2Fetc%2Fx", "a%00b", "a%0Ab", ".git", "%2Egit", "..%5C..%5Cx", "%E2%80%AEx", "a%2Fb", "%7E%2Fx", "CON", "%C0%AE%C0%AE%2Fx",
    "a" * 180, "%20", "-rf", "$(touch x)", "`x`", "%22%3E", "__proto__",
]  # fmt: skip


@pytest.mark.parametrize("names", [NAMES, *(pytest.param([n], marks=LONG) for n in NAMES)])
def test_a_name_in_the_repository_makes_no_file_in_another_place(adopted: CommandLine, names: list[str]) -> None:
    before, there = home_names(adopted), outside(adopted)
    adopted.commit({path: text for n in names for path, text in ((f"rules/{n}.md", "the text of it\n"), (f"mcp/{n}.yaml", "command: new-server\n"))})
    said = adopted("sync")
    assert not said.has_traceback, said.err
    new = home_names(adopted) - before
    assert all(Path(n).parent == Path(".claude/rules") for n in new), new
    assert outside(adopted) == there


ODD = ["../../x", "/etc/x", "a\x00b", "a\nb", ".git", "..", "\u202ex", "a/b", "x" * 5000, " ", "\ud7ff\uffff", "<!-- reconciler:end -->", "${env:X}", "__proto__", "refs/heads/main"]


@pytest.mark.parametrize("names", [ODD, *(pytest.param([n], marks=LONG) for n in ODD)])
def test_a_name_in_a_client_file_makes_no_file_in_another_place(found: CommandLine, names: list[str]) -> None:
    place = found.path(".claude.json")
    place.write_text(json.dumps({"mcpServers": {name: {"command": "odd-server"} for name in names}}))
    before = home_names(found)
    said = found("init", "--yes")
    assert not said.has_traceback, said.err
    tree = found.git("ls-tree", "-r", "-z", "--name-only", "main").split("\0")
    assert not [p for p in tree if ".." in p.split("/") or ".git" in p.split("/") or p.startswith("/")]
    assert home_names(found) - before <= {".claude/settings.json"}
    assert not found("status").has_traceback


def test_rule_files_of_a_client_with_odd_names_do_no_harm(found: CommandLine) -> None:
    place = found.path(".claude/rules")
    place.mkdir(parents=True)
    names = [f"{name}.md" for name in ("..", ".git", "a b", "-rf", "\u202ex", "$(touch x)", "a\nb")]
    for name in names:
        (place / name).write_text("odd rule\n")
    assert not found("init", "--yes").has_traceback
    assert not found("sync").has_traceback
    assert {p.name: p.read_text() for p in place.iterdir()} == dict.fromkeys(names, "odd rule\n")


BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(f"{c}: &{c} [{', '.join(['*' + p] * 8)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))


BREAKING = [
    ("mcp/bomb.yaml", BOMB),
    ("mcp/deep.yaml", "command: c\nextra: " + "[" * 5000 + "]" * 5000 + "\n"),
    ("tools/deep.yaml", "allow: " + "{a: " * 3000 + "x" + "}" * 3000 + "\n"),
    ("rules/bomb.md", f"---\n{BOMB}---\ntext\n"),
    ("reconciler.yaml", BOMB),
    ("machines/x.yaml", BOMB),
    ("mcp/large.yaml", "command: " + "x" * 6_000_000 + "\n"),
    ("mcp/twice.yaml", "command: a\ncommand: b\n"),
    ("mcp/tag.yaml", "command: !!python/object/apply:os.system [touch x]\n"),
    ("mcp/nul.yaml", "command: \"a\\0b\"\nargs: [\"\\uD800\"]\n"),
    ("mcp/ref.yaml", "command: '" + "${env:A:-" * 500 + "}" * 500 + "'\n"),
]


@pytest.mark.parametrize(("path", "text"), [*BREAKING[:4], *(pytest.param(*b, marks=LONG) for b in BREAKING[4:])])
def test_a_file_made_to_break_the_parser_is_a_problem_and_no_more(adopted: CommandLine, path: str, text: str) -> None:
    before = {name: adopted.path(name).read_bytes() for name in SERVERS}
    adopted.commit({path: text})
    said = adopted("sync")
    assert not said.has_traceback, said.err
    assert {name: adopted.path(name).read_bytes() for name in SERVERS} == before


@pytest.mark.parametrize("machine", ["../x", "a/b/c", "..", ".git", "a b", "A", "x.lock", "x\n", "", "-x", "refs\x00", "a" * 10 + "@{1}"])
def test_a_machine_that_is_no_name_gets_no_reference(machine: str) -> None:
    for name in (synced_ref, review_ref):
        with pytest.raises(Stalled):
            name(TargetId(f"{machine}/claude/user"))


def test_a_machine_name_in_its_file_that_is_none_stalls(adopted: CommandLine) -> None:
    (adopted.state / "machine").write_text("../../x\n")
    said = adopted("sync")
    assert not said.has_traceback
    assert not (adopted.root / "x").exists()
