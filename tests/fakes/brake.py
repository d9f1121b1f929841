"""A brake in memory."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.ports.brake import Pause


@dataclass
class MemoryBrake:
    pause: Pause | None = None

    def pulled(self) -> Pause | None:
        return self.pause

    def pull(self, pause: Pause) -> None:
        self.pause = pause

    def release(self) -> None:
        self.pause = None
