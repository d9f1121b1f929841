"""Commands of the brake: pause, resume."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import pass_lines
from reconciler.settings import Settings, settings_from


def pause(reason: Annotated[str, typer.Option(help="Why, for everybody who sees it.")], as_json: bool = JsonFlag) -> None:
    """Stop everything on this machine: nothing is captured or written, by `up` neither, until `resume`.

    Example: reconciler pause --reason "the repository is being tidied up"
    """
    show(_paused(settings_from(os.environ), reason), as_json, lambda d: [f"paused: {d['reason']}; `reconciler resume` goes on"])


def _paused(settings: Settings, reason: str) -> dict[str, Any]:
    """At once; it returns when a pass that was running has ended."""
    from reconciler.cli import quick
    from reconciler.deploy.clock import SystemClock
    from reconciler.ports.brake import Pause
    from reconciler.wiring import brake, locked

    pulled = Pause(settings.person, reason, SystemClock().now())
    brake(settings).pull(pulled)
    with locked(settings.lock):
        quick.forget(settings)
    return vars(pulled)


def resume(as_json: bool = JsonFlag) -> None:
    """Go on after `pause`: take in what changed meanwhile, and bring every client up to main.

    Example: reconciler resume
    """
    from reconciler.cli import syncing
    from reconciler.wiring import brake, has_repository

    settings = settings_from(os.environ)
    brake(settings).release()
    nothing: dict[str, Any] = {"head": None, "paused": None, "targets": []}
    data, code = syncing.run(settings, [], False) if has_repository(settings) else (nothing, 0)
    show(data, as_json, pass_lines, code)


COMMANDS = (pause, resume)
