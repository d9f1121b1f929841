"""A stand-in for Loki on loopback that takes what its HTTP API documents, and refuses everything else as it does.

https://grafana.com/docs/loki/latest/reference/loki-http-api/ and the limits that are its defaults.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.stand_in import serving

MOST_BYTES, LONGEST_LINE = 4 * 1024 * 1024, 256 * 1024
MOST_LABELS, LONGEST_NAME, LONGEST_VALUE = 15, 1024, 2048
MOST_ENTRIES, LONGEST_QUERY_NS = 5_000, (30 * 24 + 1) * 3_600 * 10**9
OLDEST_NS, GRACE_NS, DISORDER_NS = 7 * 86_400 * 10**9, 600 * 10**9, 3_600 * 10**9
NAME, STRING = r"[a-zA-Z_][a-zA-Z0-9_]*", r'"(?:[^"\\\n]|\\.)*"'
PARSED = r'\| json event="event", target="target", session="session", fields="fields"'
SELECTOR = re.compile(rf"\{{({NAME}(?:!=|=~?){STRING}(?:, {NAME}(?:!=|=~?){STRING})*)\}}")
FILTER = re.compile(rf"\| ({NAME}=~?{STRING}(?: or {NAME}=~?{STRING})*)")
MATCHER = re.compile(rf"({NAME})(!=|=~?)({STRING})")
COUNT = re.compile(r"sum\(count_over_time\((.*) \[(\d+)ns\]\)\)", re.S)

Labels = tuple[tuple[str, str], ...]


class Refused(Exception):
    """400, with the reason as text."""


@dataclass
class Loki:
    """``answers`` are statuses to answer pushes with, one after the other, before it works as usual. ``now_ns`` is its clock."""

    streams: dict[Labels, list[tuple[int, str]]] = field(default_factory=dict)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    pushes: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    now_ns: int = field(default_factory=time.time_ns)
    login: str = ""
    tenant: str = ""
    address: str = ""

    @property
    def lines(self) -> list[str]:
        return [line for _, line in sorted(entry for entries in self.streams.values() for entry in entries)]

    # ------------------------------------------------------------ pushing

    def push(self, body: bytes) -> None:
        value = json.loads(body)
        if set(value) != {"streams"} or not isinstance(value["streams"], list) or not value["streams"]:
            raise Refused("expected streams")
        for stream in value["streams"]:
            if set(stream) != {"stream", "values"}:
                raise Refused("a stream has stream and values")
            labels = self._labels(stream["stream"])
            for row in stream["values"]:
                self._entry(labels, row)

    def _labels(self, labels: dict[str, str]) -> Labels:
        if not 0 < len(labels) <= MOST_LABELS:
            raise Refused("at least one label pair is required per stream, and at most 15")
        for name, value in labels.items():
            if not re.fullmatch(NAME, name) or len(name) > LONGEST_NAME:
                raise Refused(f"no name of a label: {name}")
            if not isinstance(value, str) or not value or len(value.encode()) > LONGEST_VALUE:
                raise Refused(f"no value of a label: {name}")
        return tuple(sorted(labels.items()))

    def _entry(self, labels: Labels, row: list[Any]) -> None:
        if not (isinstance(row, list) and len(row) == 2 and all(isinstance(part, str) for part in row)):
            raise Refused("an entry is a nanosecond text and a line")
        text, line = row
        if not re.fullmatch(r"\d{19}", text):
            raise Refused(f"no nanoseconds since 1970: {text}")
        if len(line.encode()) > LONGEST_LINE:
            raise Refused("max entry size exceeded")
        if not self.now_ns - OLDEST_NS <= int(text) <= self.now_ns + GRACE_NS:
            raise Refused("timestamp too old or too new")
        known = self.streams.setdefault(labels, [])
        if known and int(text) < max(ns for ns, _ in known) - DISORDER_NS:
            raise Refused("entry too far behind")
        if (int(text), line) not in known:  # a repetition is taken, and not kept twice
            known.append((int(text), line))

    # ------------------------------------------------------------ reading

    def range(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        limit, start, end = int(asked.get("limit", "100")), int(asked["start"]), int(asked["end"])
        if asked.get("direction", "backward") != "backward":
            raise Refused("the tests know backward only")
        if limit > MOST_ENTRIES:
            raise Refused("max entries limit per query exceeded")
        if not 0 < end - start <= LONGEST_QUERY_NS:
            raise Refused("the query time range exceeds the limit")
        found = [(ns, line, labels) for ns, line, labels in self._matching(asked["query"]) if start <= ns < end]
        newest = sorted(found, key=lambda one: -one[0])[:limit]
        rows: dict[Labels, list[list[str]]] = {}
        for ns, line, labels in newest:
            rows.setdefault(labels, []).append([str(ns), line])
        return [{"stream": dict(labels), "values": values} for labels, values in rows.items()]

    def instant(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        """A range of a metric begins behind its first moment, and ends with its last."""
        found = COUNT.fullmatch(asked["query"])
        if not found:
            raise Refused(f"parse error: {asked['query']}")
        at, span = int(asked["time"]), int(found[2])
        if span > LONGEST_QUERY_NS:
            raise Refused("the query time range exceeds the limit")
        number = sum(at - span < ns <= at for ns, _, _ in self._matching(found[1]))
        return [{"metric": {}, "value": [at / 10**9, str(number)]}] if number else []

    def _matching(self, query: str) -> Iterator[tuple[int, str, Labels]]:
        selector, wanted = parsed(query)
        for labels, entries in self.streams.items():
            if all(_fits(dict(labels).get(name, ""), how, value) for name, how, value in selector):
                for ns, line in entries:
                    seen = _extracted(line)
                    if all(any(_fits(seen.get(name, ""), how, value) for name, how, value in choices) for choices in wanted):
                        yield ns, line, labels


Matcher = tuple[str, str, str]


def parsed(query: str) -> tuple[list[Matcher], list[list[Matcher]]]:
    """Selector and filters of a query. Only what this program asks is understood; a slip of a quote is not."""
    selector = SELECTOR.match(query)
    if not selector:
        raise Refused(f"parse error: {query}")
    rest = query[selector.end() :]
    if not rest:
        return _matchers(selector[1]), []
    stage = re.match(f" {PARSED}", rest)
    if not stage:
        raise Refused(f"parse error: {rest}")
    rest, wanted = rest[stage.end() :], []
    while rest:
        found = FILTER.match(rest, 1)
        if not found or rest[0] != " ":
            raise Refused(f"parse error: {rest}")
        wanted.append(_matchers(found[1]))
        rest = rest[found.end() :]
    return _matchers(selector[1]), wanted


def _matchers(text: str) -> list[Matcher]:
    return [(name, how, json.loads(value)) for name, how, value in MATCHER.findall(text)]


def _fits(value: str, how: str, wanted: str) -> bool:
    if how == "=~":
        return re.fullmatch(wanted, value) is not None
    return (value == wanted) == (how == "=")


def _extracted(line: str) -> dict[str, str]:
    """What the json stage makes labels of: texts as they are, an object as it stands in the line."""
    try:
        value = json.loads(line)
    except ValueError:
        return {"__error__": "JSONParserErr"}
    return {k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in value.items()}


class _Handler(BaseHTTPRequestHandler):
    loki: Loki

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.loki.pushes.append({k.lower(): v for k, v in self.headers.items()})
        if self.loki.answers:
            status, headers = self.loki.answers.pop(0)
            return self._answer(status, b"scripted", headers)
        if self.path != "/loki/api/v1/push" or self.headers["Content-Type"] != "application/json":
            return self._answer(404 if self.path != "/loki/api/v1/push" else 415, b"", {})
        if not self._is_let_in():
            return self._answer(401, b"", {})
        try:
            if len(body) > MOST_BYTES:
                raise Refused("too large")
            self.loki.bodies.append(body)
            self.loki.push(body)
        except (Refused, ValueError, KeyError, TypeError) as error:
            return self._answer(400, str(error).encode(), {})
        return self._answer(204, b"", {})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        work = {"/loki/api/v1/query_range": ("streams", self.loki.range), "/loki/api/v1/query": ("vector", self.loki.instant)}.get(parts.path)
        self.loki.asked.append(asked.get("query", ""))
        if work is None:
            return self._answer(404, b"", {})
        try:
            data = {"resultType": work[0], "result": work[1](asked), "stats": {}}
        except (Refused, ValueError, KeyError, re.error) as error:
            return self._answer(400, str(error).encode(), {})
        return self._answer(200, json.dumps({"status": "success", "data": data}).encode(), {"Content-Type": "application/json"})

    def _is_let_in(self) -> bool:
        asked = {"Authorization": self.loki.login, "X-Scope-OrgID": self.loki.tenant}
        return all(self.headers[name] == wanted for name, wanted in asked.items() if wanted)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def loki(**about: Any) -> Iterator[Loki]:
    made = Loki(**about)
    handler = type("Handler", (_Handler,), {"loki": made})
    with serving(handler) as made.address:
        yield made
