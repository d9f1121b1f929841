"""What is asked when entities move between layers, and what comes of it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.names import BaseRevision, Body, Reason
from api.reviews import ClientPreviewShown, TargetDone

Entity = Annotated[str, Field(min_length=1, max_length=500)]


class Moving(Body):
    """``client`` and ``machine`` name the overlay; ``project`` its tree with all its layers, and stands alone."""

    entities: list[Entity] = Field(min_length=1, max_length=200, examples=[["mcp/github"]])
    client: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]{0,40}$", examples=["codex"])
    machine: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$", examples=["laptop-1"])
    project: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$", examples=[None])
    dry_run: bool = Field(default=False, description="Only say what would change for whom.")
    base_revision: BaseRevision = None
    reason: Reason = ""


class Sharing(Moving):
    """``local`` names the project for whose folder a client on this machine keeps the entities; they go to that project."""

    local: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$", examples=[None])


class MoveShown(BaseModel):
    """An empty layer is the base."""

    entity: str = Field(examples=["mcp/github"])
    source: str = Field(alias="from", examples=["overlays/client/codex"])
    to: str = Field(examples=[""])
    warning: str | None = Field(examples=[None])


class ChangeShown(BaseModel):
    target: str = Field(examples=["laptop-1/qwen/user"])
    entity: str = Field(examples=["mcp/github"])
    field: str | None = Field(examples=["command"])
    before: Any = Field(examples=[None])
    after: Any = Field(examples=["npx"])


class Moved(BaseModel):
    """``changes``: what each target gets otherwise; ``files``: those of the repository that changed.

    Of a dry run ``head`` is main as it was looked at, and ``previews`` is what each client's files would get.
    """

    moved: list[MoveShown]
    files: list[str] = Field(examples=[["mcp/github.yaml"]])
    changes: list[ChangeShown]
    head: str | None = Field(examples=["4f2c1a9b"])
    dry_run: bool = Field(examples=[False])
    targets: list[TargetDone]
    previews: list[ClientPreviewShown] = []
