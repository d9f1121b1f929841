"""Allowed tools as ``prefix_rule`` calls in a folder of ``.rules`` files.

A call whose pattern has alternatives stands for several entries: it is narrowed when one of them goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from reconciler.formats.edit import EditRefused
from reconciler.formats.prefix_rules import EXAMPLES, PrefixRule, edit_rules, narrow_rule, read_rules
from reconciler.mapping.documents import Docs
from reconciler.mapping.entries import NOTHING_LOST, PRESENT, not_said
from reconciler.mapping.sections import Changes, Held, Reading, Wanted
from reconciler.model.fields import Fields
from reconciler.model.names import TOOLS, EntityId, RelPath
from reconciler.model.results import Problem
from reconciler.model.tool_entry import Decision, Shell, tool_entity, tool_of_entity

_DECISIONS: Mapping[str, Decision] = {"allow": "allow", "prompt": "ask", "forbidden": "deny"}
_NATIVE = {ours: native for native, ours in _DECISIONS.items()}
_MOST_ENTRIES = 500
"""A call that stands for more is left alone."""


@dataclass(frozen=True)
class PrefixRules:
    """``folder`` is the folder's key; new calls go to the file ``new_in``."""

    client: str
    folder: str
    new_in: str
    kind: str = TOOLS

    def read(self, docs: Docs, reading: Reading) -> None:
        for doc in docs.folders[self.folder].values():
            for rule in doc.value or []:
                if rule.decision not in _DECISIONS:
                    reason = f"{rule.decision!r} is none of {', '.join(_DECISIONS)}; codex refuses the whole file"
                    reading.problems.append(Problem(doc.path, reason, rule.line, 1, "mend it there; it is left alone until then", is_stalling=False))
                for entity in entries_of(rule):
                    reading.config[entity] = PRESENT
                    reading.places[entity] = doc.path

    def held(self, entity: EntityId, fields: Fields) -> Held:
        entry = tool_of_entity(entity)[1]
        return NOTHING_LOST if isinstance(entry, Shell) and not entry.exact else not_said(entity, self.client)

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        gone = {e for e, want in wanted.items() if want is None}
        added = [_call(e) for e, want in wanted.items() if want is not None and e not in found.config]
        by_path = {doc.path: doc for doc in docs.folders[self.folder].values()}
        for path in {**by_path, RelPath(self.new_in): None}:
            doc = by_path.get(path)
            before = doc.data if doc and doc.data is not None else b""
            after = _without(before, gone) if doc else before
            after = edit_rules(after, add=added) if path == self.new_in and added else after
            if after != before:
                changes.texts[path] = after

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        """The file for new calls, where no file holds any: one of several that a person removed removes its calls."""
        has_text = any((doc.data or b"").strip() for doc in docs.folders[self.folder].values())
        return None if has_text else RelPath(self.new_in)


def entries_of(rule: PrefixRule) -> Iterator[EntityId]:
    """The entries that a call stands for; none when codex would not know its decision."""
    decision = _DECISIONS.get(rule.decision)
    options = [part if isinstance(part, list) else [part] for part in rule.pattern]
    size = 1
    for option in options:
        size *= len(option)
    if decision and options and size <= _MOST_ENTRIES:
        for words in islice(product(*options), _MOST_ENTRIES):
            yield tool_entity(decision, Shell(tuple(words)))


def _call(entity: EntityId) -> PrefixRule:
    decision, entry = tool_of_entity(entity)
    if not isinstance(entry, Shell):  # `held` has said no before
        raise EditRefused("only shell prefixes can be written as rules")
    return PrefixRule(list(entry.words), _NATIVE[decision])


def _without(data: bytes, gone: set[EntityId]) -> bytes:
    """The file without the entries: whole calls go, calls with more entries are narrowed."""
    calls = [set(entries_of(rule)) for rule in read_rules(data)]
    for index in reversed(range(len(calls))):
        if calls[index] & gone and not calls[index] <= gone:
            data = _narrowed(data, index, read_rules(data)[index], calls[index] & gone)
    whole = [i for i, rule in enumerate(read_rules(data)) if (here := set(entries_of(rule))) and here <= gone]
    return edit_rules(data, remove=whole) if whole else data


def _narrowed(data: bytes, index: int, rule: PrefixRule, gone: set[EntityId]) -> bytes:
    """The call without some of its entries: in place, or else as plain calls for what is left.

    Examples that codex checks as it loads the file would fail on a narrower pattern, so they go with the old call.
    """
    wide = [i for i, part in enumerate(rule.pattern) if isinstance(part, list) and len(part) > 1]
    if len(wide) != 1 or not rule.other.keys().isdisjoint(EXAMPLES):
        said = {name: value for name, value in rule.other.items() if name not in EXAMPLES}
        left = [PrefixRule(_call(e).pattern, rule.decision, said) for e in entries_of(rule) if e not in gone]
        return edit_rules(data, add=left, remove=[index])
    for entity in sorted(gone):
        entry = tool_of_entity(entity)[1]
        data = narrow_rule(data, index, wide[0], entry.words[wide[0]])  # type: ignore[union-attr]  # only shell entries stand here
    return data
