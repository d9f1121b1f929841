"""What somebody did and which command then runs: told once without a fault, and again with one.

A story that was broken off and taken up again must end as the undisturbed one does: the same bytes in every client's
file, the same content on main, nothing left beside them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.formats import json_text, toml_text, yaml_text
from reconciler.formats.edit import Edit, Remove, Set
from tests.scenarios.command_line import CommandLine, Forks, with_samples

SERVERS = {
    "claude": (".claude.json", "mcpServers"),
    "codex": (".codex/config.toml", "mcp_servers"),
    "qwen": (".qwen/settings.json", "mcpServers"),
    "acli": (".rovodev/mcp.json", "mcpServers"),
}
"""Where each client keeps its servers."""

TOKEN = "hush" + "hush" + "0123456789abcdef"
_LEFT_OVER = re.compile(r"\.reconciler-[0-9a-f]{12}|\.lock$|\.tmp$")


@dataclass(frozen=True)
class Story:
    """``prepare`` is done before, ``words`` is the command that may be broken off, ``again`` takes it up."""

    name: str
    prepare: Callable[[CommandLine], None]
    words: tuple[str, ...] = ("sync",)
    again: tuple[str, ...] = ("sync",)
    instead: Callable[[CommandLine], None] | None = None
    """What may as well have happened before, where one client could not be read or written and the others came first."""

    def endings(self) -> Iterator[Story]:
        """This story, and the same in the other order."""
        yield self
        if self.instead:
            yield replace(self, name=f"{self.name}-in-the-other-order", prepare=self.instead, instead=None)


def edit(machine: CommandLine, name: str, *edits: Edit) -> None:
    form = {"toml": toml_text.edit, "json": json_text.edit}.get(name.rsplit(".", 1)[1], yaml_text.edit)
    machine.path(name).write_bytes(form(machine.path(name).read_bytes(), edits))


def servers(machine: CommandLine, client: str) -> Mapping[str, object]:
    """What a client's file holds of servers."""
    name, key = SERVERS[client]
    found: Mapping[str, object] = (toml_text.read if name.endswith("toml") else json_text.read)(machine.path(name).read_bytes())[key]
    return found


def edits_in_every_client(machine: CommandLine) -> None:
    """A new server with a secret, a changed field, a removed server, a changed rule, a new permission."""
    edit(machine, ".codex/config.toml", Set(("mcp_servers", "search"), {"command": "example-search", "env": {"SEARCH_TOKEN": TOKEN}}))
    edit(machine, ".claude.json", Set(("mcpServers", "files", "args"), ["--root", "/srv/elsewhere"]))
    edit(machine, ".qwen/settings.json", Remove(("mcpServers", "oauthsrv")))
    machine.path(".qwen/QWEN.md").write_bytes(machine.path(".qwen/QWEN.md").read_bytes() + b"\nAlways answer in verse.\n")


def conflict(machine: CommandLine) -> None:
    """One field, two values."""
    edit(machine, ".claude.json", Set(("mcpServers", "files", "args"), ["--claude"]))
    edit(machine, ".qwen/settings.json", Set(("mcpServers", "files", "args"), ["--qwen"]))


def conflict_in_the_other_order(machine: CommandLine) -> None:
    """Qwen's value came to main first: it is central, claude's waits."""
    conflict(machine)
    machine("sync", "qwen")


def packed_references(machine: CommandLine) -> None:
    edits_in_every_client(machine)
    machine.git("pack-refs", "--all")


def an_edit_that_landed(machine: CommandLine) -> None:
    edits_in_every_client(machine)
    machine("sync")


def a_commit_by_hand(machine: CommandLine) -> None:
    machine.commit({"mcp/byhand.yaml": "transport: stdio\ncommand: example-mcp-server\n", "mcp/legacy.yaml": None})


def nothing(machine: CommandLine) -> None:
    """As found."""


