"""Asking a client runs nothing that its files name: servers, hooks, helpers. Each names a script that leaves a mark."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.model.names import RelPath
from tests.peers.conftest import Check, Installed

Files = Callable[[str], dict[str, str]]


def _claude(script: str) -> dict[str, str]:
    hooks = {event: [{"hooks": [{"type": "command", "command": script}]}] for event in ("SessionStart", "SessionEnd")}
    helpers = dict.fromkeys(("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper"), script)
    server = {"type": "stdio", "command": script, "args": []}
    helped = {"type": "http", "url": "http://127.0.0.1:9/mcp", "headersHelper": script}
    return {
        ".claude.json": json.dumps({"mcpServers": {"a": server, "b": helped}}),
        ".mcp.json": json.dumps({"mcpServers": {"c": server}}),
        ".claude/settings.json": json.dumps({"enableAllProjectMcpServers": True, "hooks": hooks, **helpers}),
    }


def _codex(script: str) -> dict[str, str]:
    servers = f'[mcp_servers.a]\ncommand = "{script}"\n[mcp_servers.b]\nurl = "http://127.0.0.1:9/mcp"\nhttp_headers_helper = "{script}"\n'
    return {".codex/config.toml": f'notify = ["{script}"]\n{servers}', ".codex/rules/a.rules": 'prefix_rule(pattern = ["ls"], decision = "allow")\n'}


def _qwen(script: str) -> dict[str, str]:
    hooks = {"SessionStart": [{"hooks": [{"type": "command", "command": script}]}]}
    tools = {"discoveryCommand": script, "callCommand": script}
    return {".qwen/settings.json": json.dumps({"mcpServers": {"a": {"command": script, "trust": True}}, "hooks": hooks, "tools": tools})}


def marking(folder: Path) -> tuple[Path, Path]:
    """A mark, and a script that leaves it when it is run."""
    mark, script = folder / "mark", folder / "leaves-a-mark"
    script.write_text(f"#!/bin/sh\necho $0 $* >> {mark}\n")
    script.chmod(0o755)
    return mark, script


@pytest.mark.parametrize(("name", "files"), [("claude", _claude), ("codex", _codex), ("qwen", _qwen)])
def test_nothing_that_the_files_name_is_started(installed: Installed, asking: Check, tmp_path: Path, name: str, files: Files) -> None:
    mark, script = marking(tmp_path)
    verdict = asking(installed(name)).verdict(name, {RelPath(path): text.encode() for path, text in files(str(script)).items()})
    assert verdict.asked
    assert verdict.reasons == ()
    assert not mark.exists()


def test_the_databases_that_a_file_names_are_not_opened(installed: Installed, asking: Check, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    config = f'sqlite_home = "{theirs}"\nlog_dir = "{theirs}"\n'
    assert asking(installed("codex")).verdict("codex", {RelPath(".codex/config.toml"): config.encode()}).reasons == ()
    assert not theirs.exists()


@pytest.mark.parametrize(("name", "files"), [("claude", _claude), ("qwen", _qwen)])
def test_the_mark_shows_a_command_that_does_start_servers(installed: Installed, tmp_path: Path, name: str, files: Files) -> None:
    mark, script = marking(tmp_path)
    home = tmp_path / "home"
    for path, text in files(str(script)).items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)
    installed(name)(home, "mcp", "list")
    assert mark.exists()
