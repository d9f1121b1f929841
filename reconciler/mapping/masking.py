"""Secrets out of a config before anything sees it, and into it again when files are written.

Pure: what the vault and the home folder hold comes as an argument, what must be stored goes back as a result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from reconciler.mapping.secret_tokens import suspicious_text
from reconciler.mapping.servers import map_texts
from reconciler.mapping.templates import (
    Env,
    Home,
    Literal,
    Part,
    Secret,
    Template,
    TemplateError,
    joined,
    map_literals,
    matcher,
    parse,
    references,
    text,
)
from reconciler.model.fields import Config, Fields, Path, dotted
from reconciler.model.names import MCP, EntityId, kind_of, name_of

Span = tuple[int, int]


@dataclass(frozen=True)
class Local:
    """What masking may know of this machine and of one target.

    ``agreed`` maps a secret to the keyed digest of the value that this target last held; ``resolves_refs`` says that
    the client's own program writes the values of variables over references.
    """

    home: str
    value: Callable[[str], str | None]
    names: frozenset[str]
    digest: Callable[[str], str]
    agreed: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    resolves_refs: bool = False
    plain: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()


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
    for entity, fields in raw.items():
        if kind_of(entity) == MCP:
            masker = _Masker(entity, expected.get(entity, {}), local, out.stored)
            out.config[entity] = {path: masker.leaf(path, value) for path, value in fields.items()}
        elif any(suspicious_text(v) for v in (*fields.values(), entity) if isinstance(v, str)):
            out.exposed[entity] = "its text holds what looks like a token or a key"
        else:
            out.config[entity] = fields
    return out


@dataclass
class _Masker:
    entity: EntityId
    expected: Fields
    local: Local
    stored: dict[str, str]

    def leaf(self, path: Path, value: Any) -> Any:
        old = self.expected.get(path)
        if isinstance(value, str):
            return self._text(path, value, old if isinstance(old, str) else None, lambda t: secret_spans(place_of(path), t))
        if path == ("args",):
            return self._args(value, old if isinstance(old, list) else [])
        return map_texts(value, lambda t: self._text(path, t, None, lambda u: secret_spans(place_of(path), u)))

    def _args(self, args: list[str], old: list[str]) -> list[str]:
        """Arguments find their old form by place, else by what it fills to."""
        filled = {fill_text(o, self.local)[0]: o for o in old}
        plain = [_plain(a) for a in args]
        spans = secret_spans_in_args([p or "" for p in plain])
        out = []
        for i, arg in enumerate(args):
            expected = filled.get(arg) or (old[i] if i < len(old) and len(old) == len(args) else None)
            flag = args[i - 1].lstrip("-") if i and args[i - 1].startswith("-") else str(i)
            out.append(self._text(("args", flag), arg, expected, lambda _, s=spans[i], p=plain[i]: s if p is not None else []))  # type: ignore[misc]
        return out

    def _text(self, path: Path, raw: str, expected: str | None, spans: Callable[[str], list[Span]]) -> str:
        name = f"{self.entity}.{dotted(path)}"
        is_overruled = expected is not None and ("${secret:" in expected if name in self.local.plain else name in self.local.masked and "${" not in expected)
        if expected is not None and not is_overruled and self._is_expected(path, raw, expected):
            return expected
        if name in self.local.plain:
            return text(_with_home(parse(raw), self.local.home))
        plain = _plain(raw)
        if plain is None:
            return text(_with_home(self._mixed(path, parse(raw)), self.local.home))
        found = [(0, len(plain))] if name in self.local.masked and plain else spans(plain)
        return text(_with_home(joined(self._cut(path, plain, found)), self.local.home))

    def _mixed(self, path: Path, template: Template) -> Template:
        """A text with references: what stands between them is a secret only by its shape."""
        return map_literals(template, lambda t: tuple(self._cut(path, t, suspicious_text(t))))

    def _cut(self, path: Path, plain: str, spans: list[Span]) -> Iterator[Part]:
        at = 0
        for start, end in spans:
            yield Literal(plain[at:start])
            yield Secret(self._name(path, plain[start:end]))
            at = end
        yield Literal(plain[at:])

    def _name(self, path: Path, value: str) -> str:
        """The name of a value at a place: the one that holds it already, else the next free one."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{name_of(self.entity)}.{dotted(path)}")
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

    def _is_expected(self, path: Path, raw: str, expected: str) -> bool:
        """True when the text is the expected one filled, resolved by its client, or filled with a rotated secret."""
        if fill_text(expected, self.local)[0] == raw:
            return True
        plain = _plain(raw)
        if plain is None:
            return False
        parts = parse(expected)
        found = matcher(parts, self.local.home).fullmatch(plain)
        if not found:
            return False
        names = list(dict.fromkeys(r for r in references(parts) if isinstance(r, Env | Secret)))
        return bool(names) and all(self._explains(name, value) for name, value in zip(names, found.groups(), strict=False))

    def _explains(self, reference: Env | Secret, value: str) -> bool:
        if isinstance(reference, Env):
            # A variable that this process does not know may well be known to the client's shell.
            return self.local.resolves_refs and self.local.environ.get(reference.name, value) == value
        known = self.stored.get(reference.name, self.local.value(reference.name))
        if known == value:
            return True
        last = self.local.agreed.get(reference.name)
        if last is not None and self.local.digest(value) == last:
            return True  # the file still holds the value from before another client's rotation
        if known is None or (last is not None and self.local.digest(known) == last):
            self.stored[reference.name] = value  # missing here until now, or rotated in this client alone
            return True
        return False


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


