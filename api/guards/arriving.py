"""How long a request may take to arrive, and how many may be on their way. The server itself waits for the rest for ever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from api.guards.heads import BoundedHead

_REFUSED = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@dataclass(frozen=True)
class Patience:
    """``head_s`` from the connection, or the first byte after an answer, to the end of the headers; ``body_s`` from there on."""

    head_s: float = 10.0
    body_s: float = 60.0
    most: int = 256
    """So many connections may have a request on its way; one more, and the one that has waited longest goes."""


@dataclass
class Arriving:
    """The connections of one server whose request has not arrived whole, the one that waits longest first."""

    patience: Patience = field(default_factory=Patience)
    _ends: dict[PatientHead, asyncio.TimerHandle] = field(default_factory=dict)

    def __contains__(self, one: object) -> bool:
        return one in self._ends

    def wait(self, one: PatientHead, most_s: float) -> None:
        """More bytes do not make it longer: only what is complete ends it."""
        self.arrived(one)
        self._ends[one] = one.loop.call_later(most_s, one.give_up)
        if len(self._ends) > self.patience.most:
            next(iter(self._ends)).give_up()

    def arrived(self, one: PatientHead) -> None:
        end = self._ends.pop(one, None)
        if end is not None:
            end.cancel()


class PatientHead(BoundedHead):
    """A connection that ends when a request that has begun on it does not arrive. An answer, and a WebSocket, may take any time."""

    _is_handed_on = False
    _has_come = False

    def __init__(self, *given: Any, arriving: Arriving, **more: Any) -> None:
        super().__init__(*given, **more)
        self._arriving = arriving

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._arriving.wait(self, self._arriving.patience.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._arriving.arrived(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._has_come = True
        super().data_received(data)
        if self in self._arriving or self._is_handed_on or self._is_answering() or self.transport.is_closing():
            return
        self._arriving.wait(self, self._arriving.patience.head_s)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._arriving.wait(self, self._arriving.patience.body_s)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._arriving.arrived(self)

    def handle_websocket_upgrade(self) -> None:
        """What is no opening of a WebSocket is refused here: who would take it over then waits for the right one for ever."""
        if self.parser.get_method() != b"GET" or any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers):
            self.send_400_response("A WebSocket is opened by GET, without a body.")
            return
        self._is_handed_on = True
        self._arriving.arrived(self)
        super().handle_websocket_upgrade()

    def give_up(self) -> None:
        """A browser opens connections in advance: one on which nothing came is closed without a word."""
        self._arriving.arrived(self)
        if self._has_come and not (self._is_answering() and self.cycle.response_started):
            self.transport.write(_REFUSED)
        self.transport.close()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete
