"""Output: JSON when asked for, plain lines else; colours only on terminals."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer

_STYLES = {"good": "32", "bad": "31", "warn": "33", "dim": "2", "bold": "1"}

JsonFlag = typer.Option(False, "--json", help="Print JSON with a stable shape.")


def show(data: Any, as_json: bool, lines: Callable[[Any], Iterable[str]], code: int = 0) -> None:
    """Print a result and end with its exit code."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        for line in lines(data):
            print(line)
    raise typer.Exit(code)


def styled(text: str, style: str) -> str:
    """The text in a colour where a terminal can show one."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> list[str]:
    """Columns of plain text, as wide as they must be."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    out = [styled("  ".join(cell.ljust(w) for cell, w in zip(head, widths, strict=True)).rstrip(), "dim")]
    return out + ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def short(value: Any, longest: int = 60) -> str:
    """A value on one line."""
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "\\n")
    return text if len(text) <= longest else text[: longest - 1] + "…"


OUTCOME_STYLE = {"unchanged": "dim", "captured": "good", "converged": "good", "conflict": "warn", "held": "warn", "stalled": "bad"}
