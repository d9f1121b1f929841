"""`/ws/sync`: messages are JSON objects with a `type`: `hello`, `event`, `reset` (look at everything again), `ping`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.access import person_of
from api.errors import NotSignedIn, body_of
from api.features.live.hub import Hub, Listener, is_after
from api.services import Services, services_of
from reconciler.errors import ReconcilerError, Stalled
from reconciler.ports.live import LiveEvent, order_of

router = APIRouter()

_PING_S = 15.0
NOT_SIGNED_IN, SLOW, MALFORMED, AWAY = 4401, 4408, 4400, 1013


@router.websocket("/ws/sync")
async def live(socket: WebSocket) -> None:
    """With a cursor: everything after it, then what happens. Signed in by cookie, or by bearer token in the header."""
    services = services_of(socket)
    try:
        await asyncio.to_thread(_let_in, socket)
        cursor = socket.query_params.get("cursor", "")
        if cursor:
            order_of(cursor)
    except ReconcilerError as error:
        await _refuse(socket, error)
        return
    await socket.accept()
    hub: Hub = socket.app.state.hub
    listener = await hub.join()
    try:
        await _both(socket, _send(socket, services, hub, listener, cursor))
    finally:
        hub.leave(listener)


def _let_in(socket: WebSocket) -> None:
    """A browser shows its cookie to any page's socket: then the Origin, which the guard has checked, must be there."""
    person = person_of(socket)
    if person.by == "cookie" and "origin" not in socket.headers:
        raise NotSignedIn("with a cookie, a browser's Origin is needed; scripts send a bearer token")


async def _refuse(socket: WebSocket, error: ReconcilerError) -> None:
    """Accepted first, since a browser tells a page nothing of a refused handshake."""
    code = NOT_SIGNED_IN if isinstance(error, NotSignedIn) else MALFORMED if isinstance(error, Stalled) else AWAY
    await socket.accept()
    await socket.send_json({"type": "problem", "problem": body_of(error)})
    await socket.close(code)


async def _both(socket: WebSocket, sending: Any) -> None:
    """Until one end stops. What is said to us is read and left: it tells when the other end goes."""
    tasks = [asyncio.ensure_future(sending), asyncio.ensure_future(_drained(socket))]
    _, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    for task in tasks:
        with suppress(WebSocketDisconnect, asyncio.CancelledError, RuntimeError):
            await task


async def _drained(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _send(socket: WebSocket, services: Services, hub: Hub, listener: Listener, cursor: str) -> None:
    try:
        cursor = await _caught_up(socket, services, hub, cursor)
    except ReconcilerError as error:
        await socket.send_json({"type": "problem", "problem": body_of(error)})
        await socket.close(AWAY)
        return
    while not listener.is_slow:
        try:
            event = await asyncio.wait_for(listener.queue.get(), _PING_S)
        except TimeoutError:
            if not await _still_in(socket):
                await socket.close(NOT_SIGNED_IN)
                return
            await socket.send_json({"type": "ping", "cursor": cursor})
            continue
        if is_after(event, cursor):
            await socket.send_json(message(event))
            cursor = event.cursor
    await socket.close(SLOW)


async def _caught_up(socket: WebSocket, services: Services, hub: Hub, cursor: str) -> str:
    """Say hello and send what was missed; where that is not kept, say so instead."""
    if not cursor:
        cursor = await hub.newest()
    elif not await asyncio.to_thread(services.live.keeps, cursor):
        cursor = await hub.newest()
        await socket.send_json({"type": "reset", "cursor": cursor})
    await socket.send_json({"type": "hello", "cursor": cursor})
    for event in await hub.missed(cursor):
        await socket.send_json(message(event))
        cursor = event.cursor
    return cursor


async def _still_in(socket: WebSocket) -> bool:
    """A socket does not outlive the credential that it was opened with."""
    try:
        await asyncio.to_thread(_let_in, socket)
    except NotSignedIn:
        return False
    except ReconcilerError:
        return True  # the database is away for now: whoever was let in stays
    return True


def message(event: LiveEvent) -> dict[str, Any]:
    return {"type": "event", "cursor": event.cursor, "kind": event.kind, "at": event.at, "payload": dict(event.payload)}
