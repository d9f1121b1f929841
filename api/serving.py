"""Serves the application from a thread with a loop of its own, so that a slow request never holds up a pass."""

from __future__ import annotations

import socket
import threading
from functools import partial

import uvicorn
from fastapi import FastAPI

from api.guards.arriving import Arriving, PatientHead
from api.listening import Listening, insist_on_safety
from reconciler.errors import Stalled

_END_S = 5.0
_MOST_SAID = 64 * 1024
"""Bytes of a message to a WebSocket: nothing is expected there."""


class Serving:
    """``address`` says where, with the port that was taken. Raises ``Stalled`` when it is taken already, or may not be listened on."""

    def __init__(self, app: FastAPI, listening: Listening) -> None:
        insist_on_safety(listening)
        self._socket = _bound(listening.host, listening.port)
        self.port = int(self._socket.getsockname()[1])
        self.address = listening.address(self.port)
        tls = {"ssl_certfile": listening.tls.certificate, "ssl_keyfile": listening.tls.key} if listening.tls else {}
        config = uvicorn.Config(app, http=partial(PatientHead, arriving=Arriving(listening.patience)), log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False, ws_max_size=_MOST_SAID, **tls)  # type: ignore[arg-type]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End open requests and wait for it, but not for ever."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_END_S)
        self._socket.close()

    @property
    def problem(self) -> str:
        return "" if self._thread.is_alive() else "the HTTP server has ended; start `reconciler up` again"

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])


def _bound(host: str, port: int) -> socket.socket:
    """Listening from here on, so that a port that is taken is told before anything else starts."""
    one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, port))
        one.listen()
    except OSError as error:
        one.close()
        raise Stalled(f"{host}:{port}: {error.strerror}; choose another port with `reconciler up --port N`, 0 for any free one") from error
    return one
