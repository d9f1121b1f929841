"""Claude Code. Seen with 2.1.328 on Linux; evidence in ``tests/golden/claude/README.md``."""

from dataclasses import replace

from reconciler.formats.all_formats import JSON, MARKDOWN
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.documents import FOLDER, FileSpec, FolderSpec
from reconciler.mapping.no_place import NoPlace
from reconciler.mapping.permission_lists import PermissionLists
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.server_fields import Key, Transports
from reconciler.mapping.servers import ServerMap
from reconciler.mapping.switched_off import OffList
from reconciler.mapping.takes_effect import TakesEffect
from reconciler.mapping.templates import RefSyntax
from reconciler.mapping.trust import Trust
from reconciler.model.names import RULES, TOOLS, RelPath

# Seen with 2.1.328 in a terminal, with a stand-in for the model that keeps what it is sent, files changed between two turns:
# a server in any of the three files is started after `/clear` or at the next start alone, and one that is switched off in a
# project's settings goes on. An allowed command ran unasked at once, also from a settings file that had not been there.
# The text of a changed CLAUDE.md or rule went with the next turn ("changed on disk since you last read it"); that of a new
# one only after `/clear`, and nothing told of one that was gone.
_SERVERS_AT = TakesEffect(mcp="start")
_RULES_AT = TakesEffect(rules="live", of_new="start")

_SERVERS = ServerMap(
    client="claude",
    file="state",
    at=("mcpServers",),
    name_pattern=r"[A-Za-z0-9_-]+",  # others: exit 1 by `mcp add`
    transports=Transports(
        key="type",
        names={"stdio": "stdio", "http": "http", "streamable-http": "http", "sse": "sse", "ws": "ws"},
        address={"stdio": "command", "http": "url", "sse": "url", "ws": "url"},
        unnamed={"command": "stdio", "url": "http"},
    ),
    fields=(
        Key(("args",), ("args",), "texts"),
        Key(("env",), ("env",), "map"),
        Key(("headers",), ("headers",), "map"),
        Key(("oauth", "clientId"), ("oauth", "client_id"), "text"),
    ),
    # `cwd` and `disabled` have no effect in an entry (the "disabled" server was started): they stay claude's own.
    on_creation={"stdio": {"args": [], "env": {}}},  # as `mcp add` writes
    refs=RefSyntax(braced=True, defaults=True),  # `$VAR` is literal
)

# `.claude/settings.local.json` and `CLAUDE.local.md` are a person's own: not owned.
_PROJECT = Adapter(
    client="claude",
    title="Claude Code",
    roots=(RelPath(".mcp.json"), RelPath(".claude"), RelPath("CLAUDE.md")),
    specs=(
        FileSpec("servers", RelPath(".mcp.json"), JSON, takes_effect=_SERVERS_AT),
        FileSpec("settings", RelPath(".claude/settings.json"), JSON, takes_effect=TakesEffect(mcp="start", tools="live")),
        FileSpec("memory", RelPath("CLAUDE.md"), MARKDOWN, instead=RelPath(".claude/CLAUDE.md"), takes_effect=_RULES_AT),
        FolderSpec("rules", RelPath(".claude/rules"), ".md", MARKDOWN, _RULES_AT),
    ),
    sections=(
        # A project's servers can be switched off, unlike the user's.
        replace(_SERVERS, file="servers", switched_off=OffList("settings", ("disabledMcpjsonServers",), ("servers", ("mcpServers",)))),
        RuleFiles("claude", "memory", "rules", ".claude/rules", {"paths": ("globs",)}),
        PermissionLists("claude", "settings", ("permissions",), ("servers", ("mcpServers",))),
    ),
    trust=Trust(RelPath(".claude.json"), JSON, ("projects",), "hasTrustDialogAccepted", True, "claude ignores allowed tools and asks for servers here"),
)

_NOT_LOCAL = "claude keeps servers alone for one folder and one person"

# What `claude mcp add` writes unless it is told otherwise. It is the narrowest of its three places, and overrules the others.
_LOCAL = Adapter(
    client="claude",
    title="Claude Code",
    roots=(),
    specs=(FileSpec("state", RelPath(".claude.json"), JSON, lock=RelPath(".claude.json.lock"), takes_effect=_SERVERS_AT),),
    sections=(replace(_SERVERS, at=("projects", FOLDER, "mcpServers")), NoPlace(RULES, _NOT_LOCAL), NoPlace(TOOLS, _NOT_LOCAL)),
)

CLAUDE = Adapter(
    client="claude",
    title="Claude Code",
    roots=(RelPath(".claude.json"), RelPath(".claude")),
    specs=(
        FileSpec("state", RelPath(".claude.json"), JSON, lock=RelPath(".claude.json.lock"), takes_effect=_SERVERS_AT),
        FileSpec("settings", RelPath(".claude/settings.json"), JSON, takes_effect=TakesEffect(tools="live")),
        FileSpec("memory", RelPath(".claude/CLAUDE.md"), MARKDOWN, takes_effect=_RULES_AT),
        FolderSpec("rules", RelPath(".claude/rules"), ".md", MARKDOWN, _RULES_AT),
    ),
    sections=(
        _SERVERS,
        RuleFiles("claude", "memory", "rules", ".claude/rules", {"paths": ("globs",)}),
        PermissionLists("claude", "settings", ("permissions",), ("state", ("mcpServers",))),
    ),
    project=_PROJECT,
    local=_LOCAL,
)
