"""Codex CLI. Seen with 0.169.0 on Linux; evidence in ``tests/golden/codex/README.md``."""

from reconciler.formats.all_formats import MARKDOWN, RULES, TOML
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.documents import FileSpec, FolderSpec
from reconciler.mapping.prefix_section import PrefixRules
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.server_fields import Enabled, Key, OtherKey, Transports
from reconciler.mapping.server_variables import BearerVariable, HeaderVariables, PassedVariables
from reconciler.mapping.servers import ServerMap
from reconciler.mapping.takes_effect import TakesEffect
from reconciler.mapping.templates import RefSyntax
from reconciler.mapping.trust import Trust
from reconciler.model.names import RelPath

_LONGEST_MEMORY = 32 * 1024  # what is past it is cut off

# Seen with 0.169.0 in a terminal (`--no-daemon`), with a stand-in for the model that keeps what it is sent, files changed
# between two turns: the user's AGENTS.md went with the next turn, also a new one. Servers, `.rules` files and a project's
# AGENTS.md stayed as they were; `/new` and the next start took them up.
_SERVERS_AT = TakesEffect(mcp="start")
_TOOLS_AT = TakesEffect(tools="start")

_SERVERS = ServerMap(
    client="codex",
    file="config",
    at=("mcp_servers",),
    name_pattern=r"[A-Za-z0-9_:@/.-]+",  # blanks are refused
    transports=Transports(  # there is no sse, and `type` is an unknown key
        key=None,
        names={},
        address={"stdio": "command", "http": "url"},
        unnamed={"command": "stdio", "url": "http"},
    ),
    fields=(
        Key(("args",), ("args",), "texts"),
        Key(("env",), ("env",), "map"),
        PassedVariables(("env_vars",), ("env",), plain=("env",)),
        Key(("cwd",), ("cwd",), "text"),
        Key(("http_headers",), ("headers",), "map"),
        HeaderVariables(("env_http_headers",), ("headers",), plain=("http_headers",)),
        BearerVariable(("bearer_token_env_var",), ("headers", "Authorization"), plain=("http_headers", "Authorization")),
        OtherKey(("startup_timeout_ms",), ("timeouts", "startup_ms"), "number"),
        Key(("startup_timeout_sec",), ("timeouts", "startup_ms"), "number", factor=1000),
        Key(("tool_timeout_sec",), ("timeouts", "tool_ms"), "number", factor=1000),
        Enabled(("enabled",), off=False),
        Key(("enabled_tools",), ("tools", "allowed"), "texts"),
        Key(("disabled_tools",), ("tools", "denied"), "texts"),
        Key(("oauth", "client_id"), ("oauth", "client_id"), "text"),
    ),
    never=(("default_tools_approval_mode",), ("tools",)),  # approval is never synced
    # `mcp add` and `mcp remove` drop these from every server.
    defaults={("required",): False, ("supports_parallel_tool_calls",): False, ("environment_id",): "local", ("auth",): "oauth"},
    name_at=("name",),
    refs=RefSyntax(),  # `${X}` in a text is literal
)

_PROJECT = Adapter(
    client="codex",
    title="Codex CLI",
    roots=(RelPath(".codex"), RelPath("AGENTS.md")),
    specs=(
        FileSpec("config", RelPath(".codex/config.toml"), TOML, takes_effect=_SERVERS_AT),
        FileSpec("memory", RelPath("AGENTS.md"), MARKDOWN, overridden_by=RelPath("AGENTS.override.md"), takes_effect=TakesEffect(rules="start")),
        FolderSpec("rules", RelPath(".codex/rules"), ".rules", RULES, _TOOLS_AT),
    ),
    sections=(
        _SERVERS,
        RuleFiles("codex", "memory", limit_bytes=_LONGEST_MEMORY, own_name="agents-memory"),
        PrefixRules("codex", "rules", ".codex/rules/default.rules"),
    ),
    trust=Trust(RelPath(".codex/config.toml"), TOML, ("projects",), "trust_level", "trusted", "codex ignores config.toml and rules here"),
)

CODEX = Adapter(
    client="codex",
    title="Codex CLI",
    roots=(RelPath(".codex"),),
    specs=(
        FileSpec("config", RelPath(".codex/config.toml"), TOML, takes_effect=_SERVERS_AT),
        FileSpec("memory", RelPath(".codex/AGENTS.md"), MARKDOWN, overridden_by=RelPath(".codex/AGENTS.override.md"), takes_effect=TakesEffect(rules="live")),
        FolderSpec("rules", RelPath(".codex/rules"), ".rules", RULES, _TOOLS_AT),
    ),
    sections=(
        _SERVERS,
        RuleFiles("codex", "memory", limit_bytes=_LONGEST_MEMORY),
        PrefixRules("codex", "rules", ".codex/rules/default.rules"),  # the file that codex itself adds to
    ),
    project=_PROJECT,
)
