"""The central repository's files as layers of entities, and the config that one target gets from them.

Layers in order: base, client, machine, machine's client. They merge key by key; ``null`` takes a key away,
``absent: true`` an entity. A project has a tree of its own with the same layers: its targets see that tree alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import Any, NewType
from urllib.parse import quote, unquote

from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.formats.markdown import normal_body, split_front_matter
from reconciler.mapping.entries import PRESENT
from reconciler.model.fields import Fields, Path, flat
from reconciler.model.names import KINDS, MCP, RULES, TOOLS, EntityId, entity_id, kind_of, name_of
from reconciler.model.results import Problem
from reconciler.model.tool_entry import Raw, stated, tool_entity, tool_of_entity

Layer = NewType("Layer", str)
"""The folder of a layer: empty for the base, ``overlays/client/<client>`` and so on; below ``projects/<name>`` in a project."""

BASE = Layer("")
_PROJECTS = "projects"
_LOCAL = "local"
_SUFFIX = {MCP: ".yaml", RULES: ".md", TOOLS: ".yaml"}


def client_layer(client: str) -> Layer:
    return Layer(f"overlays/client/{client}")


def machine_layer(machine: str) -> Layer:
    return Layer(f"overlays/machine/{machine}")


def chain(machine: str, client: str, base: Layer = BASE) -> tuple[Layer, ...]:
    """The layers of one target, the later laid over the earlier. ``base`` is the first layer of its scope."""
    if _is_local(base):
        return (base,)
    layers = BASE, client_layer(client), machine_layer(machine), Layer(f"overlays/machine/{machine}/client/{client}")
    return tuple(within(base, layer) for layer in layers)


def project_layer(project: str) -> Layer:
    """The base of a project's tree."""
    return Layer(f"{_PROJECTS}/{project}")


def local_layer(project: str, machine: str, client: str) -> Layer:
    """What one client keeps on one machine for the folder of a project alone: a tree of one layer, which no other target sees."""
    return Layer(f"{project_layer(project)}/{machine_layer(machine)}/{_LOCAL}/{client}")


def _is_local(layer: Layer) -> bool:
    parts = layer.split("/")
    return len(parts) == 7 and [parts[0], *parts[2:4], parts[5]] == [_PROJECTS, "overlays", "machine", _LOCAL]


def within(base: Layer, layer: Layer) -> Layer:
    """The layer of the same name in the tree that starts at ``base``."""
    return Layer(f"{base}/{layer}".strip("/"))


def base_of(layer: Layer) -> Layer:
    """The base of the tree that a layer is in."""
    parts = layer.split("/")
    if parts[0] != _PROJECTS:
        return BASE
    return layer if _is_local(layer) else Layer("/".join(parts[:2]))


@dataclass(frozen=True)
class Piece:
    """What one layer says of one entity: fields, keys that it takes away, or that there is none."""

    fields: Fields
    nulls: frozenset[Path] = frozenset()
    is_absent: bool = False
    path: str = ""
    """The file that says so."""


Laid = dict[EntityId, tuple[tuple[Piece, ...], dict[Path, Any], Fields | None]]
"""What the pieces of each entity last added up to, and that with its defaults settled."""


@dataclass(frozen=True)
class Repository:
    """One revision's tree, read."""

    files: Mapping[str, bytes]
    layers: Mapping[Layer, Mapping[EntityId, tuple[Piece, ...]]]
    """Several pieces only for allowed-tools entries that stand in several files of a layer."""
    problems: tuple[Problem, ...] = ()
    laid: Laid = field(default_factory=dict, compare=False, repr=False)


_SPARE_PIECES = 1_000


@dataclass
class PieceCache:
    """Pieces by file content, so that a pass reads only what changed; and what they add up to."""

    pieces: dict[tuple[str, bytes], Mapping[EntityId, Piece]] = field(default_factory=dict)
    laid: Laid = field(default_factory=dict)


def read_repository(files: Mapping[str, bytes], cache: PieceCache) -> Repository:
    """All entities of a tree by layer. A file that cannot be read is a problem, and says nothing."""
    layers: dict[Layer, dict[EntityId, tuple[Piece, ...]]] = {}
    problems: list[Problem] = []
    known = cache.pieces  # another thread may put a smaller one in its place
    for path, data in sorted(files.items()):  # two files of a layer that disagree: the later name counts, on every machine
        place = place_of(path)
        if place is None:
            continue
        key = (path, data)
        try:
            if key not in known:
                known[key] = dict(_pieces(path, place[1], data))
        except FormatError as error:
            problems.append(Problem(path, error.reason, error.line, error.column, "mend it by a commit; the last good version stays in force"))
            continue
        into = layers.setdefault(place[0], {})
        for entity, piece in known[key].items():
            into[entity] = (*into.get(entity, ()), piece)
    if len(known) > _SPARE_PIECES + 2 * len(files):  # one is left behind by every edit
        cache.pieces = {key: known[key] for key in files.items() if key in known}
    return Repository(files, layers, tuple(problems), cache.laid)


def place_of(path: str) -> tuple[Layer, EntityId] | None:
    """Layer and entity (for tools: the file) that a path stands for; None for files that are no entity."""
    folder, _, file_name = path.rpartition("/")
    layer, _, kind = folder.rpartition("/")
    if kind not in KINDS or not file_name.endswith(_SUFFIX[kind]) or not _is_layer(layer):
        return None
    return Layer(layer), entity_id(kind, unquote(file_name.removesuffix(_SUFFIX[kind])))


