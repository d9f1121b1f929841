"""The log in Loki: pushed as JSON to `/loki/api/v1/push`, read by LogQL over `query_range`. No library: those there are block."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reconciler.errors import ReconcilerError, Retryable, Stalled
from reconciler.ports import Clock
from reconciler.ports.logs import LogRecord
from reconciler.telemetry import logql
from reconciler.telemetry.records import line_of

if TYPE_CHECKING:
    import httpx

MOST_ENTRIES = 5_000
"""Loki gives no more for one question (its ``max_entries_limit_per_query``)."""
LONGEST_SPAN_S = 30 * 86_400.0
"""A little less than what one question may be about (its ``max_query_length``)."""
_ANSWER_S = 10.0
_NS = 1_000_000_000
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CLIENT = re.compile(r"[^/]*/([^/]+)/.*")


class LokiLogs:
    """``reconciler.ports.logs.Logs``. Raises ``Stalled`` for an address that is none; the address is never told with its password."""

    def __init__(self, url: str, machine: str, clock: Clock, tenant: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Stalled("RECONCILER_LOKI_URL is no address of Loki; expected http://host:3100")
        self._base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.removesuffix('/loki/api/v1/push').rstrip('/')}"
        self._login = (parts.username, parts.password or "") if parts.username else None
        self._headers = {"X-Scope-OrgID": tenant} if tenant else {}
        self._is_near = parts.hostname in _LOOPBACK
        self._machine, self._clock = machine, clock
        self._made: httpx.Client | None = None

    def add(self, records: Sequence[LogRecord]) -> None:
        if records:
            body = json.dumps({"streams": _streams(records, self._machine)}, ensure_ascii=False)
            data = body.encode("utf-8", "replace")
            self._asked(lambda http: http.post("/loki/api/v1/push", content=data, headers={"Content-Type": "application/json"}))

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[LogRecord], int]:
        if offset + limit > MOST_ENTRIES:
            raise Stalled(f"Loki gives the newest {MOST_ENTRIES} only; ask for less: a shorter period, a level, a client")
        start, end = self._span(filters)
        asked = logql.query(filters)
        if end <= start:
            return [], 0
        span = {"query": asked, "start": str(start), "end": str(end)}
        found = self._read("query_range", {**span, "limit": str(offset + limit), "direction": "backward"}) if limit else []
        total = self._read("query", {"query": logql.count(asked, end - start), "time": str(end - 1)})
        entries = sorted(((int(ns), line) for stream in found for ns, line in (row[:2] for row in stream["values"])), key=lambda e: -e[0])
        return [_record(ns, line) for ns, line in entries[offset : offset + limit]], int(float(total[0]["value"][1])) if total else 0

    def _span(self, filters: Mapping[str, str]) -> tuple[int, int]:
        """First nanosecond, and the one behind the last. Without a beginning, and at most, thirty days."""
        now = self._clock.now() + 60.0
        until = min(float(filters.get("until") or now), now)
        since = max(float(filters.get("since") or 0.0), until - LONGEST_SPAN_S)
        return _ns(since), _ns(until)

    def _read(self, path: str, asked: Mapping[str, str]) -> list[Any]:
        answer = self._asked(lambda http: http.get(f"/loki/api/v1/{path}", params=dict(asked)))
        try:
            result = answer.json()["data"]["result"]
        except (ValueError, KeyError, TypeError):
            raise Retryable(f"{self._base}: this is no answer of Loki; see that RECONCILER_LOKI_URL is its address") from None
        return list(result)

    def _asked(self, ask: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        import httpx  # 0.1 s, for who has a Loki

        if self._made is None:
            self._made = httpx.Client(base_url=self._base, auth=self._login, headers=self._headers, timeout=_ANSWER_S, trust_env=not self._is_near)
        try:
            answer = ask(self._made)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Retryable(f"Loki at {self._base} does not answer ({type(error).__name__})", after_s=2.0) from error
        if answer.is_success:
            return answer
        raise _refusal(self._base, answer)


def _refusal(base: str, answer: httpx.Response) -> ReconcilerError:
    """What it answers is not repeated: it may quote what was sent."""
    said = f"Loki at {base} answered {answer.status_code}"
    if answer.status_code == 429 or answer.status_code >= 500:
        after = answer.headers.get("Retry-After", "")
        return Retryable(f"{said}; it is tried again", after_s=min(60.0, float(after)) if after.isdigit() else 2.0)
    cure = "see the user, password and tenant of RECONCILER_LOKI_URL" if answer.status_code in (401, 403) else "see its log for why"
    return Stalled(f"{said}; {cure}")


def _streams(records: Sequence[LogRecord], machine: str) -> list[dict[str, Any]]:
    """By labels, of which there are few, each with its entries in the order of their times."""
    streams: dict[tuple[str, str], list[list[str]]] = {}
    last = 0
    for record in sorted(records, key=lambda r: r.at):
        last = max(_ns(record.at), last + 1)  # the same line at the same nanosecond would be taken for a repetition
        found = _CLIENT.fullmatch(record.target)
        streams.setdefault((record.level, found[1] if found else ""), []).append([str(last), line_of(record)])
    return [{"stream": _labels(machine, level, client), "values": values} for (level, client), values in streams.items()]


def _labels(machine: str, level: str, client: str) -> dict[str, str]:
    return {"job": logql.JOB, "machine": machine, "level": level} | ({"client": client} if client else {})


def _record(ns: int, line: str) -> LogRecord:
    """What another program wrote under our name is shown as its text."""
    try:
        value = json.loads(line)
        level, event, target, session = (str(value[name]) for name in ("level", "event", "target", "session"))
        return LogRecord(float(value["at"]), level, event, target, session, dict(value["fields"]), str(value.get("revision", "")))
    except (ValueError, KeyError, TypeError):
        return LogRecord(ns / _NS, "info", line, "", "", {})


def _ns(seconds: float) -> int:
    """Without the noise that a float of this size has behind its microseconds."""
    return round(seconds * 1_000_000) * 1_000
