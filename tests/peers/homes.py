"""A home folder of all four clients, with harmless servers of every transport and every field that a client can hold.

Its servers end at once or answer nobody, because ``mcp list`` of claude and qwen starts them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TRUE = "/usr/bin/true"
DEAD = "http://127.0.0.1:9"
VARIABLES = {f"{name}_KEY": f"{name.lower()}-resolved" for name in ("ALPHA", "BETA", "GAMMA", "LEGACY")}
"""Set for every client, so that none complains of a missing one; no value may reach the repository."""

OFF_FROM_THE_BEGINNING = frozenset({"x-off", "q-off"})
"""Adopted switched off: each stays its own client's."""

CLAUDE_STATE: dict[str, Any] = {
    "numStartups": 3,
    "mcpServers": {
        "c-stdio": {"type": "stdio", "command": TRUE, "args": ["--root", "/srv/données", "two words"], "env": {"MODE": "prod", "K": "${ALPHA_KEY}"}},
        "c-http": {"type": "http", "url": f"{DEAD}/mcp", "headers": {"Authorization": "Bearer ${ALPHA_KEY}", "X-Team": "équipe"}},
        "c-default": {"type": "http", "url": f"{DEAD}/mcp", "headers": {"X-Who": "${ALPHA_KEY:-none}"}},
        "c-sse": {"type": "sse", "url": f"{DEAD}/sse", "headers": {"X-Api-Key": "${BETA_KEY}"}},
        "c-ws": {"type": "ws", "url": "ws://127.0.0.1:9/mcp", "headers": {"X-A": "b"}},
        "c-own": {"type": "stdio", "command": TRUE, "args": [], "env": {}, "timeout": 12345, "alwaysLoad": True},
        "c-oauth": {"type": "http", "url": f"{DEAD}/mcp", "oauth": {"clientId": "an-id", "callbackPort": 8765}},
    },
    "projects": {"/home/dev/project": {"allowedTools": [], "mcpServers": {"local-only": {"type": "stdio", "command": TRUE, "args": [], "env": {}}}}},
}
CLAUDE_SETTINGS = {
    "permissions": {
        "allow": ["Bash(git log:*)", "Bash(npm run build)", "Read(~/notes/**)", "WebFetch(domain:docs.example.invalid)", "mcp__c-stdio__find"],
        "ask": ["Bash(git push:*)"],
        "deny": ["Bash(rm -rf:*)", "Read(//etc/shadow)", "Edit(/secrets/**)"],
    },
    "model": "opus",
}
CODEX_CONFIG = f"""\
model = "gpt-5" # kept
approval_policy = "on-request"

# why it is here
[mcp_servers.x-stdio]
command = "{TRUE}"
args = ["-a", "b c"]
env_vars = ["GAMMA_KEY"]
cwd = "/srv"
startup_timeout_sec = 12.5
tool_timeout_sec = 30
enabled_tools = ["find", "read"]
disabled_tools = ["write"]
default_tools_approval_mode = "prompt"

[mcp_servers.x-stdio.env]
MODE = "prod"

[mcp_servers.x-http]
url = "{DEAD}/x"
bearer_token_env_var = "BETA_KEY"
http_headers = {{ "X-Team" = "a" }}
env_http_headers = {{ "X-Key" = "GAMMA_KEY" }}
tool_timeout_sec = 5

[mcp_servers.x-off]
command = "{TRUE}"
enabled = false

[tools]
web_search = true
"""
CODEX_RULES = """\
prefix_rule(pattern = ["git", ["status", "diff"]], decision = "allow", match = ["git status"])
prefix_rule(pattern = ["curl"], decision = "forbidden")
"""
QWEN_SETTINGS = f"""\
{{
    // by hand
    "mcpServers": {{
        "q-stdio": {{
            "command": "{TRUE}", "args": ["x"], "env": {{ "K": "$BETA_KEY", "L": "${{ALPHA_KEY}}" }}, "cwd": "/srv", "timeout": 5000,
            "trust": true, "description": "dépôt", "includeTools": ["a", "b"], "excludeTools": ["c"]
        }},
        "q-http": {{ "httpUrl": "{DEAD}/q", "headers": {{ "X-Api-Key": "$GAMMA_KEY" }}, "timeout": 700 }},
        "q-sse": {{ "url": "{DEAD}/q-sse" }},
        "q-off": {{ "command": "{TRUE}" }}
    }},
    "mcp": {{ "excluded": ["q-off"] }},
    "permissions": {{ "allow": ["Bash(ls *)"], "deny": ["Bash(sudo *)", "Read(~/.ssh/**)"] }}
}}
"""


def fill(home: Path) -> None:
    """Put files of all four clients into a home folder."""
    state, settings = json.dumps(CLAUDE_STATE, indent=2, ensure_ascii=False), json.dumps(CLAUDE_SETTINGS, indent=4)
    acli = {"mcpServers": {"a-http": {"url": f"{DEAD}/a", "transport": "http"}}}
    files = {
        ".claude.json": state,
        ".claude/settings.json": settings,
        ".claude/CLAUDE.md": "# Mine\n\nclaude alone\n",
        ".claude/rules/style.md": "---\npaths:\n  - src/**\n---\n# Style\n\n- Short functions.\n",
        ".codex/config.toml": CODEX_CONFIG,
        ".codex/rules/default.rules": CODEX_RULES,
        ".codex/AGENTS.md": "# codex alone\n",
        ".qwen/settings.json": QWEN_SETTINGS,
        ".qwen/QWEN.md": "# qwen alone\n",
        ".rovodev/mcp.json": json.dumps(acli, indent=2),
        ".rovodev/config.yml": "toolPermissions:\n  bash:\n    default: ask\n    commands:\n      - command: ls.*\n        permission: allow\n",
        ".rovodev/AGENTS.md": "# acli alone\n",
    }
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
