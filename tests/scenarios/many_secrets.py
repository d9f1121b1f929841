"""Made-up secrets by the thousand, of 25 kinds, in the files of clients; and a search that finds a piece of any of them."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.reconciler.mapping.secret_corpus import Tokens

PIECE = 12
"""So many characters in a row of a secret are a find."""
GRAM = 8
"""Every ``PIECE - GRAM + 1``th place of a text is looked at: one such run of characters begins there in any piece."""
ODD = "Kq\"7\\é'"
"""What JSON, YAML and addresses write otherwise."""
PLACES = ("env", "name", "header", "argument", "flag", "password", "query", "oauth", "command")
TOGETHER = (("env", "name", "argument", "flag"), ("header", "oauth", "query"), ("password",), ("command",))
"""Places that one server has side by side."""
_RUN = re.compile(rb"[A-Za-z0-9+/_=-]{12,}")


@dataclass(frozen=True)
class Made:
    """``value`` is the secret, which stands in a server's entry somehow."""

    kind: str
    value: str
    place: str
    entry: dict[str, Any]


def secrets(count: int) -> list[Made]:
    """The shapes of 24 kinds of tokens, and passwords without a shape; each in turn in each place."""
    made = Tokens(2026)
    out: list[Made] = []
    while len(out) < count:
        values = [*made.known(), ODD + made.made(20)]
        for number, value in enumerate(values):
            place = PLACES[(len(out) // len(values) + number) % len(PLACES)]
            written = value if number < 24 else _plain(place, value)
            out.append(Made(f"kind-{number}", written, place, _entry(place, written)))
    return out[:count]


def _plain(place: str, value: str) -> str:
    """A sign that an address or a shell reads otherwise ends a secret there."""
    return value if place in ("env", "name", "header", "oauth") else value.replace(ODD, "Kq7")


def _entry(place: str, value: str) -> dict[str, Any]:
    http = {"type": "http", "url": "https://mcp.example.com/sse"}
    return {
        "env": {"command": "npx", "env": {"API_KEY": value}},
        "name": {"command": "npx", "env": {"GITHUB_TOKEN": value, "MODE": "prod"}},
        "header": {**http, "headers": {"Authorization": f"Bearer {value}"}},
        "argument": {"command": "npx", "args": ["--token", value]},
        "flag": {"command": "npx", "args": [f"--api-key={value}", "--verbose"]},
        "password": {"type": "http", "url": f"https://me:{value}@mcp.example.com/sse"},
        "query": {"type": "http", "url": f"https://mcp.example.com/sse?api_key={value}"},
        "oauth": {**http, "headers": {"X-API-Key": value}},
        "command": {"command": "sh", "args": ["-c", f"API_TOKEN={value} npx -y @example/server"]},
    }[place]


class Search:
    """Finds any piece of a secret, raw or as base64 has it at any offset; escapes of JSON, YAML and addresses leave pieces whole."""

    def __init__(self, found: Iterable[str]) -> None:
        self._pieces: dict[bytes, str] = {}
        self._grams: set[bytes] = set()
        for value in found:
            for text in _written(value):
                for run in re.findall(rb"[A-Za-z0-9+/_=-]{12,}", text):
                    self._grams.update(run[at : at + GRAM] for at in range(len(run) - GRAM + 1))
                    for at in range(len(run) - PIECE + 1):
                        self._pieces.setdefault(run[at : at + PIECE], value)

    def __call__(self, data: bytes) -> set[str]:
        """The secrets of which a piece is in the data."""
        hits: set[str] = set()
        for run in set(_RUN.findall(data)):
            if any(run[at : at + GRAM] in self._grams for at in range(0, len(run) - GRAM + 1, PIECE - GRAM + 1)):
                hits.update(self._pieces[piece] for at in range(len(run) - PIECE + 1) if (piece := run[at : at + PIECE]) in self._pieces)
        return hits


def _written(value: str) -> Iterator[bytes]:
    data = value.encode()
    yield data
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data)
        whole = text[4 if shift else 0 : len(text) // 4 * 4 - 4]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def claude_file(found: Iterable[Made]) -> str:
    """All of them in as few servers as their places allow."""
    servers: dict[str, dict[str, Any]] = {}
    seen = Counter[str]()
    for one in found:
        sort = next(number for number, places in enumerate(TOGETHER) if one.place in places)
        server = servers.setdefault(f"server-{sort}-{seen[one.place]}", {})
        seen[one.place] += 1
        for key, value in one.entry.items():
            server[key] = _both(server[key], value) if key in server else value
    return json.dumps({"numStartups": 1, "mcpServers": servers}, indent=2)


def _both(one: Any, other: Any) -> Any:
    """The longer text is the address with a query."""
    if isinstance(one, dict):
        return one | other
    return [*one, *other] if isinstance(one, list) else max(one, other, key=len)
