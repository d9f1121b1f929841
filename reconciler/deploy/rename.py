"""The renames that lose nothing: swap two names, or take a free name. Never leaves the folder that it is given."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Callable
from functools import cache
from typing import Any

from reconciler.deploy.refusal import raise_refusal

_NOREPLACE, _EXCHANGE = 1, 2
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
ASIDE = ".old"
"""Ending of the third name that ``swap_by_link`` uses."""

Swap = Callable[[int, str, str], None]
"""``swap(folder, staged, name)``: afterwards ``name`` is what was staged, and ``staged`` what ``name`` was."""


def swap(folder: int, staged: str, name: str) -> None:
    """Exchange both names in one step where the kernel and the file system can do it, else by ``swap_by_link``."""
    try:
        _renameat2(folder, staged, name, _EXCHANGE)
    except NotImplementedError:  # an old kernel, a file system without it, or no Linux
        swap_by_link(folder, staged, name)


def swap_by_link(folder: int, staged: str, name: str) -> None:
    """The same in three steps. A file renamed onto ``name`` between the first two would be lost; readers always see a file."""
    aside = staged + ASIDE
    is_folder = stat.S_ISDIR(os.stat(staged, dir_fd=folder, follow_symlinks=False).st_mode)  # of a client, on its way back
    is_linked = not is_folder and _linked(folder, name, aside)  # nothing takes the place of a file but a file
    if not is_linked:
        os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)  # no links here: a moment without a file
    try:
        os.rename(staged, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        if not is_linked:
            os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            os.unlink(aside, dir_fd=folder)  # renaming it back would do nothing: both names are one file
        raise
    os.rename(aside, staged, src_dir_fd=folder, dst_dir_fd=folder)


def _linked(folder: int, name: str, aside: str) -> bool:
    try:
        os.link(name, aside, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EMLINK, *_NOT_HERE):
            raise
        return False
    return True


def rename_to_free(folder: int, old: str, new: str) -> None:
    """Rename onto a name that is not taken. Raises ``FileExistsError`` when it is."""
    try:
        _renameat2(folder, old, new, _NOREPLACE)
    except NotImplementedError:  # as in ``swap``
        os.link(old, new, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        os.unlink(old, dir_fd=folder)


def _renameat2(folder: int, old: str, new: str, flags: int) -> None:
    call = _kernel_call()
    if call is None:
        raise NotImplementedError
    if call(folder, os.fsencode(old), folder, os.fsencode(new), flags) == 0:
        return
    raise_refusal(_NOT_HERE, new)
    raise NotImplementedError


@cache
def _kernel_call() -> Any:  # a function pointer of ctypes has no public type
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call
