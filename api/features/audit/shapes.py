"""What is shown of the audit trail."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class AuditShown(BaseModel):
    id: str = Field(examples=["0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3d"])
    actor: str = Field(examples=["ann"])
    action: str = Field(examples=["conflicts.resolve"])
    target: str = Field(examples=["1a2b3c4d5e"])
    details: dict[str, Any] = Field(description="Before, after and reason; secrets are masked.", examples=[{"before": None, "after": {"take": "local"}, "reason": ""}])
    created_at: float = Field(examples=[1780000000.0])
