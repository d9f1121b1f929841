"""A client that writes at the worst moment keeps its content, and a write that fails leaves every file as it was."""

from __future__ import annotations

import errno
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.deploy.reading import content
from reconciler.deploy.rename import Swap, swap, swap_by_link
from reconciler.deploy.resolve import Moved, resolve
from reconciler.errors import Raced, ReconcilerError, Stalled
from reconciler.model.names import RelPath
from reconciler.ports import Write
from tests.reconciler.deploy.conftest import TARGET, Home, swap_with, write

OLD, NEW, THEIRS = b"old\n", b"new\n", b"theirs\n"


def in_place(path: Path) -> None:
    path.write_bytes(THEIRS)


def by_rename(path: Path) -> None:
    temp = path.with_name("client.tmp")
    temp.write_bytes(THEIRS)
    os.replace(temp, path)


def truncating(path: Path) -> None:
    path.write_bytes(b"")


def removing(path: Path) -> None:
    path.unlink()


def as_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("elsewhere.json")


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def as_full_folder(path: Path) -> None:
    as_folder(path)
    (path / "theirs.json").write_bytes(THEIRS)


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def with_another_mode(path: Path) -> None:
    path.chmod(0o640)


CLIENTS = (in_place, by_rename, truncating, removing, as_link, as_folder, as_full_folder, as_pipe, as_circle, with_another_mode)


def state(folder: Path) -> dict[str, object]:
    """All entries of a folder, with what stands in them or where they lead."""
    found: dict[str, object] = {}
    for path in folder.iterdir():
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
        found[path.name] = content, path.lstat().st_mode, [inner.name for inner in path.glob("*")]
    return found


@pytest.mark.parametrize("exchange", [swap, swap_by_link])
@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_client_did_just_before_the_swap_stands(home: Home, tmp_path: Path, client: Callable[[Path], None], exchange: Swap) -> None:
    for folder in (home.path, tmp_path / "alone"):
        folder.mkdir(exist_ok=True)
        (folder / "a.json").write_bytes(OLD)
    client(tmp_path / "alone" / "a.json")
    with pytest.raises(ReconcilerError):
        home.apply(write("a.json", NEW, OLD), swap=swap_with(before=lambda: client(home.path / "a.json"), exchange=exchange))
    assert state(home.path) == state(tmp_path / "alone")


@pytest.mark.parametrize("client", [in_place, by_rename, removing, truncating])
def test_what_a_client_did_just_after_the_swap_stands(home: Home, tmp_path: Path, client: Callable[[Path], None]) -> None:
    (home.path / "a.json").write_bytes(OLD)
    with pytest.raises(Raced):
        home.apply(write("a.json", NEW, OLD), swap=swap_with(after=lambda: client(home.path / "a.json")))
    (tmp_path / "a.json").write_bytes(OLD)
    client(tmp_path / "a.json")
    assert home.files() == ({"a.json"} if (tmp_path / "a.json").exists() else set())
    assert not home.files() or (home.path / "a.json").read_bytes() == (tmp_path / "a.json").read_bytes()


def test_two_writes_of_a_client_around_the_swap_lose_neither(home: Home) -> None:
    """The first was displaced by us, the second displaced us: the newest stands, the other is in the backups."""
    path = home.path / "a.json"
    path.write_bytes(OLD)
    with pytest.raises(Raced):
        home.apply(
            write("a.json", NEW, OLD), swap=swap_with(before=lambda: path.write_bytes(b"first"), after=lambda: path.write_bytes(b"second"))
        )
    disk = home.disk()
    kept = [disk.backup_data(backup.digest) for backup in disk.backups(TARGET) if backup.digest is not None]
    assert (path.read_bytes(), kept) == (b"second", [b"first"])


BESIDE: dict[str, tuple[Write, bytes | None]] = {
    "a new file": (write("b.json", NEW, None), None),
    "a file to remove": (write("b.json", None, OLD), OLD),
    "a file to replace": (write("b.json", NEW, OLD), OLD),
}


@pytest.mark.parametrize("second", BESIDE.values(), ids=BESIDE.keys())
def test_a_file_that_a_client_writes_meanwhile_is_not_overwritten(home: Home, second: tuple[Write, bytes | None]) -> None:
    wanted, was = second
    (home.path / "a.json").write_bytes(OLD)
    if was is not None:
        (home.path / "b.json").write_bytes(was)
    with pytest.raises(Raced):
        home.apply(write("a.json", NEW, OLD), wanted, swap=swap_with(before=lambda: (home.path / "b.json").write_bytes(THEIRS)))
    assert {name: (home.path / name).read_bytes() for name in home.files()} == {"a.json": OLD, "b.json": THEIRS}


