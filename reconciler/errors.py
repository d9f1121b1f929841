"""The two kinds of error that follow from what happens next. Anything else is a bug."""

from __future__ import annotations

from typing import Literal

Kind = Literal["InvalidFile", "MissingFile", "EmptyFile", "NotAFile", "LeadsOutside", "FileAccess", "Fight", "ProjectFolder"]
"""Why a target stalls, in the word of its condition; docs/conditions.md says what to do."""


class ReconcilerError(Exception):
    """Root of our own errors: says which file or thing, what was expected, and what to do."""

    path: str = ""
    """The file that it is about, when it is one file below a target's root."""
    kind: Kind = "InvalidFile"
    """The word of the condition of a target that stalls for it."""
    place: tuple[int, int] = (1, 1)
    """Line and column in the file."""


class Stalled(ReconcilerError):
    """A person must act: trying again changes nothing."""

    def __init__(self, message: str, path: str = "", kind: Kind = "InvalidFile", place: tuple[int, int] = (1, 1)) -> None:
        super().__init__(message)
        self.path, self.kind, self.place = path, kind, place


class Retryable(ReconcilerError):
    """Trying again may help."""

    def __init__(self, message: str, after_s: float = 1.0) -> None:
        super().__init__(message)
        self.after_s = after_s


class Raced(Retryable):
    """Somebody moved what we were about to move; read again and repeat."""


class Proposed(ReconcilerError):
    """Main is protected: what was asked for was not done, but proposed as a branch that waits for its merge."""

    def __init__(self, branch: str) -> None:
        super().__init__(f"main is protected: this is proposed as the branch {branch}, and holds once that is merged on the Git host")
        self.branch = branch


class RemoteFailed(Retryable):
    """The Git remote could not be used: here things go on, and it heals by itself.

    ``reason`` is the word of the condition, ``advice`` the cure. No credential is ever part of either.
    """

    def __init__(self, reason: str, message: str, advice: str) -> None:
        super().__init__(f"{message}; {advice}" if advice else message, after_s=60.0)
        self.reason, self.message, self.advice = reason, message, advice
