"""What is known of artifacts, and their contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.access import Person
from api.audited import audited
from api.errors import Missing, NotAllowed
from api.services import Services
from reconciler.model.accounts import allows

ENDINGS = {"config_snapshot": "txt", "diff": "diff", "log": "jsonl"}
_EXPORT = "export"


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the list of artifacts."""
    head = {"id": row["id"], "type": row["artifact_type"], "name": name_of(row)}
    about = {key: row.get(key) or None for key in ("schedule", "machine")}
    return {
        **head,
        "size_bytes": row["size_bytes"],
        "checksum": row["checksum"],
        "created_at": row["created_at"],
        "session": row.get("session_id"),
        "client": row.get("target"),
        **about,
    }


def name_of(row: Mapping[str, Any]) -> str:
    kind = row["artifact_type"]
    return str(row["storage_path"]).rpartition("/")[2] if kind == _EXPORT else f"reconciler-{kind}-{row['id']}.{ENDINGS[kind]}"


def content(services: Services, person: Person, id_: str) -> tuple[Mapping[str, Any], Iterator[bytes]]:
    """A row with its content. An export holds what its route asks an operator for."""
    row = _found(services, id_)
    if row["artifact_type"] != _EXPORT:
        data = services.artifacts.read(row["storage_path"], row["checksum"])
        return row, iter((_there(data, id_),))
    if not allows(person.role, "operator"):
        raise NotAllowed(f"an export needs the role operator; you have {person.role}")
    parts = _there(services.exporting.files.read(row["storage_path"], row["checksum"]), id_)
    with audited(services, person.name, "export.download", name_of(row)):
        return row, parts


def remove(services: Services, person: Person, id_: str, reason: str) -> None:
    row = _found(services, id_)
    if row["artifact_type"] != _EXPORT:
        raise NotAllowed(f"{id_}: what a pass left goes when it is past its retention; only exports are removed by hand")
    with audited(services, person.name, "export.remove", name_of(row), {"checksum": row["checksum"]}, None, reason):
        services.exporting.files.remove(row["storage_path"])
        services.exporting.kept.remove([id_])


def _found(services: Services, id_: str) -> Mapping[str, Any]:
    found = services.sessions.artifact(id_)
    if found is None:
        raise Missing(f"{id_}: there is no such artifact; it may be past its retention")
    return found


def _there(found: Any, id_: str) -> Any:
    if found is None:
        raise Missing(f"{id_}: the content of this artifact is past its retention, or is on another machine")
    return found
