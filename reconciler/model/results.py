"""What a pass finds, as values: problems, losses, conflicts. None of them is an exception."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.errors import Kind as Kind
from reconciler.model.fields import Leaf, Path
from reconciler.model.names import EntityId


@dataclass(frozen=True)
class Problem:
    """Something in a file that a person must look at. Lines and columns count from 1."""

    file: str
    reason: str
    line: int = 1
    column: int = 1
    advice: str = ""
    is_stalling: bool = True
    """False for one entry that is left alone while the rest of the file goes on."""
    kind: Kind = "InvalidFile"


Why = Literal["gap", "lost", "held", "refused", "pending", "conflict", "ignored"]


@dataclass(frozen=True)
class Dropped:
    """What a target does not hold, and why. ``field`` is empty for a whole entity."""

    entity: EntityId
    field: Path
    reason: str
    why: Why


@dataclass(frozen=True)
class Conflict:
    """One field that both sides changed differently. An empty path is the whole entity; ``None`` is absent.

    ``local`` is the side of the target whose change waits, ``central`` that of main. ``base`` is what they last agreed on.
    """

    entity: EntityId
    path: Path
    base: Leaf | None
    local: Leaf | None
    central: Leaf | None


@dataclass(frozen=True)
class Side:
    """Who changed one side of a conflict, where and when (seconds since 1970)."""

    target: str = ""
    author: str = ""
    machine: str = ""
    at: float = 0.0
    revision: str = ""


@dataclass(frozen=True)
class Dispute:
    """A conflict with what a policy needs to know of it."""

    conflict: Conflict
    local_by: Side = field(default_factory=Side)
    central_by: Side = field(default_factory=Side)
    local_knew_central: bool = False
    """True when the local change was made on top of the central one (causality)."""
    central_knew_local: bool = False


@dataclass(frozen=True)
class Resolution:
    """The value that a conflict was settled with, and by which policy or person."""

    value: Leaf | None
    chose: Literal["local", "central", "base", "edited"]
    policy: str
    by: str = ""


Json = Any
