"""``machines/<name>.yaml``: the targets of one machine and their modes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.model.central_file import TARGET_PATTERN, WHEN_PATTERN, CentralFile, Text

Mode = Literal["observe", "sync", "enforce", "follow-only", "capture-only", "suspended"]
LocalTarget = Annotated[str, StringConstraints(pattern=TARGET_PATTERN)]
When = Annotated[str, StringConstraints(pattern=WHEN_PATTERN)]


class TargetMode(CentralFile):
    """What is done with one target, and who said so."""

    mode: Mode = Field(
        description="observe: never written; sync: both ways; enforce: local edits are reverted; "
        "follow-only: never captured; capture-only: never written; suspended: left alone for now."
    )
    by: Text | None = Field(default=None, description="Who chose the mode.")
    reason: Text | None = Field(default=None, description="Why.")
    until: When | None = Field(default=None, description="Until when, as a quoted date or time such as \"2026-01-31T18:00Z\".")


class Machine(CentralFile):
    """One machine."""

    targets: dict[LocalTarget, TargetMode] = Field(default={}, description="The machine's targets, named <client>/user or <client>/project:<name>.")