def _is_layer(layer: str) -> bool:
    if layer == _PROJECTS or _is_local(Layer(layer)):
        return layer != _PROJECTS
    parts = layer.split("/")[2 if base_of(Layer(layer)) else 0 :] if layer else []
    names = parts[1::2] if parts[:1] == ["overlays"] else parts
    return names in ([], ["client"], ["machine"], ["machine", "client"]) and len(parts) == (1 + 2 * len(names) if parts else 0)


def path_of(layer: Layer, entity: EntityId) -> str:
    """Where a layer keeps an entity. Characters that are no part of a safe file name are percent-encoded."""
    kind, name = kind_of(entity), "default" if kind_of(entity) == TOOLS else name_of(entity)
    safe = quote(name, safe=" @+=,()")
    safe = "%2E" + safe[1:] if safe.startswith(".") else safe
    return f"{layer}/{kind}/{safe}{_SUFFIX[kind]}".lstrip("/")


def _pieces(path: str, entity: EntityId, data: bytes) -> Iterator[tuple[EntityId, Piece]]:
    kind = kind_of(entity)
    value, body = _value(kind, data)
    if not isinstance(value, Mapping):
        raise FormatError("expected keys with values")
    if kind == TOOLS:
        for entry, is_present in _entries(value):
            yield entry, Piece(PRESENT if is_present else {}, is_absent=not is_present, path=path)
        return
    nested = {k: v for k, v in value.items() if k != "absent"}
    if body:
        nested["body"] = body
    yield entity, Piece(flat(kind, nested), frozenset(_nulls((), nested)), value.get("absent") is True, path)


def _value(kind: str, data: bytes) -> tuple[Any, str]:
    if kind != RULES:
        return yaml_text.read(data), ""
    try:
        front = split_front_matter(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise FormatError("not UTF-8 text") from None
    return (yaml_text.read(front.yaml.encode()) if front.yaml else {}), normal_body(front.body)


def _nulls(at: Path, value: Any) -> Iterator[Path]:
    """Keys that are null, or empty where a container is meant: both take the key of a lower layer away."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _nulls((*at, str(key)), inner)
    elif at and (value is None or value == [] or value == {}):
        yield at


def _entries(value: Mapping[str, Any]) -> Iterator[tuple[EntityId, bool]]:
    try:
        for decision, entry, is_present in stated(value):
            yield tool_entity(decision, entry), is_present
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise FormatError("an entry of allow, ask or deny is not one of shell, read, edit, write, web, mcp") from error


# ---------------------------------------------------------------- one target's view


def effective(repository: Repository, machine: str, client: str, base: Layer = BASE) -> dict[EntityId, Fields]:
    """The config of one target: its layers laid on each other, without what is meant for other clients."""
    held_by: dict[EntityId, list[Piece]] = {}
    for layer in chain(machine, client, base):
        for entity, pieces in repository.layers.get(layer, {}).items():
            held_by.setdefault(entity, []).extend(pieces)
    present = {e: tuple(pieces) for e, pieces in held_by.items() if not pieces[-1].is_absent}
    shown = ((e, *_laid(repository.laid, e, pieces)) for e, pieces in present.items())
    return {e: done for e, fields, done in shown if is_meant(e, fields, client) and done}


def _laid(known: Laid, entity: EntityId, pieces: tuple[Piece, ...]) -> tuple[dict[Path, Any], Fields | None]:
    """``laid`` and ``finished``: the same objects as long as the pieces are."""
    last = known.get(entity)
    if last is None or len(last[0]) != len(pieces) or not all(map(is_, last[0], pieces)):
        fields = laid(pieces)
        last = known[entity] = pieces, fields, finished(entity, fields)
    return last[1:]


def laid(pieces: Iterable[Piece]) -> dict[Path, Any]:
    """What the pieces of one entity add up to, the later laid over the earlier."""
    out: dict[Path, Any] = {}
    for piece in pieces:
        if piece.is_absent:
            out = {}
        elif not out:
            out = dict(piece.fields)
        else:
            hidden = {*piece.nulls, *(p for p in piece.fields if p[0] == "extra")}
            if hidden:
                out = {p: v for p, v in out.items() if not _is_hidden(p, hidden)}
            out |= piece.fields
    return out


def _is_hidden(path: Path, by: Collection[Path]) -> bool:
    """True below what is taken away; a client's own value of another shape is replaced as a whole."""
    return any(path[: len(n)] == n or (n[0] == "extra" and n[: len(path)] == path) for n in by)


def is_meant(entity: EntityId, fields: Fields, client: str) -> bool:
    """False for another client's raw entry, and for a rule that names other clients."""
    if kind_of(entity) == TOOLS:
        entry = tool_of_entity(entity)[1]
        return not isinstance(entry, Raw) or entry.client == client
    return client in fields.get(("clients",), (client,))


def finished(entity: EntityId, fields: Fields) -> Fields | None:
    """The entity with its defaults settled; None for an overlay that has nothing to lie on."""
    if kind_of(entity) == RULES:
        return fields if ("body",) in fields else None
    if kind_of(entity) != MCP:
        return fields
    if ("command",) not in fields and ("url",) not in fields:
        return None
    transport = fields.get(("transport",)) or ("stdio" if ("command",) in fields else "http")
    out = {("transport",): transport, **fields}
    if out.get(("enabled",)) is True:
        del out[("enabled",)]
    return out
