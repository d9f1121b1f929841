"""Lists beside the entries that say which servers are off: by name, or by what the server runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.formats.edit import Insert, KeyPath, Remove
from reconciler.mapping.documents import Docs
from reconciler.mapping.sections import Changes
from reconciler.mapping.servers import State


def no_signature(_: Mapping[str, Any]) -> str:
    """For clients that list names alone."""
    return ""


@dataclass(frozen=True)
class OffList:
    """A list at ``at`` in ``file``; ``entries`` says where the servers are (file, place).

    Items are names, or signatures where the client writes them: both are read, signatures are written.
    """

    file: str
    at: KeyPath
    entries: tuple[str, KeyPath]
    signature: Callable[[Mapping[str, Any]], str] = no_signature

    def names(self, docs: Docs, entries: Mapping[str, Mapping[str, Any]]) -> set[str]:
        items = self._items(docs)
        return {n for n, e in entries.items() if self._aliases(n, e) & set(items)}

    def _items(self, docs: Docs) -> list[str]:
        items = docs.value(self.file, self.at)
        return [i if isinstance(i, str) else "" for i in items] if isinstance(items, list) else []

    def _aliases(self, name: str, entry: Any) -> set[str]:
        signature = self.signature(entry) if isinstance(entry, Mapping) else ""
        return {name, signature} - {""}

    def change(self, docs: Docs, states: Mapping[str, State], changes: Changes) -> None:
        items = self._items(docs)
        entries = docs.value(*self.entries) or {}
        gone, added = set(), []
        for name, state in states.items():
            now = self._aliases(name, state.entry) if state.is_off else set()
            before = self._aliases(name, entries.get(name))
            gone |= (before & set(items)) - now
            if state.is_off and not now & set(items):
                added.append(self.signature(state.entry or {}) or name)
        for index in reversed([i for i, item in enumerate(items) if item in gone]):
            changes.add(self.file, Remove((*self.at, index)))
        changes.add(self.file, *[Insert(self.at, item) for item in dict.fromkeys(added)])
