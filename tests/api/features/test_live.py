"""The live stream: who may listen, what is missed (nothing), and who is cut off."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api import credentials
from api.features.live.hub import MOST_WAITING, Listener
from reconciler.events.local_live import LocalLive
from reconciler.ports.live import LiveEvent
from tests.fakes.gateway import HERE, Gate

URL = HERE.replace("http", "ws") + "/ws/sync"


def bearer(gate: Gate) -> dict[str, str]:
    return {"Authorization": f"Bearer {credentials.issue(gate.services, 'access', 'viewer', 'viewer', 3600).secret}"}


@pytest.fixture
def client(gate: Gate) -> TestClient:
    return gate.client


def test_what_happens_is_told_as_it_happens(gate: Gate, client: TestClient) -> None:
    with client.websocket_connect(URL, headers=bearer(gate)) as socket:
        assert socket.receive_json()["type"] == "hello"
        gate.live.publish("target", {"number": 1})
        assert socket.receive_json()["payload"] == {"number": 1}


def test_a_reconnect_with_its_cursor_misses_nothing_and_hears_nothing_twice(gate: Gate, client: TestClient) -> None:
    with client.websocket_connect(URL, headers=bearer(gate)) as socket:
        socket.receive_json()
        gate.live.publish("target", {"number": 0})
        cursor = socket.receive_json()["cursor"]
    for number in range(1, 700):
        gate.live.publish("target", {"number": number})
    with client.websocket_connect(f"{URL}?cursor={cursor}", headers=bearer(gate)) as socket:
        assert socket.receive_json()["type"] == "hello"
        assert [socket.receive_json()["payload"]["number"] for _ in range(699)] == list(range(1, 700))


def test_a_cursor_that_is_kept_no_more_is_told(gate: Gate, client: TestClient) -> None:
    gate.live.publish("target", {})
    with client.websocket_connect(f"{URL}?cursor=1-1", headers=bearer(gate)) as socket:
        assert [socket.receive_json()["type"] for _ in range(2)] == ["reset", "hello"]


@pytest.mark.parametrize("cursor", ["x", "1", "1-1-1", "%00"])
def test_what_is_no_cursor_is_refused(gate: Gate, client: TestClient, cursor: str) -> None:
    with client.websocket_connect(f"{URL}?cursor={cursor}", headers=bearer(gate)) as socket:
        assert socket.receive_json()["problem"]["status"] == 422


class BrokenLive(LocalLive):
    def keeps(self, cursor: str) -> bool:
        raise LookupError("private matters")


def test_a_fault_closes_the_socket_and_is_recorded_once(gate: Gate, client: TestClient) -> None:
    object.__setattr__(gate.services, "live", BrokenLive(gate.world.clock))
    with client.websocket_connect(f"{URL}?cursor=1-1", headers=bearer(gate)) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert (closed.value.code, closed.value.reason) == (1011, "")
    assert [type(error) for error in gate.faults.seen] == [LookupError]


@pytest.mark.parametrize("said", [{"bytes": b"\0\xff"}, {"text": "x" * 10_000}, {"text": "{"}])
def test_what_is_said_to_it_changes_nothing(gate: Gate, client: TestClient, said: dict[str, Any]) -> None:
    with client.websocket_connect(URL, headers=bearer(gate)) as socket:
        socket.receive_json()
        for _ in range(3):
            socket.send({"type": "websocket.receive", **said})
        gate.live.publish("target", {"number": 1})
        assert socket.receive_json()["payload"] == {"number": 1}
    assert gate.faults.seen == []


def test_who_has_not_signed_in_hears_nothing(gate: Gate, client: TestClient) -> None:
    with client.websocket_connect(URL) as socket:
        assert socket.receive_json()["problem"]["status"] == 401
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == 4401


def test_a_token_in_the_address_is_not_taken(gate: Gate, client: TestClient) -> None:
    token = bearer(gate)["Authorization"].split()[1]
    with client.websocket_connect(f"{URL}?access_token={token}&token={token}") as socket:
        assert socket.receive_json()["problem"]["status"] == 401


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_opens_no_socket(gate: Gate, headers: dict[str, str]) -> None:
    client, _ = gate.in_browser("viewer")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(URL, headers=headers):
        pass


def test_a_cookie_counts_with_the_origin_of_our_own_page_alone(gate: Gate) -> None:
    client, _ = gate.in_browser("viewer")
    cookie = {"Cookie": f"reconciler_session={client.cookies['reconciler_session']}"}
    with client.websocket_connect(URL, headers={**cookie, "Origin": HERE}) as socket:
        assert socket.receive_json()["type"] == "hello"
    with client.websocket_connect(URL, headers=cookie) as socket:
        assert socket.receive_json()["problem"]["status"] == 401


def test_who_does_not_keep_up_is_cut_off_and_not_buffered_without_end() -> None:
    async def told() -> Listener:
        listener = Listener()
        for number in range(MOST_WAITING + 10):
            listener.tell(LiveEvent(f"1-{number}", "target", {}, 0.0))
        return listener

    listener = asyncio.run(told())
    assert listener.is_slow
    assert listener.queue.qsize() == MOST_WAITING


def test_the_stream_itself_keeps_the_newest_alone(gate: Gate) -> None:
    live = LocalLive(gate.world.clock, most_kept=3)
    for number in range(10):
        live.publish("target", {"number": number})
    assert [e.payload["number"] for e in live.latest(10)] == [9, 8, 7]
