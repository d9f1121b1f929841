"""MCP servers in a client's file: a map of name to entry, with a place for names that are switched off."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.formats.edit import Edit, KeyPath, Remove, Set
from reconciler.mapping.documents import Docs
from reconciler.mapping.sections import Changes, Held, Loss, Reading, Wanted
from reconciler.mapping.server_fields import Field, Leaves, NativePath, NotUnderstood, Transports, entry_of, leaves_of
from reconciler.mapping.templates import MissingSecret, RefSyntax, Unsayable, from_native, to_native
from reconciler.model.fields import Fields, Path, dotted, is_same
from reconciler.model.names import MCP, EntityId, RelPath, entity_id, name_of

_MOST_ENTRIES = 4_096
_RESTRICTIONS = {("enabled",): "a server that is switched off would run", ("tools", "allowed"): "all of its tools could be used"}
_RESTRICTIONS[("tools", "denied")] = "the denied tools could be used"


class SwitchedOff(Protocol):
    """A list outside of the entries that names servers that are off."""

    def names(self, docs: Docs, entries: Mapping[str, Mapping[str, Any]]) -> set[str]: ...

    def change(self, docs: Docs, states: Mapping[str, State], changes: Changes) -> None: ...


@dataclass(frozen=True)
class State:
    """What a changed server becomes: its native entry (None: removed), and whether it is off."""

    entry: Mapping[str, Any] | None
    is_off: bool = False


@dataclass(frozen=True)
class ServerMap:
    """``at`` in file ``file`` maps names to entries.

    ``never`` are native keys that are not synced (trust, approval); ``on_creation`` are native leaves that the client
    itself writes into each new entry of a transport. ``defaults`` are native leaves that say what their absence says:
    the client drops them when it rewrites its file, so they are read as absent, and left where they stand.
    """

    client: str
    file: str
    at: KeyPath
    transports: Transports
    fields: tuple[Field, ...]
    refs: RefSyntax
    never: tuple[NativePath, ...] = ()
    defaults: Mapping[NativePath, Any] = field(default_factory=dict)
    name_at: NativePath | None = None
    """A native leaf that says nothing while it repeats the entry's own name: the client drops it then."""
    on_creation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    name_pattern: str = r"[^\x00-\x1f]+"
    switched_off: SwitchedOff | None = None
    kind: str = MCP
    entries: dict[str, tuple[str, dict[Path, Any]]] = field(default_factory=dict, compare=False, repr=False)
    """How each name's entry was read last, by all that it says: a client rewrites its whole file for one of them."""

    # ------------------------------------------------------------ reading

    def read(self, docs: Docs, reading: Reading) -> None:
        entries = docs.value(self.file, self.at)
        if entries is None:
            return
        if not isinstance(entries, Mapping):
            reading.problems.append(docs.complaint(self.file, self.at, f"{_shown(self.at)}: expected a map of servers"))
            return
        off = self.switched_off.names(docs, entries) if self.switched_off else set()
        for name, entry in entries.items():
            entity = entity_id(MCP, name)
            try:
                fields = self._read_once(name, entry)
            except NotUnderstood as error:
                reading.unreadable.add(entity)
                reading.problems.append(docs.complaint(self.file, (*self.at, name), f"{_shown((*self.at, name))}: {error}"))
                continue
            if name in off:
                fields = {**fields, ("enabled",): False}
            reading.config[entity] = fields
            reading.places[entity] = docs.files[self.file].path

    def _read_once(self, name: str, entry: Any) -> dict[Path, Any]:
        """The same object as long as the entry says the same; ``repr`` tells what ``==`` takes for equal, such as 1 and true."""
        said = repr(entry)
        last = self.entries.get(name)
        if last is None or last[0] != said:
            if len(self.entries) >= _MOST_ENTRIES:
                self.entries.clear()
            last = self.entries[name] = said, self._unnamed(name, self._fields(entry))
        return last[1]

    def _fields(self, entry: Any) -> dict[Path, Any]:
        if not isinstance(entry, Mapping):
            raise NotUnderstood("expected a map with the server's fields")
        leaves = {at: map_texts(v, lambda s: from_native(s, self.refs)) for at, v in leaves_of(entry).items()}
        return self._taken(leaves)

    def _unnamed(self, name: str, fields: Fields) -> dict[Path, Any]:
        """The fields without the entry's own name."""
        at = ("extra", self.client, *(self.name_at or ()))
        return {p: v for p, v in fields.items() if not (self.name_at and p == at and v == name)}

    def _taken(self, leaves: Leaves) -> dict[Path, Any]:
        out: dict[Path, Any] = {}
        for part in (self.transports, *self.fields):
            part.take(leaves, out)
        for at, value in leaves.items():
            if not self._says_nothing(at, value) and not any(at[: len(n)] == n for n in self.never):
                out[("extra", self.client, *at)] = value
        return {p: sorted(set(v)) if p[0] == "tools" else v for p, v in out.items() if v not in ([], {})}

    # ------------------------------------------------------------ what can be held

    def held(self, entity: EntityId, fields: Fields) -> Held:
        if not re.fullmatch(self.name_pattern, name_of(entity)):
            return Held(None, (Loss((), f"{self.client} does not accept this name"),))
        try:
            leaves = self._given(fields)
            for value in leaves.values():
                map_texts(value, lambda s: self._said(s, _any_secret))
            taken = self._taken(dict(leaves))  # a value of another shape than the field's came by hand
        except NotUnderstood as error:
            return Held(None, (Loss((), f"{self.client} {error}"),))
        fields, kept = self._unnamed(name_of(entity), fields), self._unnamed(name_of(entity), taken)
        if self.switched_off and fields.get(("enabled",)) is False:
            kept[("enabled",)] = False
        lost = [p for p in fields if p not in kept and (p[0] != "extra" or p[1] == self.client) and not self._is_default(p, fields)]
        gaps = [Loss(p, f"{self.client} has no {dotted(p)}: {_RESTRICTIONS[p]}", is_gap=True) for p in lost if p in _RESTRICTIONS]
        if gaps:
            return Held(None, tuple(gaps))
        return Held(kept, tuple(Loss(p, f"{self.client} has no {dotted(p)}") for p in lost))

    def _is_default(self, path: Path, fields: Fields) -> bool:
        if path[:2] == ("extra", self.client):
            return self._says_nothing(path[2:], fields[path])
        return path == ("enabled",) and fields[path] is True

    def _says_nothing(self, at: NativePath, value: Any) -> bool:
        default = self.defaults.get(at)
        return type(default) is type(value) and default == value

    def _given(self, fields: Fields) -> Leaves:
        leaves: Leaves = {}
        for part in (self.transports, *self.fields):
            part.give(fields, leaves)
        own = ("extra", self.client)
        leaves.update({p[2:]: v for p, v in fields.items() if p[:2] == own and not any(p[2 : 2 + len(n)] == n for n in self.never)})
        return leaves

    def _said(self, text: str, secret: Callable[[str], str | None]) -> str:
        said = to_native(text, self.refs, secret, "")
        if isinstance(said, Unsayable):
            raise NotUnderstood(f"cannot say it: {said.reason}")
        if isinstance(said, MissingSecret):
            raise NotUnderstood(f"lacks the secret {said.name}")
        return said

    def _native(self, fields: Fields) -> Leaves:
        return {at: map_texts(v, lambda s: self._said(s, lambda _: None)) for at, v in self._given(fields).items()}

    # ------------------------------------------------------------ changing

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        states: dict[str, State] = {}
        for entity, want in wanted.items():
            at = (*self.at, name_of(entity))
            if want is None:
                changes.add(self.file, Remove(at))
                states[name_of(entity)] = State(None)
                continue
            after, have = self._native(want), found.config.get(entity)
            if have is None:
                changes.add(self.file, Set(at, self._new_entry(want, after)))
            else:
                before = self._native(have)
                hidden = self._hidden(docs.value(self.file, at), before.keys() | after.keys(), have, want)
                changes.add(self.file, *[Remove((*at, *path)) for path in hidden], *_differences(at, before, after))
            states[name_of(entity)] = State(entry_of(after), want.get(("enabled",)) is False)
        if self.switched_off:
            self.switched_off.change(docs, states, changes)

    def _hidden(self, entry: Mapping[str, Any], known: Collection[NativePath], have: Fields, want: Fields) -> Iterator[NativePath]:
        """Leaves that another leaf overruled till now (``env.X`` beside ``env_vars = ["X"]``), and that would come to count."""
        for at, value in leaves_of(entry).items():
            out: dict[Path, Any] = {}
            for part in self.fields if at not in known else ():
                part.take({at: map_texts(value, lambda s: from_native(s, self.refs))}, out)
            if any(v != [] and have.get(p) != want.get(p) and want.get(p) != v for p, v in out.items()):
                yield at

    def _new_entry(self, want: Fields, after: Leaves) -> dict[str, Any]:
        """A whole entry in the order in which the client writes it: address, what it always adds, the rest."""
        always = self.on_creation.get(str(want[("transport",)]), {})
        entry = entry_of(after)
        address = {k: v for k, v in entry.items() if not isinstance(v, (dict, list)) and k not in always}
        lead = dict(list(address.items())[:2])
        return {**lead, **always, **entry}

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        return docs.files[self.file].path


def _any_secret(_: str) -> str | None:
    return "x"


def _differences(at: KeyPath, before: Leaves, after: Leaves) -> Iterator[Edit]:
    for path in before:
        if path not in after:
            yield Remove((*at, *path))
    for path, value in after.items():
        if path not in before or not is_same(before[path], value):
            yield Set((*at, *path), value)


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_texts(v, change) for v in value]
    if isinstance(value, Mapping):
        return {k: map_texts(v, change) for k, v in value.items()}
    return value


def _shown(at: KeyPath) -> str:
    return ".".join(map(str, at))
