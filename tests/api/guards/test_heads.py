"""What comes before the body of a request, over a real connection."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from api.guards.heads import MOST_BYTES
from api.listening import Listening
from api.serving import Serving
from tests.fakes.gateway import Gate

PATIENCE_S = 60.0
START = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
FLOOD = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 200) for n in range(20_000))


@pytest.fixture
def served(gate: Gate) -> Iterator[Serving]:
    serving = Serving(gate.app, Listening(0))
    serving.start()
    yield serving
    serving.stop()


def answer(served: Serving, *parts: bytes) -> bytes:
    """What came back before the other end closed; it may do so before it has read all."""
    told = b""
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE_S) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            while got := connection.recv(65_536):
                told += got
        except ConnectionError:
            return told or b"cut off"
    return told


@pytest.mark.parametrize("flood", [FLOOD, b"X: " + b"a" * 3_000_000, b"X: a\r\n" * 700_000], ids=["many", "endless", "short"])
def test_headers_without_end_are_cut_off(served: Serving, flood: bytes) -> None:
    told = answer(served, START, flood)
    assert told == b"cut off" or told.startswith(b"HTTP/1.1 431 ")


def test_an_address_without_end_is_cut_off(served: Serving) -> None:
    told = answer(served, b"GET /", b"a" * 3_000_000)
    assert told == b"cut off" or told.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


@pytest.mark.parametrize("flood", [FLOOD, b"X: " + b"a" * 3_000_000, b"X: a\r\n" * 700_000], ids=["many", "endless", "short"])
def test_headers_without_end_behind_a_body_are_cut_off(served: Serving, flood: bytes) -> None:
    told = answer(served, CHUNKED, b"2\r\n{}\r\n0\r\n", flood)
    assert told == b"cut off" or told.startswith(b"HTTP/1.1 431 ")


def test_a_body_in_chunks_of_one_byte_is_let_in(served: Serving) -> None:
    body = json.dumps({"username": "viewer", "password": "x" * 100_000}).encode()
    told = answer(served, CHUNKED, *(b"1\r\n%c\r\n" % byte for byte in body), b"0\r\nX-Note: one trailer\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 422 ")


def test_large_headers_are_let_in_as_before_one_after_the_other(served: Serving) -> None:
    large = START + b"X: " + b"a" * (MOST_BYTES // 2) + b"\r\n"
    told = answer(served, large, b"\r\n", large, b"\r\n", large, b"Connection: close\r\n\r\n")
    assert told.count(b"HTTP/1.1 200 OK") == 3


def test_a_large_body_does_not_count_as_headers(served: Serving) -> None:
    body = b"x" * (MOST_BYTES * 4)
    told = answer(served, b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body), body)
    assert told.startswith(b"HTTP/1.1 4")
    assert not told.startswith(b"HTTP/1.1 431")
