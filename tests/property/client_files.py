"""Random files of each client as people leave them: foreign keys, comments, broken entries, any line ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from reconciler.model.names import RelPath

LOCAL_FOLDER = "/home/dev/a project"
Found = dict[RelPath, bytes]

_TOOL_TEXTS = ["Bash(git log:*)", "Bash(npm run *)", "Bash(ls)", "Read(~/docs/**)", "WebFetch(domain:h)", "mcp__files__read_file", "mcp__docs",
               "mcp__docs__*", "WebSearch", "Bash(", "*", "Bash(a; b:*)", "Write(/x y)", ""]  # fmt: skip
_TEXT = ["plain", "é😀", "${X}", "$X", "${X:-d}", "${", "quote\"'", "back\\slash", "#no", "//no", "/* no */", "a\nb", ""]


def claude(r: Random) -> Found:
    state = {"numStartups": 3, "projects": {"/p": {"mcpServers": {"own": {"command": "x"}}}}, "tip": [1, {"a": None}]}
    servers = _servers(r, _claude_server)
    settings = {"model": "x", "hooks": {"PreToolUse": []}, "permissions": {**_permissions(r), "defaultMode": "plan"}}
    out = {
        ".claude.json": _json(r, _mixed(r, state, "mcpServers", servers), comments=False),
        ".claude/settings.json": _json(r, _some(r, settings), comments=False),
        ".claude/CLAUDE.md": _memory(r, block=False),
        ".claude/rules/style.md": _rule(r),
        ".claude/rules/other é.md": _rule(r),
    }
    return _there(r, out)


def qwen(r: Random) -> Found:
    settings: dict[str, Any] = {"$version": 4, "permissions": {**_permissions(r), "x": 1}, "mcp": {"excluded": r.choice([[], ["files"], ["docs", 3, "gone"]])},
                                "tools": {"core": ["ReadFileTool"]}}  # fmt: skip
    both = _mixed(r, _some(r, settings), "mcpServers", _servers(r, _qwen_server))
    return _there(r, {".qwen/settings.json": _json(r, both, trailing=False), ".qwen/QWEN.md": _memory(r, block=True)})


def acli(r: Random) -> Found:
    servers = _mixed(r, {"other": {"a": [1]}}, "mcpServers", _servers(r, _acli_server))
    out = {".rovodev/mcp.json": _json(r, servers), ".rovodev/config.yml": _yaml(r), ".rovodev/AGENTS.md": _memory(r, block=True)}
    return _there(r, out)


def codex(r: Random) -> Found:
    out = {".codex/config.toml": _toml(r), ".codex/AGENTS.md": _memory(r, block=True), ".codex/rules/default.rules": _rules(r), ".codex/rules/mine.rules": _rules(r)}
    return _there(r, out)


def claude_project(r: Random) -> Found:
    off = {"disabledMcpjsonServers": r.choice([[], ["files"], ["docs", 3, "gone"]]), "enabledMcpjsonServers": ["files"]}
    settings = {"hooks": {"PreToolUse": []}, "permissions": {**_permissions(r), "defaultMode": "plan"}, **off}
    out = {
        ".mcp.json": _json(r, _mixed(r, {"other": {"a": [1]}}, "mcpServers", _servers(r, _claude_server)), comments=False),
        ".claude/settings.json": _json(r, _some(r, settings), comments=False),
        "CLAUDE.md": _memory(r, block=False),
        ".claude/rules/style.md": _rule(r),
    }
    return _there(r, out)


def claude_local(r: Random) -> Found:
    of_folder = _mixed(r, {"allowedTools": [], "lastCost": 0.5, "hasTrustDialogAccepted": True}, "mcpServers", _servers(r, _claude_server))
    folders = {"/p": {"mcpServers": {"own": {"command": "x"}}}, "/p/below": {"mcpServers": {}}, "/odd": 3}
    state = {"numStartups": 3, "mcpServers": _servers(r, _claude_server)}
    both = _mixed(r, state, "projects", _mixed(r, folders, LOCAL_FOLDER, of_folder))
    return _there(r, {".claude.json": _json(r, both, comments=False)})


def in_project(files: Callable[[Random], Found], moved: Mapping[str, str]) -> Callable[[Random], Found]:
    """The same files with others' names; those that a project has no place for are left out."""
    return lambda r: {RelPath(moved[path]): data for path, data in files(r).items() if path in moved}


FILES: Mapping[str, Callable[[Random], Found]] = {
    "claude": claude,
    "codex": codex,
    "qwen": qwen,
    "acli": acli,
    "claude in a project": claude_project,
    "claude for one folder": claude_local,
    "codex in a project": in_project(
        codex, {".codex/AGENTS.md": "AGENTS.md", **{p: p for p in (".codex/config.toml", ".codex/rules/default.rules", ".codex/rules/mine.rules")}}
    ),
    "qwen in a project": in_project(qwen, {".qwen/QWEN.md": "QWEN.md", ".qwen/settings.json": ".qwen/settings.json"}),
    "acli in a project": in_project(acli, {".rovodev/AGENTS.md": "AGENTS.md"}),
}


