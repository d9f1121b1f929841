"""Plain values as TOML text: inline values, keys, and new sections. Never looks at a document."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.formats.edit import EditRefused

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key_text(*keys: str) -> str:
    """A dotted key, quoted where it must be."""
    return ".".join(key if _BARE.fullmatch(key) else _string(key) for key in keys)


def value_text(value: Any) -> str:
    """A value in one line. Raises ``EditRefused`` for what TOML cannot say, such as null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(pair_text(value[key], key) for key in value)
        return f"{{ {pairs} }}" if pairs else "{}"
    raise EditRefused("TOML has no null" if value is None else f"TOML has no {type(value).__name__}")


def pair_text(value: Any, *keys: str) -> str:
    return f"{key_text(*keys)} = {value_text(value)}"


def section_lines(keys: tuple[str, ...], value: Mapping[str, Any], header: str = "[{}]") -> Iterator[str]:
    """A new section, its pairs, and a section below it for each map in it; blank lines between."""
    pairs = [pair_text(v, k) for k, v in value.items() if not isinstance(v, Mapping)]
    inner = {k: v for k, v in value.items() if isinstance(v, Mapping)}
    has_header = bool(pairs) or not inner or header != "[{}]"
    if has_header:
        yield header.format(key_text(*keys))
        yield from pairs
    for i, (key, table) in enumerate(inner.items()):
        if has_header or i:
            yield ""
        yield from section_lines((*keys, key), table)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _integer(value: int) -> str:
    if not -(2**63) <= value < 2**63:
        raise EditRefused("a number that TOML cannot hold")
    return str(value)
