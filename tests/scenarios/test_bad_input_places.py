"""What stands where a client's file should be is no file, leads elsewhere, or may not be written. As an ordinary user."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine, given_to
from tests.scenarios.test_bad_input_files import FILES, SERVERS, having_fresh, stopped_alone, with_fresh_server

QUICK = (".claude.json", ".codex/rules/default.rules")
"""A file by its name and one in a folder: the others run with the long tests."""


REASONS = {"link out of the home": "LeadsOutside", "unreadable": "FileAccess"}


def stalled_by(line: CommandLine, client: str) -> str:
    """The reason of the condition, as `status` says it."""
    targets = line("status", "--json").data["targets"]
    (target,) = [t for t in targets if t["id"].split("/")[1] == client]
    return next(str(c["reason"]) for c in target["conditions"] if c["type"] == "Stalled")


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
    assert stalled_by(ordinary, FILES[path]) == REASONS.get(kind, "NotAFile")
    assert (outside.read_bytes() if outside.exists() else b"") == before


FOLDERS = {".claude/rules": "claude", ".codex/rules": "codex"}
OF_FOLDERS = {"unreadable": "FileAccess", "file": "NotAFile", "pipe": "NotAFile", "link out of the home": "LeadsOutside", "missing": "MissingFile"}


@pytest.fixture
def with_rules(ordinary: CommandLine) -> CommandLine:
    """A rule of claude's own folder, that every client has."""
    rule = ordinary.path(".claude/rules/style.md")
    rule.parent.mkdir()
    rule.write_text("Short words.\n")
    if ordinary.user:
        given_to(ordinary.user, rule.parent)
    assert ordinary("sync").code in (0, 3)
    return ordinary


def put_for_folder(kind: str, place: Path, outside: Path) -> None:
    if kind == "unreadable":
        place.chmod(0)
        return
    place.rename(outside)
    if kind == "file":
        place.write_bytes(b"")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind != "missing":
        place.symlink_to(outside)


@pytest.mark.parametrize("path", FOLDERS)
@pytest.mark.parametrize("kind", OF_FOLDERS)
def test_a_folder_that_cannot_be_listed_stops_its_target_alone_and_removes_nothing(with_rules: CommandLine, path: str, kind: str) -> None:
    place = with_rules.path(path)
    put_for_folder(kind, place, with_rules.root / "outside")
    with_fresh_server(with_rules, FOLDERS[path])
    said = with_rules("sync", "--json")
    assert stalled_by(with_rules, FOLDERS[path]) == OF_FOLDERS[kind]
    if (path, kind) != (".codex/rules", "missing"):  # then the file in it is the one that is missing
        stopped_alone(with_rules, path, FOLDERS[path], said)
    if kind == "unreadable":
        place.chmod(0o700)
        with_rules("sync")
        assert having_fresh(with_rules) == list(SERVERS)
    assert "Short words." in with_rules.path(".qwen/QWEN.md").read_text()


@pytest.mark.parametrize(("kind", "reason"), [("folder", "NotAFile"), ("link to nothing", "MissingFile")])
@pytest.mark.parametrize("name", ["style.md", "other.md"])
def test_what_has_the_name_of_a_rule_and_is_none_is_no_removal_and_no_rule(with_rules: CommandLine, kind: str, reason: str, name: str) -> None:
    place = with_rules.path(f".claude/rules/{name}")
    place.unlink(missing_ok=True)
    if kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(with_rules.home / "away" / name)
    with_fresh_server(with_rules, "claude")
    stopped_alone(with_rules, f".claude/rules/{name}", "claude", with_rules("sync", "--json"))
    assert stalled_by(with_rules, "claude") == reason
    assert "Short words." in with_rules.path(".qwen/QWEN.md").read_text()


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
