"""Secrets out of a config before anything sees it. ``filling`` is the way back.

Pure: what the vault and the home folder hold comes as an argument, what must be stored goes back as a result.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.mapping.filling import Filled, Local, fill, fill_text
from reconciler.mapping.secret_exposure import shown_name, why_exposed
from reconciler.mapping.secret_masks import marked, masked, replaced
from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from reconciler.mapping.secret_tokens import merged
from reconciler.mapping.secret_values import unmistakable
from reconciler.mapping.servers import map_texts
from reconciler.mapping.templates import Env, Home, Literal, Part, Secret, Template, joined, map_literals, parse, resolved_values, text
from reconciler.model.fields import Config, Fields, Path, dotted
from reconciler.model.names import MCP, EntityId, kind_of, name_of

__all__ = ["Filled", "Local", "Masked", "fill", "fill_text", "mask", "place_of", "shown_name"]

_ENV = "\ufffc"
"""Stands around a reference to a variable where texts are compared: no text of a file holds it."""


@dataclass
class Masked:
    """``stored`` are values that the vault must hold before ``config`` may be committed."""

    config: dict[EntityId, Fields] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    exposed: dict[EntityId, str] = field(default_factory=dict)
    """Entities that hold a secret where none can be taken out, and why: never committed."""


def mask(raw: Config, expected: Config, local: Local) -> Masked:
    """``raw`` with secrets as ``${secret:name}`` and the home folder as ``${home}``.

    ``expected`` is what the target should hold: text that is just its filled form reads as it, so nothing changes.
    """
    out = Masked()
    known = _Known(local, out.stored)
    for entity in sorted(raw, key=lambda e: kind_of(e) != MCP):  # servers first: their values are looked for in the rest
        fields = raw[entity]
        why = why_exposed(entity, fields, (), local.plain)
        done = fields if why or kind_of(entity) != MCP else _Masker(entity, expected.get(entity, {}), local, out.stored).fields(fields)
        if not why and done != expected.get(entity):  # what is new is looked at again, for values that are known elsewhere
            done = _swept(entity, done, known, local) if kind_of(entity) == MCP else done
            why = why_exposed(entity, done, known.values(), local.plain)
        if why:
            out.exposed[entity] = why
        else:
            out.config[entity] = done
    out.config = {e: out.config[e] for e in raw if e in out.config}
    return out


@dataclass
class _Known:
    """The values of the vault that can be told from other text. Read only when something is new: a keyring is slow."""

    local: Local
    stored: dict[str, str]
    _held: dict[str, str] | None = None

    def names(self) -> dict[str, str]:
        """Each value with the first of the names that hold it."""
        if self._held is None:
            self._held = {name: v for name in self.local.names if (v := self.local.value(name)) is not None}
        return {v: name for name, v in sorted({**self._held, **self.stored}.items(), reverse=True)}

    def values(self) -> tuple[str, ...]:
        return unmistakable(self.names())


def _swept(entity: EntityId, fields: Fields, known: _Known, local: Local) -> Fields:
    """The fields with values that the vault has under a name already replaced by it, in whatever place they stand."""
    names, values = known.names(), known.values()
    if not values:
        return fields
    one = re.compile("|".join(map(re.escape, values)))

    def cut(plain: str) -> Template:
        parts: list[Part] = []
        at = 0
        for found in one.finditer(plain):
            name = names.get(found[0])
            if name is not None:
                parts += [Literal(plain[at : found.start()]), Secret(name)]
                at = found.end()
        return joined([*parts, Literal(plain[at:])])

    def swept(path: Path, value: Any) -> Any:
        if f"{entity}.{dotted(path)}" in local.plain:
            return value
        return map_texts(value, lambda t: text(map_literals(parse(t), cut)) if one.search(t) else t)

    return {path: swept(path, value) for path, value in fields.items()}


@dataclass
class _Masker:
    entity: EntityId
    expected: Fields
    local: Local
    stored: dict[str, str]

    def fields(self, raw: Fields) -> dict[Path, Any]:
        return {path: self._leaf(path, value) for path, value in raw.items()}

    def _leaf(self, path: Path, value: Any) -> Any:
        old = self.expected.get(path)
        if isinstance(value, str):
            return self._text(path, value, old if isinstance(old, str) else None)
        if isinstance(value, dict):
            return {key: self._leaf((*path, str(key)), inner) for key, inner in value.items()}
        if not isinstance(value, list):
            return value
        if path[0] in ("args", "extra") and all(isinstance(v, str) for v in value):
            return self._args(path, value, old if isinstance(old, list) else [])
        return [self._leaf(path, inner) for inner in value]

    def _args(self, path: Path, args: list[str], old: list[str]) -> list[str]:
        """Arguments find their old form by place, else by what it fills to."""
        filled = {fill_text(o, self.local)[0]: o for o in old}
        plain = [marked(parse(a)) for a in args]
        spans = [merged([*of_arg, *secret_spans(place_of(path), p)]) for p, of_arg in zip(plain, secret_spans_in_args(plain), strict=True)]
        out = []
        for i, arg in enumerate(args):
            here = old[i] if len(old) == len(args) else None
            expected = here if here is not None and fill_text(here, self.local)[0] == arg else filled.get(arg, here)
            out.append(self._text((*path, _argument_name(args, i)), arg, expected, spans[i]))
        return out

    def _text(self, path: Path, raw: str, expected: str | None, spans: Sequence[tuple[int, int]] | None = None) -> str:
        """The text masked. ``spans`` are its secrets where the text alone does not tell."""
        name = f"{self.entity}.{dotted(path)}"
        is_plain, is_masked = name in self.local.plain, name in self.local.masked
        if expected is not None and not self._is_overruled(expected, is_plain, is_masked) and self._is_expected(raw, expected):
            return expected
        template = parse(raw)
        if is_plain:
            done = template
        elif is_masked:
            done = map_literals(template, lambda t: (Secret(self._name(path, t)),) if t else ())
        elif spans is None:
            done = masked(place_of(path), template, lambda v: self._name(path, v))
        else:
            done = replaced(template, spans, lambda v: self._name(path, v))
        return text(_with_home(done, self.local.home))

    def _is_overruled(self, expected: str, is_plain: bool, is_masked: bool) -> bool:
        """True when a person has said since that this is a secret, or none."""
        return ("${secret:" in expected) if is_plain else is_masked and "${secret:" not in expected

    def _name(self, path: Path, value: str) -> str:
        """The name of a value at a place: the one that holds it already, else the next free one."""
        stem = _stem(f"{name_of(self.entity)}.{dotted(path)}")
        number = 1
        while True:
            name = stem if number == 1 else f"{stem}-{number}"
            known = self.stored.get(name, self.local.value(name))
            if known is None and name not in self.local.names:
                self.stored[name] = value
                return name
            if known == value:
                return name
            number += 1

    # ------------------------------------------------------------ what was there before

    def _is_expected(self, raw: str, expected: str) -> bool:
        """True when the text is the expected one filled, resolved by its client, or filled with a rotated secret."""
        if fill_text(expected, self.local)[0] == raw:
            return True
        found, wanted = parse(raw), parse(expected)
        if any(not isinstance(p, Literal) for p in found):  # variables that stand as they should are no difference
            found, wanted = _frozen(found), _frozen(wanted)
        values = resolved_values(wanted, "".join(p.text for p in found if isinstance(p, Literal)), self.local.home)
        if not values:
            return False
        news: dict[str, str] = {}
        if not all(self._explains(part, value, news) for part, value in values.items()):
            return False
        self.stored.update(news)
        return True

    def _explains(self, reference: Env | Secret, value: str, news: dict[str, str]) -> bool:
        if isinstance(reference, Env):
            # A variable that this process does not know may well be known to the client's shell.
            return self.local.resolves_refs and self.local.environ.get(reference.name, value) == value
        known = self.stored.get(reference.name, self.local.value(reference.name))
        if known == value:
            return True
        if not value.strip() or _ENV in value:
            return False  # a value that was taken out is an edit, and no rotation
        last = self.local.agreed.get(reference.name)
        if last is not None and self.local.digest(value) == last:
            return True  # the file still holds the value from before another client's rotation
        if known is None or (last is not None and self.local.digest(known) == last):
            news[reference.name] = value  # missing here until now, or rotated in this client alone
            return True
        return False


_FLAG = re.compile(r"--?((?<=--)[A-Za-z][A-Za-z_-]{0,40}|[A-Za-z])(?==|\Z)")  # not -pVALUE, which is a flag with its value
_LONGEST = 120


def _argument_name(args: list[str], at: int) -> str:
    """The flag that an argument belongs to, else its number. Never the value of the flag before it."""
    own = _FLAG.match(args[at])
    before = _FLAG.fullmatch(args[at - 1]) if at else None
    flag = own if own and "=" in args[at] else before
    return flag[1] if flag else str(at)


def _stem(wanted: str) -> str:
    """A name for a secret. Where characters had to go, a digest keeps two places apart."""
    clean = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted)
    if clean == wanted and len(wanted) <= _LONGEST:
        return wanted
    return f"{clean[:_LONGEST]}.{hashlib.sha256(wanted.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _frozen(template: Template) -> Template:
    """The template with its variables as literal text that no value can be."""
    return joined(Literal(f"{_ENV}{text((p,))}{_ENV}") if isinstance(p, Env) else p for p in template)


def place_of(path: Path) -> Place:
    """What kind of place a field of a server is, for recognising secrets by where they stand."""
    match path:
        case ("env", key):
            return Place("env", key)
        case ("headers", key):
            return Place("header", key)
        case ("url",):
            return Place("url")
        case ("oauth" | "extra", *_, key):
            return Place("field", key)
    return Place("text")


def _with_home(template: Template, home: str) -> Template:
    if not home or home == "/":
        return template
    place = re.compile(rf"(?<![^\s=:,;\"']){re.escape(home)}(?=[/\s:,;\"']|\Z)")

    def split(plain: str) -> Template:
        pieces = place.split(plain)
        return joined(part for i, piece in enumerate(pieces) for part in ((Home(), Literal(piece)) if i else (Literal(piece),)))

    return map_literals(template, split)
