"""What the commands about secrets do, as the values that they print. No value is ever among them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from reconciler.cli import quick
from reconciler.cli.syncing import telling
from reconciler.errors import Stalled
from reconciler.mapping.servers import map_texts
from reconciler.mapping.templates import Secret, TemplateError, parse, references
from reconciler.model.names import MCP, kind_of
from reconciler.reconcile import secret_history
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.settings_edits import add_to
from reconciler.settings import Settings
from reconciler.wiring import opened, opened_alone, opened_to_look, scan_of

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Every secret that the repository names or this machine holds."""
    engine = opened(settings)
    here = set(engine.ports.vault.names())
    return [{"name": name, "here": name in here} for name in sorted(here | _named(engine))]


def _named(engine: Reconciler) -> set[str]:
    main = engine.centre.in_force()[0]
    found: set[str] = set()

    def note(text: str) -> str:
        with suppress(TemplateError):  # `validate` tells
            found.update(r.name for r in references(parse(text)) if isinstance(r, Secret))
        return text

    for target in engine.targets() if main else []:
        for entity, fields in engine.centre.config(main, target).items():  # type: ignore[arg-type]  # main is there when targets are
            if kind_of(entity) == MCP:
                map_texts(list(fields.values()), note)
    return found


def leaked(settings: Settings) -> list[dict[str, Any]]:
    """Where secrets came into the history, and whether main holds them still."""
    engine = opened_to_look(settings)
    found = secret_history.leaked(engine, scan_of(engine))
    return [asdict(leak) for leak in found]


def put(settings: Settings, name: str, value: str | None) -> dict[str, Any]:
    if not _NAME.fullmatch(name):
        raise Stalled(f"{name}: a secret's name has letters, digits, dots, dashes and underscores")
    if value == "":
        raise Stalled(f"{name}: the value is empty; to forget a value: `reconciler secrets rm {name}`")
    with opened_alone(settings) as engine:
        engine.ports.vault.put({name: value})
        quick.forget(settings)
    return {"name": name, "done": "forgotten" if value is None else "stored; `reconciler sync` writes it to the clients"}


def mark(settings: Settings, field: str, into: str, out_of: str) -> dict[str, Any]:
    if "/" not in field or "." not in field.split("/", 1)[1]:
        raise Stalled(f"{field}: write ENTITY.FIELD, such as mcp/github.env.MODE")
    with telling(settings) as engine:
        quick.forget(settings)
        word = "no secret" if into == "plain_values" else "a secret"
        head = add_to(engine, into, field, f"{field} is {word}", not_in=out_of)
    return {"name": field, "done": f"counts as {word} from now on; `reconciler sync` takes it in", "head": head}
