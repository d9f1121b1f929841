"""The chore `fetch`: talks to the remote beside the passes, which never wait for a network, and pushes what landed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reconciler.errors import Retryable
from reconciler.ports import Hint, Hints

FETCH = Hint(None, "something landed here", "fetch")


class Follows(Protocol):
    """What is used of ``reconciler.reconcile.following``."""

    def fetch(self) -> bool: ...

    def push(self) -> str: ...

    def has_news(self) -> bool: ...

    def problem(self) -> str: ...


@dataclass(frozen=True)
class Exchange:
    following: Follows
    hints: Hints

    def once(self) -> None:
        """Exchange what there is; what came is taken in by the pass that a hint asks for, which then asks for this again.

        Raises ``Retryable`` with what is wrong.
        """
        following = self.following
        if following.fetch() and not following.has_news() and following.push() == "raced":
            following.fetch()
        if following.has_news():
            self.hints.publish(Hint(None, "the remote has something new"))
        if following.problem():
            raise Retryable(following.problem())
