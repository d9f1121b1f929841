"""A stand-in for GlitchTip on loopback that takes envelopes as Sentry's protocol documents them, and refuses everything else.

https://develop.sentry.dev/sdk/data-model/envelopes/ and .../event-payloads/.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.stand_in import serving

KEY, PROJECT = "0123456789abcdef" * 2, "7"
MOST_BYTES = 1024 * 1024
ID = re.compile(r"[0-9a-f]{32}")
LEVELS = {"fatal", "error", "warning", "info", "debug"}
FORBIDDEN = {"request", "user", "breadcrumbs", "extra", "modules", "contexts", "threads", "message", "logentry"}
"""What an event of this program never has."""


class Refused(Exception):
    """400."""


@dataclass
class GlitchTip:
    """``status``: answer all with it. ``came`` is set with each envelope."""

    status: int = 200
    address: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    @property
    def dsn(self) -> str:
        return self.address.replace("//", f"//{KEY}@") + f"/{PROJECT}"

    def take(self, path: str, headers: dict[str, str], body: bytes) -> str:
        if path != f"/api/{PROJECT}/envelope/":
            raise Refused(f"no such path: {path}")
        auth = headers.get("x-sentry-auth", "")
        if not auth.startswith("Sentry ") or not {f"sentry_key={KEY}", "sentry_version=7"} <= set(re.split(r",\s*", auth.removeprefix("Sentry "))):
            raise Refused(f"not let in: {auth}")
        if headers.get("content-type") != "application/x-sentry-envelope":
            raise Refused("no envelope")
        data = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        self.bodies.append(data)
        if len(data) > MOST_BYTES:
            raise Refused("too large")
        head, payload = _items(data)
        self._event(head, payload)
        self.events.append(payload)
        return str(payload["event_id"])

    def _event(self, head: dict[str, Any], event: dict[str, Any]) -> None:
        if not ID.fullmatch(event["event_id"]) or head["event_id"] != event["event_id"]:
            raise Refused("the ids are no ids, or not the same")
        for text in (head["sent_at"], event["timestamp"]):
            datetime.fromisoformat(text)
        if event["platform"] != "python" or event["level"] not in LEVELS:
            raise Refused("platform or level")
        if not all(isinstance(v, str) and 0 < len(v) <= 200 and re.fullmatch(r"[a-zA-Z0-9_.:-]{1,32}", k) for k, v in event.get("tags", {}).items()):
            raise Refused("tags")
        if FORBIDDEN & event.keys():
            raise Refused(f"it tells too much: {FORBIDDEN & event.keys()}")
        for value in event["exception"]["values"]:
            if not value.get("type"):
                raise Refused("an exception has a type")
            for frame in value.get("stacktrace", {"frames": [{"function": "?"}]})["frames"]:
                if not {"function", "filename", "module"} & frame.keys() or {"vars", "pre_context", "context_line", "post_context", "abs_path"} & frame.keys():
                    raise Refused(f"frame: {frame}")


def _items(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header, and the event; an envelope with anything beside it is refused."""
    head, rest = data.split(b"\n", 1)
    about, rest = rest.split(b"\n", 1)
    item = json.loads(about)
    length = item.get("length", len(rest.rstrip(b"\n")))
    if item["type"] != "event" or rest[length:] not in (b"", b"\n"):
        raise Refused(f"expected one event: {item}")
    return json.loads(head), json.loads(rest[:length])


class _Handler(BaseHTTPRequestHandler):
    server_of: GlitchTip

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self.server_of.status, b"{}"
        try:
            id_ = self.server_of.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            answer = json.dumps({"id": id_}).encode()
        except (Refused, ValueError, KeyError, TypeError) as error:
            self.server_of.refused.append(f"{type(error).__name__} {error}")
            status = 400
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.server_of.came.set()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def glitchtip(**about: Any) -> Iterator[GlitchTip]:
    made = GlitchTip(**about)
    handler = type("Handler", (_Handler,), {"server_of": made})
    with serving(handler) as made.address:
        yield made