def another_machine_pushed(machine: CommandLine) -> None:
    """An edit here, and a commit on the host that is not here yet."""
    host, clone = machine.root / "host.git", machine.root / "by-hand"
    machine.git("init", "-q", "--bare", "-b", "main", str(host), at=machine.root)
    machine("remote", "set", str(host))
    machine("sync")
    machine.git("clone", "-q", str(host), str(clone), at=machine.root)
    (clone / "rules" / "pushed.md").write_text("# Pushed\n\n- by somebody else\n")
    machine.git("add", "-A", at=clone)
    machine.git("commit", "-qm", "By somebody else", at=clone)
    machine.git("push", "-q", "origin", "HEAD:main", at=clone)
    edit(machine, ".claude.json", Set(("mcpServers", "files", "args"), ["--root", "/srv/elsewhere"]))


_ADOPT = ("init", "--yes", "--prefer", "claude")
STORIES = (
    Story("edits", edits_in_every_client),
    Story("conflict", conflict, instead=conflict_in_the_other_order),
    Story("packed", packed_references),
    Story("commit", a_commit_by_hand),
    Story("revert", an_edit_that_landed, ("revert", "HEAD")),
    Story("remote", another_machine_pushed),
    Story("adoption", nothing, _ADOPT, _ADOPT),
)


def again(story: Story, machine: CommandLine) -> tuple[str, ...]:
    """What a person types after the break: the command itself where it had not yet come to commit what it was told to."""
    if story.words == story.again or story.words == ("sync",):
        return story.again
    is_done = machine.git("log", "-1", "--format=%s", "main").startswith("Revert")
    return story.again if is_done else story.words


@dataclass(frozen=True)
class Ended:
    """How a story ended: bytes of every file of the home folder, what main holds, the last exit code."""

    files: Mapping[str, bytes]
    main: str
    code: int


def machine_for(story: Story, settled: Path, forks: Forks, root: Path) -> CommandLine:
    """A machine on which the command is about to run."""
    machine = CommandLine(forks, root)
    if story.words == _ADOPT:
        with_samples(machine.home)
        return machine
    for name in ("home", "state"):
        shutil.copytree(settled / name, root / name, symlinks=True)
    story.prepare(machine)
    return machine


def ended(machine: CommandLine) -> Ended:
    """After two more passes, of which the second has nothing to do."""
    machine("sync")
    before = machine.bytes_below(), machine.git("for-each-ref")
    code = machine("sync").code
    assert (machine.bytes_below(), machine.git("for-each-ref")) == before, "a second pass had something to do"
    return Ended(before[0], machine.git("rev-parse", "main^{tree}").strip(), code)


def insist_on_whole(machine: CommandLine, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Every file of a client is as it was or as it shall be; our own staged files may lie beside them."""
    for name, data in machine.bytes_below().items():
        if not _LEFT_OVER.search(name):
            assert data in (before.get(name), after.get(name)), f"{name} is neither old nor new"


def insist_on_readable(machine: CommandLine) -> None:
    """No file is torn. Where one client failed and the others went on, they hold what they got till then."""
    for name, data in machine.bytes_below().items():
        read = {"toml": toml_text.read, "json": json_text.read, "yml": yaml_text.read}.get(name.rsplit(".", 1)[-1])
        if read:
            read(data)


def insist_on_same(machine: CommandLine, *endings: Ended) -> None:
    """Nothing is lost, nothing is left over, and git finds no fault: all is as one of the endings has it."""
    found = ended(machine)
    expected = next((one for one in endings if one.main == found.main), endings[0])
    assert found.files.keys() == expected.files.keys()
    assert {name for name, data in found.files.items() if data != expected.files[name]} == set()
    assert (found.main, found.code) == (expected.main, expected.code)
    assert "error" not in machine.git("fsck", "--no-dangling")
    assert list(machine.repository.rglob("*.lock")) == []


def told(story: Story, settled: Path, forks: Forks, root: Path) -> Ended:
    """The story without a fault."""
    machine = machine_for(story, settled, forks, root)
    machine(*story.words)
    return ended(machine)
