"""Allowed tools as three lists of texts such as ``Bash(git log:*)`` and ``mcp__server__tool``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.formats.edit import Insert, KeyPath, Remove
from reconciler.mapping.documents import Docs
from reconciler.mapping.entries import NOTHING_LOST, PRESENT, not_said
from reconciler.mapping.sections import Changes, Held, Reading, Wanted
from reconciler.model.fields import Fields
from reconciler.model.names import TOOLS, EntityId, RelPath
from reconciler.model.tool_entry import DECISIONS, Decision, Entry, File, McpTool, Raw, Shell, Web, tool_entity, tool_of_entity

_CALL = re.compile(r"(?P<tool>[A-Za-z_]+)\((?P<spec>.+)\)")
_WORD = re.compile(r"[\w./@%+=:,~-]+", re.ASCII)
_WORDS = re.compile(rf"{_WORD.pattern}( {_WORD.pattern})*", re.ASCII)
_FILE_TOOLS = {"Read": "read", "Edit": "edit", "Write": "write"}
_LONGEST_COMMAND = 10_000
"""Nobody types more; a file of one command, word by word, would take half a gigabyte."""
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class PermissionLists:
    """``allow``, ``ask`` and ``deny`` below ``at``; ``prefix_end`` is how the client ends a shell prefix.

    ``:*`` and a final `` *`` are both read as a prefix (claude 2.1.328 and qwen 0.24.4 accept both). A text without
    a common form stays the client's own (``<client>:<text>``).
    """

    client: str
    file: str
    at: KeyPath
    servers_at: tuple[str, KeyPath]
    prefix_end: str = ":*"
    kind: str = TOOLS

    def read(self, docs: Docs, reading: Reading) -> None:
        for decision, _, text in self._items(docs, reading):
            entity = tool_entity(decision, self._entry(text, docs))
            reading.config[entity] = PRESENT
            reading.places[entity] = docs.files[self.file].path

    def _items(self, docs: Docs, reading: Reading | None = None) -> Iterator[tuple[Decision, int, str]]:
        for decision in DECISIONS:
            at = (*self.at, decision)
            items = docs.value(self.file, at)
            if items is not None and not isinstance(items, list):
                if reading:
                    reading.problems.append(docs.complaint(self.file, at, f"{'.'.join(map(str, at))}: expected a list of texts"))
                continue
            for index, item in enumerate(items or []):
                if isinstance(item, str) and item:
                    yield decision, index, item

    def _entry(self, text: str, docs: Docs) -> Entry:
        return self._common(text, docs) or Raw(self.client, text)

    def _common(self, text: str, docs: Docs) -> Entry | None:
        if text.startswith("mcp__"):
            return self._mcp(text.removeprefix("mcp__"), docs)
        call = _CALL.fullmatch(text)
        if not call:
            return None
        tool, spec = call["tool"], call["spec"]
        if tool == "Bash":
            return _shell(spec)
        if tool in _FILE_TOOLS:
            return File(_FILE_TOOLS[tool], spec)  # type: ignore[arg-type]  # the table holds the three uses
        return Web(spec.removeprefix("domain:")) if tool == "WebFetch" and spec.startswith("domain:") and "*" not in spec else None

    def _mcp(self, text: str, docs: Docs) -> McpTool | None:
        """``server__tool`` cannot be split for sure: the longest known server wins, else the first ``__``."""
        known = [s for s in docs.value(*self.servers_at) or {} if text == s or text.startswith(s + "__")]
        server = max(known, key=len, default=text.partition("__")[0])
        tool = text[len(server) + 2 :]
        if not _NAME.fullmatch(server) or (tool and tool != "*" and not _NAME.fullmatch(tool)):
            return None
        return McpTool(server, tool if tool not in ("", "*") else None)

    def held(self, entity: EntityId, fields: Fields) -> Held:
        return NOTHING_LOST if self._text(entity) else not_said(entity, self.client)

    def _text(self, entity: EntityId) -> str | None:
        match tool_of_entity(entity)[1]:
            case Shell(words, exact):
                joined = " ".join(words)
                if not all(map(_WORD.fullmatch, words)) or (exact and joined.endswith(":*")):
                    return None
                return f"Bash({joined})" if exact else f"Bash({joined}{self.prefix_end})"
            case File(use, pattern):
                return f"{use.capitalize()}({pattern})" if pattern.strip() and "\n" not in pattern else None
            case Web(host):
                return f"WebFetch(domain:{host})" if host and "*" not in host else None
            case McpTool(server, tool):
                is_name = _NAME.fullmatch(server) and "__" not in server and (tool is None or _NAME.fullmatch(tool))
                return (f"mcp__{server}" + (f"__{tool}" if tool else "")) if is_name else None
            case Raw(client, text):
                return text if client == self.client else None
        return None

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        gone = {e for e, want in wanted.items() if want is None}
        for decision, index, text in reversed(list(self._items(docs))):
            if tool_entity(decision, self._entry(text, docs)) in gone:
                changes.add(self.file, Remove((*self.at, decision, index)))
        for entity, want in wanted.items():
            if want is not None and entity not in found.config:
                changes.add(self.file, Insert((*self.at, tool_of_entity(entity)[0]), self._text(entity)))

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        return docs.files[self.file].path


def _shell(spec: str) -> Shell | None:
    if len(spec) > _LONGEST_COMMAND:
        return None
    for end in (":*", " *"):
        if spec.endswith(end):
            words = spec.removesuffix(end)
            return Shell(tuple(words.split(" "))) if _WORDS.fullmatch(words) else None
    return Shell(tuple(spec.split(" ")), exact=True) if _WORDS.fullmatch(spec) else None
