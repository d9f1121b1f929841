"""Work on text by spans, for every editor: lines, line ends, items between brackets, and the check of the result.

Knows no format beyond ``#`` comments and commas.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from typing import Any

from reconciler.formats.edit import MAX_BYTES, Edit, EditRefused, FormatError
from reconciler.formats.steps import Step, gathered, outcome, same, steps

Span = tuple[int, int]

_TO_COMMA = re.compile(r"(?:[^,#]|#[^\n]*+)*+,")
_LONE_LF = re.compile(r"(?<!\r)\n")
_COMMENT_OR_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")


def decoded(data: bytes) -> str:
    """The text without a BOM. Raises ``FormatError`` when it is too large or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"larger than {MAX_BYTES} bytes")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        good = data[: error.start].decode()
        raise FormatError("not UTF-8", *place(good, len(good))) from None


def place(text: str, index: int) -> tuple[int, int]:
    """Line and column of an index, from 1."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def newline_of(text: str) -> str:
    """The line end that the text uses, by its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Where the line of ``index`` ends, before its line end."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if end > index and text[end - 1] == "\r" else end


def next_line(text: str, index: int) -> int:
    """Where the line after that of ``index`` starts."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def spliced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def edited(data: bytes, edits: Sequence[Edit], read: Callable[[bytes], Any], take: Callable[[str, Step], str]) -> bytes:
    """The bytes after all steps, proven by reading them again. BOM and a missing last line end are kept."""
    before = read(data)
    wanted = outcome(before, edits)
    text = original = decoded(data)
    is_closed = not text or text.endswith("\n")
    text = text if is_closed else text + newline_of(text)
    unchanged = text
    is_crlf = "\r\n" in text and not _LONE_LF.search(text)
    for step in gathered(steps(before, edits)):
        text = _taken(text, step, take)
    if is_crlf:  # a step that emptied the text left no line to learn the line end from
        text = _LONE_LF.sub("\r\n", text)
    if text == unchanged:
        return data
    bom = data[: len(data) - len(original.encode())]
    for candidate in [text] if is_closed else [text.removesuffix("\n").removesuffix("\r"), text]:
        result = bom + encoded(candidate)
        if _reads_as(result, read, wanted):
            return result
    raise EditRefused("the edit cannot be made here without touching something else")


def _taken(text: str, step: Step, take: Callable[[str, Step], str]) -> str:
    try:
        return take(text, step)
    except EditRefused:
        raise
    except FormatError as error:
        raise EditRefused(f"an earlier edit broke the document: {error.reason}", error.line, error.column) from None


def encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise EditRefused("text that has no UTF-8 form") from None


def _reads_as(data: bytes, read: Callable[[bytes], Any], wanted: Any) -> bool:
    try:
        return same(read(data), wanted)
    except FormatError:
        return False


def with_item(text: str, inside: Span, items: Sequence[Span], index: int, new: str) -> str:
    """Put ``new`` before item ``index`` of a bracketed list; ``inside`` is what stands between the brackets."""
    if not items:
        is_blank = not text[slice(*inside)].strip()
        return spliced(text, inside[0], inside[1] if is_blank else inside[0], new)
    if index == 0:
        start = items[0][0]
        indent = _own_indent(text, start)
        return spliced(text, start, start, f"{new}, " if indent is None else f"{new},{newline_of(text)}{indent}")
    return _after_item(text, inside, items, index, new)


def _after_item(text: str, inside: Span, items: Sequence[Span], index: int, new: str) -> str:
    start, end = items[index - 1]
    follows = items[index][0] if index < len(items) else inside[1]
    comma, indent = _comma(text, end, follows), _own_indent(text, start)
    if indent is None:
        return spliced(text, end, end, f", {new}")
    line = line_end(text, max(end, comma or 0))
    begin = f"{newline_of(text)}{indent}"
    if line > follows:  # the next item, or the bracket, is on the same line
        return spliced(text, end, end, f", {new}" if index < len(items) else f",{begin}{new}")
    if comma is not None:
        return spliced(text, line, line, f"{begin}{new},")
    return spliced(spliced(text, line, line, f"{begin}{new}"), end, end, ",")


def without_item(text: str, inside: Span, items: Sequence[Span], index: int) -> str:
    """Take item ``index`` of a bracketed list away, with its comma, and its lines when it stands alone on them."""
    start, end = items[index]
    is_last = index + 1 == len(items)
    follows = inside[1] if is_last else items[index + 1][0]
    comma = _comma(text, end, follows)
    after = end if comma is None else comma + 1
    line = next_line(text, after)
    if _own_indent(text, start) is not None and line <= follows and _COMMENT_OR_BLANK.match(text, after):
        return spliced(text, line_start(text, start), line, "")
    if not is_last:
        return spliced(text, start, follows, "")
    if index and "#" not in text[items[index - 1][1] : start]:
        return spliced(text, items[index - 1][1], end, "")
    if not index and "#" not in text[inside[0] : start] + text[end : inside[1]]:
        return spliced(text, *inside, "")
    return spliced(text, start, after, "")


def _own_indent(text: str, start: int) -> str | None:
    """The blanks before an item that begins its line, else None."""
    before = text[line_start(text, start) : start]
    return before if not before.strip() else None


def _comma(text: str, start: int, end: int) -> int | None:
    found = _TO_COMMA.match(text, start, end)
    return found.end() - 1 if found else None