def _plain(raw: str) -> str | None:
    """The literal text of a canonical text without references; None when it has some."""
    parts = parse(raw)
    return "".join(p.text for p in parts if isinstance(p, Literal)) if all(isinstance(p, Literal) for p in parts) else None


def _with_home(template: Template, home: str) -> Template:
    if not home or home == "/":
        return template
    place = re.compile(rf"(?<![^\s=:,]){re.escape(home)}(?=/|$)")

    def split(plain: str) -> Template:
        pieces = place.split(plain)
        return joined(part for i, piece in enumerate(pieces) for part in ((Home(), Literal(piece)) if i else (Literal(piece),)))

    return map_literals(template, split)


# ---------------------------------------------------------------- filling


@dataclass
class Filled:
    """``missing`` names the secrets that an entity needs and this machine does not have; those are not in ``config``."""

    config: dict[EntityId, Fields] = field(default_factory=dict)
    missing: dict[EntityId, tuple[str, ...]] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    """Secrets that were filled in, with the keyed digest of their value."""


def fill(config: Config, local: Local) -> Filled:
    """The config with secrets and home paths written out, references to variables kept."""
    out = Filled()
    for entity, fields in config.items():
        if kind_of(entity) != MCP:
            out.config[entity] = fields
            continue
        missing: list[str] = []
        done = {path: map_texts(value, lambda t, m=missing: _filled(t, local, m, out.used)) for path, value in fields.items()}  # type: ignore[misc]
        if missing:
            out.missing[entity] = tuple(dict.fromkeys(missing))
        else:
            out.config[entity] = done
    return out


def _filled(canonical: str, local: Local, missing: list[str], used: dict[str, str]) -> str:
    done, absent = fill_text(canonical, local)
    missing += absent
    for part in references(parse(canonical)):
        if isinstance(part, Secret) and (value := local.value(part.name)) is not None:
            used[part.name] = local.digest(value)
    return done


def fill_text(canonical: str, local: Local) -> tuple[str, list[str]]:
    """The text with secrets and home written out as literal text, and the names of secrets that are missing."""
    if "${" not in canonical:
        return canonical, []
    missing: list[str] = []

    def part(p: Part) -> Part:
        if isinstance(p, Home):
            return Literal(local.home)
        if isinstance(p, Secret):
            value = local.value(p.name)
            if value is None:
                missing.append(p.name)
                return p
            return Literal(value)
        if isinstance(p, Env) and p.default is not None:
            return Env(p.name, joined(part(q) for q in p.default))
        return p

    try:
        return text(joined(part(p) for p in parse(canonical))), missing
    except TemplateError:
        return canonical, missing
