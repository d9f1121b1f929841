"""What only a terminal gets, by rich: tables that fit it, and a mark that something goes on. Imported there alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text


def table_lines(rows: Sequence[Sequence[str]], head: Sequence[str]) -> list[str]:
    """The lines of a table no wider than the terminal; long cells are folded, and nothing is left out."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in head:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))  # as Text: a name may look like markup
    console = Console(file=sys.stdout, no_color=bool(os.environ.get("NO_COLOR")), highlight=False)
    with console.capture() as held:
        console.print(shown)
    return [line.rstrip() for line in held.get().splitlines()]


def working(what: str) -> Status:
    """A turning mark on standard error, to be started and stopped."""
    return Status(f"{what} …", console=Console(stderr=True, highlight=False), spinner="line")
