"""Commands about ignore rules: what stays as it is, in clients and in main."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reconciler.cli import completing
from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import table
from reconciler.settings import settings_from

app = typer.Typer(help="What is left as it is: neither captured from a client nor written to one.", no_args_is_help=True)

Pattern = Annotated[str, typer.Argument(help="ENTITY or ENTITY.FIELD, such as mcp/github or 'mcp/*.env.DEBUG'; * matches any text.")]


@app.command("list")
def list_(as_json: bool = JsonFlag) -> None:
    """List the rules, with how much each matches on this machine.

    Example: reconciler ignore list
    """
    show(asked(settings_from(os.environ), "ignored.listed"), as_json, _rule_lines)


def _rule_lines(rules: list[dict[str, Any]]) -> Iterator[str]:
    rows = [(r["match"], r["client"] or "all", _matches(r), r["reason"] or "") for r in rules]
    yield from table(rows, ("pattern", "client", "matches", "reason")) if rows else ["nothing is ignored"]


def _matches(rule: dict[str, Any]) -> str:
    counts = [f"{n} {many if n != 1 else one}" for n, one, many in ((rule["entities"], "entity", "entities"), (rule["fields"], "field", "fields")) if n]
    return (" and ".join(counts) or "nothing") + ("" if rule["in_force"] else ", not in force yet: see `reconciler conflicts` and `reconciler status`")


@app.command("add")
def add(
    pattern: Pattern,
    client: Annotated[str | None, typer.Option(help="Only in this client.", autocompletion=completing.clients)] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for everybody who sees it.")] = None,
    as_json: bool = JsonFlag,
) -> None:
    """Leave what a pattern matches as it is, from the next sync on. `reconciler diff` prints this command for what it shows.

    Example: reconciler ignore add mcp/github.env.DEBUG --client codex --reason "only there"
    """
    data = asked(settings_from(os.environ), "ignored.add", pattern, client, reason)
    show(data, as_json, lambda d: [f"ignored: {d['match']} in {d['client'] or 'all clients'}; it matches {_matches(d)} on this machine"])


@app.command("rm")
def rm(
    pattern: Pattern,
    client: Annotated[str | None, typer.Option(help="Only the rule for this client.", autocompletion=completing.clients)] = None,
    as_json: bool = JsonFlag,
) -> None:
    """Take a rule away: from the next sync on what it matched is compared with what was last agreed on.

    Example: reconciler ignore rm mcp/github.env.DEBUG
    """
    data = asked(settings_from(os.environ), "ignored.remove", pattern, client)
    show(data, as_json, lambda d: [f"no longer ignored: {d['match']}"])
