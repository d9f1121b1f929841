"""Trailers of commit messages: the audit trail that ``git log`` alone can show.

Pure text, and the same reading as ``git interpret-trailers --parse``. Knows nothing of what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TARGET, SESSION, POLICY, CONFLICT = "Target", "Session", "Policy", "Conflict"
RESOLVED_BY, BASE, ENTITY = "Resolved-By", "Base", "Entity"
LOCAL_BY, CENTRAL_BY = "Local-By", "Central-By"

_KEY = re.compile(r"[A-Za-z0-9-]+")
_LINE = re.compile(r"([A-Za-z0-9-]+)[ \t]*:(.*)", re.DOTALL)
_BLANKS = " \t\r\n"
_COMMENT = "#"
# Lines that git writes itself: with one of them, up to three quarters of the paragraph may be other text.
_BY_GIT = ("Signed-off-by: ", "(cherry picked from commit ")


def with_trailers(subject: str, body: str, trailers: Sequence[tuple[str, str]]) -> str:
    """A commit message: one line of subject, the body, and the trailers as its last paragraph.

    Line ends in a value are folded. The body is kept, but a line that Git would take for the end of the message
    (``---``) is indented by one space.
    """
    parts = [" ".join(subject.split()), "\n".join(map(_body_line, body.strip("\n").split("\n"))).rstrip()]
    parts.append("\n".join(f"{_checked(key)}: {_folded(value)}".rstrip() for key, value in trailers))
    return "\n\n".join(part for part in parts if part) + "\n"


def trailers(message: str) -> list[tuple[str, str]]:
    """Keys and unfolded values of the last paragraph, in order; empty when that paragraph is no block of trailers."""
    out: list[tuple[str, str]] = []
    is_open = False
    for line in _block(message.split("\n")):
        found = _LINE.match(line)
        if found:
            out.append((found[1], found[2].strip(_BLANKS)))
        elif is_open and line[:1].isspace():
            out[-1] = (out[-1][0], f"{out[-1][1]} {line.strip(_BLANKS)}".strip())
        is_open = bool(found) or (is_open and line[:1].isspace())
    return out


def _block(lines: list[str]) -> list[str]:
    """The last paragraph when it is one of trailers. The first paragraph is the subject and never is."""
    end = len(lines)
    while end and (_is_blank(lines[end - 1]) or lines[end - 1].startswith(_COMMENT)):
        end -= 1
    start = end
    while start and not _is_blank(lines[start - 1]):
        start -= 1
    has_subject = not all(map(_is_blank, lines[:start]))
    return lines[start:end] if has_subject and _is_block(lines[start:end]) else []


def _is_block(lines: list[str]) -> bool:
    known = others = 0
    is_open = False
    for line in lines:
        is_known = line.startswith(_BY_GIT) or bool(_LINE.match(line))
        is_open = is_known or (is_open and line[:1].isspace())
        known += is_known
        others += not is_open and not line.startswith(_COMMENT)
    if any(line.startswith(_BY_GIT) for line in lines):
        return known * 3 >= others
    return known > 0 and others == 0


def _is_blank(line: str) -> bool:
    return not line.strip(_BLANKS)


def _body_line(line: str) -> str:
    return " " + line if line.startswith("---") else line


def _folded(value: str) -> str:
    return "\n ".join(part for part in map(str.strip, value.splitlines()) if part)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no trailer key: use letters, digits and '-'")
    return key
