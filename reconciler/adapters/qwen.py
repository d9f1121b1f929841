"""Qwen Code. Seen with 0.24.4 on Linux; evidence in ``tests/golden/qwen/README.md``."""

from reconciler.formats.all_formats import COMMENTED_JSON, MARKDOWN
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.documents import FileSpec
from reconciler.mapping.permission_lists import PermissionLists
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.server_fields import Key, Transports
from reconciler.mapping.servers import ServerMap
from reconciler.mapping.switched_off import OffList
from reconciler.mapping.templates import RefSyntax
from reconciler.model.names import RelPath

_SERVERS = ServerMap(
    client="qwen",
    file="settings",
    at=("mcpServers",),
    transports=Transports(  # `url` is SSE and `httpUrl` is HTTP here, unlike in any other client
        key=None,
        names={},
        address={"stdio": "command", "http": "httpUrl", "sse": "url"},
        unnamed={"command": "stdio", "httpUrl": "http", "url": "sse"},
    ),
    fields=(
        Key(("args",), ("args",), "texts"),
        Key(("env",), ("env",), "map"),
        Key(("cwd",), ("cwd",), "text"),
        Key(("headers",), ("headers",), "map"),
        Key(("timeout",), ("timeouts", "tool_ms"), "number"),  # milliseconds, by its help text
        Key(("includeTools",), ("tools", "allowed"), "texts"),
        Key(("excludeTools",), ("tools", "denied"), "texts"),
        Key(("description",), ("description",), "text"),
        Key(("oauth", "clientId"), ("oauth", "client_id"), "text"),
    ),
    never=(("trust",),),  # trust is never synced
    refs=RefSyntax(bare=True, braced=True),  # `${X:-d}` stays literal
    switched_off=OffList("settings", ("mcp", "excluded"), ("settings", ("mcpServers",))),
)

_SECTIONS = (
    _SERVERS,
    RuleFiles("qwen", "memory"),
    PermissionLists("qwen", "settings", ("permissions",), ("settings", ("mcpServers",)), prefix_end=" *"),
)

_PROJECT = Adapter(
    client="qwen",
    title="Qwen Code",
    roots=(RelPath(".qwen"), RelPath("QWEN.md")),
    specs=(
        FileSpec("settings", RelPath(".qwen/settings.json"), COMMENTED_JSON),
        FileSpec("memory", RelPath("QWEN.md"), MARKDOWN),
    ),
    sections=_SECTIONS,
    resolves_refs=True,
    also_reads=(RelPath("AGENTS.md"), RelPath(".mcp.json")),
)

QWEN = Adapter(
    client="qwen",
    title="Qwen Code",
    roots=(RelPath(".qwen"),),
    specs=(
        FileSpec("settings", RelPath(".qwen/settings.json"), COMMENTED_JSON),  # with a comma after the last entry every command ends with exit 1
        FileSpec("memory", RelPath(".qwen/QWEN.md"), MARKDOWN),
    ),
    sections=_SECTIONS,
    project=_PROJECT,
    resolves_refs=True,  # `mcp add` and `mcp remove` write the values of all variables of all servers
)
