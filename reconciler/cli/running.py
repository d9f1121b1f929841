"""Commands that reconcile: init, sync, up, demo."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from reconciler.cli import completing
from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import pass_lines, plan_lines
from reconciler.settings import settings_from

Targets = Annotated[list[str] | None, typer.Argument(help="Targets: an id, CLIENT/SCOPE, or a client. Left out: all.", autocompletion=completing.targets)]


def init(
    yes: Annotated[bool, typer.Option("--yes", help="Accept the plan: enable the targets and write it.")] = False,
    prefer: Annotated[str | None, typer.Option(help="Settle every conflict of adoption for this client.", autocompletion=completing.clients)] = None,
    source: Annotated[str | None, typer.Option("--from", metavar="URL|DIR", help="Join the repository there instead of making one.")] = None,
    machine: Annotated[str | None, typer.Option(metavar="NAME", help="This machine's name, chosen once. Left out: its host name.")] = None,
    as_json: bool = JsonFlag,
) -> None:
    """Find the clients of this machine, import what they hold, and show the plan.

    Example: reconciler init; then: reconciler init --yes; to join others: reconciler init --from https://git.example.com/ai.git
    """
    from reconciler.cli import starting

    settings = settings_from(os.environ)
    data, code = starting.run(settings.called(machine) if machine else settings, yes, prefer, source)
    show(data, as_json, lambda d: starting.lines(d, yes, {"--from": source, "--machine": machine, "--prefer": prefer}), code)


def sync(
    targets: Targets = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Take in what changed in the clients' files, merge it, and bring every client up to main.

    Example: reconciler sync; reconciler sync codex --dry-run
    """
    data, code = asked(settings_from(os.environ), "syncing.run", targets or [], dry_run)
    show(data, as_json, plan_lines if dry_run else pass_lines, code)


def up(
    yes: Annotated[bool, typer.Option("--yes", help="Without a repository: accept the plan of `init` first.")] = False,
    interval: Annotated[float | None, typer.Option(min=0.1, help="Look at everything this often, in seconds; left out: reconciler.yaml.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Serve HTTP on this port of the loopback address; 0: any free one.")] = 8787,
) -> None:
    """Watch the clients' files and reconcile until stopped (Ctrl-C).

    Without a repository it shows the plan, says how to accept it, and waits for that. `/healthz` and `/readyz` say how
    it is doing.

    Example: reconciler up --yes
    """
    from reconciler.cli import upping

    raise typer.Exit(upping.run(settings_from(os.environ), yes, interval, port))


def demo(
    folder: Annotated[Path | None, typer.Argument(help="A folder to be made; left out: a temporary one.")] = None,
    prefer: Annotated[str | None, typer.Option(help="Settle every conflict of adoption for this client.", autocompletion=completing.clients)] = None,
    as_json: bool = JsonFlag,
) -> None:
    """Make a scratch home with sample files of four clients, and adopt them there: nothing of yours is touched.

    Example: reconciler demo try --prefer claude
    """
    from reconciler.cli import trying

    data = trying.run(folder, prefer)
    show(data, as_json, trying.lines)


COMMANDS = (init, sync, up, demo)
