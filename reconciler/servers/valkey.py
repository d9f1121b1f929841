"""The embedded Redis-compatible server: hints and live status, kept over a kill, nothing that cannot be lost."""

from __future__ import annotations

import re
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from reconciler.errors import Stalled
from reconciler.servers.daemon import Daemon
from reconciler.servers.places import Places
from reconciler.servers.processes import Process, end_all

NAME = "valkey"
_SOCKET = "valkey.sock"
_FOLDER = "appendonlydir"
DAMAGED = "damaged"
_IS_DAMAGE = re.compile(r"append only file|AOF|RDB|manifest|[Ss]hort read", re.IGNORECASE)
_SETTINGS = """\
port 0
unixsocketperm 700
appendonly yes
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory 64mb
maxmemory-policy noeviction
"""


@dataclass
class Valkey:
    places: Places
    program: Path

    def __post_init__(self) -> None:
        self.daemon = Daemon(NAME, self.places, [str(self.program), "-"], self._is_ready, signal.SIGTERM, self._config)

    def _config(self) -> str:
        return f"{_SETTINGS}unixsocket {self._seen_socket()}\nrequirepass {self.places.password(NAME)}\n"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}?password={self.places.password(NAME)}"

    @property
    def damaged(self) -> Path:
        """Where what could not be read was put."""
        return self.places.data(NAME) / DAMAGED

    def start(self) -> None:
        """Start. A file of hints that cannot be read is put aside: every pass reads the world again anyway."""
        self.places.private(self.places.data(NAME))
        if self.daemon.running() is None:
            end_all(self.places.data(NAME), self.program.name, signal.SIGTERM)
        try:
            self.daemon.start()
        except Stalled as error:
            if not self._put_aside(str(error)):
                raise
            self.daemon.start()

    def _put_aside(self, why: str) -> bool:
        folder = self.places.data(NAME) / _FOLDER
        if not folder.exists() or not _IS_DAMAGE.search(why):
            return False
        self._forget(self.damaged)
        folder.rename(self.damaged)
        return True

    def _forget(self, folder: Path) -> None:
        """The last damaged one is enough to look at."""
        if folder.exists():
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    @property
    def _socket(self) -> Path:
        return self.places.sockets / _SOCKET

    def _seen_socket(self) -> str:
        inside = self.places.sockets.parent == self.places.home
        return f"../{self.places.sockets.name}/{_SOCKET}" if inside else str(self._socket)

    def _is_ready(self, process: Process) -> bool:
        """True when it takes our password and answers; while it reads its file it says LOADING."""
        try:
            with socket.socket(socket.AF_UNIX) as asked:
                asked.settimeout(2.0)
                asked.connect(str(self._socket))
                asked.sendall(f"AUTH {self.places.password(NAME)}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in _everything(asked)
        except OSError:
            return False


def _everything(asked: socket.socket) -> bytes:
    said = b""
    while part := asked.recv(1024):
        said += part
    return said
