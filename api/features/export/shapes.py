"""What is shown of exports, and asked about them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.features.artifacts.shapes import ArtifactShown
from api.names import TARGET, Body, Reason
from reconciler.reconcile.exports import Form, What

_NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
_EVERY = "Every so many seconds; either this or cron."


class Times(Body):
    """What is taken away, and when: ``every_s`` or ``cron``."""

    what: What = Field(examples=["configs"])
    client: str | None = Field(default=None, pattern=TARGET, description="Which target, with `what: client`.", examples=["laptop-1/codex/user"])
    format: Form | None = Field(default=None, description="Left out: zip for files, jsonl for rows.", examples=["zip"])
    every_s: int | None = Field(default=None, ge=60, le=31_622_400, description=_EVERY, examples=[86_400])
    cron: str | None = Field(default=None, max_length=100, description="Minute hour day month weekday, in the machine's own time.", examples=["30 3 * * *"])
    keep: int = Field(default=10, ge=1, le=1000, description="So many of the newest are kept.", examples=[10])
    machine: str | None = Field(default=None, max_length=60, description="Only this machine makes it.", examples=["laptop-1"])
    reason: Reason = ""


class NewSchedule(Times):
    name: str = Field(pattern=_NAME, examples=["nightly"])


class ScheduleShown(BaseModel):
    """``next_run`` in seconds since 1970, null where another machine makes it; ``last`` is its newest artifact, ``kept`` how many there are."""

    name: str = Field(examples=["nightly"])
    what: What = Field(examples=["configs"])
    client: str | None = Field(examples=["laptop-1/codex/user"])
    format: Form = Field(examples=["zip"])
    every_s: int | None = Field(examples=[None])
    cron: str | None = Field(examples=["30 3 * * *"])
    keep: int = Field(examples=[10])
    machine: str | None = Field(examples=[None])
    next_run: float | None = Field(examples=[1780000000.0])
    kept: int = Field(examples=[3])
    last: ArtifactShown | None


class ScheduleGone(BaseModel):
    name: str = Field(examples=["nightly"])
    revision: str = Field(examples=["5a6b7c8d"])
