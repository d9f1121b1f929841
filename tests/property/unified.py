"""Random entities in the words of no client, of all transports, categories and decisions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from reconciler.mapping.templates import Env, Literal, Part, text
from reconciler.model.fields import Fields, Path
from reconciler.model.names import MCP, RULES, EntityId, entity_id
from reconciler.model.tool_entry import DECISIONS, Entry, File, McpTool, Raw, Shell, Web, tool_entity

SERVER_NAMES = ("files", "docs", "a-b_c", "12", "n4", "n5", "a.dotted", "with blank", "ünïcode")
RULE_NAMES = ("style", "testing", "other", "long-one", "Uber uns", "a.b", ".hidden", "Über", "x" * 101)
CLIENTS = ("claude", "codex", "qwen", "acli")

_ODD = ("plain", "", " ", "$X", "${X}", "${X:-d}", "$", "$$", "${", "}", "quote\"'", "back\\slash", "é😀", "\u2028", "tab\t", "line\nend",
        "#x", "//x", "{env:X}", "a=b", "https://h.invalid/p?q=1", "null", "true", "1", "$X}", "x${Y")  # fmt: skip
_literals = st.sampled_from(_ODD).map(Literal)
_names = st.sampled_from(["X", "MY_TOKEN", "A1"])
_envs = st.one_of(_names.map(Env), st.builds(Env, _names, st.tuples(_literals).filter(lambda t: t[0].text != "")))
_parts: st.SearchStrategy[Part] = st.one_of(_literals, _literals, _envs)
_any = st.lists(_parts, max_size=3).map(lambda parts: text(tuple(parts)))
"""Canonical texts: with references, with and without defaults, and with literal text that looks like one."""

_mild = st.sampled_from(["plain", "é😀", "quote\"'", "back\\slash", "line\nend", "$", "#x", "a=b", "{env:X}", "null", "1"])
"""Texts that every client can say."""

_whole = _names.map(lambda n: f"${{env:{n}}}")
_bearer = _names.map(lambda n: f"Bearer ${{env:{n}}}")
_env_keys = st.sampled_from(["X", "MODE", "A1", "PATH_X"])
_header_keys = st.sampled_from(["Authorization", "X-Team", "x y"])
_tools = st.lists(st.sampled_from(["a", "b", "c_d", "é"]), min_size=1, unique=True).map(sorted)
_extras: st.SearchStrategy[Any] = st.one_of(
    st.booleans(), st.integers(-5, 5), st.sampled_from([1.5, 1.0, "x", "${X}", ["a", 1, True], [{"k": "v"}]]).map(lambda v: text((Literal(v),)) if isinstance(v, str) else v)
)


@st.composite
def servers(draw: st.DrawFn) -> Fields:
    out: dict[Path, Any] = {}
    texts = draw(st.sampled_from([_mild, _mild, _any]))
    transport = draw(st.sampled_from(["stdio", "stdio", "stdio", "http", "http", "sse", "ws"]))
    out[("transport",)] = transport
    if transport == "stdio":
        out[("command",)] = draw(texts.filter(bool))
        if args := draw(st.lists(texts, max_size=3)):
            out[("args",)] = args
        values = draw(st.dictionaries(_env_keys, texts, max_size=3)) | {k: f"${{env:{k}}}" for k in draw(st.sets(_env_keys, max_size=2))}
        out |= {("env", k): v for k, v in values.items()}
        if draw(st.booleans()):
            out[("cwd",)] = draw(texts.filter(bool))
    else:
        out[("url",)] = draw(texts.filter(bool))
        values = draw(st.dictionaries(_header_keys, st.one_of(texts, _whole, _bearer), max_size=3))
        out |= {("headers", k): v for k, v in values.items()}
    optional: dict[Path, st.SearchStrategy[Any]] = {
        ("timeouts", "startup_ms"): st.sampled_from([1, 999, 10500, 60000, 86_400_001]),
        ("timeouts", "tool_ms"): st.sampled_from([1, 250, 5000, 1_234_567]),
        ("enabled",): st.just(False),
        ("tools", "allowed"): _tools,
        ("tools", "denied"): _tools,
        ("description",): texts.filter(bool),
        ("oauth", "client_id"): texts.filter(bool),
        ("extra", "claude", "x-unknown"): _extras,
        ("extra", "codex", "zz_unknown"): _extras,
        ("extra", "qwen", "oauth", "scopes"): _extras,
        ("extra", "acli", "enable_instructions"): _extras,
    }
    for path in sorted(draw(st.sets(st.sampled_from(sorted(optional)), max_size=3))):
        out[path] = draw(optional[path])
    return out


_lines = st.lists(st.sampled_from(["# Title", "text é", "", "- item", "    code", "```", "---", "a: b"]), min_size=1, max_size=5)
_bodies = _lines.map("\n".join).filter(lambda t: bool(t.strip())).map(lambda t: t.strip("\n") + "\n")


@st.composite
def rules(draw: st.DrawFn) -> Fields:
    out: dict[Path, Any] = {("body",): draw(_bodies)}
    if draw(st.integers(0, 3)) == 0:
        out[("description",)] = "what it is about: é"
    if draw(st.booleans()):
        out[("globs",)] = draw(st.lists(st.sampled_from(["**/*.py", "a b/*", "#x", "{a,b}"]), min_size=1, max_size=2, unique=True))
    return out


_words = st.lists(st.sampled_from(["git", "log", "--oneline", "rm", "-rf", "a.b", "a*b", "x;y", "$X", "it's", "é", "a b", "(", "npm", ":*", "a+b", "[x]"]), min_size=1, max_size=3)
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(lambda w, e: Shell(tuple(w), e), _words, st.booleans()),
    st.builds(File, st.sampled_from(["read", "edit", "write"]), st.sampled_from(["~/docs/**", "./.env", "//etc/hosts", "a(b)", "é x", "/src/**"])),
    st.builds(Web, st.sampled_from(["docs.example.invalid", "*.invalid", "h"])),
    st.builds(McpTool, st.sampled_from(["files", "docs", "a__b", "with blank"]), st.sampled_from([None, "read_file", "a__b", "*"])),
    st.builds(Raw, st.sampled_from(CLIENTS), st.sampled_from(["WebSearch", "Bash(", "tool:grep", "bash:ls.*", "tool:create_file", "x y"])),
)


@st.composite
def configs(draw: st.DrawFn, client: str) -> dict[EntityId, Fields]:
    """What a target's layers may add up to: nothing that is meant for other clients only."""
    out: dict[EntityId, Fields] = {}
    for name in draw(st.sets(st.sampled_from(SERVER_NAMES), max_size=4)):
        out[entity_id(MCP, name)] = draw(servers())
    for name in draw(st.sets(st.sampled_from((*RULE_NAMES, f"{client}-memory", "agents-memory")), max_size=3)):
        out[entity_id(RULES, name)] = draw(rules())
    for entry in draw(st.lists(entries, max_size=4)):
        if not isinstance(entry, Raw) or entry.client == client:
            out[tool_entity(draw(st.sampled_from(DECISIONS)), entry)] = {("entry",): True}
    return out
