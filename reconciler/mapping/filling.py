"""Secrets and home paths into a config again, when files are written. References to variables stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.mapping.servers import map_texts
from reconciler.mapping.templates import Env, Home, Literal, Part, Secret, TemplateError, joined, parse, references, text
from reconciler.model.fields import Config, Fields
from reconciler.model.names import MCP, EntityId, kind_of


@dataclass(frozen=True)
class Local:
    """What masking and filling may know of this machine and of one target.

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
class Filled:
    """``missing`` names the secrets that an entity needs and this machine does not have; those are not in ``config``."""

    config: dict[EntityId, Fields] = field(default_factory=dict)
    missing: dict[EntityId, tuple[str, ...]] = field(default_factory=dict)
    used: dict[EntityId, dict[str, str]] = field(default_factory=dict)
    """The secrets that were filled into each entity, with the keyed digest of their value."""


def fill(config: Config, local: Local) -> Filled:
    """The config with secrets and home paths written out."""
    out = Filled()
    for entity, fields in config.items():
        if kind_of(entity) != MCP:
            out.config[entity] = fields
            continue
        missing: list[str] = []
        used = out.used.setdefault(entity, {})
        done = {path: map_texts(value, lambda t, m=missing, u=used: _filled(t, local, m, u)) for path, value in fields.items()}  # type: ignore[misc]
        if missing:
            out.missing[entity] = tuple(dict.fromkeys(missing))
        else:
            out.config[entity] = done
    return out


def _filled(canonical: str, local: Local, missing: list[str], used: dict[str, str]) -> str:
    if "${" not in canonical:
        return canonical
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
