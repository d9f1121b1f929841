"""Whatever link leads to a file, writing it keeps its mode, owner, ACL and attributes; so does a write that is undone."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.deploy.rename import Swap, swap, swap_by_link
from reconciler.errors import Stalled
from tests.reconciler.deploy.conftest import Home, write
from tests.reconciler.deploy.test_links import NEW, OLD, SHAPES, Shape, links

ACL = "system.posix_acl_access"
DEFAULT_ACL = "system.posix_acl_default"
_NOBODY, _EVERYBODY = 65534, 0xFFFFFFFF


def acl(*entries: tuple[int, int, int]) -> bytes:
    """As the kernel keeps it: a version, then tag, rights and whose."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


FOR_NOBODY = acl((1, 6, _EVERYBODY), (2, 6, _NOBODY), (4, 4, _EVERYBODY), (16, 6, _EVERYBODY), (32, 0, _EVERYBODY))
"""The user `nobody` may read and write, others may not."""


def mode(path: Path) -> None:
    path.chmod(0o751)


def special_mode(path: Path) -> None:
    path.chmod(0o2750)


def owner(path: Path) -> None:
    os.chown(path, 1234, 2345)


def owner_and_special_mode(path: Path) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o6755)


def access_list(path: Path) -> None:
    os.setxattr(path, ACL, FOR_NOBODY)


def attributes(path: Path) -> None:
    os.setxattr(path, "user.comment", b"mine \xff\x00")
    os.setxattr(path, "user.empty", b"")


def in_folder_with_default_list(path: Path) -> None:
    """What the folder would give to a new file is not given to one that replaces an older one."""
    os.setxattr(path.parent, DEFAULT_ACL, FOR_NOBODY)


def all_of_it(path: Path) -> None:
    for give in (owner, access_list, attributes):
        give(path)


KINDS = (mode, special_mode, owner, owner_and_special_mode, access_list, attributes, in_folder_with_default_list, all_of_it)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to another user")
Given = Callable[[Path], None]


def why_not(folder: Path) -> str:
    """Why this file system cannot hold what the test is about; empty when it can."""
    probe = folder / "probe"
    probe.write_bytes(b"")
    try:
        access_list(probe)
        attributes(probe)
    except OSError as error:
        return f"no ACLs or attributes on {folder}: {error.strerror}"
    return ""


def metadata(path: Path) -> tuple[object, ...]:
    info = path.lstat()
    return stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, {name: os.getxattr(path, name) for name in os.listxattr(path)}


@pytest.fixture
def given_file(home: Home, tmp_path: Path) -> Callable[[Shape, Given], Path]:
    def made(shape: Shape, give: Given) -> Path:
        reason = why_not(tmp_path)
        if reason:
            pytest.skip(reason)
        real = shape(home.path)
        real.parent.mkdir(exist_ok=True)
        real.write_bytes(OLD)
        give(real)
        return real

    return made


@needs_root
@pytest.mark.parametrize(("give", "exchange"), [*((kind, swap) for kind in KINDS), (all_of_it, swap_by_link)])
@pytest.mark.parametrize("shape", SHAPES)
def test_writing_keeps_it(home: Home, given_file: Callable[[Shape, Given], Path], shape: Shape, give: Given, exchange: Swap) -> None:
    real = given_file(shape, give)
    before = metadata(real), links(home)
    home.apply(write("a.json", NEW, OLD), swap=exchange)
    assert (real.read_bytes(), (metadata(real), links(home))) == (NEW, before)


@needs_root
@pytest.mark.parametrize("shape", SHAPES)
def test_a_write_that_is_undone_keeps_it(home: Home, given_file: Callable[[Shape, Given], Path], shape: Shape) -> None:
    real = given_file(shape, all_of_it)
    before = metadata(real), links(home), real.stat().st_ino

    def full(folder: int, staged: str, name: str) -> None:
        swap(folder, staged, name)
        raise OSError(28, "No space left on device", name)

    with pytest.raises(Stalled):
        home.apply(write("a.json", NEW, OLD), swap=full)
    assert (real.read_bytes(), (metadata(real), links(home), real.stat().st_ino)) == (OLD, before)


def test_a_mode_that_somebody_changes_meanwhile_stands(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)

    def meanwhile(folder: int, staged: str, name: str) -> None:
        (home.path / name).chmod(0o640)
        swap(folder, staged, name)

    with pytest.raises(Exception, match="changed while it was being written"):
        home.apply(write("a.json", NEW, OLD), swap=meanwhile)
    assert (metadata(home.path / "a.json")[0], home.files()) == (0o640, {"a.json"})


def test_a_new_file_has_no_more_rights_than_asked_for(home: Home, tmp_path: Path) -> None:
    if reason := why_not(tmp_path):
        pytest.skip(reason)
    os.setxattr(home.path, DEFAULT_ACL, FOR_NOBODY)
    home.apply(replace(write("a.json", NEW, None), mode=0o600))
    assert metadata(home.path / "a.json")[0] == 0o600
