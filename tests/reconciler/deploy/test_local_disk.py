"""What only a real disk has: kinds of files, modes, attributes, rights, and what stays behind."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.errors import Raced, Retryable, Stalled
from reconciler.formats.edit import MAX_BYTES
from reconciler.model.names import RelPath
from tests.reconciler.deploy.conftest import Home, swap_with, write

OLD, NEW = b"old", b"new"


def make_socket(path: Path) -> None:
    short = os.open(path.parent, os.O_RDONLY)  # a socket's address is short: bound through the open folder
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{short}/{path.name}")
    finally:
        os.close(short)


KINDS: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a socket": make_socket,
    "a device": lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_a_problem_and_is_left_alone(home: Home, kind: str) -> None:
    try:
        KINDS[kind](home.path / "a.json")
    except PermissionError:
        pytest.skip(f"this user may not make {kind}")
    problem = home.look("a.json").problem
    assert problem is not None
    assert f"is {kind}" in problem.reason
    assert problem.advice
    with pytest.raises(Stalled, match=f"is {kind}"):
        home.apply(write("a.json", NEW, None))


def test_a_file_where_a_folder_is_needed_is_a_problem(home: Home) -> None:
    (home.path / ".claude").write_bytes(b"")
    problem = home.look(".claude/settings.json").problem
    assert problem is not None
    assert "not a folder" in problem.reason


@pytest.mark.parametrize(("size", "is_read"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_a_file_is_read_up_to_the_limit(home: Home, size: int, is_read: bool) -> None:
    with open(home.path / "a.json", "wb") as file:
        file.truncate(size)
    found = home.look("a.json")
    assert (found.data is not None, found.problem is None) == (is_read, is_read)


def test_a_file_whose_size_is_unknown_is_read_whole(home: Home) -> None:
    """Files of /proc say 0 bytes; so may network disks."""
    found = home.disk().look(type(home.root)("/proc/self"), RelPath("status"))
    assert found.data is not None
    assert found.data.startswith(b"Name:")


@contextmanager
def another_user() -> Iterator[Path]:
    """A folder that everybody may enter, seen by a user without rights."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def test_a_file_without_the_right_to_read_is_a_problem() -> None:
    with another_user() as folder:
        (folder / "a.json").write_bytes(OLD)
        (folder / "a.json").chmod(0)
        problem = Home(folder).look("a.json").problem
    assert problem is not None
    assert "permission denied" in problem.reason


def test_a_folder_without_the_right_to_enter_is_a_problem_and_not_empty() -> None:
    with another_user() as folder:
        (folder / "rules").mkdir(mode=0)
        home = Home(folder)
        found, names = home.look("rules/a.md"), home.disk().names(home.root, RelPath("rules"), ".md")
        problem = home.disk().unlisted(home.root, RelPath("rules"))
    assert found.problem is not None
    assert names is None
    assert problem is not None
    assert (problem.kind, problem.advice[:9]) == ("FileAccess", "give this")


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555])
def test_a_read_only_file_is_left_alone(mode: int) -> None:
    with another_user() as folder:
        (folder / "home").mkdir()
        home = Home(folder / "home")
        (home.path / "a.json").write_bytes(OLD)
        (home.path / "a.json").chmod(mode)
        with pytest.raises(Stalled, match=r"chmod u\+w .*a\.json"):
            home.apply(write("a.json", NEW, OLD))
        assert (home.path / "a.json").read_bytes() == OLD


def test_a_read_only_folder_is_left_alone() -> None:
    with another_user() as folder:
        (folder / "home" / "a").mkdir(parents=True)
        (folder / "home" / "a").chmod(0o555)
        with pytest.raises(Stalled, match=r"chmod u\+w"):
            Home(folder / "home").apply(write("a/a.json", NEW, None))


def test_a_file_with_two_names_is_not_parted(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    (home.path / "b.json").hardlink_to(home.path / "a.json")
    with pytest.raises(Stalled, match="hard links"):
        home.apply(write("a.json", NEW, OLD))
    assert (home.path / "a.json").samefile(home.path / "b.json")


def test_a_new_file_and_its_folders_get_narrow_modes(home: Home) -> None:
    home.apply(write("deep/er/a.json", NEW, None), write("b.json", NEW, None, 0o644))
    modes = [stat.S_IMODE((home.path / name).stat().st_mode) for name in ("deep", "deep/er", "deep/er/a.json", "b.json")]
    assert modes == [0o700, 0o700, 0o600, 0o644]


def test_owner_mode_and_attributes_stay(home: Home) -> None:
    path = home.path / "a.json"
    path.write_bytes(OLD)
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1234, 4321)
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError as error:
        pytest.skip(f"this file system keeps no attributes: {error.strerror}")
    before = path.stat()
    home.apply(write("a.json", NEW, OLD))
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == {"user.note": b"mine"}


