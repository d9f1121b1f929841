"""Secrets in the whole history of the repository: all that any reference leads to, whoever committed it. Tells places, never a value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.mapping.printable import HIDDEN
from reconciler.mapping.secret_guard import allows
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.ports import Commit
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.strictness import SETTINGS, secrets_in_clear

Leaks = Callable[[str], Sequence[str]]
"""The secrets that stand in a text."""


@dataclass(frozen=True)
class Leak:
    """Where a secret came in first. ``is_there``: main holds it still. ``path`` is empty for what a commit itself says."""

    revision: Revision
    path: str
    line: int
    what: str
    by: str
    at: float
    is_there: bool


@dataclass(frozen=True)
class _Hit:
    """``secret`` is what is looked for in main, and is never told."""

    path: str
    line: int
    what: str
    secret: str


def leaked(engine: Reconciler, leaks: Leaks) -> list[Leak]:
    """Each secret once for each file, the oldest first. What a person declared to be none is left out."""
    store = engine.ports.store
    main = store.ref(MAIN)
    now = store.files(main) if main else {}
    plain = engine.centre.policy(main).list("plain_values") if main else ()
    clear = {(problem.file, problem.reason) for problem in secrets_in_clear(now)}
    found: dict[tuple[str, str], Leak] = {}
    for commit in _oldest_first(engine):
        for hit in _hits(engine, commit, leaks, now, plain):
            is_there = (hit.path, hit.secret) in clear or hit.secret.encode("utf-8", "surrogatepass") in now.get(hit.path, b"")
            told = (HIDDEN if leaks(text) else text for text in (hit.path, hit.what, commit.author.name))
            path, what, by = told
            found.setdefault((hit.path, hit.secret), Leak(commit.revision, path, hit.line, what, by, commit.author.when, is_there))
    return list(found.values())


def _oldest_first(engine: Reconciler) -> Iterator[Commit]:
    store = engine.ports.store
    known: dict[Revision, Commit] = {}
    for tip in sorted(set(store.refs("refs/").values())):
        if tip not in known:
            known |= {c.revision: c for c in store.history(tip, first_parent=False) if c.revision not in known}
    yield from sorted(known.values(), key=lambda commit: (commit.author.when, commit.revision))


def _hits(engine: Reconciler, commit: Commit, leaks: Leaks, now: Mapping[str, bytes], plain: Collection[object]) -> Iterator[_Hit]:
    """What a commit brought: in its files as against its first parent, in their names, and in what it says of itself."""
    changes = engine.ports.store.changes(commit.parents[0] if commit.parents else None, commit.revision)
    new = {path: after for path, (_, after) in changes.items() if after is not None and not allows(plain, path)}
    yield from _in_files(new, leaks, now)
    for path in new:
        yield from (_Hit(path, 1, "the file's name holds a token", secret) for secret in leaks(path))
    said = f"{commit.message}\n{commit.author.name} {commit.author.email}"
    yield from (_Hit("", 1, "the commit's message or author holds a token", secret) for secret in leaks(said))


def _in_files(files: Mapping[str, bytes], leaks: Leaks, now: Mapping[str, bytes]) -> Iterator[_Hit]:
    told = set()
    for path, data in files.items():
        text = data.decode("utf-8", "replace")
        for secret in leaks(text):
            line = text.count("\n", 0, text.find(secret)) + 1
            told.add((path, line))
            yield _Hit(path, line, "holds a token, a key or a value of this machine's vault", secret)
    settings = {SETTINGS: now[SETTINGS]} if SETTINGS in now else {}
    for problem in secrets_in_clear({**files, **settings}):
        if (problem.file, problem.line) not in told:
            yield _Hit(problem.file, problem.line, problem.reason, problem.reason)
