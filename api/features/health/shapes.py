"""What the health checks answer."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Part(BaseModel):
    name: str = Field(examples=["hints"])
    ok: bool = Field(examples=[True])
    detail: str = Field(description="What is wrong with it, and what to do. Empty when it works.", examples=[""])


class Health(BaseModel):
    status: str = Field(description="ok, or degraded when a part is away.", examples=["ok"])
    parts: list[Part]


class Readiness(BaseModel):
    status: str = Field(examples=["ready"])
    waiting: list[str] = Field(description="Parts that are not ready yet.", examples=[[]])
