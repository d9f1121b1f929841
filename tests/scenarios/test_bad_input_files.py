"""Files of clients that cannot be used: their own target stops and says where and why; the others go on."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from _pytest.mark.structures import ParameterSet

from tests.scenarios.command_line import CommandLine, Said

FILES = {
    ".claude.json": "claude",
    ".claude/settings.json": "claude",
    ".claude/CLAUDE.md": "claude",
    ".codex/config.toml": "codex",
    ".codex/rules/default.rules": "codex",
    ".codex/AGENTS.md": "codex",
    ".qwen/settings.json": "qwen",
    ".qwen/QWEN.md": "qwen",
    ".rovodev/mcp.json": "acli",
    ".rovodev/config.yml": "acli",
    ".rovodev/AGENTS.md": "acli",
}
QUICK = (".claude.json", ".codex/config.toml", ".codex/rules/default.rules", ".codex/AGENTS.md", ".rovodev/config.yml")
LONG = ("truncated", "nested 100", "empty")
"""One file of each format, and these kinds not: the others run with the long tests."""

SERVERS = {"claude": ".claude.json", "codex": ".codex/config.toml", "qwen": ".qwen/settings.json", "acli": ".rovodev/mcp.json"}
BROKEN = {".json": b"\n}}", ".toml": b"\nx = = 1\n", ".yml": b"\n  a: [b\n", ".rules": b"\nprefix_rule(\n", ".md": b"\n<!-- reconciler:end -->\n"}
DOUBLED = {".json": b', "twice": 1, "twice": 2}', ".toml": b"\n[features]\n", ".yml": b"\nagent:\n  b: 1\n"}
CUT = {".json": b'"mcpServers": {"a', ".toml": b'command = "exam', ".yml": b"a: 'exam", ".rules": b'prefix_rule(pattern = ["gi'}


def nested(suffix: str, levels: int) -> bytes:
    start, inner, end = {
        ".json": (b"", b'{"a":', b"}"),
        ".toml": (b"a = ", b"[", b"]"),
        ".yml": (b"a: ", b"[", b"]"),
        ".rules": (b"prefix_rule(pattern = ", b"[", b"])"),
    }[suffix]
    return start + inner * levels + (b"1" if suffix == ".json" else b"") + end[:1] * levels + end[1:] + b"\n"


def spoiled(kind: str, suffix: str, data: bytes) -> bytes | None:
    """The file's new bytes; None when it is taken away."""
    if kind == "broken":
        return data.rstrip() + BROKEN[suffix]
    if kind == "truncated":
        return CUT[suffix] if suffix != ".json" else data[: len(data) // 2]
    if kind == "duplicate key":
        return data.rstrip()[:-1] + DOUBLED[suffix] if suffix == ".json" else data + DOUBLED[suffix]
    if kind.startswith("nested"):
        return nested(suffix, int(kind.split()[1]))
    if kind == LAST_COMMA:
        return data.rstrip()[:-1].rstrip() + b",\n}\n"
    return {"empty": b"", "missing": None, "6 MB": data + b"\n" * 6_000_000, "not UTF-8": data + "é".encode("latin-1")}[kind]


LAST_COMMA = "comma after the last entry"


def case(path: str, *rest: str) -> ParameterSet:
    return pytest.param(path, *rest, marks=() if path in QUICK and not set(rest) & set(LONG) else pytest.mark.long)


def cases() -> list[ParameterSet]:
    every = ("broken", "empty", "missing", "6 MB", "not UTF-8")
    structured = ("truncated", "nested 100", "nested 10000")  # cut text is text, and Markdown nests nothing
    out = []
    for path in FILES:
        suffix = PurePosixPath(path).suffix
        kinds = [*every, *(structured if suffix != ".md" else ()), *(["duplicate key"] if suffix in DOUBLED else [])]
        out += [case(path, kind) for kind in kinds]
    return [*out, *(case(path, LAST_COMMA) for path in (".claude.json", ".claude/settings.json", ".qwen/settings.json"))]


def with_fresh_server(machine: CommandLine, spoiled_client: str) -> None:
    """Another client gets a new server."""
    path = machine.path(".claude.json" if spoiled_client == "qwen" else ".qwen/settings.json")
    path.write_bytes(path.read_bytes().replace(b'"mcpServers": {', b'"mcpServers": {\n    "fresh": {"command": "example-mcp-server"},', 1))


def having_fresh(machine: CommandLine, but: str = "") -> list[str]:
    return [c for c, path in SERVERS.items() if c != but and b"fresh" in machine.path(path).read_bytes()]


def stopped_alone(machine: CommandLine, path: str, client: str, said: Said) -> None:
    """The report of a target that stopped because of one file, and of the others."""
    assert not said.has_traceback
    assert said.code == 1
    target = machine.target(client, said)
    assert (target["outcome"], target["written"]) == ("stalled", [])
    problem = next(p for p in target["problems"] if p["file"] == str(machine.path(path)))
    assert problem["line"] >= 1
    assert problem["column"] >= 1
    assert problem["reason"]
    assert problem["advice"]
    assert having_fresh(machine, but=client) == [c for c in SERVERS if c != client]


@pytest.mark.parametrize(("path", "kind"), cases())
def test_a_file_that_cannot_be_used_stops_its_target_alone_until_it_is_mended(adopted: CommandLine, path: str, kind: str) -> None:
    client, place = FILES[path], adopted.path(path)
    good = place.read_bytes()
    bad = spoiled(kind, place.suffix, good)
    if bad is None:
        place.unlink()
    else:
        place.write_bytes(bad)
    with_fresh_server(adopted, client)
    folder = path.split("/")[0]
    before = adopted.bytes_below(folder) if "/" in path else {path: bad}
    said = adopted("sync", "--json")
    assert (adopted.bytes_below(folder) if "/" in path else {path: place.read_bytes() if place.exists() else None}) == before
    stopped_alone(adopted, path, client, said)
    place.write_bytes(good)
    mended = adopted.target(client, adopted("sync", "--json"))
    assert (mended["outcome"], having_fresh(adopted)) == ("converged", list(SERVERS))


@pytest.mark.parametrize("path", [case(path) for path in FILES])
def test_a_byte_order_mark_is_no_error_and_stays(adopted: CommandLine, path: str) -> None:
    place = adopted.path(path)
    place.write_bytes(b"\xef\xbb\xbf" + place.read_bytes())
    with_fresh_server(adopted, FILES[path])
    said = adopted("sync", "--json")
    assert not adopted.target(FILES[path], said)["problems"]
    assert having_fresh(adopted) == list(SERVERS)
    assert place.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("path", [case(path) for path in FILES])
def test_carriage_returns_are_no_error_and_stay(adopted: CommandLine, path: str) -> None:
    place = adopted.path(path)
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    with_fresh_server(adopted, FILES[path])
    said = adopted("sync", "--json")
    assert not adopted.target(FILES[path], said)["problems"]
    assert having_fresh(adopted) == list(SERVERS)
    assert place.read_bytes().count(b"\n") == place.read_bytes().count(b"\r\n")


@pytest.mark.parametrize("path", [case(path) for path in FILES])
def test_a_line_and_column_lead_to_the_place(adopted: CommandLine, path: str) -> None:
    place = adopted.path(path)
    lines = place.read_bytes().count(b"\n")
    place.write_bytes(place.read_bytes() + "é".encode("latin-1"))
    problem = adopted.target(FILES[path], adopted("sync", "--json"))["problems"][0]
    assert problem["line"] == lines + 1
