"""Content of a given scale, the same on every run: rules, MCP servers, permissions, commands and subagents.

Scale 1 is 30 rules, 20 servers, 40 permissions, 10 commands and 5 subagents; every count grows with the scale.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SEED = 42
WORDS = (
    "always", "never", "prefer", "avoid", "keep", "small", "pure", "function", "module", "test", "error", "retry",
    "timeout", "schema", "migration", "review", "commit", "branch", "release", "index", "query", "cache", "token", "logging",
    "metric", "typed", "naming", "folder", "layout", "import", "export", "async", "queue", "worker", "lock",
)


@dataclass(frozen=True)
class Workload:
    """``rules``, ``commands`` and ``subagents`` are Markdown by name; ``servers`` in the common shape of mcp.json."""

    rules: dict[str, str]
    servers: dict[str, dict[str, Any]]
    permissions: list[tuple[str, str, str]]
    """Category, pattern, decision."""
    commands: dict[str, str]
    subagents: dict[str, str]


def workload(scale: int) -> Workload:
    dice = random.Random(SEED)  # noqa: S311  (the same content each time is the point)
    return Workload(
        rules=_named("rule", 30 * scale, lambda i: _rule(dice, i)),
        servers={f"server-{i:04d}": _server(i) for i in range(20 * scale)},
        permissions=[_permission(i) for i in range(40 * scale)],
        commands=_named("cmd", 10 * scale, lambda i: f"Do step {i} with $ARGUMENTS\n\n" + _lines(dice, 8, 10)),
        subagents=_named("agent", 5 * scale, lambda i: f"You are agent {i}.\n\n" + _lines(dice, 15, 12)),
    )


def _named(prefix: str, count: int, text: Callable[[int], str]) -> dict[str, str]:
    return {f"{prefix}-{i:04d}": text(i) for i in range(count)}


def _lines(dice: random.Random, count: int, length: int) -> str:
    return "".join("- " + " ".join(dice.choices(WORDS, k=length)) + ".\n" for _ in range(count))


def _rule(dice: random.Random, i: int) -> str:
    """About 1.8 KB: four sections, a code block, text beyond ASCII."""
    sections = "\n".join(f"## Section {n}\n\n{_lines(dice, 5, 12)}" for n in range(1, 5))
    return f"# Rule {i:04d}\n\n{sections}\n```sh\nmake check-{i:04d}\n```\n\nBeyond ASCII: äöü – “quotes” ✓ 测试\n"


def _server(i: int) -> dict[str, Any]:
    """Of twenty: twelve stdio (one of them off, one with a folder), five http, three sse."""
    place = i % 20
    if place >= 17:
        return {"type": "sse", "url": f"https://mcp{i:04d}.example.com/sse"}
    if place >= 12:
        headers = {"Authorization": f"Bearer ${{ACME_{i:04d}_TOKEN}}"}
        return {"type": "http", "url": f"https://mcp{i:04d}.example.com/mcp", "headers": headers}
    specials: dict[int, dict[str, Any]] = {3: {"disabled": True}, 5: {"cwd": "packages/app"}}
    slow: dict[str, Any] = {"timeout": 30000} if place % 4 == 0 else {}
    env = {"API_KEY": f"${{ACME_{i:04d}_KEY}}", "MODE": "prod"}
    return {"type": "stdio", "command": "npx", "args": ["-y", f"@acme/mcp-server-{i:04d}", "--root", "."], "env": env, **slow, **specials.get(place, {})}


def _permission(i: int) -> tuple[str, str, str]:
    """Of forty: twenty-four shell prefixes with each decision in turn, then paths, hosts and tools of servers."""
    place = i % 40
    if place < 24:
        return "bash", f"tool{i:04d} sub *", ("allow", "ask", "deny")[i % 3]
    if place < 30:
        return "read", f"secrets/{i:04d}/**", "deny"
    if place < 36:
        return "edit", f"src/mod{i:04d}/**", "allow"
    if place < 38:
        return "webfetch", f"docs{i:04d}.example.com", "allow"
    return f"mcp__server-{i % 20:04d}__tool{i:04d}", "*", "allow"
