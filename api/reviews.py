"""What waits for a person, for both lists of it: conflicts and held changes. Shapes and use-cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from api.access import Person
from api.approving import check_choice, check_own
from api.audited import changing
from api.diffs import By, FieldChanged, FileChanged, files_of
from api.errors import Malformed, Missing, Stale
from api.names import BaseRevision, Body, Reason
from api.services import Services
from reconciler.errors import Stalled
from reconciler.reconcile import conflicts
from reconciler.reconcile.conflicts import Choice, Take
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import ClientPreview, previewed
from reconciler.reconcile.report import item_json, pass_json
from reconciler.reconcile.reviews import Item, Kind
from reconciler.reconcile.suggestions import suggestions

FIELDS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    **{name: itemgetter(name) for name in ("id", "target", "entity", "field")},
    "at": lambda row: row["local_by"]["at"],
}

OfTarget = Annotated[str | None, Query(max_length=150, description="Only of this target.", examples=["laptop-1/qwen/user"])]
OfClient = Annotated[str | None, Query(max_length=50, description="Only of this client.", examples=["qwen"])]
OfEntity = Annotated[str | None, Query(max_length=200, description="Only of entities whose name holds this.", examples=["mcp/search"])]
WithPreviews = Annotated[bool, Query(description="Also what each choice would write to every client.")]


class ItemShown(BaseModel):
    """``field`` null is the whole entity; a null side is absence. Secrets are references."""

    id: str = Field(examples=["1a2b3c4d5e"])
    target: str = Field(examples=["laptop-1/qwen/user"])
    kind: Kind = Field(examples=["conflict"])
    entity: str = Field(examples=["mcp/search"])
    field: str | None = Field(examples=["args"])
    base: Any = Field(examples=[["--limit", "5"]])
    local: Any = Field(examples=[["--limit", "20"]])
    central: Any = Field(examples=[["--limit", "10"]])
    local_by: By
    central_by: By
    reason: str = Field(examples=["both sides changed it"])


class SuggestionShown(BaseModel):
    """``take`` null: that policy leaves it to a person."""

    policy: str = Field(examples=["last-write-wins"])
    take: str | None = Field(examples=["local"])
    value: Any = Field(examples=[["--limit", "20"]])
    is_in_force: bool = Field(examples=[False])


class ClientPreviewShown(BaseModel):
    """What one client would get."""

    id: str = Field(examples=["laptop-1/codex/user"])
    outcome: str = Field(examples=["converged"])
    fields: list[FieldChanged]
    files: list[FileChanged]


class ItemDetail(ItemShown):
    """``previews``: for each choice, what it would write to every client."""

    revision: str | None = Field(examples=["4f2c1a9b"])
    suggestions: list[SuggestionShown]
    previews: dict[str, list[ClientPreviewShown]] = Field(examples=[{"local": []}])


class Resolution(Body):
    """``take`` a side, or ``edited`` with a value: what the field, or the whole entity, becomes (null: absent)."""

    take: Take = Field(examples=["local"])
    value: Any = Field(default=None, examples=[["--limit", "15"]])
    all: bool = Field(default=False, description="The same for everything of this sort that waits for this target.")
    base_revision: BaseRevision = None
    reason: Reason = ""


class Resolutions(Body):
    ids: list[str] = Field(min_length=1, max_length=500, examples=[["1a2b3c4d5e"]])
    take: Literal["local", "central", "base"] = Field(examples=["central"])
    base_revision: BaseRevision = None
    reason: Reason = ""


class TargetDone(BaseModel):
    id: str = Field(examples=["laptop-1/codex/user"])
    outcome: str = Field(examples=["converged"])
    written: list[str] = Field(examples=[["/home/ann/.codex/config.toml"]])
    dropped: list[dict[str, Any]] = Field(examples=[[]])
    problems: list[dict[str, Any]] = Field(examples=[[]])


class Decided(BaseModel):
    """``rebased``: main had moved since ``base_revision``; what was decided on was still just as it was seen."""

    decided: list[str] = Field(examples=[["1a2b3c4d5e"]])
    rebased: bool = Field(examples=[False])
    head: str | None = Field(examples=["4f2c1a9b"])
    targets: list[TargetDone]


def listed(services: Services, kind: Kind, target: str | None, entity: str | None, client: str | None) -> list[Mapping[str, Any]]:
    rows = [i for i in services.board.view().items if i["kind"] == kind]
    rows = [i for i in rows if target in (None, i["target"]) and (client is None or f"/{client}/" in i["target"])]
    return [i for i in rows if entity is None or entity in i["entity"]]


def detail(services: Services, kind: Kind, id_: str, with_previews: bool) -> dict[str, Any]:
    engine = services.engines.looking()
    item = _named(engine, kind, id_)
    head = {**item_json(item), "revision": engine.centre.main(), "suggestions": [vars(s) for s in suggestions(engine, item)]}
    takes: list[Take] = ["local", "central", *(["base"] if kind == "conflict" and item.base is not None else [])]  # type: ignore[list-item]
    asked = (kind, item.id)

    def previews() -> dict[str, list[dict[str, Any]]]:
        return {take: preview(services, kind, item.id, Choice(take)) for take in takes}

    return {**head, "previews": services.kept.answer(asked, engine, previews) if with_previews else {}}


def preview(services: Services, kind: Kind, id_: str, choice: Choice) -> list[dict[str, Any]]:
    """What a choice would write to every client; nothing is written."""
    engine = services.engines.looking()
    item = _named(engine, kind, id_)
    return [client_preview(one) for one in previewed(engine, lambda e: conflicts.resolve(e, item.id, choice)[1])]


def client_preview(one: ClientPreview) -> dict[str, Any]:
    return {"id": one.target.id, "outcome": one.outcome, "fields": list(one.rows), "files": files_of(one.diff)}


def decide(services: Services, person: Person, kind: Kind, ids: list[str], choice: Choice, every: bool, base: str | None, reason: str) -> dict[str, Any]:
    """Decide, then reconcile. Refuses what is no longer as it was seen."""
    engine = services.engines.looking()
    items = [_still_there(engine, kind, id_, base) for id_ in ids]
    for item in items:
        check_own(services, person, item)
    if kind == "conflict":
        check_choice(services, person, items, choice)
    before = [{k: v for k, v in item_json(i).items() if k in ("entity", "field", "base", "local", "central")} for i in items]
    after = {"take": choice.take, "all": every}
    with changing(services, person.name, _action(kind, choice), ", ".join(i.id for i in items), before, after, reason) as changed:
        moved = base is not None and not str(changed.centre.main() or "").startswith(base)
        done, result = _decided(changed, kind, [i.id for i in items], choice, every, base)
    return {"decided": [i.id for i in done], "rebased": moved, **pass_json(result)}


def _decided(engine: Reconciler, kind: Kind, ids: list[str], choice: Choice, every: bool, base: str | None) -> tuple[list[Item], Pass]:
    for id_ in ids:
        _still_there(engine, kind, id_, base)  # again, now that nobody else can move it
    return conflicts.resolve(engine, ids[0], choice, True) if every else conflicts.resolve_each(engine, ids, choice)


def _action(kind: Kind, choice: Choice) -> str:
    if kind == "conflict":
        return "conflicts.resolve"
    return "approvals.approve" if choice.take == "local" else "approvals.reject"


def _named(engine: Reconciler, kind: Kind, id_: str) -> Item:
    try:
        item = conflicts.item_named(engine, id_)
    except Stalled as error:
        raise Missing(str(error)) from None
    if item.kind != kind:
        raise Missing(f"{id_}: this is a {item.kind} item; see /api/v1/{'approvals' if item.kind == 'held' else 'conflicts'}")
    return item


def _still_there(engine: Reconciler, kind: Kind, id_: str, base: str | None) -> Item:
    try:
        return _named(engine, kind, id_)
    except Missing:
        if base is not None and not str(engine.centre.main() or "").startswith(base):
            raise Stale(f"{id_}: main has moved since {base}, and this is no longer as it was; look again") from None
        raise


def choice_of(asked: Resolution) -> Choice:
    if asked.take == "edited" and "value" not in asked.model_fields_set:
        raise Malformed("edited needs a value; null takes it away")
    if asked.take != "edited" and asked.value is not None:
        raise Malformed(f"a value goes with edited; {asked.take} has its own")
    return Choice(asked.take, asked.value)
