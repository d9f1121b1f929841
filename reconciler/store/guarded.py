"""A store that looks at everything before it is written: no secret gets into a commit, whatever went wrong above.

What to look for comes as an argument. Text that a branch holds already may be written again: a person put it there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.ports import Author, Commit, Store

Leaks = Callable[[str], Sequence[str]]
"""The secrets that stand in a text."""

Known = Callable[[Iterable[bytes], Collection[str]], set[str]]
"""Those of the secrets that stand in files."""

Allows = Callable[[Revision, str], bool]
"""True when a person has said, in what is in force at this revision of main, that a path holds no secret."""

_ADVICE = "take the value out of the file, or mark its field: `reconciler secrets mask ENTITY.FIELD`"


class GuardedStore:
    """Another store, whose commits are looked at. Reading is as it was."""

    def __init__(self, store: Store, leaks: Leaks, known: Known, allows: Allows) -> None:
        self._store, self._leaks, self._known, self._allows = store, leaks, known, allows

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author
    ) -> Revision:
        for path, text in _texts(changes, message, author):
            hits = set(self._leaks(text))
            if hits and hits - self._known(self._there(base, parents), hits) and not self._is_allowed(path):
                raise Stalled(f"{path}: it holds what looks like a secret, so it was not committed; {_ADVICE}", path)
        return self._store.commit(base, changes, parents, message, author)

    def _is_allowed(self, path: str) -> bool:
        main = self._store.ref(MAIN)
        return main is not None and self._allows(main, path)

    def _there(self, base: Revision | None, parents: Sequence[Revision]) -> Iterator[bytes]:
        branches = self._store.refs("refs/heads/").values()
        for revision in dict.fromkeys([*([base] if base else []), *parents, *branches]):
            yield from self._store.files(revision).values()

    def recover(self) -> None:
        self._store.recover()

    def ref(self, name: str) -> Revision | None:
        return self._store.ref(name)

    def refs(self, prefix: str) -> dict[str, Revision]:
        return self._store.refs(prefix)

    def move_ref(self, name: str, new: Revision | None, expected: Revision | None) -> None:
        if new is not None and self._leaks(name):
            raise Stalled(f"a reference whose name holds what looks like a secret is not made; {_ADVICE}")
        self._store.move_ref(name, new, expected)

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        return self._store.files(revision)

    def read(self, revision: Revision) -> Commit:
        return self._store.read(revision)

    def history(self, revision: Revision, *, first_parent: bool = True, path: str | None = None) -> Iterator[Commit]:
        return self._store.history(revision, first_parent=first_parent, path=path)

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        return self._store.changes(before, after)

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        return self._store.is_ancestor(old, new)

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        return self._store.shared(one, other)


def _texts(changes: Mapping[str, bytes | None], message: str, author: Author) -> Iterator[tuple[str, str]]:
    """What a commit would write, each with the place to name: never the text itself."""
    for path, data in changes.items():
        if data is not None:
            yield path, data.decode("utf-8", "replace")
    for path in changes:
        yield "a file's name", path
    yield "the message of a commit", message
    yield "the author of a commit", f"{author.name} <{author.email}>"
