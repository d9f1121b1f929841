"""What is shown of ignore rules, and asked about them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.names import Body, Reason
from api.reviews import TargetDone

Pattern = Annotated[str, Field(min_length=1, max_length=300, description="ENTITY or ENTITY.FIELD; * is any text.", examples=["mcp/github.env.*"])]


class RuleShown(BaseModel):
    """``entities`` and ``fields``: how many it matches on this machine, in files or in main."""

    pattern: str = Field(examples=["mcp/github.env.*"])
    client: str | None = Field(description="Only in this client.", examples=["codex"])
    reason: str | None = Field(examples=["differs on purpose"])
    is_in_force: bool = Field(description="False while it waits for an approver, or where there is no such rule.", examples=[True])
    entities: int = Field(examples=[0])
    fields: int = Field(examples=[2])


class NewRule(Body):
    pattern: Pattern
    client: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]{0,40}$", examples=["codex"])
    reason: Reason = ""


class RulesChanged(BaseModel):
    revision: str = Field(examples=["5a6b7c8d"])
    rules: list[RuleShown]
    targets: list[TargetDone]
