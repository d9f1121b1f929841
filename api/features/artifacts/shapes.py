"""What is shown of artifacts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

ArtifactType = Literal["config_snapshot", "diff", "log", "export"]


class ArtifactShown(BaseModel):
    """What a recorded pass left, or an export: then ``schedule`` and ``machine`` are set, and there is no session."""

    id: str = Field(examples=["0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3e"])
    type: ArtifactType = Field(examples=["export"])
    name: str = Field(description="The name of its file.", examples=["nightly-20260131T033000Z-0c8f.zip"])
    size_bytes: int = Field(examples=[20_480])
    checksum: str = Field(description="sha256: and hex digits.", examples=["sha256:9f86d081884c7d659a2feaa0c55ad015"])
    created_at: float = Field(examples=[1780000000.0])
    session: str | None = Field(examples=[None])
    client: str | None = Field(description="The target of its session.", examples=[None])
    schedule: str | None = Field(examples=["nightly"])
    machine: str | None = Field(examples=["laptop-1"])


class ArtifactGone(BaseModel):
    id: str = Field(examples=["0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3e"])
