"""What is told about the program."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Known(BaseModel):
    """A client of the catalogue. ``found``: it is on this machine."""

    client: str = Field(examples=["codex"])
    name: str = Field(examples=["Codex CLI"])
    found: bool = Field(examples=[True])


class About(BaseModel):
    """``parts`` says of each part of the service how it is set up here; no address that may hold a password is told."""

    version: str = Field(examples=["0.1.0"])
    python: str = Field(examples=["3.12.4"])
    machine: str = Field(examples=["laptop-1"])
    is_adopted: bool = Field(examples=[True])
    head: str | None = Field(examples=["4f2c1a9b"])
    users: int = Field(examples=[2])
    clients: list[Known]
    parts: dict[str, str] = Field(examples=[{"postgresql": "embedded", "redis": "embedded", "git remote": "none"}])
