"""`up` does the work of other commands, asked over a socket that only this user can reach."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from reconciler import __version__
from reconciler.cli.asking import GREETING, short_name
from reconciler.cli.patience import silent
from reconciler.errors import Proposed, ReconcilerError
from reconciler.ports.faults import Faults, NoFaults
from reconciler.ports.measures import CommandResult, Measures, NoMeasures
from reconciler.schedule.messages import said
from reconciler.settings import Settings
from reconciler.wiring import counting

ANSWERED = {
    "syncing.run": "sync",
    "reading.status_data": "status",
    "reading.diff_data": "diff",
    "reading.waiting_data": "conflicts",
    "reading.show_data": "show",
    "reading.trace_data": "trace",
    "deciding.resolve": "resolve",
    "deciding.revert": "revert",
    "deciding.restore": "restore",
    "deciding.enable": "enable",
    "deciding.suspend": "suspend",
    "deciding.gaps": "gap list",
    "deciding.accept_gap": "gap accept",
    "ignored.listed": "ignore list",
    "ignored.add": "ignore add",
    "ignored.remove": "ignore remove",
    "keeping.listed": "secrets list",
    "keeping.put": "secrets set",
    "keeping.mark": "secrets mark",
    "placing.share": "share",
    "placing.keep_local": "keep-local",
    "registering.listed": "clients",
    "registering.add": "clients add",
}
"""The work of commands, and nothing else, can be asked for; and the words that it is counted by."""
_LONGEST = 4_000_000
_ASKS_S = 10.0


class Answering:
    """``done`` is called after each command: what it changed is to be looked at."""

    def __init__(self, settings: Settings, done: Callable[[], None], faults: Faults | None = None, measures: Measures | None = None) -> None:
        self._settings, self._done, self._faults = settings, done, faults or NoFaults()
        self._measures = measures or NoMeasures()
        self._socket: socket.socket | None = None
        self.problem = ""

    def start(self) -> None:
        """Listen. Without a socket commands do their work themselves, so what prevents it is only told."""
        try:
            self._socket = self._listening()
        except OSError as error:
            self.problem = f"{self._settings.socket}: {error.strerror}; other commands do their work themselves"
            return
        threading.Thread(target=self._accept, args=[self._socket], name="commands", daemon=True).start()

    def stop(self) -> None:
        """No new commands; one that is being worked on holds the lock of the repository, and ends with the process."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._settings.socket.unlink(missing_ok=True)

    def _listening(self) -> socket.socket:
        path = self._settings.socket
        path.unlink(missing_ok=True)  # of an earlier life: this is the only `up` of the folder
        server = socket.socket(socket.AF_UNIX)
        try:
            with short_name(path) as name:
                if name is None:
                    raise OSError(0, "its path is too long for this system")
                server.bind(name)
            path.chmod(0o600)
            server.listen(16)
        except OSError:
            server.close()
            raise
        return server

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client = server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], name="command", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if not _is_ours(client):
                return
            client.sendall(GREETING)
            client.settimeout(_ASKS_S)
            with client.makefile("rb") as lines:
                line = lines.readline(_LONGEST)
            if line.endswith(b"\n"):
                client.settimeout(None)
                client.sendall(json.dumps(self._answer(line), ensure_ascii=False).encode() + b"\n")

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            question = json.loads(line)
            name, args = question["name"], question["args"]
        except (ValueError, KeyError, TypeError):
            return {"declined": "not understood"}
        if (question.get("version"), question.get("home")) != (__version__, str(self._settings.home)) or name not in ANSWERED:
            return {"declined": "not done here"}
        return self._worked(name, args)

    def _worked(self, name: str, args: list[Any]) -> dict[str, Any]:
        answer, result = self._done_or_not(name, args)
        self._measures.commanded(ANSWERED[name], result)
        return answer

    def _done_or_not(self, name: str, args: list[Any]) -> tuple[dict[str, Any], CommandResult]:
        module, _, function = name.rpartition(".")
        try:
            with silent(), counting(self._measures):
                return {"value": getattr(import_module(f"reconciler.cli.{module}"), function)(self._settings, *args)}, "done"
        except Proposed as found:
            return {"proposed": found.branch}, "proposed"
        except ReconcilerError as error:
            return {"error": str(error)}, "refused"
        except Exception as error:  # the one who asked is told, and this goes on
            self._faults.report(error, {"part": "commands", "command": name})
            return {"error": said(error)}, "failed"
        finally:
            self._done()


def _is_ours(client: socket.socket) -> bool:
    """Whether the other end is this user. Elsewhere than on Linux the folder and the socket's mode say so."""
    if not sys.platform.startswith("linux"):
        return True
    data = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", data)[1]) == os.geteuid()
