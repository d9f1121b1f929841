"""From Git to its mirror: what is new on main, and what the references beside it say. Reads the repository, writes the mirror.

What follows from Git is the same however often and in whatever steps it was mirrored: a digest of the rows proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.all_adapters import ADAPTERS
from reconciler.errors import Stalled
from reconciler.fault_points import fault_point
from reconciler.mapping.lowering import config_of
from reconciler.mapping.printable import printable
from reconciler.mapping.secret_guard import leaks
from reconciler.model.fields import dotted
from reconciler.model.names import AbsPath, Revision, shown
from reconciler.model.refnames import REVIEWS, SYNCED, target_of
from reconciler.model.trailers import TARGET, trailers
from reconciler.ports import Commit
from reconciler.ports.mirror import AppliedEntity, Batch, EntityVersion, Mirror, MirroredChange, MirroredCommit, MirroredRef, MirroredReview
from reconciler.reconcile import reviews
from reconciler.reconcile.agreement import agreement_at
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.history import changes_of, entities_in
from reconciler.reconcile.targets import Target

_BATCH = 500
_HIDDEN = "***"
Rest = Callable[[], None]


def without_rest() -> None:
    """For who is waited for."""


def mirror_repository(centre: Centre, mirror: Mirror, rest: Rest = without_rest) -> bool:
    """Bring the mirror up to the repository; False when it was there already, and nothing was written.

    ``rest`` is called between commits and references, outside of transactions.

    A main that was rewritten is mirrored from its first commit. Raises ``Stalled`` for the mirror of another repository.
    """
    head, known = centre.main(), mirror.state()
    if head is None:
        return False
    is_new = head != known.head
    if is_new:
        _mirror_main(centre, mirror, head, known.head, known.count, known.root, rest)
    return _mirror_refs(centre, mirror, rest) or is_new


def rebuild(centre: Centre, mirror: Mirror) -> str:
    """Make the mirror anew; the old one stands until the new one is whole. Returns its digest."""
    with mirror.together(is_kept=True) as one:
        one.forget()
        mirror_repository(centre, one)
        return one.digest()


def rebuilt_digest(centre: Centre, mirror: Mirror) -> str:
    """The digest that a rebuilt mirror would have. Nothing is changed."""
    with mirror.together(is_kept=False) as one:
        one.forget()
        mirror_repository(centre, one)
        return one.digest()


# ------------------------------------------------------------ main


def _mirror_main(centre: Centre, mirror: Mirror, head: Revision, known: Revision | None, count: int, root: Revision | None, rest: Rest) -> None:
    new, is_rewritten = _new_on_main(centre, head, known)
    first = root if root is not None and not is_rewritten else new[-1].revision
    if root is not None and first != root:
        raise Stalled(
            f"the database mirrors another repository (it begins with {root[:10]}, this one with {first[:10]}); name another database, or run `reconciler mirror rebuild`"
        )
    if is_rewritten:
        with mirror.together(is_kept=True) as one:
            one.forget()
            _take_in(centre, one, list(reversed(new)), None, 0, first, without_rest)
    else:
        _take_in(centre, mirror, list(reversed(new)), known, count, first, rest)


def _new_on_main(centre: Centre, head: Revision, known: Revision | None) -> tuple[list[Commit], bool]:
    """Main's own commits after the known one, newest first; all of them, and True, when main does not stand on it any more."""
    new: list[Commit] = []
    for commit in centre.store.history(head):
        if commit.revision == known:
            return new, False
        new.append(commit)
    return new, known is not None


def _take_in(centre: Centre, mirror: Mirror, new: list[Commit], after: Revision | None, count: int, root: Revision, rest: Rest) -> None:
    seen: set[Revision] = set()
    is_whole = after is None
    for start in range(0, len(new), _BATCH):
        part = new[start : start + _BATCH]
        made = _Taken(centre, mirror, seen, is_whole)
        for number, commit in enumerate(part, count + start + 1):
            rest()
            made.take(commit, number)
        head = part[-1].revision
        batch = Batch(head, count + start + len(part), tuple(made.commits), tuple(made.versions), tuple(made.changes))
        mirror.add(batch, after, root)
        fault_point("mirror.main-added")
        after = head


