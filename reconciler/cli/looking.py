"""Commands that only look: status, diff, conflicts."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli.asking import asked
from reconciler.cli.running import Targets
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import remote_lines, short, styled, table
from reconciler.cli.times import when
from reconciler.settings import settings_from


def status(as_json: bool = JsonFlag) -> None:
    """Show each target: its mode, the revision it was synced with, and its conditions.

    Example: reconciler status --json
    """
    data, code = asked(settings_from(os.environ), "reading.status_data")
    show(data, as_json, _status_lines, code)


def _status_lines(data: dict[str, Any]) -> Iterator[str]:
    rows = []
    for target in data["targets"]:
        first = target["conditions"][0]
        state = "ready" if first["status"] == "True" else ", ".join(c["type"].lower() for c in target["conditions"][1:])
        rows.append((target["id"], target["mode"], (target["synced_revision"] or "-")[:10], state))
    yield f"main {str(data['head'])[:10]}"
    if data["remote"]:
        yield from remote_lines(data["remote"])
        yield f"    fetched {when(data['remote']['fetched_at'])}"
    yield from table(rows, ("target", "mode", "synced", "state"))
    for target in data["targets"]:
        for condition in target["conditions"][1:]:
            yield styled(f"{target['id']} {condition['type']}/{condition['reason']}: {condition['message']}", "warn")
        yield from (styled(f"{target['id']} {_next_start(row)}", "dim") for row in target["waits_for_start"])
    for one in data["proposed"]:
        yield styled(f"{one['branch']} waits for its merge on the Git host: {one['subject']} ({one['author']}, {when(one['at'])})", "warn")


def _next_start(row: dict[str, Any]) -> str:
    """Where a written file takes effect later, or may."""
    what = f"{row['path']} ({', '.join(row['kinds'])}), written {when(row['written_at'])}"
    if row["takes_effect"] == "unknown":
        return f"{what}: whether the client, where it was open then, takes it up is not known; to be sure, start it anew"
    if row["running"] is None:
        return f"{what}: the client, where it was open then, takes it up at its next start"
    return f"{what}: the client is open since before ({row['running']}); it takes it up at its next start"


def diff(targets: Targets = None, as_json: bool = JsonFlag) -> None:
    """Show what differs, field by field: edits in the clients' files, and what main has for them.

    Example: reconciler diff codex
    """
    data = asked(settings_from(os.environ), "reading.diff_data", targets or [])
    differs = any(t["drift"] or t["pending"] for t in data["targets"])
    show(data, as_json, _diff_lines, 3 if differs else 0)


def _diff_lines(data: dict[str, Any]) -> Iterator[str]:
    words = {"drift": "edited here", "pending": "to be written here"}
    for target in data["targets"]:
        yield styled(target["id"], "bold")
        for kind, title in words.items():
            for row in target[kind]:
                name = " ".join(x for x in (row["entity"], row["field"]) if x)
                yield f"  {title}: {name}: {short(row['before'])} → {short(row['after'])}"
                yield f"    to leave it so: {_ignoring(row, target['id'])}"
        if not target["drift"] and not target["pending"]:
            yield "  no differences"


def _ignoring(row: dict[str, Any], target: str) -> str:
    """The command that makes a rule of a shown difference."""
    pattern = ".".join(x for x in (row["entity"], row["field"]) if x)
    return f"reconciler ignore add {shlex.quote(pattern)} --client {target.split('/')[1]}"


def conflicts(
    with_held: Annotated[bool, typer.Option("--held", help="With --json: the held changes too, as in the text.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """List what waits for a decision; with --json an array of the conflicts. Exit code 3 while anything waits.

    Example: reconciler conflicts; reconciler resolve ID --take local
    """
    items = asked(settings_from(os.environ), "reading.waiting_data")
    shown = [i for i in items if with_held or not as_json or i["kind"] == "conflict"]
    show(shown, as_json, _conflict_lines, 3 if items else 0)


def _conflict_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    for item in items:
        yield styled(f"{item['kind']} {item['id']}", "warn") + f"  {item['entity']} {item['field'] or ''}".rstrip() + f"  ({item['reason']})"
        if isinstance(item["local"], dict) and isinstance(item["central"], dict):
            yield from _whole_lines(item)
            continue
        yield f"    base     {short(item['base'], 100)}"
        yield f"    local    {short(item['local'], 100)}  ({_by(item['local_by'])})"
        yield f"    central  {short(item['central'], 100)}  ({_by(item['central_by'])})"
    yield "nothing waits" if not items else "To decide: reconciler resolve ID --take local|central|base|FILE; approve ID; reject ID"


def _whole_lines(item: dict[str, Any]) -> Iterator[str]:
    """Two versions of a whole entity: only the fields in which they differ."""
    local, central = (dict(_leaves("", item[side])) for side in ("local", "central"))
    yield f"    local    {_by(item['local_by'])}"
    yield f"    central  {_by(item['central_by'])}"
    for name in {**local, **central}:
        if local.get(name) != central.get(name):
            yield f"    {name}: local {short(local.get(name), 50)}, central {short(central.get(name), 50)}"


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}" if name else key, inner)
    else:
        yield name, value


def _by(side: dict[str, Any]) -> str:
    return f"{side['author'] or 'unknown'}, {when(side['at'])}"


COMMANDS = (status, diff, conflicts)
