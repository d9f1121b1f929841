"""What a Git host is answered."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Heard(BaseModel):
    heard: bool = Field(description="False: it came before, and nothing more is done.", examples=[True])
