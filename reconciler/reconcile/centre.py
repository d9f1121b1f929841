"""Main as the moves read it: revisions, their entities, and the settings in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.mapping.layers import BASE, Layer, PieceCache, Repository, client_layer, effective, machine_layer, read_repository
from reconciler.model.fields import Fields, are_same
from reconciler.model.names import EntityId, Revision
from reconciler.model.refnames import MAIN
from reconciler.model.results import Problem
from reconciler.policy.findings import Level
from reconciler.ports import Memory, Store
from reconciler.reconcile.targets import Target, machine_path

SETTINGS = "reconciler.yaml"
_GOOD = "good-main"
_MOST_KEPT = 1024
T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """``reconciler.yaml`` as plain values; ``reconciler.model.settings_file`` says what is allowed in it."""

    value: Mapping[str, Any] = field(default_factory=dict)

    def list(self, name: str) -> list[Any]:
        return list(self.value.get(name) or [])

    def new_entities(self, target: Target) -> dict[str, Layer]:
        layers = {"base": BASE, "client": client_layer(target.client), "machine": machine_layer(target.machine)}
        return {kind: layers[str(where)] for kind, where in (self.value.get("new_entities") or {}).items() if where in layers}

    def threshold(self) -> Level:
        level = self.value.get("approval_threshold")
        return level if level in ("low", "medium", "high") else "high"

    def priorities(self) -> dict[str, int]:
        return dict(self.value.get("priorities") or {})


@dataclass
class Centre:
    """Reads revisions; what was read once is kept, since a revision never changes."""

    store: Store
    memory: Memory
    cache: PieceCache = field(default_factory=PieceCache)
    _kept: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _fields: dict[EntityId, Fields] = field(default_factory=dict)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What ``make`` returns; kept for a while under a key that names the revisions that it follows from."""
        value: T = self._kept.pop(key) if key in self._kept else make()
        self._kept[key] = value  # the last one used is the last to go
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return value

    def repository(self, revision: Revision) -> Repository:
        return self.once(("repository", revision), lambda: read_repository(self.store.files(revision), self.cache))

    def config(self, revision: Revision, target: Target) -> dict[EntityId, Fields]:
        """The whole config of a target at a revision of main or of a change branch."""
        return self.once(("config", revision, target.id), lambda: self._config(revision, target))

    def _config(self, revision: Revision, target: Target) -> dict[EntityId, Fields]:
        """What did not change since another revision is the same object again: then comparing costs nothing."""
        config = effective(self.repository(revision), target.machine, target.client)
        for entity, fields in config.items():
            last = self._fields.get(entity)
            if last is not None and are_same(last, fields):
                config[entity] = last
            else:
                self._fields[entity] = fields
        return config

    def settings(self, revision: Revision) -> Settings:
        return self.once(("settings", revision), lambda: self._settings(revision))

    def _settings(self, revision: Revision) -> Settings:
        data = self.store.files(revision).get(SETTINGS)
        try:
            value = yaml_text.read(data) if data else {}
        except FormatError:
            value = {}
        return Settings(value if isinstance(value, dict) else {})

    def main(self) -> Revision | None:
        return self.store.ref(MAIN)

    def has_others(self, machine: str) -> bool:
        """True when main knows a machine beside this one."""
        main = self.main()
        known = [p for p in self.store.files(main) if p.startswith("machines/") and p.endswith(".yaml")] if main else []
        return any(path != machine_path(machine) for path in known)

    def in_force(self) -> tuple[Revision | None, tuple[Problem, ...]]:
        """The revision to reconcile towards, and what is wrong with main when that is an older one.

        A main that does not validate never reaches a client: the last good one stays in force.
        """
        head = self.main()
        good = good_revision(self.memory)
        if head is None or head == good:
            return head, ()
        problems = validated(self.repository(head))
        if not problems:
            self.trust(head)
            return head, ()
        return good, problems

    def accepted_gaps(self) -> frozenset[tuple[str, str]]:
        """Client and entity (or ``entity.field``) of each gap that a person accepted."""
        main = self.in_force()[0]
        listed = self.settings(main).list("accepted_gaps") if main else []
        return frozenset((g["client"], ".".join(x for x in (g["entity"], g.get("field")) if x)) for g in listed if isinstance(g, dict))

    def trust(self, revision: Revision) -> None:
        """Remember a revision as good: it validates, or this program made it from one that does."""
        self.memory.save(_GOOD, {"revision": revision})


def good_revision(memory: Memory) -> Revision | None:
    """The last main that validated here."""
    good = memory.load(_GOOD).get("revision")
    return Revision(str(good)) if good else None


def validated(repository: Repository) -> tuple[Problem, ...]:
    """Everything that is wrong with the files of a repository, in the order of their paths."""
    from reconciler.reconcile.validation import problems_of  # pydantic costs 0.1 s; most passes do not need it

    return tuple(dict.fromkeys((*repository.problems, *problems_of(repository.files))))
