"""A checkout of the central repository as a person, or a CI job, has it: its files, and those that it is compared with.

Reads only. A link in it is the text that Git keeps of it: a pull request must not show what else is on this disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.store.trees import Cache, Trees

_MOST_BYTES = 5_000_000
_MAINS = ("origin/HEAD", "origin/main", "main")


@dataclass(frozen=True)
class Compared:
    """``base`` is where this branch left what it is compared with; ``files`` are empty where there is nothing to compare."""

    name: str
    base: Revision | None = None
    files: Mapping[str, bytes] | None = None


def working_files(folder: Path) -> dict[str, bytes]:
    """Every file below the folder by its path with ``/``, but for what is Git's own."""
    return {path.relative_to(folder).as_posix(): _read(path) for path in _paths(folder)}


def _paths(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != ".git" and not (Path(at) / f).is_symlink())
        yield from (Path(at) / name for name in sorted(names) if name != ".git")


def _read(path: Path) -> bytes:
    if path.is_symlink():
        return os.readlink(path).encode()
    if not path.is_file():
        raise Stalled(f"{path} is no file: a checkout holds files and folders")
    if path.stat().st_size > _MOST_BYTES:
        return path.open("rb").read(_MOST_BYTES + 1)  # enough to be refused by whatever reads it
    return path.read_bytes()


def compared(folder: Path, against: str | None, branch: str | None) -> Compared:
    """What a checkout is compared with: ``against``, else the ``branch`` that it is to be merged into, else main.

    Always from where the two parted: what others have landed since is no change of this checkout.
    """
    if not (folder / ".git").exists():
        if against:
            raise Stalled(f"{folder} is no Git checkout: there is no {against} in it")
        return Compared("nothing: this folder is no Git checkout")
    repo = _opened(folder)
    names = [against] if against else [f"origin/{branch}", branch] if branch else _MAINS
    name, commit = _first(repo, names, folder, is_must=bool(against or branch))
    if commit is None:
        return Compared("nothing: there is no main branch to compare with")
    head = None if repo.head_is_unborn else repo[repo.head.target].peel(pygit2.Commit)
    parted = repo.merge_base(head.id, commit.id) if head else None
    base = repo[parted].peel(pygit2.Commit) if parted else commit
    files = Trees(repo, Cache()).files(base.tree_id)
    return Compared(f"{name} at {str(base.id)[:10]}", Revision(str(base.id)), files)


def _opened(folder: Path) -> pygit2.Repository:
    try:
        return pygit2.Repository(str(folder), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)
    except pygit2.GitError as error:
        mend = f"; trust it with `git config --global --add safe.directory {folder}`" if "not owned by" in str(error) else ""
        raise Stalled(f"{folder} cannot be read as a Git checkout: {error}{mend}") from error


def _first(repo: pygit2.Repository, names: Sequence[str], folder: Path, is_must: bool) -> tuple[str, pygit2.Commit | None]:
    for name in names:
        try:
            return name, repo.revparse_single(name).peel(pygit2.Commit)
        except (KeyError, ValueError, pygit2.GitError):
            continue
    if is_must:
        raise Stalled(f"{folder}: there is no {names[0]} in it; fetch it (in CI: the whole history, `fetch-depth: 0`), or name another by --against")
    return "", None
