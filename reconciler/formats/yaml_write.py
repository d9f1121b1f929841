"""Plain values as YAML text, in the tidy block style. Never looks at a document.

Text is quoted only when it would read back as something else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.formats.edit import EditRefused
from reconciler.formats.yaml_nodes import tag_of

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_PLAIN = re.compile(r"""\A(?:[?:,\[\]{}#&*!|>'"%@`\s]|-(?:\s|\Z|--)|\.\.\.)|:\s|\s\#|[:\s]\Z|\A\Z""")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:?#]")
_OTHER_DIALECTS = re.compile(r"[yYnN]|0o[0-7]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?")
_MAX_KEY = 1000  # libyaml looks no further for the colon than 1,024 bytes


@dataclass(frozen=True)
class Style:
    """Blanks: of a map below its key, of a list below its key, and after a dash."""

    step: int = 2
    offset: int = 2
    gap: int = 1


def map_lines(value: Mapping[str, Any], style: Style, indent: int) -> Iterator[str]:
    for key, inner in value.items():
        inline, lines = parts(inner, style, indent)
        yield f"{' ' * indent}{key_text(key)}:{inline and f' {inline}'}"
        yield from lines


def seq_lines(items: Sequence[Any], style: Style, indent: int) -> Iterator[str]:
    for item in items:
        inline, lines = item_parts(item, style, indent)
        head = f"{' ' * indent}-{' ' * style.gap}"
        if inline:
            yield head + inline
        else:
            yield head + next(lines).lstrip(" ")
        yield from lines


def parts(value: Any, style: Style, indent: int) -> tuple[str, Iterator[str]]:
    """What stands after ``key:`` on its line, and the lines below, when the key stands at ``indent``."""
    if isinstance(value, Mapping) and value:
        return "", map_lines(value, style, indent + style.step)
    if isinstance(value, list) and value:
        return "", seq_lines(value, style, indent + style.offset)
    return _text_parts(value, indent + style.step)


def item_parts(value: Any, style: Style, indent: int) -> tuple[str, Iterator[str]]:
    """What stands after a dash at ``indent``; when that is nothing, the first line below may stand there."""
    inner = indent + 1 + style.gap
    if isinstance(value, Mapping) and value:
        return "", map_lines(value, style, inner)
    if isinstance(value, list) and value:
        return "", seq_lines(value, style, inner)
    return _text_parts(value, inner)


def _text_parts(value: Any, indent: int) -> tuple[str, Iterator[str]]:
    if not isinstance(value, str) or not _fits_block(value):
        return flow_text(value, is_inside=False), iter(())
    lines = value.removesuffix("\n").split("\n")
    return "|" if value.endswith("\n") else "|-", (f"{' ' * indent}{line}" if line else "" for line in lines)


def _fits_block(text: str) -> bool:
    if "\n" not in text or text.endswith("\n\n") or text[0] in " \t\n" or _UNPRINTABLE.search(text.replace("\n", "").replace("\t", "")):
        return False
    return all(not line or line.strip(" \t") for line in text.split("\n"))


def flow_text(value: Any, *, is_inside: bool = True) -> str:
    """A value in one line; ``is_inside`` when brackets stand around it."""
    if isinstance(value, str):
        return _string(value, is_inside)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, list):
        return f"[{', '.join(map(flow_text, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(pair_text(k, v) for k, v in value.items())}}}"
    raise EditRefused(f"YAML files here hold no {type(value).__name__}")


def pair_text(key: str, value: Any) -> str:
    return f"{key_text(key, is_inside=True)}: {flow_text(value)}"


def key_text(key: str, *, is_inside: bool = False) -> str:
    if not isinstance(key, str) or len(key.encode(errors="replace")) > _MAX_KEY:
        raise EditRefused("a key must be text, and not longer than a line")
    return _string(key, is_inside)


def _string(text: str, is_inside: bool) -> str:
    if _UNPRINTABLE.search(text):
        return _UNPRINTABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))
    is_special = _NOT_PLAIN.search(text) or tag_of(text) or _OTHER_DIALECTS.fullmatch(text)
    if is_special or (is_inside and _NOT_PLAIN_IN_FLOW.search(text)):
        return "'" + text.replace("'", "''") + "'"
    return text


def _escaped(found: re.Match[str]) -> str:
    if "\ud800" <= found[0] <= "\udfff":
        raise EditRefused("text that has no UTF-8 form")
    return f"\\u{ord(found[0]):04x}"


def _float(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")
