"""Qwen Code. Seen with 0.24.4 on Linux; evidence in ``tests/golden/qwen/README.md``."""

from reconciler.formats.all_formats import COMMENTED_JSON, MARKDOWN
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.documents import FileSpec
from reconciler.mapping.permission_lists import PermissionLists
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.server_fields import Key, Transports
from reconciler.mapping.servers import ServerMap
from reconciler.mapping.switched_off import OffList
from reconciler.mapping.takes_effect import TakesEffect
from reconciler.mapping.templates import RefSyntax
from reconciler.model.names import RelPath

# Seen with 0.24.4 in a terminal, with a stand-in for the model that keeps what it is sent, files changed between two turns:
# servers of both settings were ended and started anew within seconds (a project's after its question for approval), but one
# that came into `mcp.excluded` went on. An allowed command was still asked for and QWEN.md stayed as it was, also after
# `/clear`; the next start took both up.
_SETTINGS_AT = TakesEffect(mcp="live", tools="start", of_switched="start")
_RULES_AT = TakesEffect(rules="start")

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
        FileSpec("settings", RelPath(".qwen/settings.json"), COMMENTED_JSON, takes_effect=_SETTINGS_AT),
        FileSpec("memory", RelPath("QWEN.md"), MARKDOWN, takes_effect=_RULES_AT),
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
        # with a comma after the last entry every command ends with exit 1
        FileSpec("settings", RelPath(".qwen/settings.json"), COMMENTED_JSON, takes_effect=_SETTINGS_AT),
        FileSpec("memory", RelPath(".qwen/QWEN.md"), MARKDOWN, takes_effect=_RULES_AT),
    ),
    sections=_SECTIONS,
    project=_PROJECT,
    resolves_refs=True,  # `mcp add` and `mcp remove` write the values of all variables of all servers
)
