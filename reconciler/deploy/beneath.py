"""Opening a folder below another one in one step of the kernel: whoever swaps a folder for a link meanwhile leads nowhere."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from typing import Any

from reconciler.deploy.refusal import raise_refusal

_OPENAT2 = 437  # the same on every architecture that Python is built for
_HERE = -100  # relative to the working directory; every top is absolute
_NAMED_ONLY = getattr(os, "O_PATH", os.O_RDONLY)
_NO_MAGIC_LINKS, _NO_LINKS, _BENEATH = 0x02, 0x04, 0x08
_NOT_HERE = (errno.ENOSYS, errno.EPERM)  # an old kernel; a container's filter that does not know the call


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def opened_beneath(top: str, path: str, flags: int) -> int | None:
    """A descriptor of ``path``, relative to the folder ``top``, on whose way is no link; None where the kernel cannot do that. No link may be in ``top`` either.

    Raises ``OSError``: with ``ELOOP`` or ``EXDEV`` where there is a link, or the path leads out of ``top``.
    """
    start = _opened(_HERE, top, os.O_DIRECTORY | os.O_CLOEXEC | _NAMED_ONLY, _NO_LINKS | _NO_MAGIC_LINKS)
    if start is None:
        return None
    try:
        return _opened(start, path, flags, _BENEATH | _NO_LINKS | _NO_MAGIC_LINKS)
    finally:
        os.close(start)


def opened_straight(full: str, flags: int) -> int | None:
    """A descriptor of an absolute path on whose way is no link; None where there is one, it cannot be opened, or the kernel cannot tell."""
    try:
        return _opened(_HERE, full, flags, _NO_LINKS | _NO_MAGIC_LINKS)
    except OSError:
        return None


def _opened(start: int, path: str, flags: int, resolve: int) -> int | None:
    call = _kernel_call()
    if call is None:
        return None
    how = _How(flags, 0, resolve)
    found: int = call(_OPENAT2, start, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
    if found >= 0:
        return found
    raise_refusal(_NOT_HERE, path)
    return None


@cache
def _kernel_call() -> Any:  # a function pointer of ctypes has no public type
    if not hasattr(os, "O_PATH"):
        return None  # no Linux
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t)
    call.restype = ctypes.c_long
    return call
