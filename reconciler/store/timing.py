"""How long operations take, told to who measures. No figure ever changes what is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.ports.measures import Took


def untold(operation: str, took_s: float) -> None:
    """Nobody measures."""


@contextmanager
def timed(took: Took, operation: str) -> Iterator[None]:
    """Failed operations count too: a host that times out is what one wants to see."""
    began = time.perf_counter()
    try:
        yield
    finally:
        took(operation, time.perf_counter() - began)
