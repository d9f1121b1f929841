"""A new user's way with the repository: clone it, edit it by hand, read the plan, push; all clients follow."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.command_line import CommandLine

SERVER = """\
# How we find things.
command: example-search
args: ["--limit", "5"]
env:
  SEARCH_KEY: ${secret:search-key}
"""
RULE = "---\ndescription: How we write\n---\nShort words.\n"
TOOLS = "allow:\n  - shell: [git, status]\n    exact: true\n"
OVERLAY = "env:\n  MODE: quiet\n"
VALUE = "fake" + "-value-" + "of-a-key"
SERVERS = {"claude": ".claude.json", "codex": ".codex/config.toml", "qwen": ".qwen/settings.json", "acli": ".rovodev/mcp.json"}
RULES = {"claude": ".claude/rules/style.md", "codex": ".codex/AGENTS.md", "qwen": ".qwen/QWEN.md", "acli": ".rovodev/AGENTS.md"}


def edited(machine: CommandLine) -> Path:
    """A clone in which a person added a server, a rule, a permission and an overlay."""
    clone = machine.root / "mine"
    machine.git("clone", "-q", str(machine.repository), str(clone), at=machine.root)
    for name, text in {"mcp/search.yaml": SERVER, "rules/style.md": RULE, "tools/git.yaml": TOOLS, "overlays/client/qwen/mcp/search.yaml": OVERLAY}.items():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(text)
    return clone


def pushed(machine: CommandLine, clone: Path) -> None:
    machine.git("add", "-A", at=clone)
    machine.git("commit", "-qm", "Search for everybody", at=clone)
    machine.git("push", "-q", "origin", "HEAD:main", at=clone)


def test_edited_by_hand_planned_pushed_and_followed(adopted: CommandLine) -> None:
    clone, before = edited(adopted), adopted.bytes_below()
    assert adopted("validate", str(clone)).out == "valid\n"
    plan = adopted("plan", str(clone))
    assert plan.code == 3
    assert plan.out.count("mcp/search: - → ") == len(SERVERS)
    assert '+env = { SEARCH_KEY = "<secret search-key>" }' in plan.out or '+SEARCH_KEY = "<secret search-key>"' in plan.out
    assert "waits for the secret search-key" in plan.out
    assert adopted.bytes_below() == before
    pushed(adopted, clone)
    adopted("secrets", "set", "search-key", given=VALUE)
    adopted("sync")
    for path in SERVERS.values():
        assert b"example-search" in adopted.path(path).read_bytes()
        assert VALUE.encode() in adopted.path(path).read_bytes()
    assert b"quiet" in adopted.path(SERVERS["qwen"]).read_bytes()
    assert b"quiet" not in adopted.path(SERVERS["codex"]).read_bytes()
    assert all(b"Short words." in adopted.path(path).read_bytes() for path in RULES.values())
    assert adopted("plan", str(clone)).out.startswith("compared with origin/HEAD")
    assert "by Ada, by a commit" in adopted("trace", "mcp/search.args").out


def test_a_comment_that_the_person_wrote_survives_the_next_edit_of_a_client(adopted: CommandLine) -> None:
    clone = edited(adopted)
    (clone / "mcp" / "search.yaml").write_text(SERVER.replace("${secret:search-key}", "plain"))
    pushed(adopted, clone)
    adopted("sync")
    place = adopted.path(SERVERS["codex"])
    place.write_bytes(place.read_bytes().replace(b'"--limit", "5"', b'"--limit", "9"'))
    adopted("sync")
    text = adopted.git("show", "main:mcp/search.yaml")
    assert text.startswith("# How we find things.\n")
    assert "'9'" in text


def test_a_plan_shows_no_byte_that_is_not_ours_and_no_secret(adopted: CommandLine) -> None:
    """Marks stand in every file beside what we own; the plan of a change that touches every file shows none."""
    marks = {".claude.json": '{\n  "foreign-mark": 1,', ".codex/config.toml": "foreign-mark = 1\n", ".qwen/settings.json": '{\n  "foreign-mark": 1,', ".rovodev/config.yml": "foreign-mark: 1\n"}
    for path, mark in marks.items():
        text = adopted.path(path).read_text()
        adopted.path(path).write_text(mark + text.removeprefix("{"))
    adopted("secrets", "set", "search-key", given=VALUE)
    adopted("sync")
    clone = edited(adopted)
    heard = [adopted("plan", str(clone), *words).out for words in ((), ("--json",), ("--markdown",))]
    pushed(adopted, clone)
    heard += [adopted("plan", *words).out for words in ((), ("--json",))]
    assert all("example-search" in text for text in heard)
    assert not any("foreign-mark" in text or VALUE in text for text in heard)
