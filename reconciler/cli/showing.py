"""Output: JSON when asked for, plain lines else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import typer

JsonFlag = typer.Option(False, "--json", help="Print JSON with a stable shape.")


def show(data: Any, as_json: bool, lines: Callable[[Any], Iterable[str]], code: int = 0) -> None:
    """Print a result and end with its exit code."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        for line in lines(data):
            print(line)
    raise typer.Exit(code)
