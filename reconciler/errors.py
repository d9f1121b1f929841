"""The two kinds of error that follow from what happens next. Anything else is a bug."""

from __future__ import annotations


class ReconcilerError(Exception):
    """Root of our own errors: says which file or thing, what was expected, and what to do."""

    path: str = ""
    """The file that it is about, when it is one file below a target's root."""


class Stalled(ReconcilerError):
    """A person must act: trying again changes nothing."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class Retryable(ReconcilerError):
    """Trying again may help."""

    def __init__(self, message: str, after_s: float = 1.0) -> None:
        super().__init__(message)
        self.after_s = after_s


class Raced(Retryable):
    """Somebody moved what we were about to move; read again and repeat."""
