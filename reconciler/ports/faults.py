"""The door for unexpected errors: those that are a bug of this program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Faults(Protocol):
    """Where they are recorded, scrubbed."""

    def report(self, error: Exception, about: Mapping[str, str]) -> None:
        """Any thread; never fails, and never waits. ``about`` holds no secret."""


class NoFaults:
    """For what is looked at by nobody."""

    def report(self, error: Exception, about: Mapping[str, str]) -> None: ...
