"""Works in threads: while one waits for the disk or a client's program, the others go on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reconciler.ports.together import Work

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_MOST = 8


class SideBySide:
    """``reconciler.ports.together.Together``. Its threads stay for the next works: each may keep an open repository."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, works: Iterable[Work]) -> None:
        begun: list[Future[None]] = []
        try:
            begun.extend(self._begun(work) for work in works)
        finally:
            errors = [error for one in begun if (error := one.exception()) is not None]  # waits for each
        for error in errors:
            raise error

    def _begun(self, work: Work) -> Future[None]:
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # most commands write nothing, and need not pay for it

            self._pool = ThreadPoolExecutor(_MOST, "side-by-side")
        return self._pool.submit(work)
