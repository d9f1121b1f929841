"""The doors to what must be done now and then, and to the right to start it."""

from __future__ import annotations

from typing import Protocol


class Leader(Protocol):
    """Of all schedulers that share something, one is the leader, and it alone starts what is due."""

    def is_ours(self) -> bool:
        """Whether this process is the leader now; it tries to become it. Never raises, never takes long."""

    def close(self) -> None:
        """Let another become it."""


class Maintenance(Protocol):
    """Keeps the repository small and quick."""

    def run(self) -> bool:
        """Pack it if it has become worth it, within a time limit; False when there was nothing to do.

        Commits may go on meanwhile. Raises ``Retryable`` when it did not come to an end.
        """
