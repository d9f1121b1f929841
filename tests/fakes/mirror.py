"""A mirror in memory, with the contract of PostgreSQL's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any

from reconciler.errors import Raced
from reconciler.model.names import Revision
from reconciler.ports.mirror import Batch, Mirror, MirroredRef, MirrorState


@dataclass
class MemoryMirror:
    """``writes`` counts what changed it."""

    rows: dict[str, list[Any]] = field(default_factory=lambda: {"commits": [], "versions": [], "changes": []})
    refs: dict[str, MirroredRef] = field(default_factory=dict)
    at: tuple[Revision | None, Revision | None, int] = (None, None, 0)
    writes: int = 0

    def state(self) -> MirrorState:
        root, head, count = self.at
        return MirrorState(root, head, count, {name: ref.revision for name, ref in self.refs.items()})

    def holds(self, revision: Revision) -> bool:
        return any(made.commit.revision == revision for made in self.rows["commits"])

    def add(self, batch: Batch, after: Revision | None, root: Revision) -> None:
        if self.at[1] != after:
            raise Raced("another process mirrored meanwhile")
        for name, rows in self.rows.items():
            rows += getattr(batch, name)
        self.at = (root, batch.head, batch.count)
        self.writes += 1

    def set_refs(self, changed: Mapping[str, MirroredRef], gone: Collection[str]) -> None:
        self.refs = {name: ref for name, ref in self.refs.items() if name not in gone} | dict(changed)
        self.writes += 1

    def forget(self) -> None:
        for rows in self.rows.values():
            rows.clear()
        self.refs, self.at = {}, (None, None, 0)
        self.writes += 1

    def digest(self) -> str:
        rows = {name: sorted(json.dumps(asdict(row), sort_keys=True, default=str) for row in found) for name, found in self.rows.items()}
        refs = {name: asdict(ref) for name, ref in sorted(self.refs.items())}
        return hashlib.sha256(json.dumps([rows, refs, self.at], sort_keys=True, default=str).encode()).hexdigest()

    @contextmanager
    def together(self, is_kept: bool) -> Iterator[Mirror]:
        before = deepcopy((self.rows, self.refs, self.at, self.writes))
        yield self
        if not is_kept:
            self.rows, self.refs, self.at, self.writes = before
