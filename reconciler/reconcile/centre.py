"""Main as the moves read it: revisions, their entities, and the settings in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, TypeVar

from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.mapping.adapter import held
from reconciler.mapping.ignoring import Ignoring
from reconciler.mapping.layers import BASE, Layer, PieceCache, Repository, client_layer, effective, machine_layer, read_repository
from reconciler.model.fields import Fields, are_same
from reconciler.model.names import MCP, RULES, Digest, EntityId, Revision, kind_of
from reconciler.model.refnames import APPROVALS, MAIN, POLICY
from reconciler.model.results import Problem
from reconciler.policy.findings import Level
from reconciler.policy.risk import digest_of
from reconciler.policy.weakening import POLICY_KEYS, weakening
from reconciler.ports import Memory, Store
from reconciler.reconcile.approved import Approvals, approvals_at
from reconciler.reconcile.targets import Target, machine_modes, machine_of, machine_path, view_of

SETTINGS = "reconciler.yaml"
POLICY_ENTITY = EntityId(f"policy/{SETTINGS}")
"""The policy where it waits for an approver, as entities do."""
_GOOD = "good-main"
_MOST_KEPT = 1024
T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """``reconciler.yaml`` as plain values; ``reconciler.model.settings_file`` says what is allowed in it."""

    value: Mapping[str, Any] = field(default_factory=dict)
    is_fleet: bool = False
    """True with more than one machine."""

    def list(self, name: str) -> list[Any]:
        return list(self.value.get(name) or [])

    def new_entities(self, target: Target) -> dict[str, Layer]:
        """In the words of the user's tree, whatever the target's scope."""
        layers = {"base": BASE, "client": client_layer(target.client), "machine": machine_layer(target.machine)}
        return {kind: layers[str(where)] for kind, where in (self.value.get("new_entities") or {}).items() if where in layers}

    @property
    def is_protected(self) -> bool:
        """True when main moves on the Git host alone."""
        return self.value.get("main") == "protected"

    def threshold(self) -> Level:
        level = self.value.get("approval_threshold")
        return level if level in ("low", "medium", "high") else "medium" if self.is_fleet else "high"

    def priorities(self) -> dict[str, int]:
        return dict(self.value.get("priorities") or {})

    def judged(self) -> dict[str, Any]:
        """What of the settings guards, with the threshold as it is in force: what an approval of a policy is bound to."""
        return {**{k: self.value[k] for k in POLICY_KEYS if self.value.get(k)}, "approval_threshold": self.threshold()}

    def digest(self) -> Digest:
        return digest_of(POLICY_ENTITY, {(k,): v for k, v in self.judged().items()})

    def weakened_by(self, new: Settings) -> tuple[str, ...]:
        """Why ``new`` would guard less than these; empty when it does not."""
        return weakening(self.value, new.value, (self.threshold(), new.threshold()))


@dataclass
class Centre:
    """Reads revisions; what was read once is kept, since a revision never changes."""

    store: Store
    memory: Memory
    cache: PieceCache = field(default_factory=PieceCache)
    _kept: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _fields: dict[EntityId, Fields] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock, repr=False)
    """Targets are worked on side by side; ``make`` may ask for more."""

    def on(self, store: Store, memory: Memory) -> Centre:
        """The same over other doors to the same repository: what one has read, neither reads again."""
        return replace(self, store=store, memory=memory)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What ``make`` returns; kept for a while under a key that names the revisions that it follows from."""
        with self._lock:
            value: T = self._kept.pop(key) if key in self._kept else make()
            self._kept[key] = value  # the last one used is the last to go
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return value

    def repository(self, revision: Revision) -> Repository:
        return self.once(("repository", revision), lambda: read_repository(self.store.files(revision), self.cache))

    def config(self, revision: Revision, target: Target) -> dict[EntityId, Fields]:
        """What a target's files should hold, at a revision of main or of a change branch."""
        if not target.brought_by:
            return self.whole(revision, target)
        return self.once(("config", revision, *view_of(target)), lambda: self._config(revision, target))

    def _config(self, revision: Revision, target: Target) -> dict[EntityId, Fields]:
        config = self.whole(revision, target)
        for writer in target.brought_by:
            theirs, withheld = self.config(revision, writer), self.withheld(revision, writer)
            able = held(writer.adapter, theirs).config
            brought = {e for e, f in config.items() if kind_of(e) == RULES and e in able and theirs[e] == f and e not in withheld}
            config = {e: f for e, f in config.items() if e not in brought}
        return config

    def withheld(self, revision: Revision, target: Target) -> frozenset[EntityId]:
        """What a target's file is not given, because others who read it are not meant, or have it otherwise."""
        if not target.readers and not target.server_readers:
            return frozenset()
        return self.once(("withheld", revision, *view_of(target)), lambda: self._withheld(revision, target))

    def _withheld(self, revision: Revision, target: Target) -> frozenset[EntityId]:
        config = self.config(revision, target)
        theirs = [self.whole(revision, reader) for reader in target.readers]
        mine = {e: f for e, f in config.items() if kind_of(e) == RULES and not target.is_own_text(e)}
        rules = {e for e, f in mine.items() if any(other.get(e) != f for other in theirs)}
        meant = [self.whole(revision, reader) for reader in target.server_readers]  # who has it in a file of its own reads that
        return frozenset(rules | {e for e in config if kind_of(e) == MCP and any(e not in other for other in meant)})

    def whole(self, revision: Revision, target: Target) -> dict[EntityId, Fields]:
        """The same with the rules that the target reads in a file which another one writes."""
        return self.once(("whole", revision, *view_of(target)), lambda: self._whole(revision, target))

    def _whole(self, revision: Revision, target: Target) -> dict[EntityId, Fields]:
        """What did not change since another revision is the same object again: then comparing costs nothing."""
        config = effective(self.repository(revision), target.machine, target.client, target.base)
        config = {e: f for e, f in config.items() if target.is_meant(e)}
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
        data = self.store.files(revision).get(SETTINGS, b"")
        value = self.once(("settings of", data.decode("utf-8", "surrogateescape")), lambda: _settings(data))  # few commits change them
        return Settings(value, len(self._machines(revision)) > 1)

    def policy(self, revision: Revision) -> Settings:
        """The settings in force at a revision of main: those before it, while what it weakens of them is not approved."""
        before, said = self.store.ref(POLICY), self.store.ref(APPROVALS)
        if before is None or before == revision:
            return self.settings(revision)
        return self.once(("policy", before, said or "", revision), lambda: self._policy(before, revision))

    def _policy(self, before: Revision, revision: Revision) -> Settings:
        old, new = self.settings(before), self.settings(revision)
        is_merged = old.is_protected  # on the Git host, whose merge is the approval
        is_approved = is_merged or not old.weakened_by(new) or self.approvals().allows_digest(POLICY_ENTITY, new.digest())
        return new if is_approved else old

    def approvals(self) -> Approvals:
        """What was said of content, as it stands now."""
        ref = self.store.ref(APPROVALS)
        return self.once(("approvals", ref), lambda: approvals_at(self.store, ref)) if ref else Approvals()

    def ignoring(self, revision: Revision, target: Target) -> Ignoring:
        """The rules in force by which a target leaves something as it is."""
        rules = self.policy(revision).list("ignore")
        return Ignoring(tuple(str(r.get("match")) for r in rules if isinstance(r, dict) and r.get("client") in (None, target.client)))

    def main(self) -> Revision | None:
        return self.store.ref(MAIN)

    def has_others(self, target: Target) -> bool:
        """True when main knows a machine beside the target's; in a project, one that has this project."""
        main = self.main()
        others = [path for path in self._machines(main) if path != machine_path(target.machine)] if main else []
        if main is None or not target.project:
            return bool(others)
        files = self.store.files(main)
        return any(name.endswith(f"/{target.scope}") for path in others for name in machine_modes(files, machine_of(path)))

    def _machines(self, revision: Revision) -> list[str]:
        return [path for path in self.store.files(revision) if path.startswith("machines/") and path.endswith(".yaml")]

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
        listed = self.policy(main).list("accepted_gaps") if main else []
        return frozenset((g["client"], ".".join(x for x in (g["entity"], g.get("field")) if x)) for g in listed if isinstance(g, dict))

    def trust(self, revision: Revision) -> None:
        """Remember a revision as good: it validates, or this program made it from one that does."""
        self.memory.save(_GOOD, {"revision": revision})

    def trust_after(self, before: Revision, revision: Revision) -> None:
        """The same, when ``before``, on which it stands, was good; else it must be looked at."""
        if good_revision(self.memory) == before:
            self.trust(revision)


def _settings(data: bytes) -> dict[str, Any]:
    try:
        value = yaml_text.read(data)
    except FormatError:
        return {}
    return value if isinstance(value, dict) else {}


def good_revision(memory: Memory) -> Revision | None:
    """The last main that validated here."""
    good = memory.load(_GOOD).get("revision")
    return Revision(str(good)) if good else None


def validated(repository: Repository) -> tuple[Problem, ...]:
    """Everything that is wrong with the files of a repository, in the order of their paths."""
    from reconciler.reconcile.validation import problems_of  # pydantic costs 0.1 s; most passes do not need it

    return tuple(dict.fromkeys((*repository.problems, *problems_of(repository.files))))
