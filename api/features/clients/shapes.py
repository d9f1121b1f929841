"""What is shown of clients, and asked about them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.diffs import FieldChanged, FileChanged
from api.names import BaseRevision, Body, Reason
from reconciler.mapping.takes_effect import When
from reconciler.model.results import Why

Mode = Literal["observe", "sync", "enforce", "follow-only", "capture-only", "suspended"]
Outcome = Literal["stalled", "conflict", "held", "captured", "converged", "unchanged"]
_WHEN = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$"


class ConditionShown(BaseModel):
    type: str = Field(examples=["Ready"])
    status: str = Field(examples=["True"])
    reason: str = Field(examples=["InSync"])
    message: str = Field(examples=["the files hold what main says"])
    revision: str | None = Field(examples=["4f2c1a9b"])
    since: float = Field(examples=[1780000000.0])


class LastChange(BaseModel):
    revision: str = Field(examples=["4f2c1a9b"])
    subject: str = Field(examples=["Merge codex: change mcp/search"])
    author: str = Field(examples=["Codex CLI on laptop-1"])
    at: float = Field(examples=[1780000000.0])


class DroppedShown(BaseModel):
    entity: str = Field(examples=["tools/default"])
    field: str | None = Field(examples=["deny read:~/.ssh/**"])
    reason: str = Field(examples=["this client cannot hold it"])
    kind: Why = Field(examples=["gap"])


class ProblemShown(BaseModel):
    file: str = Field(examples=["/home/ann/.codex/config.toml"])
    line: int = Field(examples=[3])
    column: int = Field(examples=[1])
    reason: str = Field(examples=["this is no TOML"])
    advice: str = Field(examples=["mend the file"])


class WaitsForStart(BaseModel):
    """A file that was written, and that its client, open since before, takes up at its next start; or nobody knows (``unknown``)."""

    path: str = Field(examples=[".codex/config.toml"])
    kinds: list[str] = Field(examples=[["mcp"]])
    takes_effect: Literal["start", "unknown"] = Field(examples=["start"])
    written_at: float = Field(examples=[1780000000.0])
    running: int | None = Field(description="Programs of the client that were started before that and still run. Null: it cannot be told here.", examples=[1])


class ClientShown(BaseModel):
    """One target. ``registered`` false: the client is here, and nobody has registered it; then it has no mode."""

    id: str = Field(examples=["laptop-1/codex/user"])
    type: str = Field(examples=["codex"])
    name: str = Field(examples=["Codex CLI"])
    machine: str = Field(examples=["laptop-1"])
    scope: str = Field(examples=["user"])
    root: str = Field(examples=["/home/ann"])
    registered: bool = Field(examples=[True])
    mode: Mode | None = Field(examples=["sync"])
    detail: dict[str, str] = Field(description="Who chose the mode, why, and until when.", examples=[{}])
    outcome: Outcome | None = Field(description="What a pass would make of it now.", examples=["unchanged"])
    drifted_fields: int = Field(description="Fields that the client's files have otherwise than last agreed.", examples=[0])
    ready: bool = Field(examples=[True])
    synced_revision: str | None = Field(examples=["4f2c1a9b"])
    conditions: list[ConditionShown]
    entities: dict[str, int] = Field(examples=[{"mcp": 3, "rules": 1, "tools": 4}])
    dropped: list[DroppedShown]
    problems: list[ProblemShown]
    last_change: LastChange | None
    waits_for_start: list[WaitsForStart] = Field(examples=[[]])


class Registration(Body):
    """A client of the catalogue; where its files are follows from it."""

    client: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$", examples=["codex"])
    mode: Literal["observe", "sync", "follow-only", "capture-only", "enforce"] = Field(default="observe", examples=["observe"])
    reason: Reason = ""


class ClientChange(Body):
    mode: Mode = Field(examples=["suspended"])
    reason: Reason = ""
    until: str | None = Field(default=None, pattern=_WHEN, description="For people: until when.", examples=["2026-12-31T18:00Z"])
    base_revision: BaseRevision = None


class FileShown(BaseModel):
    """``entities`` are those that stand in the file."""

    path: str = Field(examples=[".codex/config.toml"])
    kinds: list[str] = Field(examples=[["mcp"]])
    exists: bool = Field(examples=[True])
    size_bytes: int | None = Field(examples=[512])
    digest: str | None = Field(description="SHA-256 of the whole file.", examples=["9f86d081884c7d65"])
    problem: str | None = Field(examples=[None])
    entities: list[str] = Field(examples=[["mcp/github"]])
    takes_effect: dict[str, When] = Field(
        description="By kind: whether a client that is open takes up a change (`live`), does at its next start (`start`), or nobody saw it.",
        examples=[{"mcp": "start"}],
    )


class FilesShown(BaseModel):
    id: str = Field(examples=["laptop-1/codex/user"])
    root: str = Field(examples=["/home/ann"])
    files: list[FileShown]


class DiffShown(BaseModel):
    """``drift``: edited in the files since they were synced. ``pending``: what main would change in them.

    ``files`` show what is ours alone, as this client writes it; secrets are references.
    """

    id: str = Field(examples=["laptop-1/codex/user"])
    kind: Literal["drift", "pending"] = Field(examples=["drift"])
    revision: str | None = Field(examples=["4f2c1a9b"])
    fields: list[FieldChanged]
    files: list[FileChanged]
    problems: list[ProblemShown]
    counts: dict[str, int] = Field(examples=[{"fields": 1, "files": 1}])


class Gone(BaseModel):
    id: str = Field(examples=["laptop-1/codex/user"])
    revision: str | None = Field(examples=["4f2c1a9b"])


Json = dict[str, Any]
