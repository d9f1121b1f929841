"""Commands about the repository on a Git host that machines share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import remote_lines
from reconciler.settings import settings_from

app = typer.Typer(help="The repository on a Git host that machines share.", no_args_is_help=True)


@app.command("show")
def remote_show(as_json: bool = JsonFlag) -> None:
    """Show the remote: its address, how main stands to its main, and what is wrong. Asks nobody.

    Example: reconciler remote show
    """
    from reconciler.cli import exchanging

    data = exchanging.shown(settings_from(os.environ))
    show(data, as_json, _lines, 3 if data["remote"] and data["remote"]["problem"] else 0)


@app.command("set")
def remote_set(
    address: Annotated[str, typer.Argument(help="https://…, ssh://…, user@host:path, file:///… or a whole path.")],
    as_json: bool = JsonFlag,
) -> None:
    """Remember the remote, as git's `origin`. The next sync exchanges with it. RECONCILER_GIT_REMOTE goes before it.

    Example: reconciler remote set git@git.example.com:me/ai-config.git
    """
    from reconciler.cli import exchanging

    show(exchanging.remember(settings_from(os.environ), address), as_json, _lines)


@app.command("accept")
def remote_accept(
    take: Annotated[str, typer.Option(help="host: follow the remote's main. both: merge what it had with what it has.")],
    as_json: bool = JsonFlag,
) -> None:
    """Say what is meant when main on the remote was rewritten, set back, taken away, or is another repository's.

    Example: reconciler remote accept --take host
    """
    from reconciler.cli import exchanging

    show(exchanging.accepted(settings_from(os.environ), take), as_json, lambda d: [d["done"]])


def _lines(data: dict[str, Any]) -> Iterator[str]:
    if data["remote"]:
        yield from remote_lines(data["remote"])
    else:
        yield "no remote; `reconciler remote set ADDRESS` remembers one"
