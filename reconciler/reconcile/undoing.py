"""Taking our writes back, newest first: what each one changed and still stands so goes back, the rest stays as it is.

The entities decide what goes back; the bytes decide how it looks: where the lines of before fit among what a client wrote
since, they come back as they were, comments and order with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Stalled
from reconciler.formats.prefix_rules import PrefixRule
from reconciler.mapping.adapter import Adapter, Parsed, found_bytes, parse, render
from reconciler.mapping.documents import all_docs
from reconciler.merge.diff3 import taken_back
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, RelPath
from reconciler.reconcile.observe import Seen

Files = dict[RelPath, bytes]
Contents = Mapping[RelPath, bytes | None]

_LINES, _PIECES = re.compile(r"[^\n]*\n|[^\n]+"), re.compile(r"[^\n,{}\[\]]+|[\n,{}\[\]]")
_MOST_PIECES = 4_000
"""Comparing more than these takes seconds; then only the entities go back."""
_SLACK = 8


@dataclass(frozen=True)
class Step:
    """What one write of ours replaced, and what it wrote (None: no file).

    ``is_whole`` False: it stands for several writes, and for what the client wrote between them.
    """

    before: Contents
    after: Contents
    is_whole: bool = True


@dataclass
class Undoing:
    """The files of one target on their way back. ``kept`` are entities that the client changed since."""

    adapter: Adapter
    seen: Seen
    files: Files
    kept: set[EntityId] = field(default_factory=set)

    def take_back(self, steps: Iterable[Step]) -> dict[RelPath, bytes | None]:
        """New bytes of the files that change (None: the file goes). Raises ``Stalled`` when one of them cannot be read."""
        start = dict(self.files)
        for step in steps:
            if step.is_whole and all(self.files.get(path) == data for path, data in step.after.items()):
                self.files = _with(self.files, step.before)
            else:
                self._among_what_came_since(step)
        paths = sorted({*start, *self.files})
        return {path: self.files.get(path) for path in paths if self.files.get(path) != start.get(path)}

    def parsed(self, files: Files) -> Parsed:
        found = parse(self.adapter, files, self.seen.places, set(self.seen.folders))
        if not found.is_readable:
            problem = next(p for p in found.problems if p.is_stalling)
            raise Stalled(f"{problem.file}: {problem.reason}; `--whole-file` puts the whole file back")
        return found

    def _among_what_came_since(self, step: Step) -> None:
        now, before, after = (
            self.parsed(self.files),
            self.parsed(_with(self.files, step.before)),
            self.parsed(_with(self.files, step.after)),
        )
        wanted: dict[EntityId, Fields | None] = {}
        for entity in {**before.reading.config, **after.reading.config}:
            old, ours, here = (p.reading.config.get(entity) for p in (before, after, now))
            if old != ours and here == ours:
                wanted[entity] = old
            elif old not in (ours, here):
                self.kept.add(entity)
        rendered = _with(self.files, render(self.adapter, now, wanted)) if wanted else self.files
        back = (self._exact(step, rendered, (before, after, now)) if step.is_whole else None) or rendered
        self.files = {path: data for path, data in back.items() if data.strip() or step.before.get(path, data) is not None}  # a file that we made goes when nothing is left in it

    def _exact(self, step: Step, rendered: Files, states: Sequence[Parsed]) -> Files | None:
        """The same as ``rendered`` in the lines of before. None when that cannot be had: lines that fit may say something else."""
        try:
            want = self.parsed(rendered).reading.config
            lines = self.parsed(_lines_back(self.files, step))
            differing = {e: want.get(e) for e in {**want, **lines.reading.config} if want.get(e) != lines.reading.config.get(e)}
            files = _with(found_bytes(lines.docs), render(self.adapter, lines, differing) if differing else {})
            beside = _back(*(self._beside(found) for found in states))
            return files if self._beside(self.parsed(files)) == beside else None
        except Stalled:
            return None

    def _beside(self, found: Parsed) -> Any:
        """What the files hold that is no entity."""
        bare = _with(found_bytes(found.docs), render(self.adapter, found, dict.fromkeys(found.reading.config)))
        return without_empty({doc.path: doc.value for doc in all_docs(self.parsed(bare).docs)})


def _with(files: Files, changes: Contents) -> Files:
    return {path: data for path, data in {**files, **changes}.items() if data is not None}


def _lines_back(files: Files, step: Step) -> Files:
    """The files with the lines of before, wherever ours still stand."""
    changes: dict[RelPath, bytes | None] = {}
    for path, ours in step.after.items():
        old, here = step.before.get(path), files.get(path)
        if here == ours:
            changes[path] = old
        elif old is not None and ours is not None and here is not None:
            changes[path] = _text_back(ours, old, here)
    return _with(files, changes)


def _text_back(ours: bytes, old: bytes, here: bytes) -> bytes:
    """In the finest pieces that can be compared in good time: a file may well be one long line."""
    for pieces in (_PIECES, _LINES):
        versions = [pieces.findall(data.decode("utf-8", "surrogateescape")) for data in (ours, old, here)]
        start, end = _same(versions)
        middles = [version[start : len(version) - end] for version in versions]
        if max(map(len, middles)) <= _MOST_PIECES:
            whole = [*versions[0][:start], *taken_back(*middles), *versions[0][len(versions[0]) - end :]]
            return "".join(whole).encode("utf-8", "surrogateescape")
    return here


def _same(versions: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many pieces are the same at the start and at the end; a few less, for a change that can stand at either side of them."""
    most = min(map(len, versions))
    start = next((i for i in range(most) if len({version[i] for version in versions}) > 1), most)
    start = max(start - _SLACK, 0)
    end = next((i for i in range(most - start) if len({version[-1 - i] for version in versions}) > 1), most - start)
    return start, max(end - _SLACK, 0)


def _back(before: Any, after: Any, now: Any) -> Any:
    """``now`` with what differs between the others as it was before, where it is as it was after."""
    if now == after:
        return before
    if not isinstance(now, Mapping):
        return now
    inner = {
        key: _back(*(_at(value, key) for value in (before, after, now)))
        for key in {**now, **(before if isinstance(before, Mapping) else {})}
    }
    return {key: value for key, value in inner.items() if value is not None} or None


def _at(value: Any, key: Any) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def without_empty(value: Any) -> Any:
    """A value in which absent and empty are the same. None when nothing is left."""
    if isinstance(value, Mapping):
        inner = {key: without_empty(v) for key, v in value.items()}
        return {key: v for key, v in inner.items() if v is not None} or None
    if isinstance(value, list | tuple):
        return [without_empty(v) for v in value] or None
    return value.content if isinstance(value, PrefixRule) else None if value == "" else value
