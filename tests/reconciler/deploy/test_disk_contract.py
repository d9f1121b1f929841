"""What every disk keeps: the real one, the one in memory, and (as far as it goes) the one of the dry run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.dry import DryDisk
from reconciler.deploy.reading import digest_of
from reconciler.deploy.rename import swap_by_link
from reconciler.errors import Raced, ReconcilerError, Stalled
from reconciler.model.names import AbsPath, Digest, RelPath, TargetId
from reconciler.ports import Disk, Write
from tests.fakes.clock import FakeClock
from tests.fakes.disk import MemoryDisk

HERE = RelPath("")
TARGET = TargetId("laptop-1/claude/user")


@dataclass
class World:
    """A disk, its root, and how a user writes a file there."""

    disk: Disk
    root: AbsPath
    save: Callable[[str, bytes], None]
    clock: FakeClock

    def read(self, path: str) -> bytes | None:
        return self.disk.look(self.root, RelPath(path)).data

    def apply(self, *writes: Write) -> None:
        self.disk.apply(TARGET, self.root, writes)


def local(home: Path) -> World:
    clock = FakeClock()
    return World(LocalDisk(home.parent / "backups", clock), AbsPath(str(home)), saver(home), clock)


def local_without_exchange(home: Path) -> World:
    clock = FakeClock()
    return World(LocalDisk(home.parent / "backups", clock, swap=swap_by_link), AbsPath(str(home)), saver(home), clock)


def in_memory(home: Path) -> World:
    clock = FakeClock()
    disk = MemoryDisk(clock=clock)
    return World(disk, AbsPath(str(home)), lambda path, data: disk.files.update({f"{home}/{path}": data}), clock)


def dry(home: Path) -> World:
    world = local(home)
    return World(DryDisk(world.disk), world.root, world.save, world.clock)


def saver(home: Path) -> Callable[[str, bytes], None]:
    def save(path: str, data: bytes) -> None:
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(data)

    return save


WRITING = (local, local_without_exchange, in_memory)


@pytest.fixture(params=[*WRITING, dry])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return made(request, tmp_path)


@pytest.fixture(params=WRITING)
def writing(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return made(request, tmp_path)


def made(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    home = tmp_path / "home"
    home.mkdir()
    return request.param(home)  # type: ignore[no-any-return]  # one of the functions above


def write(path: str, data: bytes | None, expected: bytes | None) -> Write:
    return Write(RelPath(path), data, None if expected is None else digest_of(expected))


def test_a_file_is_found_with_its_bytes_and_digest(world: World) -> None:
    world.save("a.json", b"{}")
    found = world.disk.look(world.root, RelPath("a.json"))
    assert (found.data, found.digest, found.problem) == (b"{}", digest_of(b"{}"), None)


def test_an_empty_file_is_not_an_absent_one(world: World) -> None:
    world.save("a.json", b"")
    assert world.read("a.json") == b""


@pytest.mark.parametrize("path", ["a.json", "no/such/folder/a.json"])
def test_what_is_not_there_is_absent(world: World, path: str) -> None:
    assert world.disk.look(world.root, RelPath(path)).is_absent


@pytest.mark.parametrize("path", ["", "a.json", "no/such/folder/a.json"])
def test_a_path_without_links_leads_to_itself_there_or_not(world: World, path: str) -> None:
    world.save("a.json", b"{}")
    assert world.disk.leads_to(world.root, RelPath(path)) == f"{world.root}/{path}".rstrip("/")


def test_files_of_a_name_are_found_below_and_not_in_the_root(world: World) -> None:
    for path in ("AGENTS.md", "web/AGENTS.md", "web/deep/AGENTS.md", "web/OTHER.md"):
        world.save(path, b"x")
    assert world.disk.nested(world.root, RelPath("AGENTS.md")) == ["web/AGENTS.md", "web/deep/AGENTS.md"]


def test_the_root_itself_can_be_listed(world: World) -> None:
    world.save("a.md", b"x")
    assert world.disk.names(world.root, HERE, ".md") == ["a.md"]


def test_names_are_those_with_the_ending_sorted(world: World) -> None:
    for name in ("b.md", "a.md", "c.txt", "deep/d.md"):
        world.save(f"rules/{name}", b"")
    assert world.disk.names(world.root, RelPath("rules"), ".md") == ["a.md", "b.md"]


def test_a_folder_that_is_not_there_has_no_names(world: World) -> None:
    assert world.disk.names(world.root, RelPath("rules"), ".md") is None
    assert world.disk.unlisted(world.root, RelPath("rules")) is None


def test_a_folder_whose_files_were_removed_is_empty_not_absent(world: World) -> None:
    world.save("rules/a.md", b"a")
    world.apply(write("rules/a.md", None, b"a"))
    assert world.disk.names(world.root, RelPath("rules"), ".md") == []
    assert world.disk.unlisted(world.root, RelPath("rules")) is None


def test_a_file_in_the_place_of_a_folder_is_no_empty_folder(world: World) -> None:
    world.save("rules", b"")
    problem = world.disk.unlisted(world.root, RelPath("rules"))
    assert world.disk.names(world.root, RelPath("rules"), ".md") is None
    assert problem is not None
    assert (problem.file, problem.kind) == ("rules", "NotAFile")


@pytest.mark.parametrize(
    ("was", "becomes"), [(b"old", b"new"), (None, b"new"), (b"old", None), (b"", b"new"), (b"old", b""), (b"x", b"x"), (None, None)]
)
def test_a_write_leaves_what_it_says(world: World, was: bytes | None, becomes: bytes | None) -> None:
    if was is not None:
        world.save("deep/a.json", was)
    world.apply(write("deep/a.json", becomes, was))
    assert world.read("deep/a.json") == becomes


@pytest.mark.parametrize(("here", "expected"), [(b"other", b"old"), (None, b"old"), (b"other", None)])
def test_a_file_that_is_not_as_expected_is_left_alone(world: World, here: bytes | None, expected: bytes | None) -> None:
    if here is not None:
        world.save("a.json", here)
    with pytest.raises(Raced):
        world.apply(write("a.json", b"new", expected))
    assert world.read("a.json") == here


def test_one_file_that_is_not_as_expected_stops_all(world: World) -> None:
    world.save("a.json", b"a")
    world.save("b.json", b"changed")
    with pytest.raises(ReconcilerError):
        world.apply(write("a.json", b"A", b"a"), write("new.json", b"N", None), write("b.json", b"B", b"b"))
    assert [world.read(name) for name in ("a.json", "new.json", "b.json")] == [b"a", None, b"changed"]


def test_what_was_replaced_can_be_read_back(writing: World) -> None:
    writing.save("a.json", b"one")
    writing.apply(write("a.json", b"two", b"one"))
    (backup,) = writing.disk.backups(TARGET)
    assert backup.digest is not None
    assert writing.disk.backup_data(backup.digest) == b"one"


def test_backups_come_newest_first_with_their_time(writing: World) -> None:
    for old, new in ((None, b"one"), (b"one", b"two"), (b"two", None)):
        writing.apply(write("a.json", new, old))
        writing.clock.advance(60)
    now = writing.clock.now()
    found = [(backup.path, backup.digest, backup.written_at) for backup in writing.disk.backups(TARGET)]
    assert found == [("a.json", digest_of(b"two"), now - 60), ("a.json", digest_of(b"one"), now - 120), ("a.json", None, now - 180)]


def test_backups_of_another_target_are_not_shown(writing: World) -> None:
    writing.apply(write("a.json", b"one", None))
    assert writing.disk.backups(TargetId("laptop-1/codex/user")) == []


def test_a_write_that_changes_nothing_leaves_no_backup(writing: World) -> None:
    writing.save("a.json", b"same")
    writing.apply(write("a.json", b"same", b"same"))
    assert writing.disk.backups(TARGET) == []


def test_a_write_that_failed_leaves_no_backup(writing: World) -> None:
    writing.save("a.json", b"one")
    with pytest.raises(Raced):
        writing.apply(write("a.json", b"two", b"other"))
    assert writing.disk.backups(TARGET) == []


def test_an_unknown_backup_is_an_error_that_says_what_to_do(writing: World) -> None:
    with pytest.raises(Stalled, match="choose a later one"):
        writing.disk.backup_data(Digest("0" * 64))


def test_a_dry_run_writes_nothing_and_says_what_it_would(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"one")
    disk = DryDisk(LocalDisk(tmp_path / "backups", FakeClock()))
    disk.apply(TARGET, AbsPath(str(tmp_path)), [write("a.json", b"two", b"one")])
    assert disk.written == {f"{tmp_path}/a.json": b"two"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"one"
