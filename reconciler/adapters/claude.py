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
from reconciler.mapping.templates import RefSyntax
from reconciler.mapping.trust import Trust
from reconciler.model.names import RULES, TOOLS, RelPath

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
        FileSpec("servers", RelPath(".mcp.json"), JSON),
        FileSpec("settings", RelPath(".claude/settings.json"), JSON),
        FileSpec("memory", RelPath("CLAUDE.md"), MARKDOWN, instead=RelPath(".claude/CLAUDE.md")),
        FolderSpec("rules", RelPath(".claude/rules"), ".md", MARKDOWN),
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
    specs=(FileSpec("state", RelPath(".claude.json"), JSON, lock=RelPath(".claude.json.lock")),),
    sections=(replace(_SERVERS, at=("projects", FOLDER, "mcpServers")), NoPlace(RULES, _NOT_LOCAL), NoPlace(TOOLS, _NOT_LOCAL)),
)

CLAUDE = Adapter(
    client="claude",
    title="Claude Code",
    roots=(RelPath(".claude.json"), RelPath(".claude")),
    specs=(
        FileSpec("state", RelPath(".claude.json"), JSON, lock=RelPath(".claude.json.lock")),
        FileSpec("settings", RelPath(".claude/settings.json"), JSON),
        FileSpec("memory", RelPath(".claude/CLAUDE.md"), MARKDOWN),
        FolderSpec("rules", RelPath(".claude/rules"), ".md", MARKDOWN),
    ),
    sections=(
        _SERVERS,
        RuleFiles("claude", "memory", "rules", ".claude/rules", {"paths": ("globs",)}),
        PermissionLists("claude", "settings", ("permissions",), ("state", ("mcpServers",))),
    ),
    project=_PROJECT,
    local=_LOCAL,
)
