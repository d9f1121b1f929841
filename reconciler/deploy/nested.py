"""Files of one name in the folders below a folder. Follows no link, and gives up early in a large tree."""

from __future__ import annotations

import os

from reconciler.model.names import AbsPath, RelPath

_MOST_FOLDERS = 5_000
_NOT_THEIRS = frozenset({"node_modules", "vendor", "target", "dist", "build"})
"""Folders of other people's work, and of what is made; so are those whose name starts with a dot."""


def nested(root: AbsPath, name: RelPath) -> list[RelPath]:
    """Paths below ``root``, sorted; the file in ``root`` itself is none of them. What cannot be read is passed over."""
    found = []
    for count, (folder, folders, files) in enumerate(os.walk(root)):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _NOT_THEIRS)
        if name in files and folder != root:
            found.append(RelPath(os.path.relpath(f"{folder}/{name}", root)))
        if count >= _MOST_FOLDERS:
            break
    return sorted(found)
