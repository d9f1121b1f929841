"""What is shown of a first run, and asked about it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.features.clients.shapes import DroppedShown, Outcome, ProblemShown
from api.names import Body, Reason
from api.reviews import ClientPreviewShown, ItemShown, TargetDone


class FoundClient(BaseModel):
    """A client that was found here. ``files`` are those that it has; ``entities`` what they hold, by kind."""

    id: str = Field(examples=["laptop-1/codex/user"])
    client: str = Field(examples=["codex"])
    name: str = Field(examples=["Codex CLI"])
    files: list[str] = Field(examples=[["/home/ann/.codex/config.toml"]])
    entities: dict[str, int] = Field(examples=[{"mcp": 3, "rules": 1, "tools": 4}])
    outcome: Outcome = Field(description="What adopting it would come to.", examples=["converged"])
    dropped: list[DroppedShown]
    problems: list[ProblemShown]


class AsFound(BaseModel):
    """Shown as found, and not synced: a server that a client keeps for one folder."""

    client: str = Field(examples=["claude"])
    folder: str = Field(examples=["/home/ann/src/shop"])
    entity: str = Field(examples=["mcp/search"])


class PlanShown(BaseModel):
    """What accepting would do. Nothing was written. ``plan`` names exactly this: accepting sends it back."""

    is_adopted: bool = Field(description="True when this machine has accepted a plan already: then there is nothing to accept.", examples=[False])
    machine: str = Field(examples=["laptop-1"])
    plan: str = Field(examples=["9f86d081884c7d65"])
    clients: list[FoundClient]
    conflicts: list[ItemShown] = Field(description="Same name, different content: each client keeps its own until a person decides.")
    written: list[str] = Field(description="Files that would be written.", examples=[["/home/ann/.codex/config.toml"]])
    previews: list[ClientPreviewShown]
    as_found: list[AsFound]


class Acceptance(Body):
    plan: str = Field(pattern=r"^[0-9a-f]{16}$", description="The plan that you saw; where it would do something else by now, nothing is done (409).", examples=["9f86d081884c7d65"])
    prefer: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]{0,40}$", description="The same client as was asked for with the plan.", examples=["claude"])
    reason: Reason = ""


class Accepted(BaseModel):
    head: str | None = Field(examples=["4f2c1a9b"])
    conflicts: list[ItemShown]
    targets: list[TargetDone]
