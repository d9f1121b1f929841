"""Asks the running `up` to do a command's work; without one the work is done here, under the same lock.

Imports next to nothing: where `up` answers, this process needs little more.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from reconciler import __version__
from reconciler.cli.patience import patience
from reconciler.errors import Proposed, Stalled
from reconciler.settings import Settings

GREETING = b"reconciler\n"
LONGEST_NAME = 100
"""Systems allow 104 or 108 bytes for the path of a socket."""
_GREETS_S = 1.0


def asked(settings: Settings, name: str, *args: Any) -> Any:
    """What ``reconciler.cli.<module>.<function>`` returns for these plain values, wherever it runs."""
    server = _greeted(settings)
    if server is not None:
        with server:
            answer = _answer(server, settings, name, args)
        if answer is not None:
            return _value(answer)
    module, _, function = name.rpartition(".")
    return getattr(import_module(f"reconciler.cli.{module}"), function)(settings, *args)


@contextmanager
def short_name(path: Path) -> Iterator[str | None]:
    """A name for a socket that the system takes; None when there is none."""
    if len(os.fsencode(path)) <= LONGEST_NAME:
        yield str(path)
        return
    if not sys.platform.startswith("linux"):
        yield None
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _greeted(settings: Settings) -> socket.socket | None:
    """A connection to an `up` that answers; one that hangs is not waited for."""
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(_GREETS_S)
    with suppress(OSError), short_name(settings.socket) as name:
        if name is not None:
            server.connect(name)
            if _received(server, len(GREETING)) == GREETING:
                server.settimeout(None)
                return server
    server.close()
    return None


def _received(server: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size and (part := server.recv(size - len(got))):
        got += part
    return got


def _answer(server: socket.socket, settings: Settings, name: str, args: Any) -> dict[str, Any] | None:
    """None when it does not do this for us: another version, or another home."""
    question = {"version": __version__, "home": str(settings.home), "name": name, "args": args}
    with patience("working"), server.makefile("rwb") as lines, suppress(OSError):
        lines.write(json.dumps(question).encode() + b"\n")
        lines.flush()
        line = lines.readline()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return None if "declined" in answer else answer
    raise Stalled("`reconciler up` ended while it worked on this; see `reconciler status`, then give the command again if it is still needed")


def _value(answer: dict[str, Any]) -> Any:
    if "proposed" in answer:
        raise Proposed(str(answer["proposed"]))
    if "error" in answer:
        raise Stalled(str(answer["error"]))
    return answer["value"]
