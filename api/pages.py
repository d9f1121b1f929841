"""The dashboard's files, where no route answers: its own addresses all get its one page, which reads them itself."""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import SimpleNamespace

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import MISSING, OK, UNCHANGED

ROUTE = SimpleNamespace(path="(dashboard)")
"""How the access log names these requests."""

_NOT_PAGES = ("/api/", "/ws/", "/webhooks/", "/healthz", "/readyz", "/metrics")
_NAMED_BY_CONTENT = "assets/"
_FOR_EVER, _ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
_PACKED = ("text/", "application/json", "image/svg")
_NOT_BUILT = "The dashboard is not part of this installation: build it with `make frontend`. The API is described at /api/v1/openapi.json\n"


@dataclass(frozen=True)
class _File:
    name: str
    content: bytes

    @cached_property
    def etag(self) -> str:
        return f'"{sha256(self.content).hexdigest()[:32]}"'

    @cached_property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @cached_property
    def packed(self) -> bytes | None:
        return gzip.compress(self.content, mtime=0) if self.media_type.startswith(_PACKED) else None


class Pages:
    """Asked when no route matches. ``otherwise`` answers what is no page: the API's own addresses, and other methods."""

    def __init__(self, files: Callable[[], Mapping[str, bytes]], otherwise: ASGIApp) -> None:
        self._load = files
        self._otherwise = otherwise

    @cached_property
    def _files(self) -> dict[str, _File]:
        return {name: _File(name, content) for name, content in self._load().items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or f"{scope['path']}/".startswith(_NOT_PAGES):
            await self._otherwise(scope, receive, send)
            return
        file = self._named(scope["path"].removeprefix("/"))
        if file is None and self._files:
            await self._otherwise(scope, receive, send)
            return
        scope["route"] = ROUTE
        answer = _answer(file, Headers(scope=scope)) if file else PlainTextResponse(_NOT_BUILT, MISSING)
        await answer(scope, receive, send)

    def _named(self, name: str) -> _File | None:
        """The file, else the page. What looks like a file and is none gets no page: a browser would take it for a script."""
        is_file = name.startswith(_NAMED_BY_CONTENT) or ("/" not in name and "." in name)
        return self._files.get(name) or (None if is_file else self._files.get("index.html"))


def _answer(file: _File, asked: Headers) -> Response:
    keep = _FOR_EVER if file.name.startswith(_NAMED_BY_CONTENT) else _ASK_AGAIN
    headers = {"ETag": file.etag, "Cache-Control": keep, "Vary": "Accept-Encoding"}
    if file.etag in asked.get("if-none-match", ""):
        return Response(status_code=UNCHANGED, headers=headers)
    if file.packed is not None and "gzip" in asked.get("accept-encoding", ""):
        return Response(file.packed, OK, {**headers, "Content-Encoding": "gzip"}, file.media_type)
    return Response(file.content, OK, headers, file.media_type)
