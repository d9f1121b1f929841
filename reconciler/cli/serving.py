"""Commands about the service: `service install|remove`, and `serve`, which runs one of its roles beside `up`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.settings import settings_from

service = typer.Typer(help="Start `up` when you log in.", no_args_is_help=True)


class Role(StrEnum):
    api = "api"
    worker = "worker"
    scheduler = "scheduler"


@service.command("install")
def install(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of `up`.")] = 8787,
    as_json: bool = JsonFlag,
) -> None:
    """Start `up` at each login, and now: a systemd user unit, or a launchd agent.

    Example: reconciler service install
    """
    from reconciler.wiring.running import auto_start

    unit = auto_start(settings_from(os.environ), ["up", "--port", str(port)])
    _shown(str(unit.path), unit.install(), "installed", as_json, unit.left_out)


@service.command("remove")
def remove(as_json: bool = JsonFlag) -> None:
    """Stop it, and start it at login no more.

    Example: reconciler service remove
    """
    from reconciler.wiring.running import auto_start

    unit = auto_start(settings_from(os.environ), [])
    _shown(str(unit.path), unit.remove(), "removed", as_json)


def _shown(path: str, left: str, done: str, as_json: bool, left_out: Sequence[str] = ()) -> None:
    show({"path": path, "done": done, "left_to_do": left, "left_out": list(left_out)}, as_json, _lines)


def _lines(data: dict[str, Any]) -> list[str]:
    left = [f"the system did not take it up; give this command: {data['left_to_do']}"] if data["left_to_do"] else []
    passwords = [f"{name} holds a password or a secret and is not in it; give it to the service yourself" for name in data["left_out"]]
    return [f"{data['done']}: {data['path']}", *passwords, *left]


def serve(
    role: Annotated[Role, typer.Option(help="api: serves HTTP; worker: integrates change branches; scheduler: starts what is due.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="For api: the port; 0: any free one.")] = 8787,
) -> None:
    """Run one role of the service beside `up`, on the same Redis and PostgreSQL, until stopped (Ctrl-C).

    Example: reconciler serve --role worker
    """
    from reconciler.cli import roles

    raise typer.Exit(roles.run(settings_from(os.environ), role.value, port))


COMMANDS = (serve,)
