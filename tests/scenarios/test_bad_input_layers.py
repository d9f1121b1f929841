"""Layers that are for nobody, and a repository edited into nonsense: said with what to do, and nothing lost."""

from __future__ import annotations

import os

import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.test_bad_input_files import SERVERS, stopped_alone, with_fresh_server

UNREAD = {
    "an overlay of a client that there is not": ("overlays/client/clade/mcp/files.yaml", "args: [x]\n", "knows no client clade; did you mean claude?"),
    "an overlay that is none": ("overlays/clients/claude/mcp/files.yaml", "args: [x]\n", "overlays are overlays/client/<client>/"),
    "a target of a client that there is not": ("machines/other.yaml", "targets:\n  clade/user:\n    mode: sync\n", "knows no client clade"),
    "a folder that is misspelt": ("rule/style.md", "Short lines.\n", "did you mean rules?"),
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_nobody_reads_is_told_by_doctor_and_validate_and_stops_nothing(adopted: CommandLine, what: str) -> None:
    path, text, says = UNREAD[what]
    before = adopted.bytes_below()
    adopted.commit({path: text})
    assert adopted("sync").code in (0, 3)
    assert adopted.bytes_below() == before
    rows = [check["detail"] for check in adopted("doctor", "--json").data["checks"] if check["name"] == "main" and not check["ok"]]
    assert [says in row for row in rows] == [True], rows
    assert says in adopted("validate", str(adopted.root / "clone")).out
    assert path in adopted.git("ls-tree", "-r", "--name-only", "main")


def test_a_sound_main_has_nothing_to_tell(adopted: CommandLine) -> None:
    assert not [check for check in adopted("doctor", "--json").data["checks"] if check["name"] == "main"]


NONSENSE = {
    "a newer schema": ("reconciler.yaml", "schema: 2\n", "install a newer version of this program"),
    "settings that are no YAML": ("reconciler.yaml", ": : [\n", "reconciler.yaml:1:1"),
    "a machine that is no YAML": ("machines/other.yaml", "targets: [\n", "machines/other.yaml"),
    "an overlay of the wrong shape": ("overlays/client/codex/mcp/files.yaml", "- a\n- b\n", "overlays/client/codex/mcp/files.yaml:1"),
    "a project's rule that is no text": ("projects/shop/rules/a.md", "---\na: [\n---\n", "projects/shop/rules/a.md"),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_is_told_with_its_place_and_the_last_good_version_stays(adopted: CommandLine, what: str) -> None:
    path, text, says = NONSENSE[what]
    before, good = adopted.bytes_below(), adopted.git("rev-parse", "main").strip()
    adopted.commit({path: text, "mcp/fresh.yaml": "command: example-mcp-server\n"})
    said = adopted("sync")
    assert (said.code, says in said.out, said.has_traceback) == (1, True, False), said.out
    assert adopted.bytes_below() == before
    assert adopted("sync", "--json").data["head"] == good


@pytest.mark.parametrize("client", SERVERS)
def test_a_file_of_somebody_else_stops_its_target_alone_and_is_named(ordinary: CommandLine, client: str) -> None:
    """As root it is given away; an ordinary user cannot, and sees the same by a file that it may not write."""
    place = ordinary.path(SERVERS[client])
    if ordinary.user:
        os.chown(place, 0, 0)
        place.chmod(0o644)
    else:
        place.chmod(0o444)
    with_fresh_server(ordinary, client)
    before, said = place.read_bytes(), ordinary("sync", "--json")
    stopped_alone(ordinary, SERVERS[client], client, said)
    (problem,) = ordinary.target(client, said)["problems"]
    assert (problem["file"], "read-only" in problem["reason"], bool(problem["advice"])) == (str(place), True, True), problem
    assert place.read_bytes() == before
