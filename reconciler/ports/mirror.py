"""The door to the mirror of the central repository: what Git holds, to be searched. All of it can be made again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.model.names import Revision
from reconciler.ports import Commit


@dataclass(frozen=True)
class MirroredCommit:
    """``number`` counts main's own commits from 1; what a commit merged has the number of that commit."""

    commit: Commit
    number: int
    is_main: bool
    trailers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EntityVersion:
    """What a file says of an entity from a commit of main on; None: nothing any more."""

    revision: Revision
    number: int
    path: str
    entity: str
    value: Any


@dataclass(frozen=True)
class MirroredChange:
    """One field that a commit of main changed: who, when, and from which client (empty: in the repository)."""

    revision: Revision
    number: int
    position: int
    path: str
    entity: str
    field: str | None
    before: Any
    after: Any
    author: str
    client: str
    machine: str
    at: float


@dataclass(frozen=True)
class MirroredReview:
    """One thing that waits for a person. ``decision`` is what the person chose, while it is not settled yet."""

    id: str
    position: int
    target: str
    entity: str
    field: str | None
    kind: str
    reason: str
    base: Any
    local: Any
    central: Any
    sides: Mapping[str, Any]
    decision: Mapping[str, Any] | None


@dataclass(frozen=True)
class AppliedEntity:
    """What a target and main last agreed on for an entity, at which revision of main."""

    target: str
    entity: str
    revision: Revision
    value: Any


@dataclass(frozen=True)
class MirroredRef:
    """What a reference beside main says at one revision."""

    revision: Revision
    reviews: tuple[MirroredReview, ...] = ()
    applied: tuple[AppliedEntity, ...] = ()


@dataclass(frozen=True)
class Batch:
    """What some commits of main bring, the oldest first. ``head`` is the last of them, ``count`` its number."""

    head: Revision
    count: int
    commits: tuple[MirroredCommit, ...]
    versions: tuple[EntityVersion, ...]
    changes: tuple[MirroredChange, ...]


@dataclass(frozen=True)
class MirrorState:
    """How far the mirror is. ``root`` is the first commit of the repository that it mirrors."""

    root: Revision | None = None
    head: Revision | None = None
    count: int = 0
    refs: Mapping[str, Revision] = field(default_factory=dict)


class Mirror(Protocol):
    """All calls raise ``Retryable`` while the database is away."""

    def state(self) -> MirrorState: ...

    def holds(self, revision: Revision) -> bool:
        """True when the commit is mirrored."""

    def add(self, batch: Batch, after: Revision | None, root: Revision) -> None:
        """Take in a batch that follows on ``after``, whole or not at all. Raises ``Raced`` when the mirror is elsewhere by now."""

    def set_refs(self, changed: Mapping[str, MirroredRef], gone: Collection[str]) -> None: ...

    def forget(self) -> None:
        """Drop all that can be made again from Git."""

    def digest(self) -> str:
        """A text that is the same for two mirrors that say the same."""

    def together(self, is_kept: bool) -> AbstractContextManager[Mirror]:
        """The mirror within one transaction: others see the old one until it ends. Not ``is_kept``: it is then as it was."""
