"""What a change of one allowed-tools entry risks: taking permission is low, giving it is not."""

from __future__ import annotations

import re

from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, name_of
from reconciler.model.tool_entry import Entry, File, McpTool, Raw, Shell, Web, entry_text, tool_of_entity
from reconciler.policy.commands import command_dangers
from reconciler.policy.findings import Finding, high, low, medium
from reconciler.policy.programs import program_name

# A shell, or a program that runs whatever stands after it: to allow its name is to allow every command.
_RUNS_ANYTHING = re.compile(
    r"(?:ba|da|z|k|a|fi|c|tc)?sh|busybox|cmd|powershell|pwsh|sudo|doas|su|env|eval|exec|source|\.|command|builtin|xargs|nohup"
    r"|time|timeout|nice|setsid|watch|ssh|parallel|script|osascript"
)
_everything = re.compile(r"(?:[*?/\\.:~\s]|\$\{home\}|\(|\))*")
_every_host = re.compile(r"[*.:/]*|\*\.[^.]*|(?:https?|wss?)://\*?.{0,1}|domain:\*?")
_raw_everything = re.compile(r"[A-Za-z_.-]*[\s(:^]*(?:\.\*|\*)[\s):*$]*|bash|shell|powershell|run_shell_command", re.IGNORECASE)


def tool_findings(before: Fields | None, after: Fields | None, entity: EntityId) -> list[Finding]:
    if (before is None) == (after is None):
        return []
    try:
        decision, entry = tool_of_entity(entity)
    except ValueError:
        return [medium(f"an entry of a form that is not known: {name_of(entity)}")]
    text = entry_text(entry)
    if after is None:
        return [{"deny": high(f"deny {text} is removed"), "ask": medium(f"ask {text} is removed")}.get(decision, low(f"allow {text} is removed"))]
    return _allowed(entry) if decision == "allow" else [low(f"a new {decision}: {text}")]


def _allowed(entry: Entry) -> list[Finding]:
    text = entry_text(entry)
    if _is_wildcard(entry):
        return [high(f"allow {text} allows everything of its kind")]
    words = entry.words if isinstance(entry, Shell) else ()
    dangers = command_dangers(words) if words else []
    return [*(high(f"allow {text}: {danger}") for danger in dangers), medium(f"a new allow: {text}")]


def _is_wildcard(entry: Entry) -> bool:
    match entry:
        case Shell(words, exact):
            words = tuple(part for word in words for part in word.split()) or ("",)
            first = words[0].removesuffix(":*").rstrip("*") or "*"
            is_bare = not exact and (len(words) == 1 or _everything.fullmatch("".join(words[1:])) is not None)
            return _everything.fullmatch(words[0]) is not None or (is_bare and _RUNS_ANYTHING.fullmatch(program_name(first)) is not None)
        case File(_, pattern):
            return _everything.fullmatch(pattern) is not None
        case Web(host):
            return _every_host.fullmatch(host) is not None
        case McpTool(server, _):
            return "*" in server and _everything.fullmatch(server.replace("mcp__", "")) is not None
        case Raw(_, text):
            return _raw_everything.fullmatch(text.strip()) is not None
