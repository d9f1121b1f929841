"""Output: JSON when asked for, plain lines else. Characters that nobody sees, or that a terminal obeys, are shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import typer

from reconciler.mapping.hidden_text import escaped, revealed

JsonFlag = typer.Option(False, "--json", help="Print JSON with a stable shape.")


def show(data: Any, as_json: bool, lines: Callable[[Any], Iterable[str]], code: int = 0) -> None:
    """Print a result and end with its exit code."""
    if as_json:
        print(escaped(json.dumps(data, ensure_ascii=False), lambda char: json.dumps(char)[1:-1]))
    else:
        for line in lines(_seen(data)):
            print(line)
    raise typer.Exit(code)


def _seen(data: Any) -> Any:
    if isinstance(data, str):
        return revealed(data)
    if isinstance(data, dict):
        return {_seen(key): _seen(value) for key, value in data.items()}
    return [_seen(item) for item in data] if isinstance(data, list | tuple) else data
