"""Requests that do not arrive, over a real connection. The limits are small here: what ends is waited for, nothing is slept."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from api import credentials
from api.guards.arriving import Patience
from api.listening import Listening
from api.serving import Serving
from tests.fakes.gateway import Gate

PATIENCE_S = 60.0
AT_ONCE, LONG = 0.05, 600.0
START = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n"
Serve = Callable[..., Serving]


@pytest.fixture
def serve(gate: Gate) -> Iterator[Serve]:
    with ExitStack() as ends:

        def started(**patience: float) -> Serving:
            serving = Serving(gate.app, Listening(0, patience=Patience(**patience)))  # type: ignore[arg-type]  # ``most`` is whole
            serving.start()
            ends.callback(serving.stop)
            return serving

        yield started


def connected(served: Serving) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), PATIENCE_S)


def rest(connection: socket.socket) -> bytes:
    """All that comes until the other end closes."""
    told = b""
    while got := connection.recv(65_536):
        told += got
    return told


def answered(connection: socket.socket) -> bool:
    """Whether a whole request is answered on it, and it stays."""
    connection.sendall(START + b"\r\n")
    told = connection.recv(65_536)
    length = int(told.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(told.split(b"\r\n\r\n", 1)[1]) < length:
        told += connection.recv(65_536)
    return told.startswith(b"HTTP/1.1 200 ")


def web_socket(served: Serving, gate: Gate) -> socket.socket:
    token = credentials.issue(gate.services, "access", "viewer", "viewer", 3600).secret
    asked = "GET /ws/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    asked += f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nAuthorization: Bearer {token}\r\n\r\n"
    connection = connected(served)
    connection.sendall(asked.encode())
    assert connection.recv(65_536).startswith(b"HTTP/1.1 101 ")
    return connection


def test_a_large_message_to_a_live_connection_ends_it(serve: Serve, gate: Gate) -> None:
    with web_socket(serve(), gate) as live:
        live.sendall(b"\x82\xff" + (10_000_000).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 1_000)
        assert b"\x03\xf1" in rest(live)  # 1009: too big; the rest of it is not waited for


@pytest.mark.parametrize("half", [START, b"G", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a", b"\r\n"])
def test_a_head_that_does_not_arrive_is_given_up(serve: Serve, half: bytes) -> None:
    with connected(serve(head_s=AT_ONCE, body_s=LONG)) as connection:
        connection.sendall(half)
        assert rest(connection).startswith(b"HTTP/1.1 408 ")


def test_a_connection_on_which_nothing_comes_is_closed_without_a_word(serve: Serve) -> None:
    with connected(serve(head_s=AT_ONCE, body_s=LONG)) as connection:
        assert rest(connection) == b""


def test_a_body_that_does_not_arrive_is_given_up(serve: Serve) -> None:
    with connected(serve(head_s=LONG, body_s=AT_ONCE)) as connection:
        connection.sendall(POST + b'{"username":')
        assert rest(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("after", [START, b"\r\n"])
def test_a_second_request_that_does_not_arrive_is_given_up(serve: Serve, after: bytes) -> None:
    with connected(serve(head_s=0.5, body_s=LONG)) as connection:
        assert answered(connection)
        connection.sendall(after)
        assert rest(connection).startswith(b"HTTP/1.1 408 ")


UPGRADE = b"Host: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"


@pytest.mark.parametrize("head", [b"POST /ws/sync HTTP/1.1\r\n" + UPGRADE, b"GET /ws/sync HTTP/1.1\r\nContent-Length: 5\r\n" + UPGRADE, b"GET /ws/sync HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + UPGRADE])
@pytest.mark.parametrize("more", [b"", b"abc", b"abcde"])
def test_what_only_looks_like_the_opening_of_a_live_connection_is_not_waited_for(serve: Serve, head: bytes, more: bytes) -> None:
    with connected(serve(head_s=AT_ONCE, body_s=AT_ONCE)) as connection:
        connection.sendall(head + b"\r\n" + more)
        assert rest(connection).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 "))


def test_what_arrives_in_time_is_answered_one_after_the_other(serve: Serve) -> None:
    with connected(serve(head_s=LONG, body_s=LONG)) as connection:
        assert all(answered(connection) for _ in range(3))


def test_of_too_many_half_requests_the_one_that_waits_longest_goes(serve: Serve) -> None:
    served = serve(head_s=LONG, body_s=LONG, most=2)
    with connected(served) as first, connected(served) as second:
        for one in (first, second):
            one.sendall(START)
        with connected(served) as third:
            assert rest(first).startswith(b"HTTP/1.1 408 ")
            assert answered(third)
        second.sendall(b"\r\n")
        assert second.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_a_live_connection_stays_while_half_requests_are_given_up(serve: Serve, gate: Gate) -> None:
    served = serve(head_s=AT_ONCE * 10, body_s=AT_ONCE, most=1)
    with web_socket(served, gate) as live:
        for _ in range(3):
            with connected(served) as half:
                half.sendall(START)
                rest(half)
        live.sendall(b"\x89\x80\0\0\0\0")  # a ping
        told = b""
        while b"\x8a\x00" not in told:
            got = live.recv(65_536)
            assert got, "the live connection was closed"
            told += got
