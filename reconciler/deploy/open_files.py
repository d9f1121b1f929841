"""Whether another program is in the middle of writing a file in place, as far as the kernel tells."""

from __future__ import annotations

import fcntl
import os
import signal

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_RECENT_S = 10.0
"""Who holds a file open for longer without a word may hold it for ever: then what stands there counts."""


def is_open_for_writing(folder: int, name: str, now: float) -> bool:
    """True while somebody has the file of an open folder open for writing and wrote a moment ago; False where nobody can tell.

    Asked by way of a read lease, which the kernel refuses while a writer is there. It is given back at once; a program that
    opens the file in between waits for that.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False  # no Linux
    file = os.open(name, _FLAGS, dir_fd=folder)
    try:
        if abs(now - os.fstat(file).st_mtime) > _RECENT_S:
            return False
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)  # the usual one, for who comes in between, would end this process
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # another user's file, or a file system without leases
    finally:
        os.close(file)
    return False
