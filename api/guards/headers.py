"""Headers that keep a browser from doing more with an answer than the dashboard needs."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_UNKEPT = ("/api/", "/webhooks/", "/metrics", "/healthz", "/readyz")


class SecurityHeaders:
    """What the API answers is never kept by a browser or a proxy; files of the dashboard may be."""

    def __init__(self, app: ASGIApp, is_secure: bool) -> None:
        self.app = app
        self.more = {"Strict-Transport-Security": "max-age=31536000"} if is_secure else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**_ALWAYS, **self.more}.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(_UNKEPT):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, with_headers)
