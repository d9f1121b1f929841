"""Refuses addresses with a NUL in them: no file, no database and no client can hold one, so it names nothing here."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Malformed, answer_for


class Texts:
    """Bodies are looked through where they are read: see ``api.bodies``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]):
            await answer_for(Malformed("a NUL stands in the address"))(scope, receive, send)
        else:
            await self.app(scope, receive, send)