# ---------------------------------------------------------------- pieces


def _there(r: Random, files: Mapping[str, bytes]) -> Found:
    return {RelPath(path): data for path, data in files.items() if r.random() < 0.8}


def _some(r: Random, value: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in value.items() if r.random() < 0.8}


def _mixed(r: Random, foreign: dict[str, Any], key: str, ours: Any) -> dict[str, Any]:
    items = [*foreign.items(), *([(key, ours)] if r.random() < 0.9 else [])]
    r.shuffle(items)
    return dict(items)


def _servers(r: Random, server: Callable[[Random], Any]) -> dict[str, Any]:
    odd = [None, 3, "text", {}, {"command": 3}, {"command": "x", "args": "text"}, {"command": "x", "env": {"A": 1}}, []]
    names = r.sample(["files", "docs", "a-b_c", "a.dotted", "with blank", "ünïcode", "foreign"], r.randint(0, 4))
    return {name: r.choice(odd) if r.random() < 0.15 else server(r) for name in names}


def _text(r: Random) -> str:
    return r.choice(_TEXT)


def _stdio(r: Random) -> dict[str, Any]:
    return _some(r, {"args": [_text(r) for _ in range(r.randint(0, 3))], "env": {k: _text(r) for k in r.sample(["X", "MODE", "A1"], 2)}})


def _remote(r: Random) -> dict[str, Any]:
    return _some(r, {"headers": {"Authorization": "Bearer ${X}", "X-Team": _text(r)}})


def _claude_server(r: Random) -> dict[str, Any]:
    more = _some(r, {"cwd": "/srv", "disabled": True, "x-unknown": {"a": None, "b": 1}, "timeout": None, "oauth": {"clientId": "i", "callbackPort": 1}})
    if r.random() < 0.5:
        return {**r.choice([{"type": "stdio"}, {}]), "command": "cmd", **_stdio(r), **more}
    return {**r.choice([{"type": t} for t in ("http", "streamable-http", "sse", "ws", "nope")]), "url": "https://h.invalid", **_remote(r), **more}


def _qwen_server(r: Random) -> dict[str, Any]:
    more = _some(r, {"trust": True, "timeout": 5000, "includeTools": r.choice([["b", "a"], [], ["a", "a"]]), "excludeTools": [], "zz": [None, 1], "description": "é"})
    return {**r.choice([{"command": "cmd", "cwd": "/srv", **_stdio(r)}, {"httpUrl": "https://h.invalid", **_remote(r)}, {"url": "https://s.invalid", **_remote(r)}]), **more}


def _acli_server(r: Random) -> dict[str, Any]:
    more = _some(r, {"enable_instructions": False, "env": {}})
    if r.random() < 0.5:
        return {"command": "cmd", **_stdio(r), **r.choice([{}, {"transport": "stdio"}])}
    return {"url": "https://h.invalid", **_remote(r), **more, **r.choice([{"transport": t} for t in ("http", "sse", "nope")])}


def _permissions(r: Random) -> dict[str, Any]:
    lists = {d: r.sample(_TOOL_TEXTS, r.randint(0, 4)) + r.choice([[], [], [3], ["Bash(ls)"]]) for d in ("allow", "deny", "ask")}
    return _some(r, lists)


def _json(r: Random, value: Any, comments: bool = True, trailing: bool = True) -> bytes:
    """In any style; with ``comments`` some lines end with one, numbered, and with ``trailing`` some last entries with a comma."""
    text = json.dumps(value, indent=r.choice([2, 2, 4, "\t", None]), ensure_ascii=r.random() < 0.3)
    lines = text.split("\n")
    if comments and r.random() < 0.6:
        for i, line in enumerate(lines[:-1]):
            nxt = lines[i + 1].strip()
            if trailing and nxt[:1] in ("}", "]") and line[-1] not in "{[," and r.random() < 0.2:
                line += ","
            lines[i] = line + (f"  // c{i}." if r.random() < 0.3 else "")
            if r.random() < 0.1:
                lines[i] += f"\n/* c{i}b. */"
    return _ends(r, "\n".join(lines) + r.choice(["\n", ""]))


def _ends(r: Random, text: str) -> bytes:
    text = text.replace("\n", "\r\n") if r.random() < 0.25 else text
    return (b"\xef\xbb\xbf" if r.random() < 0.15 else b"") + text.encode()


def _memory(r: Random, block: bool) -> bytes:
    own = r.choice(["", "# My rules é\n\n- one\n", "no newline at the end", "\n\ntext\n\n\n"])
    marked = "<!-- reconciler:begin"
    assert marked not in own
    return _ends(r, own)


