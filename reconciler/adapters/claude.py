"""Claude Code. Seen with 2.1.328 on Linux; evidence in ``tests/golden/claude/README.md``."""

from reconciler.formats.all_formats import JSON, MARKDOWN
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.documents import FileSpec, FolderSpec
from reconciler.mapping.permission_lists import PermissionLists
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.server_fields import Key, Transports
from reconciler.mapping.servers import ServerMap
from reconciler.mapping.templates import RefSyntax
from reconciler.model.names import RelPath

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

CLAUDE = Adapter(
    client="claude",
    title="Claude Code",
    roots=(RelPath(".claude.json"), RelPath(".claude")),
    specs=(
        FileSpec("state", RelPath(".claude.json"), JSON),
        FileSpec("settings", RelPath(".claude/settings.json"), JSON),
        FileSpec("memory", RelPath(".claude/CLAUDE.md"), MARKDOWN),
        FolderSpec("rules", RelPath(".claude/rules"), ".md", MARKDOWN),
    ),
    sections=(
        _SERVERS,
        RuleFiles("claude", "memory", "rules", ".claude/rules", {"paths": ("globs",)}),
        PermissionLists("claude", "settings", ("permissions",), ("state", ("mcpServers",))),
    ),
    local_servers_at=("state", "projects", "mcpServers"),
)
