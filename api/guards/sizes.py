"""Refuses bodies that are larger than any request needs, before they are read."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Malformed, TooLarge, answer_for


class _Over(Exception):
    """More came than was allowed."""


class Sizes:
    """Counts what comes as well: a length that is announced need not be true, and chunks announce none."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isascii() or not announced.isdigit():
            await answer_for(Malformed("the length of the request is no number"))(scope, receive, send)
        elif int(announced) > self.most_bytes:
            await self._refuse(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the application makes of a body that broke off is not sent: it cannot know why."""
        left, has_started = self.most_bytes, False

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _Over
            return message

        async def watched(message: Message) -> None:
            nonlocal has_started
            if left >= 0 or has_started:
                has_started = True
                await send(message)

        with suppress(_Over):
            await self.app(scope, counted, watched)
        if left < 0 and not has_started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer_for(TooLarge(f"at most {self.most_bytes} bytes are taken"))(scope, receive, send)
