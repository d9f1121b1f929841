"""Commands that only look: status, diff, plan, conflicts, history, show, validate, doctor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from reconciler.cli.running import Targets
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import pass_lines, short, styled, table
from reconciler.settings import settings_from


def status(as_json: bool = JsonFlag) -> None:
    """Show each target: its mode, the revision it was synced with, and its conditions.

    Example: reconciler status --json
    """
    from reconciler.cli.reading import status_data

    data, code = status_data(settings_from(os.environ))
    show(data, as_json, _status_lines, code)


def _status_lines(data: dict[str, Any]) -> Iterator[str]:
    rows = []
    for target in data["targets"]:
        first = target["conditions"][0]
        state = "ready" if first["status"] == "True" else ", ".join(c["type"].lower() for c in target["conditions"][1:])
        rows.append((target["id"], target["mode"], (target["synced_revision"] or "-")[:10], state))
    yield f"main {str(data['head'])[:10]}"
    yield from table(rows, ("target", "mode", "synced", "state"))
    for target in data["targets"]:
        for condition in target["conditions"][1:]:
            yield styled(f"{target['id']} {condition['type']}/{condition['reason']}: {condition['message']}", "warn")


def diff(targets: Targets = None, as_json: bool = JsonFlag) -> None:
    """Show what differs, field by field: edits in the clients' files, and what main has for them.

    Example: reconciler diff codex
    """
    from reconciler.cli.reading import diff_data

    data = diff_data(settings_from(os.environ), targets or [])
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
        if not target["drift"] and not target["pending"]:
            yield "  no differences"


def plan(as_json: bool = JsonFlag) -> None:
    """Show what the next sync would do: commits, conflicts, and the files of each client that it would write.

    Example: reconciler plan
    """
    from reconciler.cli.syncing import run

    data, code = run(settings_from(os.environ), [], True)
    show(data, as_json, pass_lines, code)


def conflicts(as_json: bool = JsonFlag) -> None:
    """List the conflicts that wait for a decision; with --json an array. Held changes are in the text list too.

    Example: reconciler conflicts; reconciler resolve ID --take local
    """
    from reconciler.cli.reading import waiting_data

    items = waiting_data(settings_from(os.environ), only_conflicts=as_json)
    show(items, as_json, _conflict_lines, 3 if items else 0)


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


def when(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ") if at else "at an unknown time"


def history(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many commits.")] = 20,
    path: Annotated[str | None, typer.Option(help="Only commits that changed this file of the repository.")] = None,
    as_json: bool = JsonFlag,
) -> None:
    """List what landed on main, newest first.

    Example: reconciler history -n 5 --path mcp/github.yaml
    """
    from reconciler.cli.reading import history_data

    show(history_data(settings_from(os.environ), limit, path), as_json, _history_lines)


def _history_lines(commits: list[dict[str, Any]]) -> Iterator[str]:
    for commit in commits:
        yield f"{styled(commit['revision'][:10], 'warn')}  {when(commit['at'])}  {commit['subject']}  ({commit['author']['name']})"
        yield from (f"            {key}: {short(value, 140)}" for key, value in commit["trailers"] if key in ("Conflict", "Resolved-By"))


def show_revision(revision: Annotated[str, typer.Argument(help="A revision, or its first digits.")], as_json: bool = JsonFlag) -> None:
    """Show one commit of main: its message, and each field that it changed.

    Example: reconciler show 1a2b3c4d
    """
    from reconciler.cli.reading import show_data

    show(show_data(settings_from(os.environ), revision), as_json, _show_lines)


show_revision.__name__ = "show"


def _show_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"{styled(data['revision'], 'warn')}  {when(data['at'])}  {data['author']['name']}"
    yield from data["message"].rstrip().splitlines()
    for row in data["changes"]:
        yield f"  {row['path']}: {row['field'] or row['entity']}: {short(row['before'])} → {short(row['after'])}"


def validate(
    folder: Annotated[Path, typer.Argument(help="A checkout of the repository.", exists=True, file_okay=False)], as_json: bool = JsonFlag
) -> None:
    """Check the files of a repository: unknown keys, wrong types, servers that make no sense.

    Example: reconciler validate .
    """
    from reconciler.cli.reading import validate_data

    problems = validate_data(folder)
    show(problems, as_json, _problem_lines, 1 if problems else 0)


def _problem_lines(problems: list[dict[str, Any]]) -> Iterator[str]:
    for p in problems:
        yield f"{p['file']}:{p['line']}:{p['column']}: {p['reason']}"
    yield "valid" if not problems else f"{len(problems)} problem{'s' * (len(problems) > 1)}"


def doctor(as_json: bool = JsonFlag) -> None:
    """Check each part of this machine's set-up, and say how to mend what is wrong.

    Example: reconciler doctor
    """
    from reconciler.cli.examining import doctor_data

    data = doctor_data(settings_from(os.environ))
    show(data, as_json, _doctor_lines, 0 if all(c["ok"] for c in data["checks"]) else 1)


def _doctor_lines(data: dict[str, Any]) -> Iterator[str]:
    for check in data["checks"]:
        mark = styled("ok", "good") if check["ok"] else styled("wrong", "bad")
        yield f"{mark:<6} {check['name']}: {check['detail']}"


COMMANDS = (status, diff, plan, conflicts, history, show_revision, validate, doctor)
