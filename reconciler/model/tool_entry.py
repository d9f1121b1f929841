"""One allowed-tools entry, its one-line text, and its form in ``tools/<name>.yaml``.

The text is the name by which merge, history and people know the entry: equal entries have equal texts, and every
text that ``parse_entry_text`` accepts is the text of exactly one entry. Nothing here knows a client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

from reconciler.model.names import TOOLS, EntityId, entity_id, kind_of, name_of

Decision = Literal["allow", "ask", "deny"]
DECISIONS: tuple[Decision, ...] = ("allow", "ask", "deny")
FileUse = Literal["read", "edit", "write"]

CATEGORIES = frozenset({"shell", "shell-exact", "read", "edit", "write", "web", "mcp"})
CLIENT_PATTERN = r"^[a-z][a-z0-9-]*$"


@dataclass(frozen=True)
class Shell:
    """Commands that start with these words; with ``exact`` the command of these words and no more."""

    words: tuple[str, ...]
    exact: bool = False

    def __post_init__(self) -> None:
        if not self.words:  # an empty prefix would match every command
            raise ValueError("a shell entry needs at least one word")


@dataclass(frozen=True)
class File:
    """Reading, editing or writing of the files that a pattern matches."""

    use: FileUse
    pattern: str


@dataclass(frozen=True)
class Web:
    host: str


@dataclass(frozen=True)
class McpTool:
    """One tool of an MCP server, or all of them when ``tool`` is None."""

    server: str
    tool: str | None = None


@dataclass(frozen=True)
class Raw:
    """An entry that has no common form: the text as one client writes it."""

    client: str
    text: str

    def __post_init__(self) -> None:
        if not re.match(CLIENT_PATTERN, self.client) or self.client in CATEGORIES:
            raise ValueError("the client of a raw entry must be a client's name")


Entry = Shell | File | Web | McpTool | Raw

# Blanks and characters that nobody sees. A fixed list: what Python calls printable changes with its version.
_HIDDEN = "\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
_hidden = re.compile(f"[{_HIDDEN}]")
_plain_word = re.compile(rf"""[^ "'\\{_HIDDEN}]+""")
_word = re.compile(r'"(?:[^"\\]|\\.)*"|[^ "]+')


def entry_text(entry: Entry) -> str:
    """The entry on one line: ``shell:git push``, ``read:~/docs/**``, ``mcp:github create_issue``, ``claude:WebSearch``."""
    match entry:
        case Shell():
            return f"{'shell-exact' if entry.exact else 'shell'}:{_words_text(entry.words)}"
        case File():
            return f"{entry.use}:{_rest_text(entry.pattern)}"
        case Web():
            return f"web:{_rest_text(entry.host)}"
        case McpTool():
            return f"mcp:{_words_text((entry.server,) if entry.tool is None else (entry.server, entry.tool))}"
        case Raw():
            return f"{entry.client}:{_rest_text(entry.text)}"


def parse_entry_text(text: str) -> Entry:
    """The entry of a text that ``entry_text`` made. Raises ``ValueError`` for any other text."""
    category, colon, rest = text.partition(":")
    if not colon:
        raise ValueError("an entry reads <category>:<value>, such as shell:git push")
    reader = _READERS.get(category)
    entry = reader(rest) if reader else Raw(category, _rest(rest))
    if entry_text(entry) != text:
        raise ValueError(f"write this entry as {entry_text(entry)}")
    return entry


def entry_form(entry: Entry) -> dict[str, Any]:
    """The entry as ``tools/<name>.yaml`` holds it. Not for raw entries: those are texts below ``extra.<client>``."""
    match entry:
        case Shell():
            return {"shell": list(entry.words)} | ({"exact": True} if entry.exact else {})
        case File():
            return {entry.use: entry.pattern}
        case Web():
            return {"web": entry.host}
        case McpTool():
            return {"mcp": {"server": entry.server} | ({} if entry.tool is None else {"tool": entry.tool})}
        case Raw():
            raise ValueError("a raw entry stands below extra")


def entry_of_form(form: Mapping[str, Any]) -> Entry:
    """The inverse of ``entry_form``, for a form that ``ToolFile`` has accepted."""
    if "shell" in form:
        return Shell(tuple(form["shell"]), bool(form.get("exact")))
    if "web" in form:
        return Web(form["web"])
    if "mcp" in form:
        return McpTool(form["mcp"]["server"], form["mcp"].get("tool"))
    use = next(key for key in ("read", "edit", "write") if key in form)
    return File(cast(FileUse, use), form[use])


def stated(nested: Mapping[str, Any]) -> Iterator[tuple[Decision, Entry, bool]]:
    """Decision, entry, and whether it is present (False: taken away from the lower layers).

    ``nested`` are the values of a file that ``ToolFile`` or ``ToolOverlay`` accepts.
    """
    for decision in DECISIONS:
        for form in nested.get(decision) or ():
            yield decision, entry_of_form(form), not form.get("absent")
    for client, raw in (nested.get("extra") or {}).items():
        yield from _raw(client, raw or {}, True)
        yield from _raw(client, (raw or {}).get("absent") or {}, False)


def _raw(client: str, raw: Mapping[str, Any], is_present: bool) -> Iterator[tuple[Decision, Entry, bool]]:
    for decision in DECISIONS:
        for text in raw.get(decision) or ():
            yield decision, Raw(client, text), is_present


def tool_entity(decision: Decision, entry: Entry) -> EntityId:
    """``tools/allow shell:git push``."""
    return entity_id(TOOLS, f"{decision} {entry_text(entry)}")


@lru_cache(maxsize=8192)
def tool_of_entity(entity: EntityId) -> tuple[Decision, Entry]:
    """The inverse of ``tool_entity``. Raises ``ValueError`` when the id is not that of an allowed-tools entry."""
    decision, _, text = name_of(entity).partition(" ") if kind_of(entity) == TOOLS else ("", "", "")
    if decision not in DECISIONS:
        raise ValueError("an allowed-tools entry reads tools/<allow, ask or deny> <category>:<value>")
    return decision, parse_entry_text(text)


def _words_text(words: tuple[str, ...]) -> str:
    return " ".join(word if _plain_word.fullmatch(word) else _quoted(word) for word in words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_unquoted(word) if word.startswith('"') else word for word in _word.findall(text))


def _rest_text(value: str) -> str:
    """A value that goes on to the end of the line: blanks inside need no quotes."""
    return _quoted(value) if value != value.strip(" ") or not value or value[0] == '"' or _hidden.search(value) else value


def _rest(text: str) -> str:
    return _unquoted(text) if text.startswith('"') else text


def _quoted(value: str) -> str:
    return _hidden.sub(lambda m: json.dumps(m[0])[1:-1], json.dumps(value, ensure_ascii=False))


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except json.JSONDecodeError:
        raise ValueError("a quoted part of the entry is not closed, or has an unknown escape") from None


def _mcp(text: str) -> McpTool:
    words = _words(text)
    if not 1 <= len(words) <= 2:
        raise ValueError("an MCP entry reads mcp:<server> or mcp:<server> <tool>")
    return McpTool(*words)


_READERS: Mapping[str, Callable[[str], Entry]] = {
    "shell": lambda text: Shell(_words(text)),
    "shell-exact": lambda text: Shell(_words(text), exact=True),
    "read": lambda text: File("read", _rest(text)),
    "edit": lambda text: File("edit", _rest(text)),
    "write": lambda text: File("write", _rest(text)),
    "web": lambda text: Web(_rest(text)),
    "mcp": _mcp,
}
