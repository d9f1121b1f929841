"""An adapter: the description of one client. And the three questions that one can ask of it: read, held, rendered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import is_

from reconciler.errors import Stalled
from reconciler.formats.edit import FormatError
from reconciler.mapping.command_patterns import CommandPatterns
from reconciler.mapping.documents import Bytes, Docs, FileSpec, FolderSpec, all_docs, read_docs
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.sections import Changes, Held, Loss, Reading, Section, Wanted
from reconciler.mapping.trust import Trust
from reconciler.model.fields import Config, Fields, are_same
from reconciler.model.names import EntityId, RelPath, kind_of
from reconciler.model.results import Problem

_MOST_ANSWERS = 20_000
_MOST_CONFIGS = 4
"""A pass asks about what was agreed, main, and the two of a merge."""
_MEND = "mend that place of the file; nothing was written"


@dataclass(frozen=True)
class Adapter:
    """Where a client keeps what, what it is called there, and what it cannot hold."""

    client: str
    title: str
    roots: tuple[RelPath, ...]
    """The client is installed where one of these is below the home folder; it has been in a project whose folder has one."""
    specs: tuple[FileSpec | FolderSpec, ...]
    sections: tuple[Section, ...]
    resolves_refs: bool = False
    """True when the client's own program writes the values of variables over references in its file."""
    notes: tuple[str, ...] = ()
    also_reads: tuple[RelPath, ...] = ()
    """Files that the client reads beside its own, and that are written for other clients."""
    trust: Trust | None = None
    """In a project: what must be said of its folder, by the person, before the client takes these files."""
    project: Adapter | None = None
    """The same client's files in a project's folder; None: it reads none there, or this is that description."""
    local: Adapter | None = None
    """What the same client keeps in a file of its user for one folder alone; ``FOLDER`` stands for that folder in it."""
    answers: Answers = field(default_factory=lambda: Answers(), compare=False, repr=False)
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


@dataclass
class Answers:
    """By entity with the fields that were asked about, and for the last configs as a whole."""

    entities: dict[EntityId, tuple[Fields, Held]] = field(default_factory=dict)
    configs: tuple[tuple[Config, HeldConfig], ...] = ()


def held(adapter: Adapter, config: Config) -> HeldConfig:
    """What the client can hold of ``config``, and what is lost; entities of other kinds are not its business."""
    last = next((one for one in adapter.answers.configs if _are_one(one[0], config)), None)
    found = last or (dict(config), _held(adapter, config))
    others = [one for one in adapter.answers.configs if one is not last]
    adapter.answers.configs = (found, *others[: _MOST_CONFIGS - 1])
    return found[1]


def _are_one(config: Config, other: Config) -> bool:
    """True when both hold the very same fields in the same order."""
    return len(config) == len(other) and all(map(is_, config.values(), other.values())) and list(config) == list(other)


def _held(adapter: Adapter, config: Config) -> HeldConfig:
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


def no_room(adapter: Adapter, docs: Docs, config: Config) -> dict[EntityId, Loss]:
    """What has no place in these files as they are, since something else stands there."""
    return {e: loss for section in adapter.sections if isinstance(section, CommandPatterns) for e, loss in section.no_room(docs, config).items()}


def beside(adapter: Adapter, found: Config, wanted: Config, waiting: Collection[EntityId]) -> set[EntityId]:
    """What shares its place in a file with entities that wait: the place stays as it was found until they are decided."""
    return {e for section in adapter.sections if isinstance(section, CommandPatterns) for e in section.beside(found, wanted, waiting)}


def _answer(adapter: Adapter, section: Section, entity: EntityId, fields: Fields) -> Held:
    known = adapter.answers.entities
    last = known.get(entity)
    if last is not None and are_same(last[0], fields):
        return last[1]
    if len(known) > _MOST_ANSWERS:
        known.clear()
    answer = section.held(entity, fields)
    known[entity] = fields, answer
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
            raise Stalled(f"{adapter.title}: {section.kind} cannot be changed safely: {error.reason}; nothing was written", place=(error.line, error.column)) from error
    out = dict(changes.texts)
    for key, edits in changes.edits.items():
        doc = parsed.docs.files[key]
        if not edits:  # an editor may say "nothing" as an empty file, where there was none
            continue
        try:
            out[doc.path] = doc.format.edit(doc.data if doc.data is not None else b"", edits)
        except FormatError as error:
            raise Stalled(f"{doc.path}: cannot be changed safely: {error.reason}; {_MEND}", doc.path, place=(error.line, error.column)) from error
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
