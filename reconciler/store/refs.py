"""Reads references from the files of a repository, without pygit2: the path of a pass that has nothing to do.

Never writes. A reference that changes meanwhile is seen as it was before or after, never as a mixture.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN, is_ref_name

_ID = re.compile(r"[0-9a-f]{40}")
_MAX_LINKS = 5
_AT_ONCE = 65536


def head_revision(path: Path | str, ref: str = MAIN) -> Revision | None:
    """What a reference names, following symbolic ones (``HEAD``); None when there is none. Raises ``Stalled`` if broken."""
    for _ in range(_MAX_LINKS):
        if ref != "HEAD" and not is_ref_name(ref):
            return None
        text = _loose(path, ref)
        if text is None:
            return packed(path).get(ref)
        if not text.startswith("ref:"):
            return _revision(Path(path), ref, text)
        ref = text[4:].strip()
    raise Stalled(f"{path}: {ref} is a chain of symbolic references without an end")


def refs_quick(path: Path | str, prefixes: Sequence[str]) -> dict[str, Revision]:
    """All references below ``refs/`` whose full name starts with one of the prefixes, sorted by name."""
    root, starts = os.fspath(path), tuple(prefixes)
    # Loose files first: what is packed meanwhile is then found in packed-refs, which is read after.
    loose = {name: head_revision(root, name) for start in starts for name in _loose_names(root, start)}
    found = {name: revision for name, revision in packed(root).items() if name.startswith(starts)}
    found.update({name: revision for name, revision in loose.items() if revision is not None})
    return dict(sorted(found.items()))


def main_places(path: Path) -> tuple[str, ...]:
    """The files of a repository that change when main moves."""
    return str(path / MAIN), str(path / "packed-refs")


def packed(root: Path | str) -> dict[str, Revision]:
    """What ``packed-refs`` says; a loose file of the same name overrules it."""
    data = content(f"{root}/packed-refs")
    lines = (line.split(" ", 1) for line in (data or b"").decode("utf-8", "surrogateescape").split("\n") if line[:1] not in ("", "#", "^"))
    return {pair[1]: Revision(pair[0]) for pair in lines if len(pair) == 2}


def _loose(root: Path | str, ref: str) -> str | None:
    data = content(f"{root}/{ref}")
    return None if data is None else data.decode("utf-8", "replace").strip()


def content(path: str) -> bytes | None:
    """The bytes of a file; None where there is none.

    A save reads two hundred references, of 41 bytes each: a Path or a buffered file for each would cost more than reading it.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return b"".join(iter(lambda: os.read(fd, _AT_ONCE), b""))
    except IsADirectoryError:
        return None
    finally:
        os.close(fd)


def _loose_names(root: str, start: str) -> Iterator[str]:
    folder = start.rpartition("/")[0]
    if folder != "refs" and not folder.startswith("refs/"):
        folder = "refs"
    return (name for name in _files_below(root, folder) if name.startswith(start) and is_ref_name(name))


def _files_below(root: str, folder: str) -> Iterator[str]:
    """Paths from the root. A folder that is gone meanwhile holds nothing."""
    try:
        with os.scandir(f"{root}/{folder}") as found:
            entries = [(f"{folder}/{entry.name}", entry.is_dir(follow_symlinks=False)) for entry in found]
    except (FileNotFoundError, NotADirectoryError):
        return
    for path, is_folder in entries:
        if is_folder:
            yield from _files_below(root, path)
        else:
            yield path


def _revision(root: Path, ref: str, text: str) -> Revision:
    if not _ID.fullmatch(text):
        raise Stalled(f"{root / ref} is broken: expected 40 hex digits; put one there from logs/{ref}, or remove the file")
    return Revision(text)
