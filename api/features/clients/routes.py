"""`/api/v1/clients`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.access import Admin, Operator, Viewer
from api.errors import CREATED, Missing, NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.features.clients import changing, looking
from api.features.clients.shapes import ClientChange, ClientShown, DiffShown, FilesShown, Gone, Mode, Registration
from api.names import ClientId
from api.paging import Asked, Page
from api.services import Given, Services

router = APIRouter(prefix="/api/v1/clients", tags=["clients"], responses=documented(NotSignedIn, NotAllowed, Missing, Stale, Unaudited))

_FIELDS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    **{name: itemgetter(name) for name in ("id", "type", "machine", "scope", "mode", "outcome", "ready", "registered")},
    "changed": lambda row: (row["last_change"] or {}).get("at"),
}


@router.get("", response_model=Page[ClientShown])
def list_clients(
    person: Viewer,
    services: Given,
    paging: Asked,
    type: Annotated[str | None, Query(max_length=50, description="Only of this client.", examples=["codex"])] = None,
    mode: Annotated[Mode | None, Query(description="Only in this mode.")] = None,
    condition: Annotated[str | None, Query(max_length=40, description="Only where this condition holds.", examples=["Conflict"])] = None,
    ready: Annotated[bool | None, Query(description="Only those that are, or are not, ready.")] = None,
    registered: Annotated[bool | None, Query(description="Only those that are, or are not, registered.")] = None,
    q: Annotated[str, Query(max_length=100, description="Only those whose id or name holds this text.")] = "",
) -> dict[str, Any]:
    """All targets of this machine, and the clients that are here and not registered."""
    asked = {"type": type, "mode": mode, "ready": ready, "registered": registered}
    rows = [c for c in services.board.view().clients if all(v is None or c[k] == v for k, v in asked.items()) and _has(c, condition, q)]
    return paging.cut(rows, _FIELDS, ("type", "mode", "outcome", "ready"))


def _has(row: Mapping[str, Any], condition: str | None, text: str) -> bool:
    is_so = condition is None or any(c["type"] == condition and c["status"] == "True" for c in row["conditions"])
    return is_so and text.lower() in f"{row['id']} {row['name']}".lower()


@router.post("", response_model=ClientShown, status_code=CREATED)
def register_client(asked: Registration, person: Admin, services: Given) -> dict[str, Any]:
    """Register a client of the catalogue on this machine."""
    return _one(services, changing.register(services, person.name, asked.client, asked.mode, asked.reason))


@router.get("/{id:path}/files", response_model=FilesShown)
def client_files(id: ClientId, person: Viewer, services: Given) -> dict[str, Any]:
    """The files of a client, and which entities stand in each. Never their contents."""
    return looking.files(services, id)


@router.get("/{id:path}/diff", response_model=DiffShown)
def client_diff(
    id: ClientId,
    person: Viewer,
    services: Given,
    kind: Annotated[Literal["drift", "pending"], Query(description="Edits in the files, or what main would change in them.")] = "drift",
) -> dict[str, Any]:
    """What differs, field by field and as unified diffs of what is ours."""
    return looking.diff(services, id, kind)


@router.get("/{id:path}", response_model=ClientShown)
def client(id: ClientId, person: Viewer, services: Given) -> dict[str, Any]:
    """One target."""
    return _one(services, id)


@router.patch("/{id:path}", response_model=ClientShown)
def change_client(id: ClientId, asked: ClientChange, person: Operator, services: Given) -> dict[str, Any]:
    """Give a target a mode; `suspended` leaves it alone until it gets another one."""
    detail = {"mode": asked.mode} | ({"reason": asked.reason} if asked.reason else {}) | ({"until": asked.until} if asked.until else {})
    changing.change(services, person.name, id, detail, asked.base_revision)
    return _one(services, id)


@router.delete("/{id:path}", response_model=Gone)
def remove_client(
    id: ClientId,
    person: Admin,
    services: Given,
    reason: Annotated[str, Query(max_length=500, description="For the audit trail.")] = "",
) -> dict[str, Any]:
    """Let a target go: its files stay as they are, and are no longer looked at."""
    return {"id": id, "revision": changing.let_go(services, person.name, id, reason)}


def _one(services: Services, id_: str) -> dict[str, Any]:
    found = services.board.view().client(id_)
    if found is None:
        raise Missing(f"{id_}: there is no such target")
    return dict(found)
