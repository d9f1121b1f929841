"""Rovo Dev in Atlassian's acli. Not run: shapes from the vendor's pages and public files (``tests/golden/acli/README.md``)."""

from collections.abc import Mapping
from typing import Any

from reconciler.formats.all_formats import JSONC, MARKDOWN, YAML
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.command_patterns import CommandPatterns
from reconciler.mapping.documents import FileSpec
from reconciler.mapping.no_place import NoPlace
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.server_fields import Key, Transports
from reconciler.mapping.servers import ServerMap
from reconciler.mapping.switched_off import OffList
from reconciler.mapping.takes_effect import TakesEffect
from reconciler.mapping.templates import RefSyntax
from reconciler.model.names import MCP, TOOLS, RelPath


def signature(entry: Mapping[str, Any]) -> str:
    """What the client writes into its lists of servers: ``stdio:<command>:<args joined by blanks>`` or ``url:<url>``."""
    if "url" in entry:
        return f"url:{entry['url']}"
    return f"stdio:{entry.get('command', '')}:{' '.join(map(str, entry.get('args') or []))}"


# The program could not be had, so nobody saw what it does while it is open.
_RULES_AT = TakesEffect(rules="unknown")

_SERVERS = ServerMap(
    client="acli",
    file="mcp",
    at=("mcpServers",),
    transports=Transports(
        key="transport",
        names={"stdio": "stdio", "http": "http", "sse": "sse"},
        address={"stdio": "command", "http": "url", "sse": "url"},
        unnamed={"command": "stdio", "url": "http"},
    ),
    fields=(
        Key(("args",), ("args",), "texts"),
        Key(("env",), ("env",), "map"),
        Key(("headers",), ("headers",), "map"),
    ),
    refs=RefSyntax(braced=True),  # people write `${VAR}`; that the client expands it was not seen
    switched_off=OffList("config", ("mcp", "disabledMcpServers"), ("mcp", ("mcpServers",)), signature),
)

# `.rovodev/mcp.json` and `.rovodev/config.yml` of a folder count only where the person names them to the client.
_PROJECT = Adapter(
    client="acli",
    title="Rovo Dev (acli)",
    roots=(RelPath("AGENTS.md"),),
    specs=(FileSpec("memory", RelPath("AGENTS.md"), MARKDOWN, takes_effect=_RULES_AT),),
    sections=(
        NoPlace(MCP, "acli reads no servers from a project's folder"),
        RuleFiles("acli", "memory", own_name="agents-memory"),
        NoPlace(TOOLS, "acli reads no allowed tools from a project's folder"),
    ),
)

ACLI = Adapter(
    client="acli",
    title="Rovo Dev (acli)",
    roots=(RelPath(".rovodev"),),
    specs=(
        FileSpec("config", RelPath(".rovodev/config.yml"), YAML, takes_effect=TakesEffect(mcp="unknown", tools="unknown")),
        FileSpec("mcp", RelPath(".rovodev/mcp.json"), JSONC, named_by=("config", ("mcp", "mcpConfigPath")), takes_effect=TakesEffect(mcp="unknown")),
        FileSpec("memory", RelPath(".rovodev/AGENTS.md"), MARKDOWN, takes_effect=_RULES_AT),
    ),
    sections=(
        _SERVERS,
        RuleFiles("acli", "memory"),
        CommandPatterns(
            "acli",
            "config",
            tools_at=("toolPermissions", "tools"),
            # one adapter of others puts `bash` under `tools`: read there too, new ones stand under `toolPermissions`
            shell_at=(("toolPermissions", "bash"), ("toolPermissions", "tools", "bash")),
        ),
    ),
    project=_PROJECT,
)
