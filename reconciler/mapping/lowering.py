"""From a changed config of one target back to the files of the repository: which layer each change belongs to.

A change goes to the layer that the value came from. Files that a person wrote keep their comments and order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, Insert, KeyPath, Remove, Set, applied
from reconciler.formats.markdown import normal_body, split_front_matter
from reconciler.mapping.layers import BASE, Layer, Piece, Repository, chain, machine_layer, path_of, place_of
from reconciler.model.fields import Config, Fields, Path, changed_paths, nested
from reconciler.model.names import MCP, RULES, TOOLS, EntityId, kind_of
from reconciler.model.tool_entry import Raw, entry_form, entry_of_form, entry_text, tool_of_entity

Files = dict[str, bytes | None]
"""Files to put (bytes) or to take away (None)."""

_ORDER = ("transport", "command", "args", "env", "cwd", "url", "headers", "timeouts", "enabled", "tools", "description", "oauth", "extra")
_ABSOLUTE = re.compile(r"(^|[=:,])(/[\w.~-]|[A-Za-z]:\\)")


@dataclass
class FileEdits:
    """Edits by file, in the order in which they were asked for; ``gone`` are files that go as a whole."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def add(self, path: str, edit: Edit) -> None:
        self.edits.setdefault(path, []).append(edit)


Placement = Callable[[EntityId], Layer]
"""The layer of an entity that no layer of the target holds yet."""


def has_machine_path(fields: Fields) -> bool:
    """True for a server that names an absolute path outside of the home folder: it makes sense on this machine only."""
    places = (("command",), ("cwd",))
    texts = [v for p, v in fields.items() if p in places or p[0] == "env"] + list(fields.get(("args",), []))
    return any(isinstance(t, str) and _ABSOLUTE.search(t) and "://" not in t for t in texts)


def usual_placement(machine: str, own_layers: Mapping[EntityId, Layer], new_entities: Mapping[str, Layer], after: Config) -> Placement:
    """Where new entities go: ``own_layers`` first, then servers with a machine's path, then by kind."""

    def placed(entity: EntityId) -> Layer:
        if entity in own_layers:
            return own_layers[entity]
        if kind_of(entity) == MCP and has_machine_path(after[entity]):
            return machine_layer(machine)
        return new_entities.get(kind_of(entity), BASE)

    return placed


def lowered(
    repository: Repository, machine: str, client: str, before: Config, after: Config, placement: Placement, overlaid: Sequence[Path] = ()
) -> Files:
    """The files that change so that the target's config is ``after`` instead of ``before``.

    ``overlaid`` are paths whose new value goes to the client's own layer, whatever layer holds the entity.
    """
    layers = chain(machine, client)
    out = FileEdits()
    for entity in {**before, **after}:
        old, new = before.get(entity), after.get(entity)
        if old == new:
            continue
        held_by = [(layer, p) for layer in layers for p in repository.layers.get(layer, {}).get(entity, ())]
        if new is None:
            _take_away(repository, entity, held_by, out)
        elif not held_by:
            _put_new(repository, placement(entity), layers[1], entity, new, overlaid, out)
        else:
            _change(entity, held_by, old or {}, new, layers[1], overlaid, out)
    return _written(repository.files, out)


# ---------------------------------------------------------------- edits by entity


def _take_away(repository: Repository, entity: EntityId, held_by: list[tuple[Layer, Piece]], out: FileEdits) -> None:
    """Every layer of the target gives the entity up; when the base does, overlays that others laid on it go too."""
    pieces = [p for _, p in held_by]
    if any(layer == BASE for layer, _ in held_by):
        pieces += [p for layer, held in repository.layers.items() if layer != BASE for p in held.get(entity, ()) if not _stands_alone(entity, p)]
    for piece in pieces:
        if kind_of(entity) == TOOLS:
            out.add(piece.path, Remove(("entry", entity)))
        else:
            out.gone.add(piece.path)


def _stands_alone(entity: EntityId, piece: Piece) -> bool:
    own = {MCP: (("command",), ("url",)), RULES: (("body",),), TOOLS: (("entry",),)}[kind_of(entity)]
    return any(p in piece.fields for p in own)


def _put_new(
    repository: Repository, layer: Layer, client: Layer, entity: EntityId, new: Fields, overlaid: Sequence[Path], out: FileEdits
) -> None:
    path = path_of(layer, entity)
    if kind_of(entity) == TOOLS:
        out.add(path, Insert(("entry", entity), None))
        return
    for at, value in _ordered(new):
        _set(path_of(client, entity) if at in overlaid else path, at, value, out)


def _change(
    entity: EntityId, held_by: list[tuple[Layer, Piece]], old: Fields, new: Fields, client: Layer, overlaid: Sequence[Path], out: FileEdits
) -> None:
    absent = [p.path for _, p in held_by if p.is_absent]
    for path in absent:
        out.add(path, Remove(("absent",)))
    for at in changed_paths(old, new):
        if at in overlaid:
            _set(path_of(client, entity), at, new.get(at), out)
            continue
        holders = [p for _, p in held_by if at in p.fields or at in p.nulls]
        top = holders[-1] if holders else held_by[0][1]
        if at in new:
            _set(top.path, at, new[at], out)
        elif len(holders) > 1:
            _set(top.path, at, None, out)
        else:
            _set(top.path, at, _GONE, out)


