"""Commands that say what is to come, and whether it may: plan, validate."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import diff_lines, plan_lines, problem_line, row_line, styled
from reconciler.settings import settings_from

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A checkout of the repository.", exists=True, file_okay=False)]


def plan(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A checkout of the repository. Left out: this machine as it is.", exists=True, file_okay=False)
    ] = None,
    against: Annotated[str | None, typer.Option(metavar="REV", help="With DIR: the revision to compare with. Left out: the branch it is to be merged into, else main.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="With DIR: as a comment for a pull request.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Show what the next sync would do here; with DIR, what a checkout would change in each client. Writes nothing.

    A checkout needs neither this machine's clients nor a repository here: in CI it says what a pull request changes.

    Example: reconciler plan; reconciler plan . --against origin/main --markdown
    """
    from reconciler.cli import proposing
    from reconciler.cli.markdown import comment

    settings = settings_from(os.environ)
    if folder is not None:
        data, code = proposing.plan_of(settings, folder, against)
        show(data, as_json, comment if markdown else _proposal_lines, code)
    if against or markdown:
        raise typer.BadParameter("--against and --markdown are for a checkout: name its folder")
    data, code = proposing.plan_here(settings)
    show(data, as_json, _here_lines, code)


def _here_lines(data: dict[str, Any]) -> Iterator[str]:
    yield from plan_lines(data)
    for commit in reversed(data["commits"]):
        yield f"would commit  {commit['subject']}  ({commit['author']})"
    for target in data["targets"]:
        if target["changes"] or target["files"]:
            yield styled(f"would change in {target['id']}", "bold")
            yield from (f"  {row_line(row)}" for row in target["changes"])
            yield from diff_lines(target["files"])


def _proposal_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"compared with {data['against']}"
    yield from (problem_line(p) for p in data["problems"])
    if data["problems"]:
        yield "A repository with mistakes changes nothing: the last good version stays in force."
        return
    for one in data["targets"]:
        yield from _one_lines(one)
    if not data["targets"]:
        yield "nothing changes in any client"
    if data["here"]:
        yield styled("on this machine, as its files are now:", "bold")
        yield from plan_lines(data["here"])
    if data["targets"]:
        yield from (styled(text, "dim") for text in data["unknown"])


def _one_lines(one: dict[str, Any]) -> Iterator[str]:
    yield styled(", ".join(one["targets"]), "bold")
    if one["mode"]["before"] != one["mode"]["after"]:
        yield f"  mode: {one['mode']['before'] or 'not registered'} → {one['mode']['after'] or 'not registered'}"
    yield from (f"  {row_line(row)}" for row in one["changes"])
    yield from (styled(f"  waits for an approver ({d['level']}): {d['entity']}: {'; '.join(d['reasons'])}", "warn") for d in one["needs_approval"])
    yield from (styled(f"  cannot hold: {' '.join(x for x in (d['entity'], d['field']) if x)}: {d['reason']}", "warn") for d in one["dropped"])
    yield from (f"  note: {note}" for note in one["notes"])
    yield from diff_lines(one["files"])


def validate(folder: Folder, as_json: bool = JsonFlag) -> None:
    """Check the files of a repository: unknown keys, wrong types, files nobody reads, secrets in clear.

    Example: reconciler validate .
    """
    from reconciler.cli.reading import validate_data

    problems = validate_data(folder)
    show(problems, as_json, _problem_lines, 1 if problems else 0)


def _problem_lines(problems: list[dict[str, Any]]) -> Iterator[str]:
    yield from (problem_line(p) for p in problems)
    yield "valid" if not problems else f"{len(problems)} problem{'s' * (len(problems) > 1)}"


COMMANDS = (plan, validate)