@dataclass
class _Taken:
    """The rows of a batch. ``is_whole``: the mirror was empty, so that ``seen`` is all that it holds."""

    centre: Centre
    mirror: Mirror
    seen: set[Revision]
    is_whole: bool

    def __post_init__(self) -> None:
        self.commits: list[MirroredCommit] = []
        self.versions: list[EntityVersion] = []
        self.changes: list[MirroredChange] = []

    def take(self, commit: Commit, number: int) -> None:
        self._row(commit, number, is_main=True)
        for merged in self._merged(commit):
            self._row(merged, number, is_main=False)
        self._changes(commit, number)
        self._versions(commit, number)

    def _row(self, commit: Commit, number: int, is_main: bool) -> None:
        self.seen.add(commit.revision)
        said = Commit(commit.revision, commit.parents, commit.author, redacted(commit.message))
        self.commits.append(MirroredCommit(said, number, is_main, tuple(trailers(said.message))))

    def _merged(self, commit: Commit) -> Iterator[Commit]:
        """What the commit brought into main beside itself."""
        todo = list(commit.parents[1:])
        while todo:
            revision = todo.pop()
            if revision in self.seen or (not self.is_whole and self.mirror.holds(revision)):
                continue
            self.seen.add(revision)
            found = self.centre.store.read(revision)
            yield found
            todo += found.parents

    def _changes(self, commit: Commit, number: int) -> None:
        client, machine = _origin(commit)
        author = redacted(commit.author.name)
        for position, c in enumerate(changes_of(self.centre, commit)):
            values = (c.path, c.entity, c.field, c.before, c.after)
            row = MirroredChange(commit.revision, number, position, *values, author, client, machine, commit.author.when)
            self.changes.append(row)

    def _versions(self, commit: Commit, number: int) -> None:
        before = commit.parents[0] if commit.parents else None
        plain = _plain(self.centre, commit.revision)
        for path, (old, new) in self.centre.store.changes(before, commit.revision).items():
            was, now = entities_in(path, old), entities_in(path, new)
            for entity in {**was, **now}:
                if was.get(entity) != now.get(entity):
                    value = config_of(printable(entity, now[entity], plain)) if entity in now else None
                    self.versions.append(EntityVersion(commit.revision, number, path, entity, value))


def _origin(commit: Commit) -> tuple[str, str]:
    """Client and machine that a change came from; empty for one that was made in the repository."""
    for key, value in trailers(commit.message):
        if key == TARGET:
            machine, _, rest = value.partition("/")
            return rest.partition("/")[0], machine
    return "", ""


def _plain(centre: Centre, revision: Revision) -> list[str]:
    return [str(name) for name in centre.settings(revision).list("plain_values")]


def redacted(text: str) -> str:
    """A text with what is a secret by its own shape hidden: people write messages too."""
    for found in leaks(text):
        text = text.replace(found, _HIDDEN)
    return text


# ------------------------------------------------------------ what stands beside main


def _mirror_refs(centre: Centre, mirror: Mirror, rest: Rest) -> bool:
    known = mirror.state().refs
    now = {**centre.store.refs(REVIEWS), **centre.store.refs(SYNCED)}
    changed: dict[str, MirroredRef] = {}
    for name, revision in now.items():
        if known.get(name) != revision:
            rest()
            changed[name] = _ref(centre, name, revision)
    gone = known.keys() - now.keys()
    if changed or gone:
        mirror.set_refs(changed, gone)
    return bool(changed or gone)


def _ref(centre: Centre, name: str, revision: Revision) -> MirroredRef:
    id_ = target_of(name)
    if id_ is None:
        return MirroredRef(revision)
    if name.startswith(REVIEWS):
        return MirroredRef(revision, reviews=tuple(_reviews(reviews.review_at(centre.store, id_, revision))))
    _, client, scope = id_.split("/", 2)
    if client not in ADAPTERS:
        return MirroredRef(revision)
    target = Target(id_, ADAPTERS[client], scope, AbsPath(""), "observe", {})
    return MirroredRef(revision, applied=tuple(_applied(centre, target, revision)))


def _reviews(review: reviews.Review) -> Iterator[MirroredReview]:
    for position, item in enumerate(review.items):
        entity, field = shown(item.entity)
        base, local, central = (_shown(value) for value in (item.base, item.local, item.central))
        sides = {"local": vars(item.local_by), "central": vars(item.central_by)}
        decided = review.decisions.get(item.id)
        decision: Mapping[str, Any] | None = {**vars(decided), "value": _shown(decided.value)} if decided else None
        where, reason = field or dotted(item.path) or None, redacted(item.reason)
        yield MirroredReview(item.id, position, item.target, entity, where, item.kind, reason, base, local, central, sides, decision)


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {key: _shown(inner) for key, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _applied(centre: Centre, target: Target, ref: Revision) -> Iterator[AppliedEntity]:
    agreed = agreement_at(centre, target, ref)
    if agreed.revision is None:
        return
    plain = _plain(centre, agreed.revision)
    for entity, fields in sorted(agreed.config.items()):
        yield AppliedEntity(target.id, entity, agreed.revision, config_of(printable(entity, fields, plain)))
