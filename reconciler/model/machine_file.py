"""``machines/<name>.yaml``: the targets of one machine and their modes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.model.central_file import TARGET_PATTERN, WHEN_PATTERN, CentralFile, Text

Mode = Literal["observe", "sync", "enforce", "follow-only", "capture-only", "suspended"]
ProjectName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_][a-z0-9._-]*$")]
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
    interval_s: Annotated[int, Field(ge=5)] | None = Field(default=None, description="Look at this target this often, in seconds, in place of reconcile.interval_s.")
    until: When | None = Field(default=None, description="Until when, as a quoted date or time such as \"2026-01-31T18:00Z\".")
    back_to: Mode | None = Field(default=None, description="For suspended: the mode after it; sync if left out.")


class Project(CentralFile):
    """Where a project is on this machine."""

    folder: Text = Field(description="Its folder; below the home folder as ${home}/src/shop.")


class Machine(CentralFile):
    """One machine."""

    targets: dict[LocalTarget, TargetMode] = Field(default={}, description="The machine's targets, named <client>/user, <client>/project:<name> or <client>/local:<name>.")
    projects: dict[ProjectName, Project] = Field(default={}, description="The folders of the projects of those targets, by the project's name.")
