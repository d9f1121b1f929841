"""What is shown of gaps, and asked to accept one."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.names import Body


class GapShown(BaseModel):
    """``field`` null is the whole entity. An accepted one counts no more, and stays in the list."""

    client: str = Field(examples=["codex"])
    entity: str = Field(examples=["mcp/github"])
    field: str | None = Field(examples=["include_tools"])
    reason: str = Field(examples=["codex cannot hold this"])
    accepted: bool = Field(examples=[False])


class GapAcceptance(Body):
    entity: str = Field(min_length=1, max_length=500, description="ENTITY or ENTITY.FIELD.", examples=["mcp/github"])
    client: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$", examples=["codex"])
    reason: str = Field(min_length=1, max_length=500, description="Kept with it in `reconciler.yaml`.", examples=["not used there"])


class GapAccepted(BaseModel):
    entity: str = Field(examples=["mcp/github"])
    client: str = Field(examples=["codex"])
    reason: str = Field(examples=["not used there"])
    head: str = Field(examples=["4f2c1a9b"])
