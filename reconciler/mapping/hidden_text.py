"""Characters that a reader does not see: direction marks, zero widths, tags, private use, controls.

Nothing is taken away here; a person is shown where they are and what they are called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import islice

MAX_FOUND = 1000
"""More than these of one text tell nobody anything."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f-\u1160\u17b4-\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_STYLES = "\ufe0e\ufe0f"
_JOINER = "\u200d"
_TONES = range(0x1F3FB, 0x1F400)


def hidden_text(text: str) -> list[tuple[int, str]]:
    """Offsets and names of hidden characters, in order, at most ``MAX_FOUND``.

    An emoji may have one style selector, and one joiner to the next emoji; a text may start with a byte order mark.
    """
    found = (m.start() for m in _HIDDEN.finditer(text))
    return list(islice(((at, _name(text[at])) for at in found if not _is_usual(text, at)), MAX_FOUND))


def revealed(text: str) -> str:
    """The text with each hidden character as ``<U+202E>``, for a person to see. Nothing else changes."""
    return _HIDDEN.sub(lambda m: m[0] if _is_usual(text, m.start()) else f"<U+{ord(m[0]):04X}>", text)


def escaped(text: str, escape: Callable[[str], str]) -> str:
    """The text with each character that may be hidden as ``escape`` writes it."""
    return _HIDDEN.sub(lambda m: escape(m[0]), text)


def _is_usual(text: str, at: int) -> bool:
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if char == "\ufeff":
        return at == 0
    if char in _STYLES:
        return _is_pictured(before) or (before != "" and before in "#*0123456789" and after == "\u20e3")
    if char == _JOINER:
        shown = text[at - 2 : at - 1] if before and before in _STYLES else before
        return (_is_pictured(shown) or _is_tone(shown)) and _is_pictured(after)
    return False


def _is_pictured(char: str) -> bool:
    return (char != "" and (unicodedata.category(char) in ("So", "Sm") or char in "\u203c\u2049\u2139\u3030\u303d")) or _is_tone(char)


def _is_tone(char: str) -> bool:
    return char != "" and ord(char) in _TONES


def _name(char: str) -> str:
    kinds = {"Cc": "CONTROL CHARACTER", "Co": "PRIVATE USE CHARACTER", "Cs": "LONE SURROGATE"}
    name = unicodedata.name(char, kinds.get(unicodedata.category(char), "UNASSIGNED CHARACTER"))
    return f"U+{ord(char):04X} {name}"
