"""A scratch home for a workload: one client, claude, holds everything in its own files; three others have a few words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.workload import Workload

_FILES = {"read": "Read", "edit": "Edit", "write": "Write"}


def write_home(load: Workload, home: Path) -> None:
    """Claude with the whole workload, and the other clients as they are after their first start."""
    _write_claude(load, home)
    _write_others(home)


def _write_claude(load: Workload, home: Path) -> None:
    state = {"numStartups": 12, "mcpServers": {name: _server(one) for name, one in load.servers.items()}, "projects": {}}
    _put(home / ".claude.json", json.dumps(state, indent=2))
    _put(home / ".claude/settings.json", json.dumps({"model": "opus", "permissions": _permissions(load)}, indent=2) + "\n")
    _put(home / ".claude/CLAUDE.md", "# Mine\n\nAnswer briefly.\n")
    for name, body in load.rules.items():
        _put(home / f".claude/rules/{name}.md", f"---\npaths:\n  - src/{name}/**\n---\n\n{body}")


def _write_others(home: Path) -> None:
    """Files with a comment and a key of the client's own, and nothing to share."""
    _put(home / ".codex/config.toml", '# mine\nmodel = "gpt-5"\n')
    _put(home / ".qwen/settings.json", '{\n  // mine\n  "ui": {"theme": "Dracula"}\n}\n')
    _put(home / ".rovodev/config.yml", "# mine\nversion: 1\n")
    _put(home / ".rovodev/mcp.json", '{\n  "mcpServers": {}\n}\n')


def _server(one: dict[str, Any]) -> dict[str, Any]:
    """Claude has no folder, no switch and no time limit in an entry."""
    return {key: value for key, value in one.items() if key not in ("cwd", "disabled", "timeout")}


def _permissions(load: Workload) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {"allow": [], "ask": [], "deny": []}
    for category, pattern, decision in load.permissions:
        out[decision].append(_permission(category, pattern))
    return out


def _permission(category: str, pattern: str) -> str:
    if category == "bash":
        return f"Bash({pattern.removesuffix(' *')}:*)"
    if category in _FILES:
        return f"{_FILES[category]}({pattern})"
    return f"WebFetch(domain:{pattern})" if category == "webfetch" else category


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
