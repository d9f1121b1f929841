"""Secrets out of a config before anything sees it. ``filling`` is the way back.

Pure: what the vault and the home folder hold comes as an argument, what must be stored goes back as a result.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from reconciler.mapping.alignment import aligned_by
from reconciler.mapping.filling import Filled, Local, fill, fill_text, secret_names
from reconciler.mapping.resolved import is_value, values_in_place
from reconciler.mapping.secret_exposure import shown_name, why_exposed
from reconciler.mapping.secret_masks import marked, masked, replaced
from reconciler.mapping.secret_search import NOTHING, Wanted
from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from reconciler.mapping.secret_tokens import merged
from reconciler.mapping.secret_values import is_unmistakable
from reconciler.mapping.servers import map_texts
from reconciler.mapping.templates import Env, Home, Literal, Part, Secret, Template, joined, map_literals, parse, text
from reconciler.model.fields import Config, Fields, Path, dotted
from reconciler.model.names import MCP, EntityId, kind_of, name_of

__all__ = ["Filled", "Local", "Masked", "fill", "fill_text", "mask", "place_of", "shown_name"]


@dataclass
class Masked:
    """``stored`` are values that the vault must hold before ``config`` may be committed."""

    config: dict[EntityId, Fields] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """The secrets of ``config``, with the keyed digests of the values that the files hold."""
    exposed: dict[EntityId, str] = field(default_factory=dict)
    """Entities that hold a secret where none can be taken out, and why: never committed."""
    older: dict[str, str] = field(default_factory=dict)
    """Values from before a rotation elsewhere, which these files still hold."""
    naming: dict[EntityId, frozenset[str]] = field(default_factory=dict)
    """The secrets that each server refers to, if any."""

    @property
    def has_found_values(self) -> bool:
        """True when one entity has told of a value what others have to go by."""
        return bool(self.stored or self.older)


def mask(raw: Config, expected: Config, local: Local) -> Masked:
    """``raw`` with secrets as ``${secret:name}`` and the home folder as ``${home}``.

    ``expected`` is what the target should hold: text that is just its filled form reads as it, so nothing changes.
    """
    out = Masked()
    known = _Known(local, out.stored)
    for entity in in_order(raw):
        fields = raw[entity]
        why = why_exposed(entity, fields, NOTHING, local.plain)
        done = fields if why or kind_of(entity) != MCP else _Masker(entity, expected.get(entity, {}), local, out.stored, out.older).fields(fields)
        if not why and done != expected.get(entity):  # what is new is looked at again, for values that are known elsewhere
            done = _swept(entity, done, known, local) if kind_of(entity) == MCP else done
            why = why_exposed(entity, done, known.values(), local.plain)
        if why:
            out.exposed[entity] = why
        else:
            out.config[entity] = done
    out.config = {e: out.config[e] for e in raw if e in out.config}
    out.naming.update(_naming(out.config))
    out.digests.update(_digests(out, local))
    return out


def in_order(raw: Config) -> list[EntityId]:
    """Servers first: their values are looked for in the rest."""
    return sorted(raw, key=lambda e: kind_of(e) != MCP)


def _naming(config: Config) -> dict[EntityId, frozenset[str]]:
    named = ((e, frozenset(n for leaf in fields.values() for n in secret_names(leaf))) for e, fields in config.items() if kind_of(e) == MCP)
    return {e: names for e, names in named if names}


def _digests(done: Masked, local: Local) -> dict[str, str]:
    names = frozenset().union(*done.naming.values())
    values = {n: done.older.get(n, done.stored.get(n, local.value(n))) for n in names}
    return {n: local.digest(value) for n, value in values.items() if value is not None}


@dataclass
class _Known:
    """The values of the vault that can be told from other text. Read only when something is new: a keyring is slow."""

    local: Local
    stored: dict[str, str]
    """Only ever added to."""
    _held: dict[str, str] | None = None
    _names: dict[str, str] = field(default_factory=dict)
    _values: Wanted = field(default_factory=Wanted)
    _taken: int = 0

    def name(self, value: str) -> str | None:
        """The first of the names that hold a value."""
        self.values()
        return self._names.get(value)

    def values(self) -> Wanted:
        if self._held is None:
            self._held = {name: v for name in self.local.names if (v := self.local.value(name)) is not None}
            self._take(self._held)
        new = dict(islice(self.stored.items(), self._taken, None))
        self._taken = len(self.stored)
        if not new.keys().isdisjoint(self._held):  # one was rotated: what it was is no value any more
            self._names, self._values = {}, Wanted()
            new = {**self._held, **self.stored}
        self._take(new)
        return self._values

    def _take(self, held: Mapping[str, str]) -> None:
        for name, value in held.items():
            if is_unmistakable(value):
                self._values.add(value.strip())
            self._names[value] = min(name, self._names.get(value, name))


def _swept(entity: EntityId, fields: Fields, known: _Known, local: Local) -> Fields:
    """The fields with values that the vault has under a name already replaced by it, in whatever place they stand."""
    values = known.values()

    def cut(plain: str) -> Template:
        parts: list[Part] = []
        at = 0
        hits = values.within(plain)
        for found in re.finditer("|".join(map(re.escape, hits)), plain) if hits else ():
            name = known.name(found[0])
            if name is not None:
                parts += [Literal(plain[at : found.start()]), Secret(name)]
                at = found.end()
        return joined([*parts, Literal(plain[at:])])

    def swept(path: Path, value: Any) -> Any:
        if f"{entity}.{dotted(path)}" in local.plain:
            return value
        return map_texts(value, lambda t: text(map_literals(parse(t), cut)) if values.within(t) else t)

    return {path: swept(path, value) for path, value in fields.items()}


@dataclass
class _Masker:
    entity: EntityId
    expected: Fields
    local: Local
    stored: dict[str, str]
    older: dict[str, str]

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
        """Arguments find their old form by place, also where others came or went; else by what it fills to."""
        texts = [fill_text(o, self.local)[0] for o in old]
        filled, aligned = dict(zip(texts, old, strict=True)), aligned_by(texts, args)
        plain = [marked(parse(a)) for a in args]
        spans = [merged([*of_arg, *secret_spans(place_of(path), p)]) for p, of_arg in zip(plain, secret_spans_in_args(plain), strict=True)]
        out = []
        for i, arg in enumerate(args):
            here = old[aligned[i]] if i in aligned else None
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
        elif (literal := self._literal_for_variable(path, raw, expected)) is not None:
            done = literal
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
        stem = _stem(f"{self.local.prefix}{name_of(self.entity)}.{dotted(path)}")
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
        values = values_in_place(raw, expected, self.local.home)
        if not values:
            return False
        news: dict[str, str] = {}
        olds: dict[str, str] = {}
        if not all(self._explains(part, value, news, olds) for part, value in values.items()):
            return False
        self.stored.update(news)
        self.older.update(olds)
        return True

    def _explains(self, reference: Env | Secret, value: str, news: dict[str, str], olds: dict[str, str]) -> bool:
        if isinstance(reference, Env):
            return self.local.resolves_refs and value in (self.local.environ.get(reference.name), self.local.resolved.get(reference.name))
        known = self.stored.get(reference.name, self.local.value(reference.name))
        if known == value:
            return True
        if not is_value(value) or not reference.name.startswith(self.local.prefix):
            return False  # a value that was taken out is an edit, and no rotation; so is one that a project did not name
        last = self.local.agreed.get(reference.name)
        if last is not None and self.local.digest(value) == last:
            olds[reference.name] = value  # the file still holds the value from before another client's rotation
            return True
        if known is None or (last is not None and self.local.digest(known) == last):
            news[reference.name] = value  # missing here until now, or rotated in this client alone
            return True
        return False

    def _literal_for_variable(self, path: Path, raw: str, expected: str | None) -> Template | None:
        """The text with what stands in the place of a variable as a secret, where the client may have resolved it."""
        values = values_in_place(raw, expected, self.local.home) if expected and self.local.resolves_refs else None
        if not expected or not values or not any(isinstance(p, Env) for p in values) or not all(map(is_value, values.values())):
            return None
        known = {p for p, value in values.items() if isinstance(p, Secret) and self.local.value(p.name) == value}
        masked = {p: Secret(self._name(path, value)) for p, value in values.items() if p not in known}
        return joined(masked.get(p, p) if isinstance(p, Env | Secret) else p for p in parse(expected))


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
