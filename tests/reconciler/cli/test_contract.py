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
REMOTE = type(None)  # tests/scenarios/test_remote.py has one
PAUSED = (dict, type(None))
RULE: dict[str, Any] = {"match": TEXT, "client": MAYBE, "reason": MAYBE, "in_force": bool, "entities": int, "fields": int}
REPORT: dict[str, Any] = {"head": MAYBE, "remote": REMOTE, "paused": PAUSED, "targets": [{"id": TEXT, "outcome": TEXT, "written": TEXTS, "corrected": TEXTS, "dropped": [DROPPED], "problems": [PROBLEM]}]}
COUNTS = {"mcp": int, "rules": int, "tools": int}
STARTED = {
    "id": TEXT, "client": TEXT, "scope": TEXT, "mode": TEXT, "files": TEXTS, "entities": COUNTS, "outcome": TEXT,
    "dropped": [DROPPED], "problems": [PROBLEM],
}  # fmt: skip
AS_FOUND = {"client": TEXT, "folder": TEXT, "entity": TEXT}
INIT = {"repository": TEXT, "targets": [STARTED], "conflicts": [ITEM], "written": TEXTS, "as_found": [AS_FOUND]}
CLIENT = {"client": TEXT, "title": TEXT}
REGISTERED = {"id": TEXT, "client": TEXT, "scope": TEXT, "mode": TEXT, "root": TEXT, "problem": MAYBE, "takes_effect": dict}
CLIENTS = {"targets": [REGISTERED], "unregistered": [CLIENT], "as_found": [AS_FOUND]}
ADDED = {**INIT, "project": TEXT, "client": TEXT, "folder": TEXT, "others": [CLIENT]}
CONDITION = {"type": TEXT, "status": TEXT, "reason": TEXT, "message": TEXT, "revision": MAYBE, "since": float}
PROPOSED = {"branch": TEXT, "subject": TEXT, "author": TEXT, "at": float}
WAITS = {"path": TEXT, "kinds": TEXTS, "takes_effect": TEXT, "written_at": float, "running": (int, type(None))}
STATUS = {
    "head": MAYBE, "remote": REMOTE, "paused": PAUSED, "targets": [{"id": TEXT, "mode": TEXT, "synced_revision": MAYBE, "conditions": [CONDITION], "waits_for_start": [WAITS]}],
    "proposed": [PROPOSED],
}  # fmt: skip
CHANGE = {"entity": TEXT, "field": MAYBE, "before": object, "after": object}
DIFF = {"head": MAYBE, "targets": [{"id": TEXT, "drift": [CHANGE], "pending": [CHANGE], "problems": [PROBLEM]}]}
COMMIT = {
    "revision": TEXT, "parents": TEXTS, "subject": TEXT, "author": {"name": TEXT, "email": TEXT}, "at": float, "trailers": [[str]],
}  # fmt: skip
FOUND = {**COMMIT, "changes": [{"path": TEXT, **CHANGE}]}
SHOWN = {**FOUND, "message": TEXT}
STEP = {
    "value": object, "layer": MAYBE, "path": MAYBE, "revision": TEXT, "origin": TEXT, "at": float, "author": {"name": TEXT, "email": TEXT},
    "target": MAYBE, "client": MAYBE, "subject": TEXT, "decisions": TEXTS, "resolved_by": TEXTS,
}  # fmt: skip
TRACE = {"head": TEXT, "entity": TEXT, "field": MAYBE, "values": [{"targets": TEXTS, "steps": [STEP]}]}
FILE = {"path": TEXT, "diff": TEXT}
TARGET = REPORT["targets"][0]
PLAN = {"head": MAYBE, "remote": REMOTE, "paused": PAUSED, "targets": [{**TARGET, "changes": [CHANGE], "files": [FILE]}], "commits": [{"subject": TEXT, "author": TEXT}]}
PROPOSED = {
    "targets": TEXTS, "client": TEXT, "mode": {"before": MAYBE, "after": MAYBE}, "changes": [CHANGE], "files": [FILE], "dropped": [DROPPED],
    "needs_approval": [{"entity": TEXT, "level": TEXT, "reasons": TEXTS}], "notes": TEXTS,
}  # fmt: skip
PROPOSAL = {"against": TEXT, "base": MAYBE, "problems": [PROBLEM], "targets": [PROPOSED], "here": REPORT, "unknown": TEXTS}
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


def test_clients_json(found: CommandLine) -> None:
    assert not differences(found("clients", "--json").data, CLIENTS)
    found("init", "--yes")
    assert not differences(found("clients", "--json").data, CLIENTS)


@pytest.mark.parametrize("words", ["", "--yes", "--name web"])
def test_clients_add_json(adopted: CommandLine, words: str) -> None:
    (adopted.path("shop")).mkdir()
    said = adopted("clients", "add", "qwen", "--project", str(adopted.path("shop")), *words.split(), "--json")
    assert not differences(said.data, ADDED)
    assert said.code == 0


