"""What is shown of the log."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

Level = Literal["debug", "info", "warning", "error"]


class LogShown(BaseModel):
    at: float = Field(examples=[1780000000.0])
    level: str = Field(examples=["info"])
    event: str = Field(examples=["target"])
    target: str = Field(examples=["laptop-1/codex/user"])
    session: str = Field(examples=[""])
    revision: str = Field(description="The main that it is about.", examples=["4f2c1a9b"])
    fields: dict[str, Any] = Field(examples=[{"outcome": "converged"}])
