"""Where a client keeps which folders its person trusts. It is read to say what waits for that, and never written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reconciler.formats.edit import FormatError, KeyPath
from reconciler.mapping.documents import Format
from reconciler.model.names import RelPath


@dataclass(frozen=True)
class Trust:
    """``path`` is below the home folder; ``at`` is a map of folders there, whose entries have ``key`` at ``value``."""

    path: RelPath
    format: Format
    at: KeyPath
    key: str
    value: Any
    until_then: str
    """What the client does with a folder that is not trusted."""

    def is_given(self, data: bytes | None, folders: tuple[str, ...]) -> bool:
        """True when one of the names of a folder is trusted. A file that cannot be read says nothing."""
        try:
            here = self.format.read(data) if data is not None else {}
        except FormatError:
            return False
        for step in self.at:
            here = here.get(step) if isinstance(here, dict) else None
        entries = [here.get(folder) for folder in folders] if isinstance(here, dict) else []
        return any(isinstance(e, dict) and e.get(self.key) == self.value for e in entries)
