"""The files of the repository with some fields changed. Files that a person wrote keep their comments and order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, Insert, KeyPath, Remove, Set, applied
from reconciler.formats.markdown import normal_body, split_front_matter
from reconciler.mapping.layers import place_of
from reconciler.model.fields import Fields, Path
from reconciler.model.names import RULES, TOOLS, EntityId, kind_of
from reconciler.model.tool_entry import Raw, entry_form, entry_of_form, entry_text, tool_of_entity

Files = dict[str, bytes | None]
"""Files to put (bytes) or to take away (None)."""

GONE = object()
"""A field that a file no longer holds; None is a field that it takes away from the layers below."""

_ORDER = ("transport", "command", "args", "env", "cwd", "url", "headers", "timeouts", "enabled", "tools", "description", "oauth", "extra")


@dataclass
class FileEdits:
    """Edits by file, in the order in which they were asked for; ``gone`` are files that go as a whole."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def add(self, path: str, edit: Edit) -> None:
        self.edits.setdefault(path, []).append(edit)

    def set(self, path: str, at: Path, value: Any) -> None:
        """Put a field's value into a file."""
        if at == ("body",):
            self.bodies[path] = "" if value is GONE or value is None else str(value)
        else:
            self.add(path, Remove(at) if value is GONE else Set(at, value))


def ordered(fields: Fields) -> Iterator[tuple[Path, Any]]:
    """Fields in schema order."""
    known = {name: i for i, name in enumerate(_ORDER)}
    yield from sorted(fields.items(), key=lambda item: known.get(item[0][0], len(known)))


def written(files: Mapping[str, bytes], edits: FileEdits) -> Files:
    """The files that the edits change."""
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
    edits = [*edits, *(Remove(at) for at in _emptied(value, applied(value, edits)))]
    after = applied(value, edits)
    if not after:
        return b""
    if not old or yaml_text.dump(value) == old:
        known = {name: i for i, name in enumerate(_ORDER)}
        return yaml_text.dump(dict(sorted(after.items(), key=lambda item: known.get(item[0], len(known)))))
    return yaml_text.edit(old, edits)


def _emptied(before: Any, after: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Maps and lists that lost their last item: left empty, they would take the key away from the layers below."""
    if before == after:
        return
    if at and pruned(after) in ({}, []):
        yield at
    elif isinstance(after, dict):
        for key, inner in after.items():
            yield from _emptied(before.get(key) if isinstance(before, dict) else None, inner, (*at, key))


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
    """Edits of the lists of a tools file from "put this entry" and "take this entry, or its absence, away"."""
    value = yaml_text.read(old) if old else {}
    removed: list[tuple[KeyPath, int]] = []
    for edit in asked:
        entity = EntityId(str(edit.path[1]))
        decision, entry = tool_of_entity(entity)
        at: KeyPath = ("extra", entry.client, decision) if isinstance(entry, Raw) else (decision,)
        if isinstance(edit, Insert):
            yield Insert(at, entry.text if isinstance(entry, Raw) else entry_form(entry))
            continue
        for place in (at, ("extra", entry.client, "absent", decision)) if isinstance(entry, Raw) else (at,):
            removed += [(place, i) for i, item in enumerate(_at(value, place)) if _is_entry(item, entry)]
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


