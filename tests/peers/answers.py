"""What the real clients say of the files in a home, and what stands in these, read by plain readers that are not ours."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.peers.conftest import Client
from tests.peers.homes import OFF_FROM_THE_BEGINNING, TRUE, VARIABLES

CLIENTS = ("claude", "codex", "qwen", "acli")


def servers(home: Path, client: str) -> dict[str, Any]:
    """The server entries in a client's file, by plain readers that are not ours."""
    if client == "codex":
        found = tomllib.loads((home / ".codex/config.toml").read_text()).get("mcp_servers", {})
    else:
        name = {"claude": ".claude.json", "qwen": ".qwen/settings.json", "acli": ".rovodev/mcp.json"}[client]
        text = re.sub(r"^\s*//.*$", "", (home / name).read_text(), flags=re.M)
        found = json.loads(re.sub(r",(\s*[}\]])", r"\1", text)).get("mcpServers", {})
    return dict(found)


def said_by(client: Client, home: Path) -> str:
    """What the client holds against its files as they stand in this home; empty when it takes them all."""
    return {"claude": _claude, "codex": _codex, "qwen": _qwen}[client.name](client, home)


def _claude(client: Client, home: Path) -> str:
    done = client(home, "doctor", env=VARIABLES)
    complaints = done.stdout.partition("Invalid settings\n")[2].partition("\n\n")[0]
    return complaints or ("" if done.returncode == 0 else done.stdout + done.stderr)


def _codex(client: Client, home: Path) -> str:
    runs = [client(home, "app-server", "--strict-config", "-c", "features.plugins=false")]
    runs += [client(home, "execpolicy", "check", "--rules", str(file), "git", "status") for file in sorted((home / ".codex/rules").glob("*.rules"))]
    return "".join(run.stdout + run.stderr for run in runs if run.returncode)


def _qwen(client: Client, home: Path) -> str:
    done = client(home, "extensions", "list", env=VARIABLES)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def listed_by(client: Client, home: Path) -> set[str]:
    """The servers that the client itself lists. claude and qwen start them for it."""
    if client.name == "codex":
        return {entry["name"] for entry in json.loads(client(home, "mcp", "list", "--json").stdout)}
    # A line a server: "name: command or address - state", after a mark in qwen's.
    plain = re.sub(r"\x1b\[\d+m", "", client(home, "mcp", "list", env=VARIABLES).stdout)
    return set(re.findall(rf"^(?:. )?([\w-]+): (?:{TRUE}|true|\w+://)", plain, re.M))


def unexplained(home: Path, client: str, report: dict[str, Any]) -> set[str]:
    """Servers of other clients that are neither in this client's file nor named, with a reason, in the report of a pass."""
    everyone = set().union(*(servers(home, c) for c in CLIENTS)) - OFF_FROM_THE_BEGINNING
    return everyone - set(servers(home, client)) - {d["entity"].removeprefix("mcp/") for d in target_of(report, client)["dropped"]}


def target_of(report: dict[str, Any], client: str) -> dict[str, Any]:
    found: dict[str, Any] = next(t for t in report["targets"] if t["id"].split("/")[1] == client)
    return found
