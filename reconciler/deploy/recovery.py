"""Tidying up after a run that was killed while it wrote: its temporary files go, a client's content in them stays.

It only looks at names that the journal holds, so it never touches a file that is not ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from reconciler.deploy.journal import Entry
from reconciler.deploy.reading import Content, content_at
from reconciler.deploy.rename import ASIDE, Swap, rename_to_free
from reconciler.deploy.resolve import Moved, Place, Refused, opened_folder

Keep = Callable[[Entry, Content], None]


def tidy(entries: Iterable[Entry], swap: Swap, keep: Keep) -> list[Entry]:
    """Settle the entries that no run finished; returns those that need no further look."""
    settled = []
    for entry in entries:
        place = Place(entry.path, entry.real)
        try:
            with opened_folder(place, os.O_RDONLY) as folder:  # one that is only named cannot be flushed
                for name in (entry.temp, entry.temp + ASIDE):
                    _tidy(entry, place, folder, name, swap, keep)
                os.fsync(folder)
        except Moved:
            pass  # the folder is gone, and the temporary file with it
        except (Refused, OSError):
            continue  # looked at again before the next write
        settled.append(entry)
    return settled


def _tidy(entry: Entry, place: Place, folder: int, name: str, swap: Swap, keep: Keep) -> None:
    left = content_at(folder, name, place)
    if left is None:
        return
    if left.digest != entry.new and entry.new is not None and _put_back(entry, place, folder, name, left, swap):
        left = content_at(folder, name, place)
    if left is None:
        return
    if left.digest not in (entry.new, entry.old):
        keep(entry, left)
    os.unlink(name, dir_fd=folder)


def _put_back(entry: Entry, place: Place, folder: int, name: str, left: Content, swap: Swap) -> bool:
    """True when the left-over was given back its name: a client's write that we displaced, or a file that nothing replaced yet."""
    standing = content_at(folder, place.name, place)
    if standing is None and entry.old is not None:
        rename_to_free(folder, name, place.name)
        return True
    if standing is not None and standing.digest == entry.new and left.digest != entry.old:
        swap(folder, name, place.name)
        return True
    return False
