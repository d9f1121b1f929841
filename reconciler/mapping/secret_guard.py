"""The second scan: what may not be written to the repository, whoever made it. Knows texts, not where they come from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.mapping.layers import place_of
from reconciler.mapping.secret_tokens import suspicious_text
from reconciler.model.names import TOOLS, kind_of


def leaks(text: str, values: Iterable[str]) -> list[str]:
    """Every token, private key and one of ``values`` that stands in a text, also quoted as JSON and YAML do."""
    found = [text[a:b] for a, b in suspicious_text(text)]
    return list(dict.fromkeys([*found, *(s for value in values for s in _spellings(value) if s in text)]))


def _spellings(value: str) -> Iterator[str]:
    yield value
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


def allows(files: Mapping[str, bytes], path: str) -> bool:
    """True for the file of an entity of which a person declared a field plain; ``files`` are those of main."""
    place = place_of(path)
    if place is None:
        return False
    entity = "tools/default" if kind_of(place[1]) == TOOLS else place[1]
    try:
        settings = yaml_text.read(files.get("reconciler.yaml", b""))
    except FormatError:
        return False
    plain = settings.get("plain_values") if isinstance(settings, Mapping) else None
    return any(str(name).startswith(f"{entity}.") for name in plain or ())
