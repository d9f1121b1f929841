"""Moves one reference by compare-and-swap, with git's own locks, so that plain git processes are safe beside it.

libgit2 has no such move: its ``set_target`` compares and then writes, and lost 57 of 200 racing moves; its deletion
takes the loose file away before the packed line, and a kill in between brings an old value back.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.errors import Raced, Retryable, Stalled
from reconciler.fault_points import fault_point
from reconciler.model.names import Revision
from reconciler.model.refnames import is_ref_name
from reconciler.store.locks import file_lock, replace, sync_folder, writer
from reconciler.store.refs import content, head_revision, packed, refs_quick
from reconciler.store.staging import Flushes, discard, reference_file, stage, staging_path

_NOTHING = "0" * 40
_REFLOG_AS = "reconciler <reconciler@localhost>"


def move_ref(root: Path, name: str, new: Revision | None, expected: Revision | None, ready: str = "") -> None:
    """Make ``name`` name ``new`` (None: delete it) if it still names ``expected`` (None: if there is none).

    ``ready`` is a staged file that says ``new``, where there is one already; it is gone when this returns.

    Durable when it returns. Raises ``Raced`` when it names something else, ``Retryable`` when another process keeps
    it locked. Moving to what is already there writes nothing.
    """
    if not is_ref_name(name):
        raise Stalled(f"{name!r} is no name of a reference: expected one such as refs/heads/main")
    try:
        with _staged(root, name, new, expected, ready) as staged, writer(root, [name, "packed-refs"]), file_lock(root / name) as fd:
            _insist_on(root, name, expected)
            fault_point("ref.locked")
            if new is None and expected is not None:
                _delete(root, name)
            elif new is not None and new != expected:
                _put(root, name, staged, fd, new, expected)
        if new != expected:
            with suppress(FileNotFoundError):  # git has packed it meanwhile, and took its empty folder away
                sync_folder((root / name).parent)
    except (FileExistsError, NotADirectoryError) as error:
        raise _in_the_way(root, name) from error
    except PermissionError as error:
        raise Stalled(f"{error.filename} cannot be written: give the repository to the user that this program runs as") from error
    except OSError as error:
        raise Retryable(f"{name} cannot be written: {error}", after_s=5.0) from error


@contextmanager
def _staged(root: Path, name: str, new: Revision | None, expected: Revision | None, ready: str) -> Iterator[str]:
    """A file that says ``new``; none where nothing will be written.

    It is flushed before the locks are taken, and the folder after: who writes at the same time waits for no disk but once.
    """
    path = ready or staging_path(root)
    try:
        _insist_on(root, name, expected)
        if new is not None and new != expected and not ready:
            stage([reference_file(path, new)], Flushes())
        yield path
    finally:
        discard(path)


def _insist_on(root: Path, name: str, expected: Revision | None) -> None:
    current = head_revision(root, name)
    if current != expected:
        raise Raced(f"{name} is at {current}, expected {expected}: read again and repeat")


def _put(root: Path, name: str, staged: str, fd: int, new: Revision, current: Revision | None) -> None:
    if current is None and _rivals(root, name):
        raise _in_the_way(root, name)
    path = root / name
    if path.is_dir():
        _remove_empty(path)
    try:
        os.replace(staged, path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        replace(path, fd, f"{new}\n".encode())  # somebody keeps the objects on another disk
    fault_point("ref.moved")
    _log(root, name, current, new)


def _delete(root: Path, name: str) -> None:
    """Packed line first: a kill in between leaves the value as it was.

    Its folders stay, in nobody's way: a target's next change branch needs them again, and to remove four of them and make
    them anew in each save took as long as two flushes of a busy disk.
    """
    if name in packed(root):
        with file_lock(root / "packed-refs") as fd:
            replace(root / "packed-refs", fd, _without((root / "packed-refs").read_bytes(), name))
    fault_point("ref.unpacked")
    (root / name).unlink(missing_ok=True)
    (root / "logs" / name).unlink(missing_ok=True)
    _prune(root / "logs", (root / "logs" / name).parent)


def _without(data: bytes, name: str) -> bytes:
    kept: list[bytes] = []
    is_dropping = False
    for line in data.splitlines(keepends=True):
        # A line with ^ belongs to the tag before it.
        is_dropping = is_dropping if line.startswith(b"^") else line.rstrip(b"\n").endswith(b" " + os.fsencode(name))
        if not is_dropping:
            kept.append(line)
    return b"".join(kept)


def _rivals(root: Path, name: str) -> list[str]:
    """References that cannot stand beside ``name``, because one would be a folder of the other."""
    folders = [name[:at] for at, char in enumerate(name) if char == "/" and name[:at].count("/") >= 2]
    return [*refs_quick(root, [name + "/"]), *(folder for folder in folders if head_revision(root, folder))]


def _in_the_way(root: Path, name: str) -> Stalled:
    return Stalled(f"{name} cannot be made beside {', '.join(_rivals(root, name)) or 'a file of that name'}: remove that, or choose another name")


def _log(root: Path, name: str, old: Revision | None, new: Revision) -> None:
    """Append to the reflogs: of the branch that HEAD names, and of any other that has one. Change branches get none."""
    at_head = (content(f"{root}/HEAD") or b"").strip() == f"ref: {name}".encode()
    line = f"{old or _NOTHING} {new} {_REFLOG_AS} {int(time.time())} +0000\tmove\n".encode()
    for log in [f"{root}/logs/{name}", *([f"{root}/logs/HEAD"] if at_head else [])]:
        if at_head and not os.path.exists(log):
            os.makedirs(os.path.dirname(log), exist_ok=True)
        with suppress(FileNotFoundError):
            _append(log, line, os.O_CREAT if at_head else 0)


def _append(path: str, line: bytes, more: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | more, 0o666)
    try:
        os.write(fd, line)
    finally:
        os.close(fd)


def _remove_empty(folder: Path) -> None:
    """Git leaves empty folders behind; one of the reference's own name is in its way."""
    for at, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            os.rmdir(at)


def _prune(root: Path, folder: Path) -> None:
    """Take away folders that became empty, but never ``refs/heads`` and its like."""
    while len(folder.relative_to(root).parts) > 2:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
