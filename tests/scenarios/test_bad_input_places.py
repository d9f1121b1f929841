"""What stands where a client's file should be is no file, leads elsewhere, or may not be written. As an ordinary user."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine, given_to
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, stopped_alone, with_fresh_server

FILES = {
    ".claude.json": "claude",
    ".codex/config.toml": "codex",
    ".codex/rules/default.rules": "codex",
    ".codex/AGENTS.md": "codex",
    ".qwen/settings.json": "qwen",
    ".rovodev/config.yml": "acli",
}
QUICK = (".claude.json", ".codex/rules/default.rules")
"""A file by its name and one in a folder: the others run with the long tests."""


def put(kind: str, place: Path, outside: Path) -> None:
    if kind == "unreadable":
        place.chmod(0)
        return
    if kind == "link out of the home":
        shutil.copy(place, outside)
    place.unlink()
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(outside if kind == "link out of the home" else place.name)


@pytest.mark.parametrize("path", [pytest.param(path, marks=() if path in QUICK else pytest.mark.long) for path in FILES])
@pytest.mark.parametrize("kind", ["folder", "pipe", "link out of the home", "loop of links", "unreadable"])
def test_what_is_no_file_of_the_client_stops_its_target_alone(ordinary: CommandLine, path: str, kind: str) -> None:
    outside = ordinary.root / "outside"
    put(kind, ordinary.path(path), outside)
    before = outside.read_bytes() if outside.exists() else b""
    with_fresh_server(ordinary, FILES[path])
    stopped_alone(ordinary, path, FILES[path], ordinary("sync", "--json"))
    assert (outside.read_bytes() if outside.exists() else b"") == before


@pytest.mark.parametrize("client", SERVERS)
def test_a_read_only_file_stops_its_target_alone_until_it_may_be_written(ordinary: CommandLine, client: str) -> None:
    place = ordinary.path(SERVERS[client])
    place.chmod(0o400)
    with_fresh_server(ordinary, client)
    stopped_alone(ordinary, SERVERS[client], client, ordinary("sync", "--json"))
    place.chmod(0o600)
    ordinary("sync")
    assert having_fresh(ordinary) == list(SERVERS)


@pytest.mark.parametrize("client", ["codex", "qwen", "acli"])
def test_a_read_only_folder_stops_its_target_alone(ordinary: CommandLine, client: str) -> None:
    ordinary.path(SERVERS[client]).parent.chmod(0o500)
    with_fresh_server(ordinary, client)
    stopped_alone(ordinary, SERVERS[client], client, ordinary("sync", "--json"))


def test_a_link_inside_the_home_is_followed_and_stays_a_link(ordinary: CommandLine) -> None:
    place, kept = ordinary.path(".codex/config.toml"), ordinary.path("dotfiles")
    kept.mkdir()
    place.rename(kept / "codex.toml")
    place.symlink_to(kept / "codex.toml")
    if ordinary.user:
        given_to(ordinary.user, kept)
    with_fresh_server(ordinary, "codex")
    ordinary("sync")
    assert place.is_symlink()
    assert b"fresh" in (kept / "codex.toml").read_bytes()
