"""TOML documents: read as plain values, edited in place. Dates are read as text.

Everything that no edit names stays byte for byte; an edit that cannot keep that is refused.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Sequence
from typing import Any, NoReturn

from reconciler.formats.edit import MAX_DEPTH, MAX_NODES, Edit, FormatError, KeyPath
from reconciler.formats.spans import decoded, edited, place
from reconciler.formats.toml_edit import line_of, stepped
from reconciler.formats.toml_spans import document

_MOST_MARKS, _LONGEST_WORD, _MOST_DOTS = 250_000, 500_000, 2_000_000
_BLANKS = re.compile(r"[^\w.+-]+")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read(data: bytes) -> dict[str, Any]:
    """The document's values. Raises ``FormatError`` for anything that is not plain, bounded TOML."""
    text = decoded(data)
    _insist_on_bounds(text)
    try:
        return dict(_Plain().map(tomllib.loads(text), 0))
    except tomllib.TOMLDecodeError as error:
        _fail(text, str(error))
    except FormatError:
        raise  # ours is a ValueError as well
    except RecursionError:
        raise FormatError("nested too deep") from None
    except ValueError as error:
        raise FormatError(str(error)) from None


def _insist_on_bounds(text: str) -> None:
    """What would keep the library busy for minutes, or fill the memory, is refused before it looks."""
    lines = text.split("\n")
    if text.count(",") + text.count("=") + text.count("\n[") > _MOST_MARKS:
        raise FormatError(f"more than {MAX_NODES} values")
    if len(lines) > _MOST_MARKS:
        raise FormatError(f"more than {_MOST_MARKS} lines")
    for number, line in enumerate(lines):
        if len(line) > _LONGEST_WORD and any(len(word) > _LONGEST_WORD for word in _BLANKS.split(line)):
            raise FormatError(f"a word of more than {_LONGEST_WORD} characters", number + 1)
    if sum(_dots(line) ** 2 for line in lines) > _MOST_DOTS:  # the library needs the square of a key's parts
        raise FormatError("keys of too many parts")
    if any(line.count(".") > MAX_DEPTH for line in lines):
        document(text)  # refuses long keys


def _dots(line: str) -> int:
    """Dots where a key may be: before the sign, or in a header."""
    return line.partition("=")[0].count(".")


def edit(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The document after the edits. Raises ``EditRefused`` and changes nothing when one cannot be made."""
    return edited(data, edits, read, stepped)


def position(data: bytes, path: KeyPath) -> tuple[int, int]:
    """Line and column, from 1, of the key at ``path``, or of the nearest thing around it that is there."""
    text = decoded(data)
    doc = document(text)
    for n in range(len(path), 0, -1):
        start = line_of(doc, path[:n])
        if start is not None:
            return place(text, start)
    return 1, 1


def _fail(text: str, message: str) -> NoReturn:
    found = _AT.search(message)
    reason = message[: found.start()] if found else message
    if reason.startswith(("Cannot", "Duplicate")) and (double := _first_double(text, int(found[1]) if found and found[1] else 0)) is not None:
        raise FormatError("this key or table is there twice", *place(text, double))
    if found and found[1]:
        raise FormatError(reason, int(found[1]), int(found[2]))
    raise FormatError(reason, *place(text, len(text)))


def _first_double(text: str, line: int) -> int | None:
    """Where the first path stands that was taken before; None when the clash is of another kind.

    Only lines up to the one that the library names are read (0: all): reading is slow where one key stands a million times.
    """
    try:
        doc = document("\n".join(text.split("\n")[: line or None]))
    except FormatError:  # the last value has more lines
        doc = document(text)
    parts = [(s.start, s.at) for s in doc.sections[1:]] + [(p.start, p.at) for p in doc.pairs()]
    seen = set[KeyPath]()
    for start, at in sorted(parts, key=lambda part: part[0]):
        if at in seen:
            return start
        seen.add(at)
    return None


class _Plain:
    """Turns what the library read into plain values, within bounds."""

    def __init__(self) -> None:
        self.count = 0

    def map(self, table: dict[str, Any], depth: int) -> dict[str, Any]:
        return {key: self.value(value, depth + 1) for key, value in table.items()}

    def value(self, value: Any, depth: int) -> Any:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise FormatError("nested too deep" if depth > MAX_DEPTH else f"more than {MAX_NODES} values")
        if isinstance(value, dict):
            return self.map(value, depth)
        if isinstance(value, list):
            return [self.value(item, depth + 1) for item in value]
        return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value
