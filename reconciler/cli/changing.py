"""Commands by which a person decides or changes something: resolve, approve, reject, revert, restore, enable, suspend, gap."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from reconciler.cli import completing
from reconciler.cli.asking import asked
from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import pass_lines, table
from reconciler.settings import settings_from

Id = Annotated[str, typer.Argument(metavar="ID", help="The id of a conflict or held change; its first digits are enough.", autocompletion=completing.waiting)]
OneTarget = Annotated[str, typer.Argument(help="A target: its id, CLIENT/SCOPE, or a client.", autocompletion=completing.targets)]


def resolve(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of a conflict, or its first digits.", autocompletion=completing.waiting)],
    take: Annotated[str, typer.Option(help="local, central, base, or a YAML or JSON file with the value.")],
    every: Annotated[bool, typer.Option("--all", help="Every conflict of that target.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Settle a conflict, and bring all clients to the outcome.

    Example: reconciler resolve 1a2b3c4d5e --take local
    """
    data, code = asked(settings_from(os.environ), "deciding.resolve", id_, _found(take), every)
    show(data, as_json, _decided_lines, code)


def _found(take: str) -> str:
    """A file by its whole name: another process may read it."""
    return str(Path(take).absolute()) if take not in ("local", "central", "base") and Path(take).is_file() else take


def approve(id_: Id, as_json: bool = JsonFlag) -> None:
    """Let a held change land: exactly what was shown, nothing else.

    Where other machines share the repository this asks the API, as the user of RECONCILER_TOKEN.

    Example: reconciler approve 1a2b3c4d5e
    """
    from reconciler.cli import approving
    from reconciler.wiring import is_shared

    settings = settings_from(os.environ)
    if is_shared(settings):
        show(approving.approve(settings, id_), as_json, _decided_lines)
    else:
        resolve(id_, "local", False, as_json)


def reject(id_: Id, as_json: bool = JsonFlag) -> None:
    """Refuse a held change: its client gets back what main has.

    Example: reconciler reject 1a2b3c4d5e
    """
    resolve(id_, "central", False, as_json)


def _decided_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"decided: {', '.join(data['decided'])}"
    yield from pass_lines(data)


def revert(revision: Annotated[str, typer.Argument(help="A revision of main, or its first digits.")], as_json: bool = JsonFlag) -> None:
    """Take one commit of main back by a new commit, and bring all clients there. A merge: against its first parent.

    Example: reconciler revert 1a2b3c4d
    """
    data, code = asked(settings_from(os.environ), "deciding.revert", revision)
    show(data, as_json, _reverted_lines, code)


def _reverted_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"reverted by {data['revision'][:10]}"
    yield from pass_lines(data)


def restore(
    target: OneTarget,
    at: Annotated[str | None, typer.Option(help="A time such as 2026-01-31T18:00Z. Left out: before our last write.")] = None,
    whole_file: Annotated[bool, typer.Option("--whole-file", help="The files whole, also what is not ours.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --whole-file: do it; without, only show what would go.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Put back what a client's files held before, where our bytes still stand. The next sync takes that in as an edit.

    Example: reconciler restore codex --at 2026-01-31T18:00Z
    """
    data = asked(settings_from(os.environ), "deciding.restore", target, at, whole_file, yes)
    show(data, as_json, _restored_lines)


def _restored_lines(data: dict[str, Any]) -> Iterator[str]:
    yield from (f"restored {path}" for path in data["written"])
    yield from (f"would replace {path}: {n} lines that are not ours would change; --yes does it" for path, n in data["would_change"].items())
    yield from (f"kept {entity}: the client changed it since" for entity in data["kept"])
    if not data["written"] and not data["would_change"]:
        yield "nothing to restore"


def enable(
    target: OneTarget,
    mode: Annotated[str | None, typer.Option(help="sync, enforce, follow-only, capture-only or observe. Left out: as before it was suspended, or sync.")] = None,
    as_json: bool = JsonFlag,
) -> None:
    """Synchronise a target again, or for the first time.

    Example: reconciler enable codex
    """
    data, code = asked(settings_from(os.environ), "deciding.enable", target, mode)
    show(data, as_json, pass_lines, code)


def suspend(
    target: OneTarget,
    reason: Annotated[str, typer.Option(help="Why, for everybody who sees it.")],
    until: Annotated[str | None, typer.Option(help="A date or time such as 2026-01-31.")] = None,
    as_json: bool = JsonFlag,
) -> None:
    """Leave a target alone: neither captured nor written, until it is enabled again.

    Example: reconciler suspend codex --reason "trying a beta"
    """
    data = asked(settings_from(os.environ), "deciding.suspend", target, reason, until)
    show(data, as_json, lambda d: [f"{d['id']} is suspended: {d['reason']}"])


def remove(
    target: OneTarget,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the client's files as they are.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Put back what they held before our first write, where our bytes still stand.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Let a target go. The repository keeps all that it has; the other clients go on.

    Example: reconciler remove codex --restore
    """
    if keep == restore:
        raise typer.BadParameter("say --keep or --restore: what becomes of the client's files")
    from reconciler.cli import deciding

    data = deciding.remove(settings_from(os.environ), target, restore)
    show(data, as_json, _removed_lines)


def _removed_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"{data['id']} is not synchronised any more; `reconciler enable` begins anew"
    yield from (f"restored {path}" for path in data["written"])
    yield from (f"kept {entity}: the client changed it since" for entity in data["kept"])


gap = typer.Typer(help="What a client cannot hold: shown until a person accepts it.", no_args_is_help=True)


@gap.command("list")
def gap_list(as_json: bool = JsonFlag) -> None:
    """List what clients cannot hold.

    Example: reconciler gap list
    """
    gaps = asked(settings_from(os.environ), "deciding.gaps")
    show(gaps, as_json, _gap_lines, 3 if any(not g["accepted"] for g in gaps) else 0)


def _gap_lines(gaps: list[dict[str, Any]]) -> Iterator[str]:
    rows = [(g["client"], "accepted" if g["accepted"] else "open", " ".join(x for x in (g["entity"], g["field"]) if x), g["reason"]) for g in gaps]
    yield from table(rows, ("client", "state", "entity", "reason")) if rows else ["no gaps"]


@gap.command("accept")
def gap_accept(
    entity: Annotated[str, typer.Argument(help="The entity, such as mcp/github, or ENTITY.FIELD.")],
    client: Annotated[str, typer.Option(help="The client that cannot hold it.", autocompletion=completing.clients)],
    reason: Annotated[str, typer.Option(help="Why that is acceptable.")],
    as_json: bool = JsonFlag,
) -> None:
    """Accept a gap: it is taken out of Ready and of exit codes, and stays in the list.

    Example: reconciler gap accept mcp/github --client codex --reason "not used there"
    """
    data = asked(settings_from(os.environ), "deciding.accept_gap", entity, client, reason)
    show(data, as_json, lambda d: [f"accepted: {d['entity']} in {d['client']}"])


COMMANDS = (resolve, approve, reject, revert, restore, enable, suspend, remove)
