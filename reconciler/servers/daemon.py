"""One server's life: taken over when it already runs, else started; told to stop; ended when it does not."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from reconciler.errors import Retryable, Stalled
from reconciler.servers.places import Places
from reconciler.servers.processes import Process, remember, remembered, started

_START_S = 60.0
_STOP_S = 15.0
_STEP_S = 0.005
_LONGEST_LOG = 1_000_000
_COMPLAINT = re.compile(r"FATAL|PANIC|ERROR|Fatal|error|[Cc]an't|[Cc]ould not|[Bb]ad |[Ff]ailed|space left")
_FULL = "No space left"


@dataclass
class Daemon:
    """``is_ready`` says whether the server answers by now; ``asking`` is the signal by which it stops in good order."""

    name: str
    places: Places
    command: Sequence[str]
    is_ready: Callable[[Process], bool]
    asking: signal.Signals
    config: Callable[[], str] = str
    """Given to it on its standard input: passwords on a command line can be read by everybody."""
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def running(self) -> Process | None:
        return remembered(self.places.record(self.name))

    def is_running(self) -> bool:
        """Whether it answers, whoever started it."""
        known = self.running()
        return known is not None and self.is_ready(known)

    def start(self) -> Process:
        """The server, answering. Raises ``Stalled`` when it does not start, with its own words."""
        known = self.running()
        if known is not None and self.is_ready(known):
            return known  # left over from an earlier life, and well
        self.stop()
        log = self.places.log(self.name)
        seen = log.stat().st_size if log.exists() else 0
        if seen > _LONGEST_LOG:
            log.unlink()
        child = self._child = self._spawned(log)
        process = Process(child.pid, started(child.pid))
        remember(self.places.record(self.name), process)
        self._await(child, process, seen if seen <= _LONGEST_LOG else 0)
        return process

    def stop(self) -> None:
        known = self.running()
        if known is not None:
            known.end(self.asking, _STOP_S)
        if self._child is not None:
            self._child.wait(_STOP_S)  # its threads may outlive its main one
        self.places.record(self.name).unlink(missing_ok=True)

    def _spawned(self, log: Path) -> subprocess.Popen[bytes]:
        account = self.places.account
        try:
            with log.open("ab") as out:
                log.chmod(0o600)
                # In a session of its own: Ctrl-C at a terminal is for this program, which then stops the server.
                child = subprocess.Popen(
                    self.command,
                    cwd=self.places.data(self.name),
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                    **account.spawning(),
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise Stalled(f"{self.name}: {self.command[0]} cannot be started as user {account.uid} ({error})") from error
        self._configure(child)
        return child

    def _configure(self, child: subprocess.Popen[bytes]) -> None:
        try:
            with cast(IO[bytes], child.stdin) as pipe:
                pipe.write(self.config().encode())
        except BrokenPipeError:
            return  # it ended at once; its log says why

    def _await(self, child: subprocess.Popen[bytes], process: Process, seen: int) -> None:
        until = time.monotonic() + _START_S
        while not self.is_ready(process):
            if child.poll() is not None:
                raise Stalled(self.refusal(seen))
            if time.monotonic() > until:
                raise Retryable(f"{self.name} is still starting; its log is {self.places.log(self.name)}", after_s=5.0)
            time.sleep(_STEP_S)

    def refusal(self, seen: int = 0) -> str:
        """Why it did not start, by what it wrote into its log after ``seen`` bytes."""
        log = self.places.log(self.name)
        text = log.read_bytes()[seen:].decode("utf-8", "replace")
        if _FULL in text:
            return f"{self.name} did not start: the disk of {self.places.home} is full; make room and start again"
        said = [line for line in text.splitlines() if _COMPLAINT.search(line)]
        return f"{self.name} did not start: {said[-1].strip() if said else 'it said nothing'}; its log is {log}"