def test_a_file_that_is_mounted_by_itself_is_named_and_stands(home: Home) -> None:
    """As in a container that is given single files: the kernel lets nothing take its place."""
    (home.path / "a.json").write_bytes(OLD)

    def mounted(folder: int, staged: str, name: str) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), name)

    with pytest.raises(Stalled, match=r"a\.json: is mounted by itself.*mount its folder"):
        home.apply(write("a.json", NEW, OLD), swap=mounted)
    assert (home.files(), (home.path / "a.json").read_bytes()) == ({"a.json"}, OLD)


def test_a_file_that_changed_since_it_was_read_is_not_even_swapped(home: Home) -> None:
    for name in ("a.json", "b.json"):
        (home.path / name).write_bytes(OLD)
    swapped: list[str] = []

    def busy(folder: int, staged: str, name: str) -> None:
        swap(folder, staged, name)
        swapped.append(name)
        (home.path / "b.json").write_bytes(THEIRS)

    with pytest.raises(Raced):
        home.apply(write("a.json", NEW, OLD), write("b.json", NEW, OLD), swap=busy)
    assert set(swapped) == {"a.json"}


def test_a_folder_that_becomes_a_link_after_the_walk_is_not_followed(home: Home, tmp_path: Path) -> None:
    for folder in (home.path / "deep" / "er", tmp_path / "outside" / "er"):
        folder.mkdir(parents=True)
        (folder / "a.json").write_bytes(OLD)
    place = resolve(home.root, RelPath("deep/er/a.json"))
    (home.path / "deep").rename(home.path / "away")
    (home.path / "deep").symlink_to(tmp_path / "outside")
    with pytest.raises(Moved):
        content(place)


@pytest.mark.parametrize("is_exchanged", [True, False])
def test_when_the_last_file_fails_the_others_come_back_with_all_that_belongs_to_them(home: Home, is_exchanged: bool) -> None:
    for number, name in enumerate(("a.json", "b.json", "gone.json", "z.json")):
        (home.path / name).write_bytes(OLD)
        (home.path / name).chmod(0o600 + number * 8)
    before = {path.name: (path.stat().st_ino, path.stat().st_mode, path.stat().st_mtime_ns) for path in home.path.iterdir()}

    def fail_on_last(folder: int, staged: str, name: str) -> None:
        if name == "z.json":
            raise OSError(28, "No space left on device", name)
        (swap if is_exchanged else swap_by_link)(folder, staged, name)

    writes = [write(name, NEW, OLD) for name in ("a.json", "b.json")]
    writes += [write("gone.json", None, OLD), write("new.json", NEW, None), write("z.json", NEW, OLD)]
    with pytest.raises(Stalled, match="No space left"):
        home.apply(*writes, swap=fail_on_last)
    after = {path.name: (path.stat().st_ino, path.stat().st_mode, path.stat().st_mtime_ns) for path in home.path.iterdir()}
    assert after == before


def test_an_interrupt_puts_everything_back(home: Home) -> None:
    for name in ("a.json", "b.json"):
        (home.path / name).write_bytes(OLD)
    calls: list[str] = []

    def interrupted(folder: int, staged: str, name: str) -> None:
        swap(folder, staged, name)
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home.apply(write("a.json", NEW, OLD), write("b.json", NEW, OLD), swap=interrupted)
    assert {name: (home.path / name).read_bytes() for name in home.files()} == {"a.json": OLD, "b.json": OLD}


@pytest.mark.parametrize("is_renaming", [True, False], ids=["by rename", "in place"])
def test_no_save_of_a_busy_client_is_lost(home: Home, is_renaming: bool) -> None:
    """We add a mark to each content that we find, as a merge would; the client's last save must be what is marked."""
    path, count = home.path / "a.json", 300
    path.write_bytes(b"client 0\n")

    def client() -> None:
        for number in range(1, count + 1):
            temp = path.with_name("client.tmp") if is_renaming else path
            temp.write_bytes(b"client %d\n" % number)
            if is_renaming:
                os.replace(temp, path)

    saving = threading.Thread(target=client)
    saving.start()
    disk, marked = home.disk(), 0
    while saving.is_alive() or not marked:
        found = disk.look(home.root, RelPath("a.json"))
        if found.data is None or not re.fullmatch(rb"client \d+\n", found.data):
            continue  # torn, or marked: read again
        try:
            disk.apply(TARGET, home.root, [Write(RelPath("a.json"), found.data + b"mark\n", found.digest)])
            marked += 1
        except Raced:
            continue
    saving.join()
    assert path.read_bytes().startswith(b"client %d\n" % count)
    assert home.files() == {"a.json"}
