"""The door for what happened: sessions with their events and artifacts, the state of targets, the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from reconciler.model.names import TargetId
from reconciler.ports.accounts import AuditRecord

SessionStatus = Literal["pending", "running", "success", "failed"]
ArtifactKind = Literal["config_snapshot", "diff", "log"]


@dataclass(frozen=True)
class TargetRecord:
    """A target as it is registered. ``settings`` has its mode, scope and machine."""

    id: TargetId
    client: str
    root: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class EventRecord:
    """One thing that a session did or met. ``payload`` is masked."""

    type: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Artifact:
    """What a session leaves to look at: owned content only, masked."""

    kind: ArtifactKind
    text: str


@dataclass(frozen=True)
class SessionRecord:
    """One pass for one target. ``run`` is the ulid that commits of the pass name; times are seconds since 1970."""

    run: str
    target: TargetRecord
    started_at: float
    finished_at: float
    status: SessionStatus
    summary: Mapping[str, Any]
    events: tuple[EventRecord, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True)
class ConditionRecord:
    type: str
    status: str
    reason: str
    message: str
    revision: str
    since: float


@dataclass(frozen=True)
class StatusRecord:
    """All that holds of a target now; what held before and is not named holds no more."""

    target: TargetRecord
    conditions: tuple[ConditionRecord, ...]
    at: float


Record = SessionRecord | StatusRecord | AuditRecord


class Records(Protocol):
    """Keeps what happened, in the order in which it is told."""

    def note(self, records: Sequence[Record]) -> None:
        """Durable when it returns, whatever servers are away; told twice is kept once.

        Raises ``Retryable`` when this machine's disk does not take them.
        """
