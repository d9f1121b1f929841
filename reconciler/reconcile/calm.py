"""What passes have seen of each target, and of the world around it: seeing just the same again, a pass stops there.

Holds nothing that cannot be read again. The files themselves are read each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.model.names import Revision, TargetId
from reconciler.ports import Ports
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.centre import good_revision
from reconciler.reconcile.facts import Facts
from reconciler.reconcile.observe import Observed
from reconciler.reconcile.targets import Target

if TYPE_CHECKING:
    from reconciler.reconcile.pass_result import TargetPass


@dataclass(frozen=True)
class World:
    """All that a pass depends on beside the clients' files: references, which main is in force, values of the vault."""

    refs: Mapping[str, Revision]
    good: Revision | None
    generation: str


@dataclass(frozen=True)
class Basis:
    """What a target was observed with."""

    world: World
    facts: Facts


@dataclass
class Calm:
    """The last look at each target, and the result where there was nothing to do.

    ``first`` is told the first look at each target, at what was there before anything was done: the next may begin with it.
    """

    first: Calm | None = None
    _world: World | None = None
    _observed: dict[TargetId, Observed] = field(default_factory=dict)
    _results: dict[TargetId, tuple[Observed, TargetPass]] = field(default_factory=dict)
    _looked: set[TargetId] = field(default_factory=set)

    def begun(self) -> Calm:
        """One that begins with these looks, and leaves its own first ones here."""
        return Calm(self, self._world, _observed=dict(self._observed), _results=dict(self._results))

    def world(self, ports: Ports) -> World:
        """The world as it is now: the same object as long as nothing in it has changed."""
        now = World(ports.store.refs("refs/"), good_revision(ports.memory), ports.vault.generation())
        if self._world != now:
            self._world = now
        if self.first is not None and not self._looked:
            self.first._world = self._world  # the very same object compares at once, for each of a thousand targets
        return self._world or now

    def basis(self, ports: Ports, now: World, target: TargetId) -> Basis:
        return Basis(now, target_facts.load(ports.memory, target))

    def last(self, target: Target) -> Observed | None:
        """The last look at the target, as it is registered now."""
        last = self._observed.get(target.id)
        return last if last is not None and last.target == target else None

    def see(self, one: Observed) -> None:
        self._observed[one.target.id] = one
        if self.first is not None and one.target.id not in self._looked:
            self.first.see(one)
        self._looked.add(one.target.id)

    def result(self, one: Observed) -> TargetPass | None:
        """What a pass that saw just this had to say; None when it had something to do."""
        last = self._results.get(one.target.id)
        return replace(last[1]) if last is not None and last[0] is one else None

    def note(self, one: Observed, result: TargetPass) -> None:
        """Keep a result that would come again: nothing was done, and nothing went wrong but what the files themselves say."""
        if result.is_captured or result.written or result.needs_again or result.problems != one.problems:
            self._results.pop(one.target.id, None)
        else:
            self._results[one.target.id] = one, replace(result)
            if self.first is not None and self.first._observed.get(one.target.id) is one:
                self.first.note(one, result)
