"""Which of the clients' programs run, read from Linux's ``/proc``: nothing is started, nothing of theirs is opened."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from reconciler.model.names import AbsPath
from reconciler.ports.programs import Program

_INTERPRETERS = {"node", "bun", "deno"}
_IN_THE_BACKGROUND = {"daemon", "--managed-daemon"}
"""What codex 0.169.0 leaves running for later: what people have open are programs beside that."""
_PARENT, _STARTED = 1, 19
"""Places in ``/proc/PID/stat``, counted from what stands behind the name of the program: who started it, and when."""


class ProcPrograms:
    """``now``: seconds since 1970. Elsewhere than on Linux it says that it cannot tell."""

    def __init__(self, proc: Path = Path("/proc"), now: Callable[[], float] = time.time) -> None:
        self._proc = proc
        self._now = now

    def running(self, clients: Sequence[str]) -> tuple[Program, ...] | None:
        try:
            booted = self._now() - float((self._proc / "uptime").read_text().split()[0])
            found = list(self._found(frozenset(clients), booted))
        except OSError:
            return None
        launchers = {(pid, one.client) for pid, _, one in found}
        # The launcher of codex and what it launches are one.
        return tuple(one for _, parent, one in found if (parent, one.client) not in launchers)

    def _found(self, clients: Collection[str], booted: float) -> Iterator[tuple[int, int, Program]]:
        """Each with the number of its process and of that which started it."""
        for entry in os.scandir(self._proc):
            # A program that ended meanwhile, or is another person's, is none of ours.
            with suppress(OSError, ValueError):
                if entry.name.isdecimal() and entry.stat().st_uid == os.geteuid():
                    folder = Path(entry.path)
                    client = _client((folder / "cmdline").read_bytes(), clients)
                    if client:
                        yield int(entry.name), *_program(client, folder, booted)


def _client(command: bytes, clients: Collection[str]) -> str:
    """The client that a command line runs: by its own name, or as the script of an interpreter."""
    words = [os.path.basename(os.fsdecode(word)) for word in command.split(b"\0")]
    name = next((w for w in words[1:] if not w.startswith("-")), "") if words[0] in _INTERPRETERS else words[0]
    return name if name in clients and not _IN_THE_BACKGROUND & set(words[1:]) else ""


def _program(client: str, folder: Path, booted: float) -> tuple[int, Program]:
    """With the number of the process that started it."""
    stat = (folder / "stat").read_text().rpartition(")")[2].split()
    began = booted + int(stat[_STARTED]) / os.sysconf("SC_CLK_TCK")
    environ = dict(pair.partition(b"=")[::2] for pair in (folder / "environ").read_bytes().split(b"\0"))
    home, place = os.fsdecode(environ.get(b"HOME", b"")), os.readlink(folder / "cwd")
    return int(stat[_PARENT]), Program(client, began, AbsPath(home), AbsPath(place))