def acl(path: Path, name: str, user: int) -> None:
    """One more user may read and write: the binary form that the kernel keeps, version 2."""
    entries = ((0x01, 6, 0xFFFFFFFF), (0x02, 6, user), (0x04, 4, 0xFFFFFFFF), (0x10, 6, 0xFFFFFFFF), (0x20, 0, 0xFFFFFFFF))
    value = (2).to_bytes(4, "little")
    value += b"".join(tag.to_bytes(2, "little") + right.to_bytes(2, "little") + who.to_bytes(4, "little") for tag, right, who in entries)
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"this file system keeps no ACL: {error.strerror}")


def test_the_acl_stays(home: Home) -> None:
    path = home.path / "a.json"
    path.write_bytes(OLD)
    acl(path, "system.posix_acl_access", 1234)
    before = os.getxattr(path, "system.posix_acl_access"), path.stat().st_mode
    home.apply(write("a.json", NEW, OLD))
    assert (os.getxattr(path, "system.posix_acl_access"), path.stat().st_mode) == before


def test_the_default_acl_of_the_folder_is_not_put_on_a_file_without_one(home: Home) -> None:
    path = home.path / "a.json"
    path.write_bytes(OLD)
    acl(home.path, "system.posix_acl_default", 1234)
    home.apply(write("a.json", NEW, OLD))
    assert os.listxattr(path) == []


def test_a_file_of_another_owner_is_left_alone_when_the_owner_could_not_be_kept() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of another owner")
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        folder = Path(made)
        (folder / "home").mkdir()
        (folder / "home" / "a.json").write_bytes(OLD)
        (folder / "home" / "a.json").chmod(0o666)
        for path in (folder, folder / "home"):
            os.chown(path, 65534, 65534)
        os.seteuid(65534)
        try:
            with pytest.raises(Stalled, match="owner"):
                Home(folder / "home").apply(write("a.json", NEW, OLD))
        finally:
            os.seteuid(0)
        assert ((folder / "home" / "a.json").read_bytes(), (folder / "home" / "a.json").stat().st_uid) == (OLD, 0)
        assert Home(folder / "home").files() == {"a.json"}


def changed_at(file: Path) -> tuple[int, int, int]:
    """When it was last changed, and which file it is: the time of reading may move."""
    info = file.stat()
    return info.st_ino, info.st_mtime_ns, info.st_ctime_ns


def test_a_file_that_is_already_as_wanted_is_not_touched(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    before = changed_at(home.path / "a.json")
    home.apply(write("a.json", OLD, OLD))
    assert changed_at(home.path / "a.json") == before


def test_a_read_only_file_that_is_already_as_wanted_is_no_error(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    (home.path / "a.json").chmod(0o444)
    home.apply(write("a.json", OLD, OLD))


def test_nothing_but_the_files_is_left_in_the_home(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    (home.path / "b.json").write_bytes(OLD)
    home.apply(write("a.json", NEW, OLD), write("b.json", None, OLD), write("c.json", NEW, None))
    assert home.files() == {"a.json", "c.json"}


def test_a_name_of_the_greatest_length_can_be_written(home: Home) -> None:
    name = "é" * 125 + ".json"
    (home.path / name).write_bytes(OLD)
    home.apply(write(name, NEW, OLD))
    assert (home.path / name).read_bytes() == NEW


def test_a_root_that_is_not_there_is_not_made(home: Home) -> None:
    home.path.rmdir()
    with pytest.raises(Stalled, match="is not there"):
        home.apply(write("a.json", NEW, None))


def test_backups_are_for_this_user_alone(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    home.apply(write("a.json", NEW, OLD))
    found = {stat.S_IMODE(path.stat().st_mode) for path in home.backups.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (home.backups, *home.backups.rglob("*")) if path.is_dir()}
    assert (found, folders) == ({0o600}, {0o700})


def test_the_same_content_is_backed_up_once(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    for was, becomes in ((OLD, NEW), (NEW, OLD), (OLD, NEW)):
        home.apply(write("a.json", becomes, was))
    assert len([path for path in (home.backups / "objects").rglob("*") if path.is_file()]) == 2


def test_another_run_that_writes_the_same_target_is_waited_for(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    tried: list[bool] = []

    def second() -> None:
        with pytest.raises(Retryable):
            home.apply(write("a.json", b"newer", OLD))
        tried.append(True)

    home.apply(write("a.json", NEW, OLD), swap=swap_with(before=second))
    assert tried
    assert (home.path / "a.json").read_bytes() == NEW


def test_a_folder_that_was_made_is_taken_away_when_the_write_fails(home: Home) -> None:
    (home.path / "b.json").write_bytes(OLD)
    client = home.path / "b.json"
    with pytest.raises(Raced):
        home.apply(
            write("deep/er/a.json", NEW, None), write("b.json", NEW, OLD), swap=swap_with(before=lambda: client.write_bytes(b"theirs"))
        )
    assert list(home.path.iterdir()) == [client]
