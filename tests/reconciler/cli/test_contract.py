"""What `--json` prints: keys and types of each command, and the exit codes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine

TEXT, TEXTS, MAYBE = str, [str], (str, type(None))
DROPPED = {"entity": TEXT, "field": MAYBE, "reason": TEXT, "kind": TEXT}
PROBLEM = {"file": TEXT, "line": int, "column": int, "reason": TEXT, "advice": TEXT}
SIDE = {"target": MAYBE, "author": MAYBE, "at": (float, type(None)), "revision": MAYBE}
ITEM = {
    "id": TEXT, "target": TEXT, "kind": TEXT, "entity": TEXT, "field": MAYBE, "base": object, "local": object, "central": object,
    "local_by": SIDE, "central_by": SIDE, "reason": TEXT,
}  # fmt: skip
REPORT = {"head": MAYBE, "targets": [{"id": TEXT, "outcome": TEXT, "written": TEXTS, "dropped": [DROPPED], "problems": [PROBLEM]}]}
COUNTS = {"mcp": int, "rules": int, "tools": int}
STARTED = {
    "id": TEXT, "client": TEXT, "scope": TEXT, "mode": TEXT, "files": TEXTS, "entities": COUNTS, "outcome": TEXT,
    "dropped": [DROPPED], "problems": [PROBLEM],
}  # fmt: skip
AS_FOUND = {"client": TEXT, "folder": TEXT, "entity": TEXT}
INIT = {"repository": TEXT, "targets": [STARTED], "conflicts": [ITEM], "written": TEXTS, "as_found": [AS_FOUND]}
CONDITION = {"type": TEXT, "status": TEXT, "reason": TEXT, "message": TEXT, "revision": MAYBE, "since": float}
STATUS = {"head": MAYBE, "targets": [{"id": TEXT, "mode": TEXT, "synced_revision": MAYBE, "conditions": [CONDITION]}]}
CHANGE = {"entity": TEXT, "field": MAYBE, "before": object, "after": object}
DIFF = {"head": MAYBE, "targets": [{"id": TEXT, "drift": [CHANGE], "pending": [CHANGE], "problems": [PROBLEM]}]}
COMMIT = {
    "revision": TEXT, "parents": TEXTS, "subject": TEXT, "author": {"name": TEXT, "email": TEXT}, "at": float, "trailers": [[str]],
}  # fmt: skip
SHOWN = {**COMMIT, "message": TEXT, "changes": [{"path": TEXT, **CHANGE}]}
OUTCOMES = {"unchanged", "captured", "converged", "conflict", "held", "stalled"}


def differences(value: Any, shape: Any, at: str = "") -> list[str]:
    """Where a value is not of a shape: a dict has exactly these keys, a list has items of one shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            return [f"{at}: {sorted(value) if isinstance(value, dict) else value!r}, not {sorted(shape)}"]
        return [d for key in shape for d in differences(value[key], shape[key], f"{at}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at}: {value!r} is no list"]
        return [d for i, item in enumerate(value) for d in differences(item, shape[0], f"{at}[{i}]")]
    return [] if isinstance(value, shape) and (shape is not int or not isinstance(value, bool)) else [f"{at}: {value!r} is no {shape}"]


@pytest.mark.parametrize("words", ["init", "init --yes", "init --prefer claude", "init --yes --prefer codex"])
def test_init_json(found: CommandLine, words: str) -> None:
    said = found(*words.split(), "--json")
    assert not differences(said.data, INIT)
    assert said.code == 3


def test_init_without_yes_only_observes(found: CommandLine) -> None:
    assert {t["mode"] for t in found("init", "--json").data["targets"]} == {"observe"}


@pytest.mark.parametrize("words", ["sync", "sync codex", "sync --dry-run", "plan"])
def test_sync_json(adopted: CommandLine, words: str) -> None:
    adopted.path(".codex/AGENTS.md").write_bytes(adopted.path(".codex/AGENTS.md").read_bytes() + b"\n- One more.\n")
    data = adopted(*words.split(), "--json").data
    assert not differences(data, REPORT)
    assert {t["outcome"] for t in data["targets"]} <= OUTCOMES


def test_sync_json_of_the_short_way_has_the_same_shape(adopted: CommandLine) -> None:
    adopted("sync")
    assert not differences(adopted("sync", "--json").data, REPORT)


def test_sync_json_with_problems(adopted: CommandLine) -> None:
    adopted.path(".claude.json").write_text("{")
    adopted.commit({"mcp/new.yaml": "comand: x\n"})
    said = adopted("sync", "--json")
    assert not differences(said.data, REPORT)
    assert said.code == 1


def test_conflicts_json(found: CommandLine) -> None:
    found("init", "--yes")
    said = found("conflicts", "--json")
    assert not differences(said.data, [ITEM])
    assert {i["kind"] for i in said.data} == {"conflict"}
    assert said.code == 3


def test_the_field_of_a_whole_entity_is_null(adopted: CommandLine) -> None:
    path = adopted.path(".claude/rules/style.md")
    path.parent.mkdir(exist_ok=True)
    path.write_text("One.\n")
    adopted("sync")
    path.unlink()
    place = adopted.path(".codex/AGENTS.md")
    place.write_bytes(place.read_bytes().replace(b"One.", b"Two."))
    adopted("sync")
    items = adopted("conflicts", "--json").data
    assert [(i["entity"], i["field"]) for i in items] == [("rules/style", None)]


def test_no_conflicts_are_an_empty_array_and_exit_0(adopted: CommandLine) -> None:
    said = adopted("conflicts", "--json")
    assert (said.data, said.code) == ([], 0)


@pytest.mark.parametrize("take", ["local", "central"])
def test_resolve_json(found: CommandLine, take: str) -> None:
    found("init", "--yes")
    id_ = found("conflicts", "--json").data[0]["id"]
    data = found("resolve", id_, "--take", take, "--json").data
    assert not differences(data, {"decided": TEXTS, **REPORT})
    assert data["decided"] == [id_]


def test_revert_json(adopted: CommandLine) -> None:
    adopted.path(".codex/AGENTS.md").write_bytes(adopted.path(".codex/AGENTS.md").read_bytes() + b"\n- One more.\n")
    adopted("sync")
    newest = adopted("history", "-n", "1", "--json").data[0]["revision"]
    data = adopted("revert", newest, "--json").data
    assert not differences(data, {"revision": TEXT, **REPORT})
    assert b"One more" not in adopted.path(".codex/AGENTS.md").read_bytes()


def test_status_json(adopted: CommandLine) -> None:
    adopted.path(".claude.json").write_text("{")
    adopted("suspend", "codex", "--reason", "a test")
    data = adopted("status", "--json").data
    assert not differences(data, STATUS)
    assert {t["conditions"][0]["type"] for t in data["targets"]} == {"Ready"}


def test_diff_json(adopted: CommandLine) -> None:
    adopted.path(".codex/AGENTS.md").write_text("Other.\n")
    said = adopted("diff", "--json")
    assert not differences(said.data, DIFF)
    assert said.code == 3


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        ("history", [COMMIT]),
        ("gap list", [{"client": TEXT, **DROPPED, "accepted": bool}]),
        ("secrets list", [{"name": TEXT, "here": bool}]),
        ("doctor", {"checks": [{"name": TEXT, "ok": bool, "detail": TEXT}]}),
        ("suspend codex --reason x", {"id": TEXT, "mode": TEXT, "by": TEXT, "reason": TEXT}),
        ("enable codex", REPORT),
        ("restore codex", {"id": TEXT, "written": TEXTS, "kept": TEXTS, "would_change": dict}),
        ("secrets rm a", {"name": TEXT, "done": TEXT}),
        ("secrets plain mcp/files.env.A", {"name": TEXT, "done": TEXT, "head": TEXT}),
        ("gap accept mcp/wsx --client codex --reason x", {"entity": TEXT, "client": TEXT, "reason": TEXT, "head": TEXT}),
    ],
)
def test_the_other_commands_json(adopted: CommandLine, words: str, shape: Any) -> None:
    assert not differences(adopted(*words.split(), "--json").data, shape)


def test_show_json(adopted: CommandLine) -> None:
    newest = adopted.git("rev-parse", "main").strip()
    assert not differences(adopted("show", newest, "--json").data, SHOWN)


def test_validate_json(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "comand: x\n"})
    assert not differences(adopted("validate", str(adopted.root / "clone"), "--json").data, [PROBLEM])


def test_demo_json(found: CommandLine) -> None:
    data = found("demo", str(found.root / "try"), "--json").data
    assert not differences(data, {"folder": TEXT, "home": TEXT, "state": TEXT, **INIT})


def test_exit_0_when_nothing_remains(found: CommandLine) -> None:
    for folder in (".codex", ".qwen", ".rovodev"):
        found.path(folder).rename(found.root / folder)
    assert [found("init", "--yes").code, found("sync").code, found("status").code, found("diff").code, found("conflicts").code] == [0] * 5


@pytest.mark.long
def test_exit_3_until_gaps_are_accepted(adopted: CommandLine) -> None:
    assert adopted("sync").code == 3
    for gap in adopted("gap", "list", "--json").data:
        adopted("gap", "accept", gap["entity"], "--client", gap["client"], "--reason", "known")
    assert [adopted("sync").code, adopted("status").code, adopted("gap", "list").code] == [0, 0, 0]