def _rule(r: Random) -> bytes:
    front = r.choice(["", "---\npaths: '**/*.py'  # c0.\nother: 1\n---\n", "---\nother: [1, 2]\n# c1.\n---\n\n", "---\npaths:\n- a\n- b\n---\n"])
    return _ends(r, front + r.choice(["# Style é\n\ntext\n", "text", "\ntext\n\n", ""]))


_CALLS = ['prefix_rule(pattern = ["git", ["log", "status"]], decision = "allow")', 'prefix_rule(["rm", "-rf"], decision = "forbidden")',
          'prefix_rule(pattern = [["a", "b"], ["c", "d"]], decision = "prompt",\n    justification = "é", match = ["a c"])  # c7.',
          'prefix_rule(pattern = ["npm"])', 'prefix_rule(pattern = ["x"], decision = "nope")', "# c8.", "",
          'network_rule(host = "h.invalid", decision = "allow")', 'X = ["a"]\nprefix_rule(pattern = X)  # c9.']  # fmt: skip


def _rules(r: Random) -> bytes:
    lines = r.sample(_CALLS, r.randint(0, 5))
    return _ends(r, "\n".join(lines) + ("\n" if lines and r.random() < 0.8 else ""))


_TABLES = [
    '[mcp_servers.files]  # c1.\ncommand = "cmd"\nargs = ["${X}", \'é\']  # c2.\nenv = { X = "1", "MODE" = "y" }\nenv_vars = ["X", "A1"]\nzz = 1\n',
    '[mcp_servers."a.dotted"]\nurl = "https://h.invalid"\nhttp_headers = { "X-Team" = "é" }\nbearer_token_env_var = "TOK"\nscopes = ["s"]\n',
    '[mcp_servers.docs]\nurl = "https://d.invalid"\nenabled = false\ndefault_tools_approval_mode = "approve"\n\n[mcp_servers.docs.tools.x]\napproval_mode = "prompt"  # c3.\n',
    '[mcp_servers.a-b_c]\ncommand = "cmd"\nstartup_timeout_sec = 10.5\ntool_timeout_sec = 60\nenabled_tools = []\n',
    '[mcp_servers.foreign]\ncommand = 3\n# c4.\n',
    '[mcp_servers."12"]\ncommand = "cmd"\nenv.A1 = "dotted"\nenv.X = "two"\ndisabled_tools = ["b", "a"]\n\n[mcp_servers."12".oauth]\nclient_id = "i"\nother = true\n',
    'unrelated.key = 1  # c5.\n',
]


def _toml(r: Random) -> bytes:
    head = r.choice(["", "# c0. é\n", 'model = "m"  # c0.\napproval_policy = "never"\n\n'])
    if r.random() < 0.15:
        head += 'mcp_servers = { files = { command = "cmd", args = ["x"] } }\n'
        return _ends(r, head + "[features]\nx = true # c6.\n")
    tables = r.sample(_TABLES[:-1], r.randint(0, 4))
    tail = r.choice(["", "\n[features]\nx = true # c6.\n", "\n[projects.'/p']\ntrust_level = 'trusted'\n# c6.\n"])
    return _ends(r, head + (_TABLES[-1] if r.random() < 0.3 else "") + "\n".join(tables) + tail)


def _yaml(r: Random) -> bytes:
    n = r.choice([2, 4])
    pad = " " * n
    parts = []
    if r.random() < 0.8:
        off = r.choice(["[]", f"\n{pad}- docs\n{pad}- gone # c1.", f"\n{pad}{pad}- url:https://h.invalid # c1.\n{pad}{pad}- 3"])
        parts.append(f"mcp:  # c0.\n{pad}allowedMcpServers: [x]\n{pad}disabledMcpServers: {off}".replace(": \n", ":\n"))
    if r.random() < 0.8:
        commands = r.choice(["", f"{pad}bash:\n{pad}{pad}default: ask\n{pad}{pad}commands:\n{pad}{pad}- command: ls.*\n{pad}{pad}{'  '}permission: allow # c2.\n"
                                 f"{pad}{pad}# c3.\n{pad}{pad}- command: git push.*\n{pad}{pad}{'  '}permission: deny\n{pad}{pad}- other: 1\n"])  # fmt: skip
        parts.append(f"toolPermissions:\n{pad}default: ask\n{pad}tools:\n{pad}{pad}grep: allow # c4.\n{pad}{pad}odd: maybe\n{pad}{pad}create_file: ask\n{commands}{pad}allowedExternalPaths: []")
    parts.append("agent: # c5.\n" + pad + "modelId: auto\n" + pad + "prompt: |\n" + pad * 2 + "text # no\n\n" + pad * 2 + "more\n# c6.")
    r.shuffle(parts)
    return _ends(r, "\n".join(parts) + "\n")
