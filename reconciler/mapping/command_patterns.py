"""Allowed tools in a client that matches shell commands by regular expressions, and names its tools in a map."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
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


def _strictness(entity: EntityId) -> int:
    return DECISIONS.index(tool_of_entity(entity)[0])


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
        for at in self._in_the_way(docs):
            reading.problems.append(docs.complaint(self.file, at, f"{'.'.join(map(str, at))}: {self._expected(at)}"))
        for entity, _ in self._places(docs):
            reading.config[entity] = PRESENT
            reading.places[entity] = docs.files[self.file].path

    def _places(self, docs: Docs) -> Iterator[tuple[EntityId, KeyPath]]:
        tools = docs.value(self.file, self.tools_at)
        for name, decision in (tools if isinstance(tools, Mapping) else {}).items():
            if decision in DECISIONS and name not in self._shells:
                yield tool_entity(decision, Raw(self.client, f"tool:{name}")), (*self.tools_at, name)
        commands = self._commands(docs)
        listed = docs.value(self.file, commands)
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            entry = self._command(item)
            if entry:
                yield tool_entity(*entry), (*commands, index)

    @property
    def _shells(self) -> set[str | int]:
        """Names in the map of tools below which a list of commands may stand: one word about them has no room beside it."""
        return {at[-1] for at in self.shell_at if at[:-1] == self.tools_at}

    def _in_the_way(self, docs: Docs) -> list[KeyPath]:
        """Places where something else stands than what decisions can be below of: a word about all commands, say."""
        places = (self.tools_at, *((*at, "commands") for at in self.shell_at))
        return list(dict.fromkeys(way for place in places if (way := self._blocked(docs, place))))

    def _blocked(self, docs: Docs, at: KeyPath) -> KeyPath | None:
        """The first place on the way to ``at`` where something stands that has no room for it."""
        for end in range(1, len(at) + 1):
            value = docs.value(self.file, at[:end])
            if value is not None and not isinstance(value, list if at[:end][-1] == "commands" else Mapping):
                return at[:end]
        return None

    def _expected(self, at: KeyPath) -> str:
        return "expected a map of tools" if at in (self.tools_at, self.tools_at[:1]) else "expected a list of commands below it, not a word"

    def no_room(self, docs: Docs, config: Config) -> dict[EntityId, Loss]:
        """What cannot be written while something else stands in its place. A restriction is a gap; nothing is put in its stead."""
        ways = {"tool": self._blocked(docs, self.tools_at), "bash": self._blocked(docs, self._commands(docs))}
        if not any(ways.values()):
            return {}
        said = {e: said for e in config if kind_of(e) == TOOLS and (said := self._said(e)) and ways[said[0]]}
        return {e: Loss((), self._no_room(ways[where]), is_gap=tool_of_entity(e)[0] != "allow") for e, (where, _) in said.items()}

    def _no_room(self, way: KeyPath | None) -> str:
        return f"{'.'.join(map(str, way or ()))} in its file leaves no room for it: {self._expected(way or ())}"

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
            is_said = colon and text and (where == "bash" or (where == "tool" and text not in self._shells))
            return (where, text) if is_said else None
        return None

    def overflow(self, config: Config) -> dict[EntityId, Loss]:
        """A tool has one decision in its map: the strictest stands, which only narrows."""
        strictest: dict[str, EntityId] = {}
        for entity in sorted(config, key=lambda e: _strictness(e) if kind_of(e) == TOOLS else 0):
            if name := self._tool(entity):
                strictest[name] = entity
        over = [e for e in config if (name := self._tool(e)) and strictest[name] != e]
        return {e: Loss((), f"{self.client} has one decision for a tool, and a stricter one stands") for e in over}

    def displaced(self, found: Reading, wanted: Wanted) -> dict[EntityId, None]:
        """What goes without being named: the decisions that wanted ones replace."""
        names = {name for e, want in wanted.items() if want is not None and (name := self._tool(e))}
        return {e: None for e in found.config if self._tool(e) in names and wanted.get(e) is None}

    def beside(self, found: Config, wanted: Config, waiting: Collection[EntityId]) -> set[EntityId]:
        """What must wait with decisions that wait: the line of their tool stays as it was found.

        A stricter one than those is written at once, since that only narrows.
        """
        strictest: dict[str, int] = {}
        for entity in waiting:
            if name := self._tool(entity):
                strictest[name] = max(strictest.get(name, 0), _strictness(entity))
        names = {e: name for e in {**found, **wanted} if (name := self._tool(e)) in strictest and name}
        return {e for e, name in names.items() if e in found or _strictness(e) < strictest[name]}

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
