"""The door to what is counted: how often things happen, and how long they take. Who counts knows no monitoring system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from reconciler.model.names import TargetId

PassKind = Literal["intentional", "corrective", "adopted"]
"""Why a target was reconciled: it or main changed; something that was written over was put back; it is new."""

CommandResult = Literal["done", "proposed", "refused", "failed"]
"""What came of a command: it waits for its merge on the Git host; it cannot be done; the program has a fault."""

Took = Callable[[str, float], None]
"""Hears of an operation, and how many seconds it took."""


class Measures(Protocol):
    """Any thread calls these. They never fail, and never wait. Times are in seconds."""

    def reconciled(self, target: TargetId, client: str, result: str, kind: PassKind, took_s: float, at: float) -> None:
        """A pass has worked on a target for so long, and ended with it then."""

    def committed(self, client: str, after_s: float) -> None:
        """An edit became a commit, so long after the event that told of it."""

    def applied(self, client: str, after_s: float) -> None:
        """A commit of main reached a client's files, so long after it was made."""

    def git(self, operation: str, took_s: float) -> None: ...

    def push_retried(self) -> None:
        """Others moved main on the remote first."""

    def commanded(self, command: str, result: CommandResult) -> None:
        """`up` has worked on a command of somebody else's."""

    def dropped(self, what: str, count: int) -> None:
        """So many records were not kept there."""


class NoMeasures:
    """For what is not counted: dry runs, and commands that do their work themselves and end."""

    def reconciled(self, target: TargetId, client: str, result: str, kind: PassKind, took_s: float, at: float) -> None: ...

    def committed(self, client: str, after_s: float) -> None: ...

    def applied(self, client: str, after_s: float) -> None: ...

    def git(self, operation: str, took_s: float) -> None: ...

    def push_retried(self) -> None: ...

    def commanded(self, command: str, result: CommandResult) -> None: ...

    def dropped(self, what: str, count: int) -> None: ...
