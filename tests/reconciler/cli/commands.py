"""Every command of the program by its words, as the parser knows it."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from reconciler.cli.main import app


def _commands(group: Any, before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        if not hasattr(command, "commands") or command.invoke_without_command:
            found[before + name] = command
        if hasattr(command, "commands"):
            found |= _commands(command, f"{before}{name} ")
    return found


COMMANDS = _commands(get_command(app))


def options_of(command: Any) -> set[str]:
    return {name for p in command.params for name in (*p.opts, *p.secondary_opts) if name.startswith("-")}


def arguments_of(command: Any) -> list[str]:
    return [p.metavar or p.name for p in command.params if not any(o.startswith("-") for o in p.opts)]
