"""``reconciler.yaml``: how the repository is reconciled. The first policy that matches a conflict decides.

A pattern is a glob over ``ENTITY`` or ``ENTITY.FIELD`` such as ``mcp/github.env.*``; ``*`` matches any text.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from reconciler.model.central_file import (
    CRON_PATTERN,
    ENTITY_PATTERN,
    EXPORT_PATTERN,
    FIELD_PATTERN,
    CentralFile,
    ClientName,
    Text,
    rule_broken,
)

SCHEMA = 1
"""The version of the repository's form that this program knows."""

Kind = Literal["mcp", "rules", "tools"]
Policy = Literal["client-priority", "last-write-wins", "central-authoritative", "manual-review"]
Layer = Literal["base", "client", "machine"]
Risk = Literal["high", "medium", "low"]
EntityName = Annotated[str, StringConstraints(pattern=ENTITY_PATTERN)]
CronLine = Annotated[str, StringConstraints(pattern=CRON_PATTERN)]
Exported = Literal["configs", "client", "history", "logs", "audit"]
ExportForm = Literal["zip", "jsonl", "csv"]
ExportName = Annotated[str, StringConstraints(pattern=EXPORT_PATTERN)]
FieldName = Annotated[str, StringConstraints(pattern=FIELD_PATTERN)]


class PolicyRule(CentralFile):
    """Which policy settles the conflicts that a pattern matches."""

    match: Text = Field(default="*", description="A pattern over ENTITY or ENTITY.FIELD, such as mcp/github.env.*; * matches any text.")
    kind: Kind | None = Field(default=None, description="Only conflicts of this kind.")
    policy: Policy = Field(description="What settles the conflict; manual-review waits for a person.")


class NewEntities(CentralFile):
    """The layer that a new entity from a client goes to, for each kind."""

    mcp: Layer = Field(default="base", description="Where a new MCP server goes.")
    rules: Layer = Field(default="base", description="Where a new rule goes.")
    tools: Layer = Field(default="base", description="Where a new allowed-tools entry goes.")


class Ignored(CentralFile):
    """What is left as it is, in clients and here."""

    match: Text = Field(description="A pattern over ENTITY or ENTITY.FIELD.")
    client: ClientName | None = Field(default=None, description="Only in this client.")
    reason: Text | None = Field(default=None, description="Why, for people.")


class AcceptedGap(CentralFile):
    """Something that a client cannot hold, and that a person has accepted."""

    entity: EntityName = Field(description="The entity, such as mcp/github or tools/deny read:~/.ssh/**.")
    field: Text | None = Field(default=None, description="The field, such as tools.allowed. Left out: the whole entity.")
    client: ClientName = Field(description="The client that cannot hold it.")
    reason: Text = Field(description="Why that is acceptable.")
    by: Text | None = Field(default=None, description="Who accepted it.")
    at: Text | None = Field(default=None, description="When, as a quoted date such as \"2026-01-31\".")


class Reconcile(CentralFile):
    """How often all targets are looked at, whether or not something was seen to change."""

    interval_s: Annotated[int, Field(ge=5)] = Field(default=60, description="Look at every target this often, in seconds.")
    jitter_s: Annotated[int, Field(ge=0)] = Field(default=5, description="Move each look by up to this many seconds, so that machines do not move in step.")


class Timed(CentralFile):
    """When something is due: every so many seconds, or at the times of a cron line."""

    every_s: Annotated[int, Field(ge=5)] | None = Field(default=None, description="Every so many seconds.")
    cron: CronLine | None = Field(default=None, description="Minute, hour, day, month, weekday, in the machine's own time, such as 30 3 * * *.")

    @model_validator(mode="after")
    def _has_one_time(self) -> Self:
        if (self.every_s is None) == (self.cron is None):
            raise rule_broken("every_s", "a schedule has either every_s or cron")
        return self


class Schedule(Timed):
    """When a chore is due."""

    jitter_s: Annotated[int, Field(ge=0)] = Field(default=0, description="Move each time by up to this many seconds.")


class Export(Timed):
    """Something that is taken away now and then, and kept on the machine as an artifact."""

    name: ExportName = Field(description="Its name, which is that of its folder as well.")
    what: Exported = Field(description="The repository's files, one client's files, commits, the program's log, or the audit trail.")
    client: Text | None = Field(default=None, description="With what: client, which target, such as laptop-1/codex/user.")
    format: ExportForm | None = Field(default=None, description="zip, jsonl (JSON lines) or csv. Left out: zip for files, jsonl for rows.")
    keep: Annotated[int, Field(ge=1, le=1000)] = Field(default=10, description="So many of the newest are kept.")
    machine: Text | None = Field(default=None, description="Only this machine makes it. Left out: each does.")

    @model_validator(mode="after")
    def _names_its_client(self) -> Self:
        if (self.what == "client") != (self.client is not None):
            raise rule_broken("client", "an export of a client names it, and no other does")
        return self


class Schedules(CentralFile):
    """Chores: what must be done now and then, whether or not something has changed."""

    fetch: Schedule = Field(default=Schedule(every_s=60, jitter_s=10), description="Ask the Git remote for news.")
    maintenance: Schedule = Field(
        default=Schedule(every_s=3600, jitter_s=600), description="Pack the repository, when it has become worth it."
    )
    retention: Schedule = Field(default=Schedule(cron="40 3 * * *", jitter_s=1800), description="Let backups and artifacts go that are past their time.")


class Settings(CentralFile):
    """Settings of the central repository."""

    schema_version: Literal[1] = Field(alias="schema", description="Version of this file's format.")
    policies: list[PolicyRule] = Field(default=[], description="What settles conflicts. The first that matches decides; else manual-review.")
    priorities: dict[ClientName, int] = Field(default={}, description="For client-priority: a number for each client, the higher wins.")
    new_entities: NewEntities = Field(default=NewEntities(), description="The layer that a new entity from a client goes to.")
    approval_threshold: Risk | None = Field(
        default=None, description="Changes of this risk or above wait for an approver. Left out: high, or medium with several machines."
    )
    main: Literal["open", "protected"] = Field(
        default="open", description="protected: main moves on the Git host alone; edits are proposed as branches and wait for their merge."
    )
    ignore: list[Ignored] = Field(default=[], description="What is left as it is, in clients and here.")
    accepted_gaps: list[AcceptedGap] = Field(default=[], description="What clients cannot hold and a person has accepted.")
    plain_values: list[FieldName] = Field(default=[], description="ENTITY.FIELD of values that look like secrets and are none.")
    masked_values: list[FieldName] = Field(default=[], description="ENTITY.FIELD of values that are secrets and do not look like one.")
    reconcile: Reconcile = Field(default=Reconcile(), description="How often all targets are looked at.")
    schedules: Schedules = Field(default=Schedules(), description="When each chore is due.")
    exports: list[Export] = Field(default=[], description="What is taken away now and then, each under a name of its own.")

    @model_validator(mode="after")
    def _names_each_export_once(self) -> Self:
        names = [export.name for export in self.exports]
        if len(set(names)) < len(names):
            raise rule_broken("exports", "two exports have one name")
        return self
