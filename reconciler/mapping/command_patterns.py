"""Allowed tools in a client that matches shell commands by regular expressions, and names its tools in a map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.formats.edit import Edit, Insert, KeyPath, Remove, Set
from reconciler.mapping.documents import Docs
from reconciler.mapping.entries import NOTHING_LOST, PRESENT, not_said
from reconciler.mapping.sections import Changes, Held, Loss, Reading, Wanted
from reconciler.model.fields import Config, Fields
from reconciler.model.names import TOOLS, EntityId, RelPath, kind_of
from reconciler.model.tool_entry import DECISIONS, Decision, Entry, Raw, Shell, tool_entity, tool_of_entity

_OPERATORS = r";&|<>`$(){}\n\r"
_END = r"$(?!\n)"  # `$` alone also stands before a line end
_ALLOW_END = rf"( [^{_OPERATORS}]*)?{_END}"
_DENY_START = r"^([\s\S]*[;&|`$({\n]\s*)?"
_DENY_END = r"(\s[\s\S]*)?$"
_SAFE_WORD = re.compile(r"[\w./@%+=:,~-]+", re.ASCII)


def pattern_of(decision: Decision, shell: Shell) -> str:
    """An allow is anchored and stops at shell operators; a deny or an ask also matches after one.

    Right whether the client searches, matches from the start, or matches the whole command: which it does is not known.
    """
    words = " ".join(re.escape(w).replace(r"\-", "-") for w in shell.words)
    if decision == "allow":
        return f"^{words}" + (_END if shell.exact else _ALLOW_END)
    return f"{_DENY_START}{words}" + ("$" if shell.exact else _DENY_END)


def shell_of(decision: Decision, pattern: str) -> Shell | None:
    """The entry whose pattern this is, if ``pattern_of`` made it; a person's own pattern has no common form."""
    start, ends = ("^", {_ALLOW_END: False, _END: True}) if decision == "allow" else (_DENY_START, {_DENY_END: False, "$": True})
    for end, exact in ends.items():
        if pattern.startswith(start) and pattern.endswith(end):
            words = tuple(re.sub(r"\\(.)", r"\1", pattern[len(start) : len(pattern) - len(end)]).split(" "))
            if all(words) and pattern_of(decision, Shell(words, exact)) == pattern:
                return Shell(words, exact)
    return None


@dataclass(frozen=True)
class CommandPatterns:
    """``at.tools.<name>`` maps tools to a decision; ``at.bash.commands`` lists {command, permission}.

    ``shell_at`` are the places where ``bash`` may stand; the first is where a new one is written.
    """

    client: str
    file: str
    tools_at: KeyPath
    shell_at: tuple[KeyPath, ...]
    kind: str = TOOLS

    def read(self, docs: Docs, reading: Reading) -> None:
        top = self.tools_at[:1]
        if docs.value(self.file, (misspelt := f"{top[0]}:",)) is not None:  # a vendor page spells it so, and people copy it
            reading.problems.append(docs.complaint(self.file, (misspelt,), f"two colons after {top[0]}: the client does not see what is below"))
        for entity, _ in self._places(docs):
            reading.config[entity] = PRESENT
            reading.places[entity] = docs.files[self.file].path

    def _places(self, docs: Docs) -> Iterator[tuple[EntityId, KeyPath]]:
        tools = docs.value(self.file, self.tools_at)
        for name, decision in (tools if isinstance(tools, Mapping) else {}).items():
            if decision in DECISIONS:
                yield tool_entity(decision, Raw(self.client, f"tool:{name}")), (*self.tools_at, name)
        commands = self._commands(docs)
        for index, item in enumerate(docs.value(self.file, commands) or []):
            entry = self._command(item)
            if entry:
                yield tool_entity(*entry), (*commands, index)

    def _commands(self, docs: Docs) -> KeyPath:
        used = [at for at in self.shell_at if isinstance(docs.value(self.file, (*at, "commands")), list)]
        return (*(used or self.shell_at)[0], "commands")

    def _command(self, item: Any) -> tuple[Decision, Entry] | None:
        if not isinstance(item, Mapping) or item.get("permission") not in DECISIONS or not isinstance(item.get("command"), str):
            return None
        decision, command = item["permission"], item["command"]
        return decision, shell_of(decision, command) or Raw(self.client, f"bash:{command}")

    def held(self, entity: EntityId, fields: Fields) -> Held:
        return NOTHING_LOST if self._said(entity) else not_said(entity, self.client)

    def _said(self, entity: EntityId) -> tuple[str, str] | None:
        """``tool`` or ``bash``, and the name or pattern."""
        decision, entry = tool_of_entity(entity)
        if isinstance(entry, Shell) and all(_SAFE_WORD.fullmatch(w) for w in entry.words):
            return "bash", pattern_of(decision, entry)
        if isinstance(entry, Raw) and entry.client == self.client:
            where, colon, text = entry.text.partition(":")
            return (where, text) if colon and where in ("tool", "bash") and text else None
        return None

    def overflow(self, config: Config) -> dict[EntityId, Loss]:
        """A tool has one decision in its map: the strictest stands, which only narrows."""
        strictest: dict[str, EntityId] = {}
        for entity in sorted(config, key=lambda e: DECISIONS.index(tool_of_entity(e)[0]) if kind_of(e) == TOOLS else 0):
            if name := self._tool(entity):
                strictest[name] = entity
        over = [e for e in config if (name := self._tool(e)) and strictest[name] != e]
        return {e: Loss((), f"{self.client} has one decision for a tool, and a stricter one stands") for e in over}

    def displaced(self, found: Reading, wanted: Wanted) -> dict[EntityId, None]:
        """What goes without being named: the decisions that wanted ones replace."""
        names = {name for e, want in wanted.items() if want is not None and (name := self._tool(e))}
        return {e: None for e in found.config if self._tool(e) in names and wanted.get(e) is None}

    def _tool(self, entity: EntityId) -> str | None:
        """The tool that an entry of the map is about."""
        if kind_of(entity) != TOOLS:
            return None
        entry = tool_of_entity(entity)[1]
        is_ours = isinstance(entry, Raw) and entry.client == self.client and entry.text.startswith("tool:")
        return entry.text if is_ours and isinstance(entry, Raw) else None

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        gone = {e for e, want in wanted.items() if want is None}
        added = [e for e, want in wanted.items() if want is not None and e not in found.config]
        puts = [self._put(docs, e) for e in added]
        kept = {put.path for put in puts if isinstance(put, Set)}  # another decision for a tool changes its line, no more
        for entity, at in reversed(list(self._places(docs))):
            if entity in gone and at not in kept:
                changes.add(self.file, Remove(at))
        changes.add(self.file, *puts)

    def _put(self, docs: Docs, entity: EntityId) -> Edit:
        decision, _ = tool_of_entity(entity)
        said = self._said(entity)
        if said is None:  # `held` has said no before
            raise ValueError(f"{self.client} cannot say {entity}")
        if said[0] == "tool":
            return Set((*self.tools_at, said[1]), decision)
        # Which of two matching patterns decides is not known: restrictions stand first.
        return Insert(self._commands(docs), {"command": said[1], "permission": decision}, None if decision == "allow" else 0)

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        return docs.files[self.file].path
