"""Notices on their way out: signed, tried again, each way by itself; against a real server and a real program."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from reconciler.errors import Retryable, Stalled
from reconciler.notify.desktop import Desktop, desktop
from reconciler.notify.sending import Sending
from reconciler.notify.webhook import Webhook
from reconciler.ports.notices import Notice

NOTICE = Notice("01j0000000000000000000000a", "conflict", "laptop-1", "laptop-1/codex/user", "mcp/one: see `reconciler conflicts`", 1_700_000_000.0)
SECRET = "a word that both know"


@dataclass
class Receiver:
    """``answers`` are given one after another, then 204."""

    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((self.path, dict(self.headers), body))
            status = found.answers.pop(0) if found.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", found.url + "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_notice_is_signed_with_its_time(receiver: Receiver) -> None:
    Webhook(f"{receiver.url}/hook", SECRET).send(NOTICE)
    ((path, headers, body),) = receiver.heard
    assert (path, json.loads(body)) == ("/hook", vars(NOTICE))
    expected = hmac.new(SECRET.encode(), b"1700000000." + body, hashlib.sha256).hexdigest()
    assert headers["X-Reconciler-Signature"] == f"sha256={expected}"
    assert (headers["X-Reconciler-Timestamp"], headers["X-Reconciler-Delivery"]) == ("1700000000", NOTICE.id)


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answers = [302]
    with pytest.raises(Retryable, match="302"):
        Webhook(f"{receiver.url}/hook", SECRET).send(NOTICE)
    assert [path for path, _, _ in receiver.heard] == ["/hook"]


def test_what_is_refused_is_not_tried_again(receiver: Receiver) -> None:
    receiver.answers = [403]
    with pytest.raises(Stalled, match="refuses notices"):
        Webhook(receiver.url, SECRET).send(NOTICE)


def test_neither_secret_nor_address_is_shown(receiver: Receiver) -> None:
    assert SECRET not in repr(Webhook(receiver.url + "/private", SECRET))
    receiver.answers = [500]
    with pytest.raises(Retryable) as told:
        Webhook(receiver.url + "/private", SECRET).send(NOTICE)
    assert "private" not in str(told.value)


def test_what_fails_for_now_is_tried_again_with_growing_pauses(receiver: Receiver) -> None:
    receiver.answers, pauses, done = [500, 503], list[float](), threading.Event()
    hook = Webhook(receiver.url, SECRET)

    class Told:
        def send(self, notice: Notice) -> None:
            hook.send(notice)
            done.set()

    sending = Sending([Told()], pauses.append)
    sending.send([NOTICE])
    assert done.wait(30)
    sending.stop()
    assert (len(receiver.heard), pauses, sending.problem) == (3, [30.0, 60.0], "")


@dataclass
class Broken:
    tries: int = 0

    def send(self, notice: Notice) -> None:
        self.tries += 1
        raise LookupError("private matters")


@dataclass
class Kept:
    rows: list[Notice] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        self.rows.append(notice)


def test_one_way_that_is_broken_holds_up_no_other() -> None:
    kept, broken = Kept(), Broken()
    sending = Sending([broken, kept])
    sending.send([NOTICE])
    sending.stop()
    assert (kept.rows, broken.tries) == ([NOTICE], 1)
    assert sending.problem == "unexpected error (LookupError); the notice was dropped"


def test_who_sends_never_waits_and_what_is_too_much_is_dropped() -> None:
    gate = threading.Event()

    class Slow:
        def send(self, notice: Notice) -> None:
            gate.wait()

    sending = Sending([Slow()])
    sending.send([NOTICE] * 1000)
    assert "too many notices" in sending.problem
    gate.set()
    sending.stop()


def test_a_desktop_is_told_by_arguments_alone(tmp_path: Path) -> None:
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/said\n')
    program.chmod(0o755)
    environ = {"DISPLAY": ":0", "XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.defpath}
    found = desktop(environ, str(tmp_path))
    assert isinstance(found, Desktop)
    found.send(NOTICE)
    assert (tmp_path / "said").read_text().splitlines() == [
        "--app-name=reconciler",
        "--",
        "reconciler: A conflict waits",
        "laptop-1/codex/user: mcp/one: see `reconciler conflicts`",
    ]


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ":0"}])
def test_where_there_is_no_desktop_nobody_is_told_there(environ: dict[str, str], tmp_path: Path) -> None:
    assert desktop(environ, str(tmp_path)) is None