_GONE = object()


def _set(path: str, at: Path, value: Any, out: FileEdits) -> None:
    if at == ("body",):
        out.bodies[path] = "" if value is _GONE or value is None else str(value)
    elif value is _GONE:
        out.add(path, Remove(at))
    else:
        out.add(path, Set(at, value))


def _ordered(fields: Fields) -> Iterator[tuple[Path, Any]]:
    known = {name: i for i, name in enumerate(_ORDER)}
    yield from sorted(fields.items(), key=lambda item: known.get(item[0][0], len(known)))


# ---------------------------------------------------------------- files


def _written(files: Mapping[str, bytes], edits: FileEdits) -> Files:
    out: Files = dict.fromkeys(sorted(edits.gone & files.keys()))
    for path in {**edits.edits, **edits.bodies}:
        if path in edits.gone:
            continue
        place = place_of(path)
        old = files.get(path, b"")
        if place is not None and kind_of(place[1]) == RULES:
            new: bytes | None = _rule_text(old, edits.edits.get(path, []), edits.bodies.get(path))
        elif place is not None and kind_of(place[1]) == TOOLS:
            new = _yaml(old, list(_entry_edits(old, edits.edits[path])))
        else:
            new = _yaml(old, edits.edits[path])
        if new != old and (new or old):
            out[path] = new or None
    return out


def _yaml(old: bytes, edits: Sequence[Edit]) -> bytes:
    """A file of ours is written anew in schema order; one that a person shaped is edited. Empty when nothing is left."""
    value = yaml_text.read(old) if old else {}
    after = pruned(applied(value, edits))
    if not after:
        return b""
    if not old or yaml_text.dump(value) == old:
        known = {name: i for i, name in enumerate(_ORDER)}
        return yaml_text.dump(dict(sorted(after.items(), key=lambda item: known.get(item[0], len(known)))))
    return yaml_text.edit(old, edits)


def pruned(value: Any) -> Any:
    """The value without empty maps and lists in maps; nulls stay, they take away."""
    if not isinstance(value, dict):
        return value
    inner = {k: pruned(v) for k, v in value.items()}
    return {k: v for k, v in inner.items() if v != {} and v != []}


def _rule_text(old: bytes, edits: Sequence[Edit], body: str | None) -> bytes:
    front = split_front_matter(old.decode("utf-8"))
    if edits:
        front = front.with_yaml(_yaml(front.yaml.encode(), edits).decode())
    if body is not None and normal_body(front.body) != body:
        front = front if front.is_there or not body.startswith("---") else front.with_yaml("")
        front = front.with_body(body)
    return front.text.encode("utf-8")


def _entry_edits(old: bytes, asked: Sequence[Edit]) -> Iterator[Edit]:
    """Edits of the lists of a tools file from "put this entry" and "take this entry away"."""
    value = yaml_text.read(old) if old else {}
    removed: list[tuple[KeyPath, int]] = []
    for edit in asked:
        entity = EntityId(str(edit.path[1]))
        decision, entry = tool_of_entity(entity)
        at: KeyPath = ("extra", entry.client, decision) if isinstance(entry, Raw) else (decision,)
        if isinstance(edit, Insert):
            yield Insert(at, entry.text if isinstance(entry, Raw) else entry_form(entry))
        else:
            removed += [(at, i) for i, item in enumerate(_at(value, at)) if _is_entry(item, entry)]
    for at, index in sorted(removed, key=lambda r: (r[0], -r[1])):
        yield Remove((*at, index))


def _at(value: Any, at: KeyPath) -> list[Any]:
    for key in at:
        value = (value or {}).get(key)
    return value or []


def _is_entry(item: Any, entry: Any) -> bool:
    if isinstance(entry, Raw):
        return bool(item == entry.text)
    return isinstance(item, dict) and entry_text(entry_of_form(item)) == entry_text(entry)


def config_of(fields: Fields) -> dict[str, Any]:
    """The nested form of an entity in schema order, as people read it."""
    return nested(dict(_ordered(fields)))


def piece_text(path: str, old: bytes, before: Mapping[EntityId, Fields], after: Mapping[EntityId, Fields | None]) -> bytes | None:
    """One file with its entities changed from ``before`` to ``after``; None when nothing is left in it."""
    out = FileEdits()
    for entity in {**before, **after}:
        was, now = before.get(entity), after.get(entity)
        if was == now:
            continue
        if kind_of(entity) == TOOLS:
            out.add(path, Remove(("entry", entity)) if now is None else Insert(("entry", entity), None))
        elif now is None:
            return None
        else:
            for at in changed_paths(was or {}, now):
                _set(path, at, now.get(at, _GONE), out)
    return _written({path: old}, out).get(path, old) or None
