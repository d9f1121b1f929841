"""The command doctor: what is wrong with this machine's set-up, mended where that takes no decision, packed for others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.cli.text import styled
from reconciler.settings import settings_from


def doctor(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="With --bundle: where to write it. Left out: reconciler-bundle.zip here.", dir_okay=False)] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Make files with secrets readable for you alone.")] = False,
    bundle: Annotated[bool, typer.Option("--bundle", help="Write an archive for whoever helps you: no secrets, no content that is not ours.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Check each part of this machine's set-up, and say how to mend what is wrong.

    Example: reconciler doctor --fix; reconciler doctor --bundle help.zip
    """
    from reconciler.cli import examining

    settings = settings_from(os.environ)
    if bundle:
        from reconciler.cli.bundling import bundle as packed

        show(packed(settings, file or Path("reconciler-bundle.zip")), as_json, _bundle_lines)
    if file:
        raise typer.BadParameter("a file is for --bundle")
    mended = examining.mended(settings) if fix else []
    data = {**examining.doctor_data(settings), "mended": mended}
    show(data, as_json, _doctor_lines, 0 if all(c["ok"] for c in data["checks"]) else 1)


def _doctor_lines(data: dict[str, Any]) -> Iterator[str]:
    yield from (f"mended {path}: readable for you alone" for path in data["mended"])
    for check in data["checks"]:
        mark = styled("ok", "good") if check["ok"] else styled("wrong", "bad")
        yield f"{mark:<6} {check['name']}: {check['detail']}"


def _bundle_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"wrote {data['file']}, with {', '.join(data['entries'])}"
    yield "It holds no secret and no content of yours but names, settings and paths. Look into it before you give it away."


COMMANDS = (doctor,)
