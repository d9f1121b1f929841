"""Refuses requests that were sent here by another site: by a foreign Host (DNS rebinding) or from a foreign page (Origin)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Foreign, answer_for
from api.services import Gateway

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"", "same-origin", "none"})


class Origins:
    """WebSockets too: a browser lets any page open one, so the Origin is all that tells them apart."""

    def __init__(self, app: ASGIApp, gateway: Gateway) -> None:
        self.app = app
        self.gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = self._why_foreign(scope) if scope["type"] in ("http", "websocket") else ""
        if not why:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await answer_for(Foreign(why))(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": why[:100]})

    def _why_foreign(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or host_name(hosts[0]) not in self.gateway.hosts:
            return "this name is not one that the gateway answers to; set RECONCILER_API_HOSTS to allow it"
        if len(origins) > 1 or any(not self._is_ours(o, hosts[0]) for o in origins):
            return "the page that asks is of another site"
        is_read = scope["type"] == "http" and scope["method"] in _SAFE
        if not is_read and headers.get("sec-fetch-site", "") not in _OURS and not self._is_listed(origins):
            return "a browser says that another site asks"
        return ""

    def _is_listed(self, origins: list[str]) -> bool:
        return bool(origins) and origins[0] in self.gateway.origins

    def _is_ours(self, origin: str, host: str) -> bool:
        return origin in self.gateway.origins or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


def host_name(host: str) -> str:
    """The name in a Host header, without its port; empty when it is none."""
    try:
        parts = urlsplit(f"//{host}")
        name = parts.hostname or ""
        _ = parts.port  # raises for what is no port
    except ValueError:
        return ""
    return "" if parts.username is not None or parts.path or parts.query or parts.fragment else name
