"""One line a request: which route, how it ended, how long it took. Never a query, a header or a body: they may hold secrets.

What was only looked at is of the level debug: an open dashboard looks every few seconds, and what happened must be found.
"""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from api.errors import answer_for
from api.pages import ROUTE as PAGES
from api.services import Services
from reconciler.errors import ReconcilerError

_FAULT = 1011
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", PAGES.path})


class AccessLog:
    """Outermost: what nobody else caught ends here as a problem without a traceback, and is recorded once."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = self.services.clock.now(), 0
        scope.setdefault("state", {})["request_id"] = self.services.entropy(8).hex()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", scope["state"]["request_id"].encode())]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception as error:  # the boundary: a bug must not show a traceback, which may hold values
            self._report(error, scope)
            if status:
                raise ConnectionAbortedError("the answer had begun") from None
            await answer_for(error)(scope, receive, seen)
        finally:
            self._line(scope, status, self.services.clock.now() - began)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The same for a socket, which a fault closes: the server would print its traceback."""
        scope.setdefault("state", {})["request_id"] = self.services.entropy(8).hex()
        try:
            await self.app(scope, receive, send)
        except WebSocketDisconnect:
            return
        except Exception as error:  # the boundary: the server would print a traceback, which may hold values
            self._report(error, scope)
            with suppress(RuntimeError, OSError):  # it is closed already
                await send({"type": "websocket.close", "code": _FAULT})

    def _line(self, scope: Scope, status: int, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", "(none)")
        if route not in _QUIET:
            fields = {"method": scope["method"], "route": route, "status": status, "ms": round(took_s * 1000, 1)}
            is_look = scope["method"] in ("GET", "HEAD", "OPTIONS") and 200 <= status < 400
            self.services.log.write("debug" if is_look else "info", "request", {**fields, **self._who(scope)})

    def _who(self, scope: Scope) -> dict[str, str]:
        state = scope["state"]
        return {"request": state["request_id"]} | ({"person": state["person"]} if "person" in state else {})

    def _report(self, error: Exception, scope: Scope) -> None:
        if not isinstance(error, ReconcilerError):
            self.services.faults.report(error, {"request": scope["state"]["request_id"]})
