"""Which paths mean which targets: what is watched, and what an event on a path says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.mapping.documents import FolderSpec, read_from
from reconciler.model.names import AbsPath, RelPath, TargetId
from reconciler.reconcile.targets import Target


@dataclass
class Places:
    """``files`` and ``folders`` (with the ending that counts there) of the targets that were noted last."""

    files: tuple[AbsPath, ...] = ()
    folders: tuple[tuple[AbsPath, str], ...] = ()
    _targets: tuple[Target, ...] = ()
    _named: dict[TargetId, frozenset[RelPath]] = field(default_factory=dict)
    """Files that a target reads because another of its files names them."""
    _moved: set[TargetId] = field(default_factory=set)
    _by_path: dict[AbsPath, set[TargetId]] = field(default_factory=dict)

    def note(self, targets: Sequence[Target]) -> bool:
        """Take up the targets; True when they are others than before."""
        if tuple(targets) == self._targets:
            return False
        self._targets = tuple(targets)
        self._lay_out()
        return True

    def see(self, read: Mapping[TargetId, Collection[RelPath]]) -> None:
        """Take up where the files of targets really were read."""
        for target in self._targets:
            named = frozenset(read.get(target.id, ())) - {path for spec in target.adapter.specs for path in read_from(spec)}
            if target.id in read and named != self._named.get(target.id, frozenset()):
                self._named[target.id] = named
                self._moved.add(target.id)

    def moved(self) -> set[TargetId]:
        """Targets that read other files since this was asked last: from now on these are known."""
        moved, self._moved = self._moved, set()
        if moved:
            self._lay_out()
        return moved

    def _lay_out(self) -> None:
        files: dict[AbsPath, None] = {}
        folders: dict[tuple[AbsPath, str], None] = {}
        by_path: dict[AbsPath, set[TargetId]] = {}
        for target, path, suffix in self._all():
            full = AbsPath(f"{target.root}/{path}")
            by_path.setdefault(full, set()).add(target.id)
            if suffix is None:
                files[full] = None
            else:
                folders[full, suffix] = None
        self.files, self.folders, self._by_path = tuple(files), tuple(folders), by_path  # whole: another thread reads it

    def _all(self) -> Iterator[tuple[Target, RelPath, str | None]]:
        """Each path of each target, with the ending that counts in it when it is a folder."""
        for target in self._targets:
            for spec in target.adapter.specs:
                suffix = spec.suffix if isinstance(spec, FolderSpec) else None
                yield from ((target, path, suffix) for path in read_from(spec))
            yield from ((target, path, None) for path in sorted(self._named.get(target.id, ())))

    def targets(self, path: AbsPath) -> list[TargetId | None]:
        """Whose files depend on the path. One that is not known means all."""
        known = self._by_path
        found = known.get(path) or known.get(AbsPath(path.rpartition("/")[0]))
        return [*sorted(found)] if found else [None]
