"""An adapter: the description of one client. And the three questions that one can ask of it: read, held, rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.errors import Stalled
from reconciler.formats.edit import FormatError
from reconciler.mapping.command_patterns import CommandPatterns
from reconciler.mapping.documents import Bytes, Docs, FileSpec, FolderSpec, all_docs, read_docs
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.sections import Changes, Held, Loss, Reading, Section, Wanted
from reconciler.model.fields import Config, Fields, are_same
from reconciler.model.names import EntityId, RelPath, kind_of
from reconciler.model.results import Problem

_MOST_ANSWERS = 20_000


@dataclass(frozen=True)
class Adapter:
    """Where a client keeps what, what it is called there, and what it cannot hold."""

    client: str
    title: str
    roots: tuple[RelPath, ...]
    """The client is installed where one of these is below the home folder."""
    specs: tuple[FileSpec | FolderSpec, ...]
    sections: tuple[Section, ...]
    resolves_refs: bool = False
    """True when the client's own program writes the values of variables over references in its file."""
    local_servers_at: tuple[str, str, str] | None = None
    """File key, map of folders, key of servers in each: servers of a narrower scope, shown as found."""
    notes: tuple[str, ...] = ()
    answers: dict[EntityId, tuple[Fields, Held]] = field(default_factory=dict, compare=False, repr=False)
    """What ``held`` answered last: a pass asks the same many times over."""


@dataclass(frozen=True)
class Parsed:
    """What the files of a target hold; ``is_readable`` False when a problem stalls the whole target."""

    docs: Docs
    reading: Reading
    problems: tuple[Problem, ...]

    @property
    def is_readable(self) -> bool:
        return not any(p.is_stalling for p in self.problems)


@dataclass(frozen=True)
class HeldConfig:
    """What a client can hold of a config. What is in ``losses`` with an empty path is not in ``config``."""

    config: Mapping[EntityId, Fields]
    losses: Mapping[EntityId, tuple[Loss, ...]] = field(default_factory=dict)


def parse(adapter: Adapter, found: Bytes, places: Mapping[str, RelPath], folders: set[RelPath], before: Parsed | None = None) -> Parsed:
    """Read all files of a target. Nothing is thrown for what a user can write: see ``Parsed.problems``.

    ``before`` is an earlier reading of the same target: what it has read already is not read again.
    """
    known = before if before and before.is_readable else None
    docs, problems = read_docs(adapter.specs, places, found, folders, known.docs if known else None)
    if known and docs == known.docs:
        return known
    reading = Reading()
    for section in adapter.sections:
        section.read(docs, reading)
    return Parsed(docs, reading, (*problems, *reading.problems))


def held(adapter: Adapter, config: Config) -> HeldConfig:
    """What the client can hold of ``config``, and what is lost; entities of other kinds are not its business."""
    by_kind = {s.kind: s for s in adapter.sections}
    kept: dict[EntityId, Fields] = {}
    losses: dict[EntityId, tuple[Loss, ...]] = {}
    for entity, fields in config.items():
        answer = _answer(adapter, by_kind[kind_of(entity)], entity, fields)
        if answer.fields is not None:
            kept[entity] = answer.fields
        if answer.losses:
            losses[entity] = answer.losses
    for section in adapter.sections:
        if isinstance(section, RuleFiles | CommandPatterns):
            for entity, loss in section.overflow(kept).items():
                kept.pop(entity)
                losses[entity] = (loss,)
    return HeldConfig(kept, losses)


def _answer(adapter: Adapter, section: Section, entity: EntityId, fields: Fields) -> Held:
    last = adapter.answers.get(entity)
    if last is not None and are_same(last[0], fields):
        return last[1]
    if len(adapter.answers) > _MOST_ANSWERS:
        adapter.answers.clear()
    answer = section.held(entity, fields)
    adapter.answers[entity] = fields, answer
    return answer


def render(adapter: Adapter, parsed: Parsed, wanted: Wanted) -> dict[RelPath, bytes | None]:
    """New bytes of the files that must change so that they hold ``wanted`` (None: the file goes).

    The result is parsed again and compared: raises ``Stalled`` when a file cannot be changed without losing something.
    """
    changes = Changes()
    for section in adapter.sections:
        if isinstance(section, CommandPatterns):
            wanted = {**section.displaced(parsed.reading, wanted), **wanted}
        part = {e: f for e, f in wanted.items() if kind_of(e) == section.kind}
        try:
            if part:
                section.change(parsed.docs, parsed.reading, part, changes)
        except FormatError as error:
            raise Stalled(f"{adapter.title}: {section.kind} cannot be changed safely: {error}; nothing was written") from error
    out = dict(changes.texts)
    for key, edits in changes.edits.items():
        doc = parsed.docs.files[key]
        if not edits:  # an editor may say "nothing" as an empty file, where there was none
            continue
        try:
            out[doc.path] = doc.format.edit(doc.data if doc.data is not None else b"", edits)
        except FormatError as error:
            raise Stalled(f"{doc.path}: line {error.line}: cannot be changed safely: {error.reason}; nothing was written") from error
    changed = {p: data for p, data in out.items() if data != _bytes_of(parsed.docs, p)}
    _compare(adapter, parsed, wanted, changed)
    return changed


def _bytes_of(docs: Docs, path: RelPath) -> bytes | None:
    return next((d.data for d in all_docs(docs) if d.path == path), None)


def found_bytes(docs: Docs) -> dict[RelPath, bytes]:
    """The bytes of all files that are there."""
    return {d.path: d.data for d in all_docs(docs) if d.data is not None}


def _compare(adapter: Adapter, parsed: Parsed, wanted: Wanted, changed: Mapping[RelPath, bytes | None]) -> None:
    """Raise unless the changed files hold exactly what they held, but for ``wanted``."""
    after = found_bytes(parsed.docs)
    for path, data in changed.items():
        if data is None:
            after.pop(path, None)
        else:
            after[path] = data
    places = {key: doc.path for key, doc in parsed.docs.files.items()}
    folders = {s.path for s in adapter.specs if isinstance(s, FolderSpec)}
    again = parse(adapter, after, places, folders, parsed)
    expected = dict(parsed.reading.config)
    for entity, fields in wanted.items():
        if fields is None:
            expected.pop(entity, None)
        else:
            expected[entity] = fields
    wrong = [e for e in {**expected, **again.reading.config} if again.reading.config.get(e) != expected.get(e)]
    if wrong or not again.is_readable:
        names = ", ".join(sorted(map(str, wrong)))[:200]
        raise Stalled(f"{adapter.title}: the changed files would not hold what they should ({names}); nothing was written")
