"""What is shown of commits."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.diffs import FileChanged
from api.names import BaseRevision, Body, Reason
from api.reviews import ClientPreviewShown, TargetDone


class AuthorShown(BaseModel):
    name: str = Field(examples=["Codex CLI on laptop-1"])
    email: str = Field(examples=["codex@laptop-1"])


class CommitShown(BaseModel):
    revision: str = Field(examples=["4f2c1a9b"])
    parents: list[str] = Field(examples=[["1a2b3c4d"]])
    subject: str = Field(examples=["Merge codex: change mcp/search"])
    author: AuthorShown
    at: float = Field(examples=[1780000000.0])
    trailers: list[tuple[str, str]] = Field(examples=[[["Target", "laptop-1/codex/user"]]])


class ChangeShown(BaseModel):
    """``field`` null is the whole entity."""

    path: str = Field(examples=["mcp/search.yaml"])
    entity: str = Field(examples=["mcp/search"])
    field: str | None = Field(examples=["args"])
    before: Any = Field(examples=[["--limit", "5"]])
    after: Any = Field(examples=[["--limit", "10"]])


class CommitDetail(CommitShown):
    message: str = Field(examples=["Merge codex: change mcp/search\n\nTarget: laptop-1/codex/user\n"])
    changes: list[ChangeShown]
    files: list[FileChanged]


class Revert(Body):
    dry_run: bool = Field(default=False, description="Say what would be written; write nothing.", examples=[False])
    base_revision: BaseRevision = None
    reason: Reason = ""


class Reverted(BaseModel):
    """``revision`` is the new commit; null of a dry run, which has ``previews``."""

    revision: str | None = Field(examples=["5a6b7c8d"])
    head: str | None = Field(examples=["5a6b7c8d"])
    dry_run: bool = Field(examples=[False])
    targets: list[TargetDone]
    previews: list[ClientPreviewShown] = []
