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
        return {n for n, e in entries.items() if not set(items).isdisjoint(self._aliases(n, e))}

    def _items(self, docs: Docs) -> list[str]:
        items = docs.value(self.file, self.at)
        return [i if isinstance(i, str) else "" for i in items] if isinstance(items, list) else []

    def _aliases(self, name: str, entry: Any) -> tuple[str, ...]:
        """What may stand in the list for a server; the first is what the client writes."""
        signature = self.signature(entry) if isinstance(entry, Mapping) else ""
        return (signature, name) if signature else (name,)

    def change(self, docs: Docs, states: Mapping[str, State], changes: Changes) -> None:
        items, entries = self._items(docs), self._entries(docs)
        off, running = self._after(docs, states)
        stale = {a for n in states for a in self._aliases(n, entries.get(n))} - {a for aliases in off for a in aliases}
        gone = (running | stale) & set(items)
        for index in reversed([i for i, item in enumerate(items) if item in gone]):
            changes.add(self.file, Remove((*self.at, index)))
        missing = [aliases for aliases in off if not set(aliases) & (set(items) - gone)]
        # A signature that a running server has too would switch that one off as well: then the name is listed.
        added = [next((a for a in aliases if a not in running), aliases[-1]) for aliases in missing]
        changes.add(self.file, *[Insert(self.at, item) for item in dict.fromkeys(added)])

    def _entries(self, docs: Docs) -> Mapping[str, Any]:
        entries = docs.value(*self.entries)
        return entries if isinstance(entries, Mapping) else {}

    def _after(self, docs: Docs, states: Mapping[str, State]) -> tuple[list[tuple[str, ...]], set[str]]:
        """What may stand in the list for each server that will be off, and all that may not, for those that will run."""
        entries = self._entries(docs)
        are_off = self.names(docs, entries)
        every = [(n, e, n in are_off) for n, e in entries.items() if n not in states]
        every += [(n, s.entry, s.is_off) for n, s in states.items() if s.entry is not None]
        off = [self._aliases(n, e) for n, e, is_off in every if is_off]
        return off, {a for n, e, is_off in every if not is_off for a in self._aliases(n, e)}
