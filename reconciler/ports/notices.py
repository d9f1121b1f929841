"""The door to people who are not looking: a notice that something waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

NoticeKind = Literal["conflict", "held", "stalled", "fight"]


@dataclass(frozen=True)
class Notice:
    """``text`` names entities and files, and never holds a value. ``at`` is seconds since 1970; ``id`` is a ulid."""

    id: str
    kind: NoticeKind
    machine: str
    target: str
    text: str
    at: float


class Notices(Protocol):
    def send(self, notice: Notice) -> None:
        """Let people know. Raises ``Retryable`` where it may go later, ``Stalled`` where a person must mend the way."""
