"""Why the kernel refused the last call that was made by ``ctypes`` in this thread."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Container


def raise_refusal(not_here: Container[int], path: str) -> None:
    """Raise it as ``OSError``; return when it is one of those by which a system says that it has no such call."""
    number = ctypes.get_errno()
    if number not in not_here:
        raise OSError(number, os.strerror(number), path)