def test_init_without_yes_only_observes(found: CommandLine) -> None:
    assert {t["mode"] for t in found("init", "--json").data["targets"]} == {"observe"}


@pytest.mark.parametrize("words", ["sync", "sync codex", "sync --dry-run"])
def test_sync_json(adopted: CommandLine, words: str) -> None:
    adopted.path(".codex/AGENTS.md").write_bytes(adopted.path(".codex/AGENTS.md").read_bytes() + b"\n- One more.\n")
    data = adopted(*words.split(), "--json").data
    assert not differences(data, REPORT)
    assert {t["outcome"] for t in data["targets"]} <= OUTCOMES


def test_plan_json_says_what_would_be_written(adopted: CommandLine) -> None:
    adopted.path(".codex/AGENTS.md").write_bytes(adopted.path(".codex/AGENTS.md").read_bytes() + b"\n- One more.\n")
    adopted.commit({"mcp/new.yaml": "command: example-mcp-server\n"})
    said = adopted("plan", "--json")
    assert not differences(said.data, PLAN)
    assert [c["subject"] for c in said.data["commits"]] == ["Merge codex: change rules/codex-memory"]
    assert [[row["entity"] for row in t["changes"]] for t in said.data["targets"]] == [["mcp/new"]] * 4


def test_plan_of_a_checkout_json(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "command: example-mcp-server\n"})
    clone = adopted.root / "clone"
    (clone / "mcp" / "next.yaml").write_text("command: bash\nargs: ['-c', x]\n")
    said = adopted("plan", str(clone), "--json")
    assert (differences(said.data, PROPOSAL), said.code) == ([], 3)
    assert [t["changes"][0]["entity"] for t in said.data["targets"]] == ["mcp/next"] * 4
    (clone / "mcp" / "next.yaml").unlink()
    said = adopted("plan", str(clone), "--json")
    assert (said.data["targets"], said.code) == ([], 0)


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


@pytest.mark.parametrize("words", ["keep-local mcp/files", "keep-local mcp/files --client codex --dry-run", "share mcp/files"])
def test_moving_json(adopted: CommandLine, words: str) -> None:
    moved = {"entity": TEXT, "from": TEXT, "to": TEXT, "warning": MAYBE}
    data = adopted(*words.split(), "--json").data
    assert not differences(data, {"moved": [moved], "files": TEXTS, "changes": [{"target": TEXT, **CHANGE}], **REPORT})


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
        ("history", [FOUND]),
        ("history --entity mcp/wsx --field url --since 1d", [FOUND]),
        ("trace mcp/wsx", TRACE),
        ("trace mcp/wsx url --target claude", TRACE),
        ("gap list", [{"client": TEXT, **DROPPED, "accepted": bool}]),
        ("ignore add mcp/wsx --reason x", {**RULE, "head": TEXT}),
        ("ignore list", [RULE]),
        ("secrets list", [{"name": TEXT, "here": bool}]),
        ("doctor", {"checks": [{"name": TEXT, "ok": bool, "detail": TEXT}], "mended": TEXTS}),
        ("doctor --bundle", {"file": TEXT, "entries": TEXTS}),
        ("suspend codex --reason x", {"id": TEXT, "mode": TEXT, "by": TEXT, "reason": TEXT}),
        ("enable codex", REPORT),
        ("enable codex --mode enforce", REPORT),
        ("remove codex --keep", {"id": TEXT, "written": TEXTS, "kept": TEXTS}),
        ("remove claude --restore", {"id": TEXT, "written": TEXTS, "kept": TEXTS}),
        ("pause --reason x", {"by": TEXT, "reason": TEXT, "at": float}),
        ("resume", REPORT),
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


def test_held_changes_are_in_the_array_when_asked_for_and_in_the_exit_code_always(adopted: CommandLine) -> None:
    adopted.commit({"reconciler.yaml": "schema: 1\naccepted_gaps: [{entity: mcp/x, client: codex, reason: none}]\n"})
    adopted("sync")
    plain, held, text = adopted("conflicts", "--json"), adopted("conflicts", "--json", "--held"), adopted("conflicts")
    assert (plain.data, plain.code) == ([], 3)
    assert not differences(held.data, [ITEM])
    assert [(i["kind"], i["entity"]) for i in held.data] == [("held", "policy/reconciler.yaml")]
    assert held.data[0]["id"] in text.out


def test_a_weaker_policy_can_be_refused_and_approved_by_its_id(adopted: CommandLine) -> None:
    for word in ("reject", "approve"):
        adopted.commit({"reconciler.yaml": f"schema: 1\nplain_values: [mcp/{word}.env.A]\n"})
        adopted("sync")
        id_ = adopted("conflicts", "--json", "--held").data[0]["id"]
        assert adopted(word, id_).code == 3  # gaps remain
        assert adopted("conflicts", "--json", "--held").data == []
