"""`reconciler clients`: which clients are registered, which are there, and how a project's folder is added."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.settings import settings_from

app = typer.Typer()


@app.callback(invoke_without_command=True)
def clients(context: typer.Context, as_json: bool = JsonFlag) -> None:
    """List registered targets and where their files are, and clients that are installed and not registered.

    Example: reconciler clients --json
    """
    if context.invoked_subcommand:
        return
    from reconciler.cli import registering

    show(asked(settings_from(os.environ), "registering.listed"), as_json, registering.listed_lines)


@app.command(short_help="Add a client's files in a project's folder.")
def add(
    client: Annotated[str, typer.Argument(help="The client whose files in that folder are to be kept in step.")],
    project: Annotated[Path, typer.Option(metavar="DIR", help="The project's folder.")],
    name: Annotated[str | None, typer.Option(help="The project's name in the repository. Left out: the folder's.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept the plan: register the client there and write.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Add a client's files in a project's folder: show what adopting them would do.

    Example: reconciler clients add claude --project ~/src/shop; then the same with --yes
    """
    from reconciler.cli import registering

    data, code = asked(settings_from(os.environ), "registering.add", client, str(project.expanduser().absolute()), name, yes)
    show(data, as_json, lambda d: registering.added_lines(d, yes), code)
