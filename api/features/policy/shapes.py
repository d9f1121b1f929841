"""What is shown of the policy, and asked about it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.features.clients.shapes import ProblemShown
from api.names import BaseRevision, Body, Reason
from api.reviews import ClientPreviewShown, ItemShown, TargetDone

_SETTINGS = {"schema": 1, "policies": [{"policy": "last-write-wins", "kind": "rules"}], "priorities": {"claude": 20}}


class PolicyShown(BaseModel):
    """``text`` is the file as it stands; ``settings`` what it says; ``settings_schema`` what it may say."""

    revision: str = Field(examples=["4f2c1a9b"])
    text: str = Field(examples=["schema: 1\n"])
    settings: dict[str, Any] = Field(examples=[_SETTINGS])
    settings_schema: dict[str, Any] = Field(description="JSON Schema.", examples=[{"type": "object"}])
    policies: list[str] = Field(examples=[["client-priority", "last-write-wins", "central-authoritative", "manual-review"]])


class PolicyTry(Body):
    """Either ``text``, the whole file, or ``settings``, with which comments are kept."""

    text: str | None = Field(default=None, max_length=200_000, examples=["schema: 1\n"])
    settings: dict[str, Any] | None = Field(default=None, examples=[_SETTINGS])


class PolicyChange(PolicyTry):
    base_revision: BaseRevision = None
    reason: Reason = ""


class PolicyChanged(BaseModel):
    revision: str = Field(examples=["5a6b7c8d"])
    text: str = Field(examples=["schema: 1\n"])
    settings: dict[str, Any] = Field(examples=[_SETTINGS])
    targets: list[TargetDone]


class DecisionShown(BaseModel):
    """An open conflict: the policy that it falls under now and then, and what that would take (null: a person decides)."""

    id: str = Field(examples=["1a2b3c4d5e"])
    target: str = Field(examples=["laptop-1/qwen/user"])
    entity: str = Field(examples=["mcp/search"])
    field: str | None = Field(examples=["args"])
    before: str = Field(examples=["manual-review"])
    after: str = Field(examples=["last-write-wins"])
    take: str | None = Field(examples=["local"])
    value: Any = Field(examples=[["--limit", "20"]])


class PolicyOutlook(BaseModel):
    """``problems`` of the settings; with any there is nothing else. ``settled`` would no longer wait, ``new`` would then."""

    problems: list[ProblemShown]
    weakens: list[str] = Field(description="Why an approver must agree; empty when it weakens nothing.", examples=[["changes of high risk no longer wait for an approver"]])
    decisions: list[DecisionShown]
    settled: list[ItemShown]
    new: list[ItemShown]
    previews: list[ClientPreviewShown] = Field(description="What each client would get.")
