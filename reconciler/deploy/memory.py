"""Small facts of this machine, one JSON file a name. They may be lost at any time, so nothing is flushed to the disk.

Never holds the content of a client's file or a secret.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from reconciler.fault_points import fault_point

_LONGEST_NAME = 200  # file systems allow 255 bytes; the temporary name is longer than the final one


class FileMemory:
    """Facts by name in ``folder``, which is made when something is saved."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = str(folder)
        self._lock = threading.Lock()

    def load(self, name: str) -> dict[str, object]:
        """The facts last saved; empty when there are none, or when the file does not hold what we write."""
        try:
            with open(self._path(name), "rb") as file:
                facts = json.loads(file.read())
        except (FileNotFoundError, ValueError, RecursionError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def save(self, name: str, facts: Mapping[str, object]) -> None:
        """Replace the facts of a name. Readers see the old ones or the new ones, never a part."""
        data = json.dumps(dict(facts), separators=(",", ":")).encode()
        path = self._path(name)
        temp = f"{path}.{os.getpid()}.tmp"
        with self._lock:
            with os.fdopen(self._opened(temp), "wb") as file:
                file.write(data)
            fault_point("memory.staged")
            os.replace(temp, path)

    def _opened(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o600)
        except FileNotFoundError:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            return os.open(path, flags, 0o600)

    def _path(self, name: str) -> str:
        return f"{self._folder}/{file_name(name)}.json"


def file_name(name: str) -> str:
    """A name such as ``laptop-1/claude/user`` as one file name; different names never share one."""
    safe = quote(name, safe="").replace(".", "%2E")
    if len(safe) <= _LONGEST_NAME:
        return safe
    # a "." cannot come out of the quoting, so a shortened name meets no other
    return f"{safe[: _LONGEST_NAME - 65]}.{hashlib.sha256(name.encode()).hexdigest()}"
