"""References that a client's own program wrote over with the values of their variables.

``qwen mcp add`` and ``mcp remove`` resolve every variable of every server in the file (seen with 0.24.4). Our process
may know other values of them, or none: then it shows in the file as a whole whether the client did it, or a person.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.mapping.filling import Local, fill_text
from reconciler.mapping.templates import Env, Literal, Secret, Template, TemplateError, joined, parse, resolved_values, text
from reconciler.model.fields import Config, Leaf
from reconciler.model.names import MCP, EntityId, kind_of

_ENV = "\ufffc"
"""Stands around a reference to a variable where texts are compared: no text of a file holds it."""


def values_in_place(raw: str, expected: str, home: str) -> dict[Env | Secret, str] | None:
    """What stands in ``raw`` for each variable and secret of ``expected``; None when it is another text.

    Variables that stand as they should are no difference, and not in it.
    """
    found, wanted = parse(raw), parse(expected)
    standing = {p for p in found if isinstance(p, Env)}
    if standing:
        found, wanted = _frozen(found, standing), _frozen(wanted, standing)
    return resolved_values(wanted, "".join(p.text for p in found if isinstance(p, Literal)), home)


def is_value(plain: str) -> bool:
    """False for nothing, and for another reference: those are edits."""
    return bool(plain.strip()) and _ENV not in plain


def _frozen(template: Template, standing: set[Env]) -> Template:
    """The template with these variables as literal text that no value can be."""
    return joined(Literal(f"{_ENV}{text((p,))}{_ENV}") if isinstance(p, Env) and p in standing else p for p in template)


def resolved_variables(raw: Config, expected: Config, agreed: Config, local: Local) -> dict[str, str]:
    """The variables that the client has resolved in its file, with the values that it wrote.

    It resolves all that it knows, everywhere, when it adds or removes a server. So a variable that still stands
    somewhere was resolved by nobody, and neither was one with two values; one value alone, with no server that came
    or went, is a person's edit, as is any beside a reference that even we could resolve.
    """
    turned: dict[str, set[str]] = {}
    standing: set[str] = set()
    texts = 0
    for before, now in _pairs(raw, expected):
        names = {p.name for p in _parsed(before) if isinstance(p, Env)}
        if not names:
            continue
        is_same = fill_text(before, local)[0] == now
        values = {} if is_same else {p: v for p, v in (values_in_place(now, before, local.home) or {}).items() if isinstance(p, Env)}
        standing |= names if is_same else {p.name for p in _parsed(now) if isinstance(p, Env)}
        texts += any(map(is_value, values.values()))
        for part, value in values.items():
            turned.setdefault(part.name, set()).add(value)
    if standing & local.environ.keys() or not (texts > 1 or _has_moved(raw, expected, agreed)):
        return {}
    return {n: v for n, (v, *more) in ((n, tuple(vs)) for n, vs in turned.items()) if not more and n not in standing and is_value(v)}


def _has_moved(raw: Config, expected: Config, agreed: Config) -> bool:
    """True when a server came or went."""
    return any(kind_of(e) == MCP for e in (raw.keys() - expected.keys()) | (agreed.keys() - raw.keys()))


def _parsed(canonical: str) -> Template:
    try:
        return parse(canonical)
    except TemplateError:
        return ()


def _pairs(raw: Config, expected: Config) -> Iterator[tuple[str, str]]:
    """Each text of a server that held a reference, and what stands there now."""
    for entity, fields in raw.items():
        if kind_of(entity) == MCP:
            for path, leaf in expected.get(EntityId(entity), {}).items():
                yield from _texts(leaf, fields.get(path))


def _texts(before: Leaf | None, now: Leaf | None) -> Iterator[tuple[str, str]]:
    if isinstance(before, str) and isinstance(now, str):
        if "${env:" in before:
            yield before, now
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for old, new in zip(before, now, strict=True):
            yield from _texts(old, new)
    elif isinstance(before, dict) and isinstance(now, dict):
        for key in before.keys() & now.keys():
            yield from _texts(before[key], now[key])
