"""What a client keeps in a file of its user for one folder: the description with that folder put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.mapping.adapter import Adapter, Answers
from reconciler.mapping.documents import FOLDER, Docs
from reconciler.mapping.servers import ServerMap


def for_folder(adapter: Adapter, folder: str) -> Adapter:
    """The description for one folder; ``folder`` is as the client names it, which is the real path."""
    sections = (replace(s, at=tuple(folder if k == FOLDER else k for k in s.at)) if isinstance(s, ServerMap) else s for s in adapter.sections)
    return replace(adapter, sections=tuple(sections), answers=Answers())


def in_all_folders(adapter: Adapter, docs: Docs) -> Iterator[tuple[str, str]]:
    """Each folder with the name of each server that the client keeps for it."""
    for section in (s for s in adapter.sections if isinstance(s, ServerMap)):
        start = section.at.index(FOLDER)
        folders = docs.value(section.file, section.at[:start])
        for folder in folders if isinstance(folders, dict) else ():
            servers = docs.value(section.file, (*section.at[:start], folder, *section.at[start + 1 :]))
            yield from ((str(folder), str(name)) for name in (servers if isinstance(servers, dict) else ()))
