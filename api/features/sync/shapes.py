"""What is shown of passes, and asked for."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.names import Body, Reason
from api.reviews import ClientPreviewShown, TargetDone

Status = Literal["pending", "running", "success", "failed"]


class EventShown(BaseModel):
    cursor: str = Field(description="Where it stands in the stream: `/ws/sync?cursor=…` goes on after it.", examples=["1780000000000-0"])
    kind: str = Field(examples=["target"])
    at: float = Field(examples=[1780000000.0])
    payload: dict[str, Any] = Field(examples=[{"target": "laptop-1/codex/user", "outcome": "converged"}])


class ProposedShown(BaseModel):
    """Main is protected: a commit that waits for its merge on the Git host."""

    branch: str = Field(examples=["changes/laptop-1/commands/01K9Z3"])
    subject: str = Field(examples=["Suspend codex"])
    author: str = Field(examples=["ann"])
    at: float = Field(examples=[1780000000.0])


class TargetState(BaseModel):
    id: str = Field(examples=["laptop-1/codex/user"])
    type: str = Field(examples=["codex"])
    mode: str | None = Field(examples=["sync"])
    outcome: str | None = Field(examples=["unchanged"])
    ready: bool = Field(examples=[True])
    conditions: list[str] = Field(description="The types of what holds.", examples=[["Ready"]])
    synced_revision: str | None = Field(examples=["4f2c1a9b"])


class PauseShown(BaseModel):
    """Everything of this machine is left alone: who wanted that, why, and since when."""

    by: str = Field(examples=["ann"])
    reason: str = Field(examples=["the repository is being tidied up"])
    at: float = Field(examples=[1780000000.0])


class Paused(BaseModel):
    paused: PauseShown | None


class Pausing(Body):
    reason: str = Field(min_length=1, max_length=500, description="For everybody who sees it.", examples=["the repository is being tidied up"])


class Resuming(Body):
    reason: Reason = ""


class StatusShown(BaseModel):
    """``counts``: targets by what holds of them; ``sessions``: recorded passes by how they ended."""

    head: str | None = Field(examples=["4f2c1a9b"])
    ready: bool = Field(examples=[True])
    counts: dict[str, int] = Field(examples=[{"targets": 4, "ready": 3, "conflict": 1}])
    sessions: dict[str, int] = Field(examples=[{"success": 12, "failed": 1}])
    last_run: float | None = Field(examples=[1780000000.0])
    conflicts: int = Field(examples=[1])
    approvals: int = Field(examples=[0])
    targets: list[TargetState]
    proposed: list[ProposedShown] = Field(description="What commands changed, and waits for its merge on the Git host.")
    problems: list[dict[str, Any]] = Field(description="What is wrong with main itself.", examples=[[]])
    events: list[EventShown] = Field(description="The newest first.")
    paused: PauseShown | None = Field(description="Null while passes go on.")
    cursor: str = Field(description="Where `/ws/sync` goes on from here.", examples=["1780000000000-0"])
    looked_at: float = Field(examples=[1780000000.0])


class Trigger(Body):
    """Without targets: all."""

    targets: list[str] = Field(default=[], max_length=1000, description="Ids, CLIENT/SCOPE, or clients.", examples=[["codex"]])
    dry_run: bool = Field(default=False, description="Say what would be done; write nothing.", examples=[False])
    reason: Reason = ""


class Triggered(BaseModel):
    """``previews`` only of a dry run."""

    head: str | None = Field(examples=["4f2c1a9b"])
    dry_run: bool = Field(examples=[False])
    targets: list[TargetDone]
    previews: list[ClientPreviewShown] = []


class SessionShown(BaseModel):
    id: str = Field(examples=["0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3d"])
    client: str = Field(examples=["laptop-1/codex/user"])
    started_at: float = Field(examples=[1780000000.0])
    finished_at: float | None = Field(examples=[1780000000.2])
    status: Status = Field(examples=["success"])
    summary: dict[str, Any] = Field(examples=[{"outcome": "converged"}])


class SessionDetailShown(SessionShown):
    events: list[dict[str, Any]] = Field(examples=[[]])
    artifacts: list[dict[str, Any]] = Field(examples=[[]])
