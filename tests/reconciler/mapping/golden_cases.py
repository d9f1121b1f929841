"""The files in ``tests/golden`` where their client would find them, and what each holds in the words of no client.

``python -m tests.reconciler.mapping.golden_cases`` writes the expected files anew; read the difference before you keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from reconciler.all_adapters import ADAPTERS
from reconciler.mapping.adapter import Adapter, Parsed, parse
from reconciler.mapping.documents import FolderSpec
from reconciler.mapping.of_folder import for_folder
from reconciler.model.fields import nested
from reconciler.model.names import TOOLS, RelPath, kind_of, name_of

FOLDER_OF_LOCAL = "/home/dev/project"
GOLDEN = Path(__file__).parents[2] / "golden"
CLIENTS = ("claude", "codex", "qwen", "acli")

# A variant of a project's file has the same sections as the user's, so it is read in the user's place.
_PLACES = {
    "claude": {"mcp-": ".claude.json", "user-": ".claude.json", "settings-": ".claude/settings.json"},
    "codex": {"config-": ".codex/config.toml", "rules-": ".codex/rules/default.rules"},
    "qwen": {"settings-": ".qwen/settings.json", "mcpjson-": ".qwen/settings.json"},
    "acli": {"config-": ".rovodev/config.yml", "mcp-": ".rovodev/mcp.json"},
}

Found = dict[RelPath, bytes]


def cases() -> Iterator[tuple[str, str, Found]]:
    """Client, name of the case, and the files that are found."""
    for client in CLIENTS:
        folder = GOLDEN / client
        yield client, "user", {_below(p, folder / "user"): p.read_bytes() for p in _files(folder / "user")}
        yield client, "project", {_below(p, folder / "project"): p.read_bytes() for p in _files(folder / "project") if p.name != "AGENTS.local.md"}
        if ADAPTERS[client].local:
            yield client, "local", {_below(p, folder / "user"): p.read_bytes() for p in _files(folder / "user") if p.name == ".claude.json"}
        for path in _files(folder / "variants"):
            place = next(to for start, to in _PLACES[client].items() if path.name.startswith(start))
            yield client, path.name, {RelPath(place): path.read_bytes()}


def adapter_of(client: str, name: str) -> Adapter:
    """The description that a case is read by."""
    adapter = ADAPTERS[client]
    if name == "local" and adapter.local:
        return for_folder(adapter.local, FOLDER_OF_LOCAL)
    return adapter.project or adapter if name == "project" else adapter


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _below(path: Path, folder: Path) -> RelPath:
    return RelPath(path.relative_to(folder).as_posix())


def parsed(adapter: Adapter, found: Found) -> Parsed:
    """What a pass would read, with all folders there."""
    return parse(adapter, found, {}, {s.path for s in adapter.specs if isinstance(s, FolderSpec)})


def summary(adapter: Adapter, found: Found) -> str:
    """What was read, as people read it."""
    read = parsed(adapter, found)
    config = read.reading.config
    whole: dict[str, Any] = {str(e): nested(f) for e, f in config.items() if kind_of(e) != TOOLS}
    if tools := [name_of(e) for e in config if kind_of(e) == TOOLS]:
        whole["tools"] = tools
    if read.problems:
        whole["problems"] = [
            f"{p.file}:{p.line}:{p.column}: {p.reason}" + (" (stalls)" if p.is_stalling else "") for p in read.problems
        ]
    if read.reading.unreadable:
        whole["left alone"] = sorted(read.reading.unreadable)
    return yaml.dump(whole, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=120)


class _Readable(yaml.SafeDumper):
    """Texts of several lines as they are."""


_Readable.add_representer(str, lambda d, s: d.represent_scalar("tag:yaml.org,2002:str", s, style="|" if "\n" in s else None))


def expected_at(client: str, name: str) -> Path:
    return GOLDEN / client / "expected" / f"{name}.yaml"


if __name__ == "__main__":
    for client, name, found in cases():
        expected_at(client, name).parent.mkdir(exist_ok=True)
        expected_at(client, name).write_text(summary(adapter_of(client, name), found), encoding="utf-8")
