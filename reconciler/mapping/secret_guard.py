"""The second scan: what may not be written to the repository, whoever made it. Knows texts, not where they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from reconciler.mapping.layers import place_of
from reconciler.mapping.secret_search import NOTHING, Wanted
from reconciler.mapping.secret_tokens import suspicious_text
from reconciler.model.names import TOOLS, kind_of

_ESCAPED = re.compile(r"[^ !#-&(-\[\]-~]")
"""What JSON or YAML may write otherwise."""


def leaks(text: str, values: Wanted = NOTHING) -> list[str]:
    """Every token, private key and one of ``values``, see ``spelled``, that stands in a text."""
    return list(dict.fromkeys([*(text[a:b] for a, b in suspicious_text(text)), *values.within(text)]))


def spelled(values: Iterable[str]) -> Wanted:
    """The values, to be looked for also as JSON and YAML quote them."""
    return Wanted(spelling for value in values for spelling in _spellings(value))


def hidden(value: Any, found: Callable[[str], Iterable[str]], instead: str) -> Any:
    """The value with every text of ``found`` replaced, wherever it stands: in keys, in lists, deep inside."""
    if isinstance(value, str):
        for secret in found(value):
            value = value.replace(secret, instead)
        return value
    if isinstance(value, Mapping):
        return {hidden(str(key), found, instead): hidden(inner, found, instead) for key, inner in value.items()}
    return [hidden(inner, found, instead) for inner in value] if isinstance(value, (list, tuple)) else value


def _spellings(value: str) -> Iterator[str]:
    yield value
    if not _ESCAPED.search(value):
        return  # most are so, and a vault may hold thousands
    for quoted in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], value.replace("'", "''")):
        if quoted != value:
            yield quoted


def holds_any(files: Iterable[bytes], hits: Collection[str]) -> set[str]:
    """Those of the hits that stand in one of the files."""
    left = {hit: hit.encode("utf-8", "surrogatepass") for hit in hits}
    found: set[str] = set()
    for data in files:
        found |= {hit for hit, text in left.items() if text in data}
    return found


def allows(plain_values: Iterable[object], path: str) -> bool:
    """True for the file of an entity of which a person declared a field plain; ``plain_values`` are those in force."""
    place = place_of(path)
    if place is None:
        return False
    entity = "tools/default" if kind_of(place[1]) == TOOLS else place[1]
    return any(str(name).startswith(f"{entity}.") for name in plain_values)
