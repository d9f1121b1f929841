"""The brake: while it is pulled, no pass on this machine captures or writes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Pause:
    """Who pulled it, why, and when (seconds since 1970)."""

    by: str
    reason: str
    at: float


class Brake(Protocol):
    """Kept outside of the repository, so that it holds whatever is wrong with that."""

    def pulled(self) -> Pause | None: ...

    def pull(self, pause: Pause) -> None:
        """Durable when it returns. Pulling again replaces who and why."""

    def release(self) -> None:
        """Nothing happens when it is not pulled."""


class NoBrake:
    """Never pulled: for what writes nothing anyway."""

    def pulled(self) -> Pause | None:
        return None

    def pull(self, pause: Pause) -> None: ...

    def release(self) -> None: ...
