"""The pages in `docs/` name everything that there is, and their worked example works."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from reconciler.all_adapters import CATALOGUE
from reconciler.mapping.adapter import Adapter, Parsed, parse, render
from reconciler.mapping.lowering import config_of
from reconciler.model.fields import flat
from reconciler.model.names import EntityId, RelPath
from reconciler.model.results import Kind
from tests.reconciler.cli.commands import COMMANDS, options_of

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text()


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page(name), re.M | re.S)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_its_line(name: str) -> None:
    lines = [line for line in page("commands").splitlines() if re.search(rf"`{re.escape(name)}( [^`]*)?`", line)]
    assert lines
    missing = {o for o in options_of(COMMANDS[name]) - {"--json"} if not any(re.search(rf"{re.escape(o)}\b", line) for line in lines)}
    assert not missing


def test_no_command_is_documented_that_is_not_there() -> None:
    first_cells = re.findall(r"^\| `([a-z-]+(?: [a-z]+)?)[^|]*\| ", page("commands").split("## What `--json` prints")[0], re.M)
    assert {c for c in first_cells if c not in COMMANDS and c.split()[0] not in COMMANDS} == set()


def conditions_in_code() -> set[tuple[str, str]]:
    """Type and reason of each condition that the code can make."""
    tree = ast.parse((ROOT / "reconciler/reconcile/conditions.py").read_text())
    reasons = {t.id: n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    found = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Condition" and len(call.args) == 4:
            kind, reason = call.args[0], call.args[2]
            said = reasons.get(reason.id) if isinstance(reason, ast.Name) else reason
            found |= {(kind.value, text) for text in names_in(said)} if isinstance(kind, ast.Constant) else set()
    return found


def names_in(node: Any) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and re.fullmatch(r"([A-Z][a-z]+)+", str(n.value))] if node else []


def test_every_condition_and_reason_has_its_line() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", page("conditions"), re.M))
    assert documented == conditions_in_code() | {("Stalled", kind) for kind in get_args(Kind)}


@pytest.mark.parametrize("adapter", CATALOGUE, ids=lambda a: a.client)
def test_every_client_has_its_section_with_its_files_and_gaps(adapter: Adapter) -> None:
    section = next(s for s in page("clients").split("\n## ") if f"(`{adapter.client}`)" in s.split("\n", 1)[0])
    assert [spec.path for spec in adapter.specs if f"`~/{spec.path}`" not in section] == []
    assert [spec.path for spec in (adapter.project or adapter).specs if adapter.project and f"| `{spec.path}` in a project" not in section] == []
    assert "Gaps:" in section


TAKEN_UP = {"live": "by itself", "start": "next start", "unknown": "not known"}


@pytest.mark.parametrize("adapter", [a for one in CATALOGUE for a in (one, one.project) if a], ids=lambda a: f"{a.client}-{a.roots[0]}")
def test_every_file_of_a_client_says_when_an_open_client_takes_it_up(adapter: Adapter) -> None:
    section = next(s for s in page("clients").split("\n## ") if f"(`{adapter.client}`)" in s.split("\n", 1)[0])
    is_project = adapter not in CATALOGUE
    for spec in adapter.specs:
        first_cell = f"| `{spec.path}` in a project" if is_project else f"| `~/{spec.path}` |"
        said = next(line for line in section.splitlines() if line.startswith(first_cell)).split(" | ")[-1]
        words = {w for is_new in (False, True) for w in spec.takes_effect.by_kind(is_new, is_switched=is_new).values()}
        words |= set(spec.takes_effect.by_kind().values())
        assert words == {word for word, phrase in TAKEN_UP.items() if phrase in said}, spec.path


def test_the_index_has_every_page() -> None:
    assert {p.name for p in DOCS.glob("*.md")} - {"README.md"} <= set(re.findall(r"\]\(([a-z-]+\.md)\)", page("README")))


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_links_lead_to_files(path: Path) -> None:
    assert [to for to in re.findall(r"\]\(([^)#:]+)\)", path.read_text()) if not (DOCS / to).exists()] == []


# ---------------------------------------------------------------- the worked example


@pytest.fixture
def acme() -> Adapter:
    scope: dict[str, Any] = {}
    exec(blocks("adding-a-client", "python")[0], scope)
    adapter = scope["ACME"]
    assert isinstance(adapter, Adapter)
    return adapter


@pytest.fixture
def read(acme: Adapter) -> Parsed:
    before = blocks("adding-a-client", "json")[0].encode()
    return parse(acme, {RelPath(".acme/settings.json"): before}, {}, set())


def test_the_example_reads_what_the_page_says(read: Parsed) -> None:
    assert not read.problems
    assert config_of(read.reading.config[EntityId("mcp/files")]) == yaml.safe_load(blocks("adding-a-client", "yaml")[0])


def test_the_example_writes_nothing_when_nothing_changes(acme: Adapter, read: Parsed) -> None:
    assert render(acme, read, {}) == {}


def test_the_example_writes_what_the_page_says(acme: Adapter, read: Parsed) -> None:
    docs = flat("mcp", {"transport": "http", "url": "https://docs.example.invalid/mcp"})
    after = render(acme, read, {EntityId("mcp/docs"): docs})
    assert after == {RelPath(".acme/settings.json"): blocks("adding-a-client", "json")[1].encode()}


def test_every_word_of_the_table_is_there() -> None:
    table = page("adding-a-client").split("| to describe | use |")[1]
    places = (*(ROOT / "reconciler/mapping").glob("*.py"), ROOT / "reconciler/formats/all_formats.py")
    source = "".join(p.read_text() for p in places)
    assert [w for w in re.findall(r"`(\w+)(?:=\w+)?`", table.split("\n", 1)[1]) if w not in source] == []
