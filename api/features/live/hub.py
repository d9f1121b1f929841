"""One reader of the stream for all sockets. Each socket has a short queue: who does not keep up is cut off, never waited for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from api.services import Services
from reconciler.errors import Retryable
from reconciler.ports.live import LiveEvent, order_of

MOST_WAITING = 500
_READ_S = 1.0
_PAUSE_S = 1.0
_AT_ONCE = 500


@dataclass(eq=False)
class Listener:
    """``is_slow``: it did not keep up, and hears nothing more."""

    queue: asyncio.Queue[LiveEvent] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    is_slow: bool = False

    def tell(self, event: LiveEvent) -> None:
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.is_slow = True


@dataclass
class Hub:
    """Reads only while somebody listens."""

    services: Services
    _listeners: set[Listener] = field(default_factory=set)
    _reading: asyncio.Task[None] | None = None

    async def join(self) -> Listener:
        """Hears everything from now on; what was before is asked of the stream."""
        listener = Listener()
        self._listeners.add(listener)
        if self._reading is None or self._reading.done():
            cursor = await self.newest()
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read(cursor))
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def newest(self) -> str:
        found = await asyncio.to_thread(self.services.live.latest, 1)
        return found[0].cursor if found else "0-0"

    async def missed(self, cursor: str) -> list[LiveEvent]:
        """Everything after a cursor that is kept, whatever its number."""
        out: list[LiveEvent] = []
        while True:
            found = await asyncio.to_thread(self.services.live.after, out[-1].cursor if out else cursor, _AT_ONCE, 0.0)
            out += found
            if len(found) < _AT_ONCE:
                return out

    async def _read(self, cursor: str) -> None:
        while self._listeners:
            try:
                found = await asyncio.to_thread(self.services.live.after, cursor, _AT_ONCE, _READ_S)
            except Retryable:
                await asyncio.sleep(_PAUSE_S)
                continue
            if found:
                self.services.board.forget()  # who is told of a change and looks must see it
            for event in found:
                for listener in list(self._listeners):
                    listener.tell(event)
            cursor = found[-1].cursor if found else cursor


def is_after(event: LiveEvent, cursor: str) -> bool:
    return order_of(event.cursor) > order_of(cursor)


