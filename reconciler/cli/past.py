"""Commands that look back: history, show, trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli import completing
from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import short, styled, table
from reconciler.cli.times import when
from reconciler.settings import settings_from


def history(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many commits.")] = 20,
    entity: Annotated[str, typer.Option(help="Only what changed this entity; * matches any text.", autocompletion=completing.entities)] = "",
    field: Annotated[str, typer.Option(help="Only what changed this field, or what stands below it.")] = "",
    client: Annotated[str, typer.Option(help="Only what came from, or is about, this client.", autocompletion=completing.clients)] = "",
    machine: Annotated[str, typer.Option(help="The same for a machine.")] = "",
    target: Annotated[str, typer.Option(help="The same for a target.", autocompletion=completing.targets)] = "",
    person: Annotated[str, typer.Option(help="Only what this person wrote or decided: a part of the name, or the address.")] = "",
    since: Annotated[str, typer.Option(help="Only from this time on: a date, a time, or 3d for three days ago.")] = "",
    until: Annotated[str, typer.Option(help="Only until this time; a date is meant with its whole day.")] = "",
    only_conflicts: Annotated[bool, typer.Option("--conflicts", help="Only commits that settled a conflict.")] = False,
    path: Annotated[str | None, typer.Option(help="Only commits that changed this file of the repository.")] = None,
    as_json: bool = JsonFlag,
) -> None:
    """List what landed on main, newest first. Filters add up.

    Example: reconciler history --entity "mcp/*" --client codex --since 7d -n 5
    """
    from reconciler.cli.reading import history_data
    from reconciler.cli.times import time_of
    from reconciler.deploy.clock import SystemClock
    from reconciler.reconcile.searching import Filter

    now = SystemClock().now()
    begin, end = (time_of(text, now=now, is_end=is_end) if text else None for text, is_end in ((since, False), (until, True)))
    wanted = Filter(entity, field, client, machine, target, person, begin, end, only_conflicts, path)
    show(history_data(settings_from(os.environ), wanted, limit), as_json, lambda found: _history_lines(found, wanted.asks_for_content))


def _history_lines(commits: list[dict[str, Any]], has_changes: bool) -> Iterator[str]:
    if sys.stdout.isatty() and commits:
        rows = [(c["revision"][:10], when(c["at"]), "\n".join([c["subject"], *_below(c, has_changes)]), c["author"]["name"]) for c in commits]
        yield from table(rows, ("revision", "when", "what", "by"))
        return
    for commit in commits:
        yield f"{commit['revision'][:10]}  {when(commit['at'])}  {commit['subject']}  ({commit['author']['name']})"
        yield from (f"            {line}" for line in _below(commit, has_changes))
    if not commits:
        yield "no commit matches"


def _below(commit: dict[str, Any], has_changes: bool) -> Iterator[str]:
    yield from (f"{key}: {short(value, 140)}" for key, value in commit["trailers"] if key in ("Conflict", "Resolved-By"))
    if has_changes:
        yield from (_change(row) for row in commit["changes"])


def show_revision(revision: Annotated[str, typer.Argument(help="A revision, or its first digits.")], as_json: bool = JsonFlag) -> None:
    """Show one commit of main: its message, and each field that it changed.

    Example: reconciler show 1a2b3c4d
    """
    show(asked(settings_from(os.environ), "reading.show_data", revision), as_json, _show_lines)


show_revision.__name__ = "show"


def _show_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"{styled(data['revision'], 'warn')}  {when(data['at'])}  {data['author']['name']}"
    yield from data["message"].rstrip().splitlines()
    yield from (f"  {row['path']}: {_change(row)}" for row in data["changes"])


def _change(row: dict[str, Any]) -> str:
    return f"{row['field'] or row['entity']}: {short(row['before'])} → {short(row['after'])}"


def trace(
    field: Annotated[str, typer.Argument(metavar="FIELD", help="ENTITY.FIELD such as mcp/github.args, or an entity.", autocompletion=completing.entities)],
    inner: Annotated[str, typer.Argument(metavar="[FIELD]", help="The field, where the first word is the entity alone.")] = "",
    target: Annotated[list[str] | None, typer.Option(help="As this target has it: an id, CLIENT/SCOPE, or a client.", autocompletion=completing.targets)] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many values back.")] = 10,
    as_json: bool = JsonFlag,
) -> None:
    """Say where a value comes from: commit, person, client and layer; and what it was before.

    Example: reconciler trace mcp/github.args --target codex
    """
    show(asked(settings_from(os.environ), "reading.trace_data", field, inner, target or [], limit), as_json, _trace_lines)


def _trace_lines(data: dict[str, Any]) -> Iterator[str]:
    name = " ".join(x for x in (data["entity"], data["field"]) if x)
    for one in data["values"]:
        yield f"{styled(name, 'bold')}  in {', '.join(one['targets'])}"
        for number, step in enumerate(one["steps"]):
            yield f"  {'now   ' if number == 0 else 'before'}  {_value(step['value'])}"
            yield f"          {_layer(step)}: {styled(step['revision'][:10], 'warn')}  {when(step['at'])}  {step['subject']}"
            yield f"          {_by(step)}"
            yield from (f"          conflict: {short(text, 140)}" for text in step["decisions"])


def _value(value: Any) -> str:
    return "not there" if value is None else short(value, 100)


def _layer(step: dict[str, Any]) -> str:
    return f"{step['path'] or 'no file'} ({step['layer'] or 'no layer'})"


def _by(step: dict[str, Any]) -> str:
    """Who made the change, where, and who decided."""
    words = [f"by {step['author']['name']}"]
    words += [f"in {step['target']}"] if step["target"] else ["by a commit"]
    words += [f"changed in {step['origin'][:10]}"] if step["origin"] != step["revision"] else []
    words += [f"settled by {', '.join(step['resolved_by'])}"] if step["resolved_by"] else []
    return ", ".join(words)


COMMANDS = (history, show_revision, trace)
