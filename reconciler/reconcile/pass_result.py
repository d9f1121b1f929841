"""What came of a pass, for each target and for the repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.names import EntityId, RelPath, Revision
from reconciler.model.results import Dropped, Problem
from reconciler.ports.brake import Pause
from reconciler.ports.measures import PassKind
from reconciler.reconcile.observe import Seen
from reconciler.reconcile.targets import Target


@dataclass
class TargetPass:
    """What a pass did with one target."""

    target: Target
    is_captured: bool = False
    written: tuple[RelPath, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[Problem, ...] = ()
    waiting: Mapping[EntityId, str] = field(default_factory=dict)
    seen: Seen | None = None
    entities: Mapping[EntityId, object] = field(default_factory=dict)
    corrected: tuple[EntityId, ...] = ()
    """Edited here, and written back: the target is in `enforce`."""
    drifted: tuple[EntityId, ...] = ()
    """Edited here, and left so: the target is in `follow-only`."""
    needs_again: bool = False
    """The world moved while we worked: look again."""
    drifted_fields: int = 0
    """So many fields of its files differ from what it and main last agreed on, as they were found."""
    is_new: bool = False
    """It had nothing agreed with main before."""
    is_rewritten: bool = False
    """A client's stale overwrite was written over again."""
    took_s: float = 0.0
    captured_at: float | None = None
    applied_after_s: float | None = None
    """How old the commit of main was that its files now hold, and did not hold before."""

    @property
    def is_stalled(self) -> bool:
        return any(p.is_stalling for p in self.problems)

    @property
    def outcome(self) -> str:
        """The first that holds."""
        if self.is_stalled:
            return "stalled"
        for word in ("conflict", "held"):
            if word in self.waiting.values():
                return word
        if any(d.why == "held" for d in self.dropped):
            return "held"
        return "captured" if self.is_captured else "converged" if self.written else "unchanged"

    @property
    def kind(self) -> PassKind:
        """Why it was reconciled, for who counts."""
        if self.is_new:
            return "adopted"
        return "corrective" if self.corrected or self.is_rewritten else "intentional"


@dataclass
class Pass:
    """The result of a pass. ``problems`` are those of the repository itself; ``session`` is what its commits name."""

    head: Revision | None
    targets: list[TargetPass] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    paused: Pause | None = None
    """Nothing was looked at: a person has paused this machine."""
    session: str = ""
    started_at: float = 0.0
    synced: Mapping[str, Revision] = field(default_factory=dict)
    """The synced refs when it ended, for its record."""
