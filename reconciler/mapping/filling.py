"""Secrets and home paths into a config again, when files are written. References to variables stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from reconciler.mapping.servers import map_texts
from reconciler.mapping.templates import Env, Home, Literal, Part, Secret, TemplateError, joined, parse, references, text
from reconciler.model.fields import Config, Fields, Leaf
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
    resolved: Mapping[str, str] = field(default_factory=dict)
    """Variables that the client's own program has written values over, and those values."""
    resolves_refs: bool = False
    plain: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    project: str = ""
    """The project's name. Its files are read by others too, so no secret is written into them as it is."""
    local_to: str = ""
    """The project for whose folder alone the client keeps these, in a file of its user: secrets may stand there."""

    @property
    def prefix(self) -> str:
        """What the names of the scope's own secrets start with: a project's file never changes a value of the user's."""
        if self.local_to:
            return f"local.{self.local_to}."
        return f"project.{self.project}." if self.project else ""


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
        done = {
            path: value if isinstance(value, str) and "${" not in value else map_texts(value, lambda t, m=missing, u=used: _filled(t, local, m, u))  # type: ignore[misc]
            for path, value in fields.items()
        }
        if missing:
            out.missing[entity] = tuple(dict.fromkeys(missing))
        else:
            out.config[entity] = done
    return out


def unwritten(config: Config, filled: Filled, found: Config, local: Local) -> dict[EntityId, tuple[str, ...]]:
    """Entities that cannot be written to a project's files, with the secrets that would come to stand there as they are.

    A value that stands in the file already stays where it is.
    """
    if not local.project:
        return {}
    out = dict(filled.missing)
    for entity in filled.config:
        have = found.get(entity, {})
        new = [v for p, v in config[entity].items() if filled.config[entity][p] != have.get(p)] if filled.used.get(entity) else []
        names = tuple(dict.fromkeys(name for value in new for name in secret_names(value)))
        if names:
            out[entity] = names
    return out


def _filled(canonical: str, local: Local, missing: list[str], used: dict[str, str]) -> str:
    if "${" not in canonical:
        return canonical
    done, absent = fill_text(canonical, local)
    missing += absent
    for part in references(parse(canonical)) if "${secret:" in canonical else ():
        if isinstance(part, Secret) and (value := local.value(part.name)) is not None:
            used[part.name] = local.digest(value)
    return done


def secret_names(leaf: Leaf) -> list[str]:
    """The secrets that a leaf refers to, in order."""
    found: list[str] = []

    def note(canonical: str) -> str:
        with suppress(TemplateError):
            parts = references(parse(canonical)) if "${secret:" in canonical else ()
            found.extend(part.name for part in parts if isinstance(part, Secret))
        return canonical

    map_texts(leaf, note)
    return found


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
