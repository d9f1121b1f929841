"""Commands over the mirror of the central repository in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.settings import settings_from

app = typer.Typer(help="The mirror of the central repository in PostgreSQL.", no_args_is_help=True)


@app.command("rebuild")
def mirror_rebuild(as_json: bool = JsonFlag) -> None:
    """Drop what follows from Git and make it anew. Sessions, audit and accounts are not touched.

    Example: reconciler mirror rebuild
    """
    from reconciler.cli import mirroring

    show(mirroring.rebuilt(settings_from(os.environ)), as_json, _lines)


@app.command("digest")
def mirror_digest(
    check: Annotated[bool, typer.Option("--check", help="Compare with what a rebuild would make; exit code 3 when it differs.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Print a digest of the mirror: two mirrors that say the same have the same.

    Example: reconciler mirror digest --check
    """
    from reconciler.cli import mirroring

    data, code = mirroring.digest(settings_from(os.environ), check)
    show(data, as_json, _lines, code)


def _lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"{data['digest']}  {data['commits']} commits, main at {str(data['head'])[:10]}"
    if data.get("rebuilt"):
        same = data["rebuilt"] == data["digest"]
        yield "a rebuild makes the same" if same else f"{data['rebuilt']}  is what a rebuild makes: run `reconciler mirror rebuild`"
