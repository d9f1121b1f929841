"""Writes a workload as the source files that a peer reads: ``.rulesync/`` or ``.ruler/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.workload import Workload

OUR_CLIENTS = ("claudecode", "codexcli", "qwencode", "rovodev")  # in rulesync's words
EIGHT_CLIENTS = ("claudecode", "codexcli", "qwencode", "cursor", "copilot", "opencode", "rovodev", "antigravity-cli")
RULER_AGENTS = ("claude", "codex", "qwen", "gemini-cli", "cursor", "copilot", "opencode")
LANGUAGES = ("ts", "py", "go", "rs", "sql", "css", "md", "yaml")


def write_rulesync(load: Workload, folder: Path, targets: tuple[str, ...] = EIGHT_CLIENTS) -> None:
    source = folder / ".rulesync"
    for i, (name, body) in enumerate(load.rules.items()):
        globs = "**/*" if i == 0 else f"src/mod{i:04d}/**/*.{LANGUAGES[i % len(LANGUAGES)]}"
        head = f'root: {"true" if i == 0 else "false"}\ntargets: ["*"]\ndescription: "Rule {i}"\nglobs: ["{globs}"]'
        _put(source / "rules" / f"{name}.md", f"---\n{head}\n---\n\n{body}")
    for name, body in load.commands.items():
        _put(source / "commands" / f"{name}.md", f'---\ntargets: ["*"]\ndescription: "{name}"\n---\n\n{body}')
    for name, body in load.subagents.items():
        _put(source / "subagents" / f"{name}.md", f'---\nname: {name}\ntargets: ["*"]\ndescription: "{name}"\n---\n\n{body}')
    _put_json(source / "mcp.jsonc", {"mcpServers": load.servers})
    _put_json(source / "permissions.jsonc", {"permission": _by_category(load)})
    features = ["rules", "mcp", "commands", "subagents", "permissions"]
    _put_json(folder / "rulesync.jsonc", {"targets": targets, "features": features, "outputRoots": ["."], "delete": False})


def write_ruler(load: Workload, folder: Path) -> None:
    """Permissions and commands have no place in its sources, so it does less."""
    source = folder / ".ruler"
    for i, (name, body) in enumerate(load.rules.items()):
        _put(source / ("AGENTS.md" if i == 0 else f"{name}.md"), body)
    for name, body in load.subagents.items():
        _put(source / "agents" / f"{name}.md", f"---\nname: {name}\ndescription: {name}\ntools: [Read, Grep]\nmodel: inherit\n---\n\n{body}")
    head = f'default_agents = {json.dumps(RULER_AGENTS)}\n\n[mcp]\nenabled = true\nmerge_strategy = "merge"\n\n[agents]\nenabled = true\n'
    _put(source / "ruler.toml", "\n".join([head, *(_toml_table(f"mcp_servers.{name}", server) for name, server in load.servers.items())]))


def _by_category(load: Workload) -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = {}
    for category, pattern, decision in load.permissions:
        out.setdefault(category, {})[pattern] = decision
    return out


def _toml_table(name: str, values: dict[str, Any]) -> str:
    """JSON and TOML write texts, numbers, booleans and lists of texts alike."""
    own = [f"{key} = {json.dumps(value)}" for key, value in values.items() if not isinstance(value, dict)]
    inner = [_toml_table(f"{name}.{key}", value) for key, value in values.items() if isinstance(value, dict)]
    return "\n".join([f"[{name}]", *own, "", *inner])


def _put_json(file: Path, value: object) -> None:
    _put(file, json.dumps(value, indent=2) + "\n")


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
