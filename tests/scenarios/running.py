"""`reconciler up` as a real process, whose lines can be waited for."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

DEADLINE_S = 60.0
"""Only a broken program needs this long."""

NO_SERVERS = {"RECONCILER_REDIS_URL": "unix:///nowhere/redis", "RECONCILER_DATABASE_URL": "postgresql://nobody@/none?host=/nowhere"}
"""Addresses at which nobody answers: most stories need no servers, and starting them costs a second."""


class Up:
    """Its output is read line by line; waiting ends when a line is there or the deadline has passed. Root can start it as ``user``."""

    command = ("up", "--port", "0")

    def __init__(self, home: Path, state: Path, *words: str, user: int = 0, python: str = sys.executable, **environ: str) -> None:
        environ = {"HOME": str(home), "RECONCILER_HOME": str(state), "PATH": "/usr/bin:/bin", "USER": "dev", "RECONCILER_LOG_FORMAT": "text", **NO_SERVERS, **environ}
        command = [python, "-m", "reconciler.cli.main", *self.command, *words]
        other = {"user": user, "group": user, "extra_groups": ()} if user else {}
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[2], **other
        )
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self.process.stdout, selectors.EVENT_READ)
        self.said = ""

    def until(self, is_there: Callable[[str], bool]) -> str:
        """All that was said, once it is what we wait for."""
        end = time.monotonic() + DEADLINE_S
        while not is_there(self.said):
            assert self._more(end - time.monotonic()), f"waited in vain; it said:\n{self.said}"
        return self.said

    def _more(self, timeout_s: float) -> bool:
        assert self.process.stdout
        if timeout_s <= 0 or not self._ready.select(timeout_s):
            return False
        data = self.process.stdout.read()
        self.said += (data or b"").decode()
        return bool(data)

    def ended(self) -> int:
        """The exit code, after the last line."""
        while self._more(DEADLINE_S):
            pass
        return self.process.wait(DEADLINE_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._ready.close()
        assert self.process.stdout
        self.process.stdout.close()


class Serve(Up):
    """A role of the service, in the same way."""

    command = ("serve", "--role")
