"""Commands that move an entity between layers: share, keep-local."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli import completing
from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import pass_lines, short, styled
from reconciler.settings import settings_from

Entities = Annotated[list[str], typer.Argument(metavar="ENTITY...", help="Such as mcp/github, or \"tools/allow shell:git push\".", autocompletion=completing.entities)]
Client = Annotated[str | None, typer.Option(help="The client whose layer it is.", autocompletion=completing.clients)]
Machine = Annotated[str | None, typer.Option(help="The machine whose layer it is; with --client: that client on it.")]
Project = Annotated[str | None, typer.Option(metavar="NAME", help="The project that it comes from, or goes to, with all its layers.", autocompletion=completing.projects)]
Local = Annotated[
    str | None, typer.Option(metavar="NAME", help="The project for whose folder alone a client keeps it on this machine; it goes to the project.", autocompletion=completing.projects)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change for whom; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Approve what others get by it, instead of leaving it to an approver.")]


def share(
    entities: Entities,
    client: Client = None,
    machine: Machine = None,
    project: Project = None,
    local: Local = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: bool = JsonFlag,
) -> None:
    """Give to everybody what one client, machine or project has: from its overlay, or its tree, to the base.

    Example: reconciler share mcp/github --dry-run; reconciler share mcp/docs --project shop; reconciler share mcp/mine --local shop
    """
    _insist_on_one(client, machine, project)
    if local is not None and (machine or project):
        raise typer.BadParameter("--local is on this machine, and goes to the project that it names: leave --machine and --project out")
    data, code = asked(settings_from(os.environ), "placing.share", entities, client, machine, dry_run, yes, project, local)
    show(data, as_json, lambda d: _lines(d, dry_run), code)


def keep_local(
    entities: Entities, client: Client = None, machine: Machine = None, project: Project = None, dry_run: DryRun = False, yes: Yes = False, as_json: bool = JsonFlag
) -> None:
    """Keep for one client, machine or project what all have: from the base to its overlay, or its tree. The others lose it.

    Example: reconciler keep-local mcp/scratch --client codex; reconciler keep-local mcp/docs --project shop
    """
    _insist_on_one(client, machine, project)
    data, code = asked(settings_from(os.environ), "placing.keep_local", entities, client, machine, dry_run, yes, project)
    show(data, as_json, lambda d: _lines(d, dry_run), code)


def _insist_on_one(client: str | None, machine: str | None, project: str | None) -> None:
    if project is not None and (client or machine):
        raise typer.BadParameter("--project takes all layers of it along: leave --client and --machine out")


def _lines(data: dict[str, Any], is_dry: bool) -> Iterator[str]:
    for one in data["moved"]:
        where = f"{one['from'] or 'base'} → {one['to'] or 'base'}"
        yield f"{styled(one['entity'], 'bold')}  {'is there already' if one['from'] == one['to'] else where}"
        if one["warning"]:
            yield styled(f"    {one['warning']}", "warn")
    for row in data["changes"]:
        name = " ".join(x for x in (row["entity"], row["field"]) if x)
        yield f"    {row['target']}: {name}: {short(row['before'])} → {short(row['after'])}"
    yield from pass_lines(data)
    if is_dry:
        yield "Nothing was written."


COMMANDS = (share, keep_local)
