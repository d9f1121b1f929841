"""JSON, also with comments and trailing commas: read carefully or fast, and edited so that only what is named changes.

How an edit looks is told in ``json_splice``. Nothing here writes a file, and no edit is returned unchecked: the new
text is read again and compared with ``applied``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from reconciler.formats.edit import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_JSON_NODES,
    MAX_NODES,
    Edit,
    EditRefused,
    FormatError,
    Insert,
    KeyPath,
    Remove,
    Set,
    apply,
)
from reconciler.formats.json_draft import drafted, same
from reconciler.formats.json_parse import BOM, JSONC, Grammar, Node, Part, line_column, parse
from reconciler.formats.json_quick import UNSURE, is_within_limits, quick_commented, quick_value
from reconciler.formats.json_splice import spliced

_MAX_INTEGER_BITS = 13_000  # Python prints no whole number of more than 4,300 digits


def read(data: bytes, grammar: Grammar = JSONC) -> Any:
    """The value of a file that may have comments and trailing commas as the grammar allows, a byte-order mark and any line ends.

    Raises ``FormatError`` for anything else, for keys that are there twice, and past the limits of size, depth and count.
    """
    text = _decoded(data)
    value = quick_value(text.removeprefix(BOM))
    if value is UNSURE and not grammar.comment_refusal:
        value = quick_commented(text.removeprefix(BOM))
    return parse(text, grammar).value if value is UNSURE else value


def read_fast(data: bytes, grammar: Grammar = JSONC) -> Any:
    """As ``read`` by the C parser where it accepts the file; the quick look at a large file.

    It does not see keys that are there twice (the last one counts) nor half surrogate pairs, and does not count depth:
    use it to find out whether something changed, and ``read`` before anything follows from it.
    """
    text = _decoded(data)
    try:
        value = json.loads(text.removeprefix(BOM), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):  # comments, or truly wrong: then the careful reader says what and where
        return parse(text, grammar).value
    if text.count(",") > MAX_JSON_NODES:  # some are in texts, perhaps: counting values takes longer
        is_within_limits(value)
    return value


def edit(data: bytes, edits: Sequence[Edit], grammar: Grammar = JSONC) -> bytes:
    """``data`` with the edits made; every byte that no edit is about stays.

    An empty file becomes a new document. Raises ``FormatError`` for a file that ``read`` refuses, and ``EditRefused``
    for an edit that has no place in it or whose value JSON cannot hold.
    """
    for one in edits:
        if not isinstance(one, Remove):
            _check_value(one.value)
    text = _decoded(data)
    if not text.strip(BOM + " \t\r\n"):
        if not any(isinstance(one, Set | Insert) for one in edits):
            return data
        text = _new_document(text)
    root = parse(text, grammar)
    changed = spliced(text, root, drafted(root, list(edits)))
    for one in edits:  # from here on nobody needs the value that was there
        apply(root.value, one)
    return _verified(changed, root.value, grammar)


def span_of(data: bytes, path: KeyPath) -> tuple[int, int] | None:
    """The bytes of the value at a path as ``data[start:end]``, or None when there is none."""
    text = _decoded(data)
    root = parse(text)
    parts = _parts_on(root, path)
    if len(parts) < len(path):
        return None
    node = parts[-1].node if parts else root
    start = len(text[: node.start].encode())
    return start, start + len(text[node.start : node.end].encode())


def position(data: bytes, path: KeyPath) -> tuple[int, int]:
    """Line and column, from 1, of the entry at a path (of its key in an object), else of the closest one around it."""
    text = _decoded(data)
    root = parse(text)
    parts = _parts_on(root, path)
    return line_column(text, parts[-1].start if parts else root.start)


def _parts_on(node: Node, path: KeyPath) -> list[Part]:
    """The parts that a path leads through, as far as they are there."""
    found: list[Part] = []
    for key in path:
        part = _part_at(node, key)
        if part is None:
            break
        found.append(part)
        node = part.node
    return found


def _part_at(node: Node, key: str | int) -> Part | None:
    parts = node.parts or []
    if isinstance(key, int):
        return parts[key] if isinstance(node.value, list) and 0 <= key < len(parts) else None
    return next((part for part in parts if part.key == key), None)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise FormatError(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        raise FormatError("the file is not UTF-8 text", *line_column(good, len(good))) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _new_document(blank: str) -> str:
    """The text to edit where an empty file gets its first entry."""
    return (BOM if blank.startswith(BOM) else "") + "{}" + ("\r\n" if "\r\n" in blank else "\n")


def _check_value(value: Any) -> None:
    """Refuse what JSON cannot hold, or our own reader would refuse. Own stack: the value may contain itself."""
    todo, count = [(value, 1)], 0
    while todo:
        one, depth = todo.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise EditRefused("the new value is nested too deep, or too large")
        if isinstance(one, dict):
            if not all(isinstance(key, str) for key in one):
                raise EditRefused("keys of the new value must be text")
            todo += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list | tuple):
            todo += [(inner, depth + 1) for inner in one]
        elif not _is_scalar(one):
            raise EditRefused(f"JSON cannot hold this value of type {type(one).__name__}")


def _is_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() <= _MAX_INTEGER_BITS
    return value is None or isinstance(value, str)


def _verified(text: str, expected: Any, grammar: Grammar) -> bytes:
    try:
        data = text.encode("utf-8")
        found = read(data, grammar)
    except UnicodeEncodeError:
        raise EditRefused("the new value holds half of a surrogate pair, which is no character") from None
    except FormatError as error:
        raise EditRefused(f"the file could not be read after the edit: {error.reason}", error.line, error.column) from error
    if repr(found) != repr(expected) and not same(found, expected):  # the order of keys counts in the first, which is faster
        raise EditRefused("the file would not hold what was asked for")
    return data
