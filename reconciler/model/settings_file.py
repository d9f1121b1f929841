"""``reconciler.yaml``: how the repository is reconciled. The first policy that matches a conflict decides.

A pattern is a glob over ``ENTITY`` or ``ENTITY.FIELD`` such as ``mcp/github.env.*``; ``*`` matches any text.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.model.central_file import ENTITY_PATTERN, FIELD_PATTERN, CentralFile, ClientName, Text

Kind = Literal["mcp", "rules", "tools"]
Policy = Literal["client-priority", "last-write-wins", "central-authoritative", "manual-review"]
Layer = Literal["base", "client", "machine"]
Risk = Literal["high", "medium", "low"]
EntityName = Annotated[str, StringConstraints(pattern=ENTITY_PATTERN)]
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


class Settings(CentralFile):
    """Settings of the central repository."""

    schema_version: Literal[1] = Field(alias="schema", description="Version of this file's format.")
    policies: list[PolicyRule] = Field(default=[], description="What settles conflicts. The first that matches decides; else manual-review.")
    priorities: dict[ClientName, int] = Field(default={}, description="For client-priority: a number for each client, the higher wins.")
    new_entities: NewEntities = Field(default=NewEntities(), description="The layer that a new entity from a client goes to.")
    approval_threshold: Risk | None = Field(
        default=None, description="Changes of this risk or above wait for an approver. Left out: high, or medium with several machines."
    )
    ignore: list[Ignored] = Field(default=[], description="What is left as it is, in clients and here.")
    accepted_gaps: list[AcceptedGap] = Field(default=[], description="What clients cannot hold and a person has accepted.")
    plain_values: list[FieldName] = Field(default=[], description="ENTITY.FIELD of values that look like secrets and are none.")
    masked_values: list[FieldName] = Field(default=[], description="ENTITY.FIELD of values that are secrets and do not look like one.")
    reconcile: Reconcile = Field(default=Reconcile(), description="How often all targets are looked at.")
