"""The files of one client as documents: bytes, and the value that the format's reader gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.formats.edit import Edit, FormatError, KeyPath
from reconciler.mapping.takes_effect import UNSAID, TakesEffect
from reconciler.model.names import RelPath
from reconciler.model.results import Problem

_MOST_LOOKED_AT = 2_000_000
"""Bytes that are parsed again only to tell where things stand."""


FOLDER = "${folder}"
"""In the path of keys to a place: a folder that the client keeps something for alone."""


class Format(Protocol):
    """A structured format: see ``reconciler.formats``."""

    def read(self, data: bytes, /) -> Any: ...

    def edit(self, data: bytes, edits: Sequence[Edit], /) -> bytes: ...

    def position(self, data: bytes, path: KeyPath, /) -> tuple[int, int]: ...

    @property
    def careful(self) -> Callable[[bytes], Any] | None: ...


@dataclass(frozen=True)
class FileSpec:
    """One file of a client. ``key`` is how sections name it."""

    key: str
    path: RelPath
    format: Format
    named_by: tuple[str, KeyPath] | None = None
    """Another file's key and the place in it that may name this file instead of ``path``."""
    lock: RelPath | None = None
    """A folder that the client makes while it writes the file, and that keeps others waiting."""
    overridden_by: RelPath | None = None
    """A file that the client reads instead of this one, where it is there."""
    instead: RelPath | None = None
    """Where the client reads it as well: used when it is there and ``path`` is not."""
    takes_effect: TakesEffect = UNSAID


@dataclass(frozen=True)
class FolderSpec:
    """A folder in which every file with ``suffix`` belongs to the client; read in name order."""

    key: str
    path: RelPath
    suffix: str
    format: Format
    takes_effect: TakesEffect = UNSAID


def read_from(spec: FileSpec | FolderSpec) -> tuple[RelPath, ...]:
    """The paths that the client may read it from."""
    others = (spec.instead, spec.overridden_by) if isinstance(spec, FileSpec) else ()
    return (spec.path, *(path for path in others if path))


def lock_of(specs: Iterable[FileSpec | FolderSpec], path: RelPath) -> RelPath | None:
    """The client's own lock for a file, where it has one."""
    return next((spec.lock for spec in specs if isinstance(spec, FileSpec) and spec.path == path), None)


@dataclass(frozen=True)
class Doc:
    """A file that is there (``data``) or not (None), and its value (empty map when it is not)."""

    path: RelPath
    format: Format
    data: bytes | None
    value: Any


@dataclass(frozen=True)
class Docs:
    """All documents of a target: single files by key, folders by key and file name."""

    files: Mapping[str, Doc]
    folders: Mapping[str, Mapping[str, Doc]] = field(default_factory=dict)
    missing_folders: frozenset[str] = frozenset()
    looked_for: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    """How many places were looked for in each file."""

    def value(self, key: str, at: KeyPath = ()) -> Any:
        """What stands at a place of a file; None when nothing does."""
        here = self.files[key].value
        for step in at:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def position(self, key: str, at: KeyPath) -> tuple[int, int]:
        """Line and column of a place; the start of the file when it has so many complaints that looking takes too long."""
        doc = self.files[key]
        self.looked_for[key] = self.looked_for.get(key, 0) + 1
        if doc.data is None or (self.looked_for[key] - 1) * len(doc.data) > _MOST_LOOKED_AT:
            return 1, 1
        try:
            return doc.format.position(doc.data, at)
        except FormatError as error:  # what the quick reading of a large file overlooked
            return error.line, error.column

    def complaint(self, key: str, at: KeyPath, reason: str) -> Problem:
        """A problem with one entry, which is left alone while the rest goes on."""
        line, column = self.position(key, at)
        return Problem(self.files[key].path, reason, line, column, "mend it there; it is left alone until then", is_stalling=False)


Blueprint = Sequence[FileSpec | FolderSpec]
Bytes = Mapping[RelPath, bytes]


def read_docs(
    specs: Blueprint, places: Mapping[str, RelPath], found: Bytes, folders: set[RelPath], before: Docs | None = None
) -> tuple[Docs, list[Problem]]:
    """Documents of all files; a file that cannot be read gives a stalling problem and reads as empty.

    ``places`` says where a file with ``named_by`` is; ``folders`` which folders exist. Of ``before``, an earlier reading
    without problems, the documents with the same bytes are taken over.
    """
    problems: list[Problem] = []
    known = {doc.path: doc for doc in all_docs(before)} if before else {}
    files: dict[str, Doc] = {}
    nested: dict[str, dict[str, Doc]] = {}
    for spec in specs:
        if isinstance(spec, FileSpec):
            files[spec.key] = _doc(places.get(spec.key, spec.path), spec.format, found, known, problems)
        else:
            paths = sorted(p for p in found if _is_in(p, spec))
            nested[spec.key] = {p.rsplit("/", 1)[1]: _doc(p, spec.format, found, known, problems) for p in paths}
    missing = frozenset(s.key for s in specs if isinstance(s, FolderSpec) and s.path not in folders)
    return Docs(files, nested, missing), problems


def all_docs(docs: Docs) -> list[Doc]:
    return [*docs.files.values(), *(doc for folder in docs.folders.values() for doc in folder.values())]


def _is_in(path: RelPath, spec: FolderSpec) -> bool:
    return path.rpartition("/")[0] == spec.path and path.endswith(spec.suffix)


def _doc(path: RelPath, form: Format, found: Bytes, known: Mapping[RelPath, Doc], problems: list[Problem]) -> Doc:
    data, last = found.get(path), known.get(path)
    if last is not None and last.format is form and last.data == data:
        return last
    value: Any = {}
    if data is not None:
        try:
            value = form.read(data)
        except FormatError as error:
            problems.append(_unread(path, error))
    return Doc(path, form, data, value)


def overlooked(docs: Docs) -> list[Problem]:
    """What the quick reading of large files does not see: asked before anything is captured from them.

    Before anything is written to them, the editor reads as carefully.
    """
    problems = []
    for doc in all_docs(docs):
        if doc.data is not None and doc.format.careful:
            try:
                doc.format.careful(doc.data)
            except FormatError as error:
                problems.append(_unread(doc.path, error))
    return problems


def _unread(path: RelPath, error: FormatError) -> Problem:
    advice = "mend the file, or put an earlier version back with `reconciler restore`"
    return Problem(path, error.reason, error.line, error.column, advice)
