"""The door to PostgreSQL and Redis as programs: where they are, and whether they are well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

POSTGRESQL, REDIS = "postgresql", "redis"


@dataclass(frozen=True)
class Endpoints:
    """Where the servers answer. The addresses hold passwords: never shown."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)


@dataclass(frozen=True)
class Part:
    """One thing that ``doctor`` looks at. ``cure`` says what to do when it is not well."""

    name: str
    is_ok: bool
    detail: str
    cure: str = ""
    is_idle: bool = False
    """It does not run, which is no fault of it while `up` does not."""


class Servers(Protocol):
    """The servers that this machine needs, embedded or given by address."""

    def each(self) -> Mapping[str, Callable[[], str]]:
        """How to bring each up, by its name: one that cannot be holds up no other.

        Returns where it answers; the address holds a password. May be called again at any time, by a thread for each:
        what runs is left alone. Raises ``Stalled`` or ``Retryable``.
        """

    def stop(self) -> None:
        """Stop what was brought up."""

    def health(self) -> list[Part]: ...
