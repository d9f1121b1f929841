"""`reconciler secrets`: values that live on this machine alone, and what counts as one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.times import when
from reconciler.settings import settings_from

app = typer.Typer(help="Secret values: they live on this machine alone, never in the repository.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The secret's name, as in ${secret:NAME}.")]
Field = Annotated[str, typer.Argument(metavar="ENTITY.FIELD", help="Such as mcp/github.env.MODE.")]


@app.command("list")
def list_(
    missing: Annotated[bool, typer.Option("--missing", help="Only those that the repository names and this machine lacks.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """List the names of secrets, and whether this machine has their values. Values are never shown.

    Example: reconciler secrets list --missing
    """
    rows = [r for r in asked(settings_from(os.environ), "keeping.listed") if not (missing and r["here"])]
    show(rows, as_json, lambda found: [f"{'here' if r['here'] else 'missing':<8} {r['name']}" for r in found] or ["no secrets"])


@app.command("set")
def set_(name: Name, as_json: bool = JsonFlag) -> None:
    """Store a value on this machine; it is read from standard input, or asked for on a terminal.

    Example: printf %s "$TOKEN" | reconciler secrets set github.env.GITHUB_TOKEN
    """
    value = typer.prompt("value", hide_input=True) if sys.stdin.isatty() else sys.stdin.read().rstrip("\r\n")
    _done(asked(settings_from(os.environ), "keeping.put", name, value), as_json)


@app.command("rm")
def rm(name: Name, as_json: bool = JsonFlag) -> None:
    """Forget a value on this machine. Clients' files keep what they hold.

    Example: reconciler secrets rm github.env.GITHUB_TOKEN
    """
    _done(asked(settings_from(os.environ), "keeping.put", name, None), as_json)


@app.command("plain")
def plain(field: Field, as_json: bool = JsonFlag) -> None:
    """Say that a value is no secret: it is synced as it is from then on.

    Example: reconciler secrets plain mcp/github.env.KEY_MODE
    """
    _mark(field, "plain_values", "masked_values", as_json)


@app.command("mask")
def mask(field: Field, as_json: bool = JsonFlag) -> None:
    """Say that a value is a secret though it does not look like one. What is in the history already stays there.

    Example: reconciler secrets mask mcp/github.env.TENANT
    """
    _mark(field, "masked_values", "plain_values", as_json)


@app.command("scan")
def scan(as_json: bool = JsonFlag) -> None:
    """Look for secrets in the whole history: every commit that any reference leads to. Places are told, values never.

    Example: reconciler secrets scan
    """
    rows = asked(settings_from(os.environ), "keeping.leaked")
    show(rows, as_json, _leak_lines, 3 if rows else 0)


def _leak_lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        place = f"{row['path']}:{row['line']}" if row["path"] else "the commit itself"
        yield f"{row['revision'][:10]}  {when(row['at'])}  {place}: {row['what']}  ({row['by']}){'' if row['is_there'] else '; no longer on main'}"
    yield "change these values where they are used: what is committed stays in the history" if rows else "no secrets in the history"


def _mark(field: str, into: str, out_of: str, as_json: bool) -> None:
    _done(asked(settings_from(os.environ), "keeping.mark", field, into, out_of), as_json)


def _done(data: dict[str, Any], as_json: bool) -> None:
    show(data, as_json, lambda d: [f"{d['name']}: {d['done']}"])
