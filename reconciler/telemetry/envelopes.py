"""Unexpected errors to GlitchTip, or another server of Sentry's protocol: one envelope an error.

Made from the log's own record of it, which is masked: no text of the error, no variables, no request, no path of this machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reconciler.errors import Stalled
from reconciler.ports.logs import LogRecord
from reconciler.ports.measures import Measures

if TYPE_CHECKING:
    import sentry_sdk

FAULT = "fault"
_OURS = ("reconciler", "api")
_PLACE = re.compile(r"(?P<module>[^:]*):(?P<line>\d+)(?: (?P<function>.*))?")
_END_S = 2.0


class Envelopes:
    """An ``Outlet`` for faults alone. A thread of the library carries them; what it has no room for is dropped and counted."""

    def __init__(self, dsn: str, machine: str, version: str, measures: Measures) -> None:
        self._client = _client(dsn, machine, version, lambda: measures.dropped("errors", 1))

    def take(self, record: LogRecord) -> None:
        if record.event == FAULT:
            self._client.capture_event(event_of(record))

    def close(self) -> None:
        self._client.close(timeout=_END_S)


def _client(dsn: str, machine: str, version: str, lost: Callable[[], None]) -> sentry_sdk.Client:
    """Raises ``Stalled`` for what is no DSN; it is not repeated, for it holds a key."""
    import sentry_sdk  # 0.2 s, for who has a server
    from sentry_sdk.transport import HttpTransport
    from sentry_sdk.utils import BadDsn

    class Counted(HttpTransport):
        def on_dropped_event(self, _reason: str) -> None:
            lost()

    try:
        if not urlsplit(dsn).hostname:
            raise BadDsn(dsn)
        return sentry_sdk.Client(
            dsn=dsn,
            transport=Counted,
            release=f"reconciler@{version}",
            environment="production",
            server_name=machine,
            default_integrations=False,  # they read frames, requests and the process's arguments
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            send_client_reports=False,
            max_breadcrumbs=0,
            traces_sample_rate=0,
        )
    except (BadDsn, ValueError):
        raise Stalled("RECONCILER_SENTRY_DSN is no DSN; expected https://KEY@host/PROJECT") from None


def event_of(record: LogRecord) -> Any:
    """The error as an event of Sentry's protocol; where it came from first, as the protocol wants it."""
    fields = record.fields
    places = [str(place) for place in fields.get("places", ())]
    causes = [{"type": str(cause), "value": ""} for cause in fields.get("causes", ())]
    error = {"type": str(fields.get("type", "Error")), "value": f"at {places[-1]}" if places else "", "mechanism": {"type": "reported", "handled": True}}
    frames = {"stacktrace": {"frames": [_frame(place) for place in places]}} if places else {}
    about = {key: str(value) for key, value in fields.items() if key not in ("type", "causes", "places")}
    tags = {key: value[:200] for key, value in {**about, "target": record.target, "session": record.session, "revision": record.revision}.items() if value}
    return {"level": record.level, "logger": "reconciler", "platform": "python", "exception": {"values": [*causes[::-1], {**error, **frames}]}, "tags": tags}


def _frame(place: str) -> dict[str, Any]:
    found = _PLACE.fullmatch(place)
    if found is None:
        return {"function": place, "in_app": False}
    module = found["module"]
    return {
        "module": module,
        "filename": module.replace(".", "/") + ".py",
        "function": found["function"] or "?",
        "lineno": int(found["line"]),
        "in_app": module.split(".")[0] in _OURS,
    }
