"""The doors to what happens and what has happened: the live stream, and recorded passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.errors import Stalled


@dataclass(frozen=True)
class LiveEvent:
    """Something that happened, for who watches. ``cursor`` says where in the stream it stands; ``at`` is seconds since 1970."""

    cursor: str
    kind: str
    payload: Mapping[str, Any]
    at: float


class Live(Protocol):
    """The stream of what happens. A reader that keeps its cursor misses nothing that is still kept."""

    def publish(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Never fails, and never waits: what cannot be published is lost, and a reader looks again at intervals."""

    def after(self, cursor: str, limit: int, wait_s: float) -> list[LiveEvent]:
        """Events after a cursor, oldest first; empty when none came in that time. Raises ``Stalled`` for what is no cursor."""

    def latest(self, limit: int) -> list[LiveEvent]:
        """The newest events, newest first."""

    def keeps(self, cursor: str) -> bool:
        """False when what came right after the cursor is kept no more: the reader must look at everything again."""


@dataclass(frozen=True)
class Session:
    """One recorded pass of one target."""

    id: str
    client: str
    started_at: float
    finished_at: float | None
    status: str
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class SessionDetail:
    session: Session
    events: tuple[Mapping[str, Any], ...] = ()
    artifacts: tuple[Mapping[str, Any], ...] = ()


class Sessions(Protocol):
    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[Session], int, Mapping[str, int]]:
        """Newest first, how many there are, and how many of each status. Filters: ``client``, ``status``, ``since``, ``until``."""

    def one(self, id_: str) -> SessionDetail | None: ...

    def artifact(self, id_: str) -> Mapping[str, Any] | None:
        """What is known of an artifact: its ``artifact_type``, and where its content is (``storage_path``, ``checksum``)."""

    def artifacts(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[Sequence[Mapping[str, Any]], int]:
        """What there is, newest first, and how many. Filters: ``type``, ``schedule`` of an export, ``client`` of a session."""


class Texts(Protocol):
    """The contents of artifacts that this machine has kept."""

    def read(self, path: str, checksum: str) -> bytes | None:
        """The content as it was kept; None when it is gone. Raises ``Stalled`` when it is damaged."""


def order_of(cursor: str) -> tuple[int, int]:
    """Where a cursor stands in the stream. Raises ``Stalled`` for what is no cursor."""
    first, dash, second = cursor.partition("-")
    if not (dash and len(cursor) <= 40 and all(part.isascii() and part.isdigit() for part in (first, second))):
        raise Stalled(f"{cursor[:40]}: this is no cursor; begin without one")
    return int(first), int(second)
