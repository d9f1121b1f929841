"""Many readers at once: lists while 50 people and scripts ask, and how soon an event is with everybody who watches."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import websockets
from sqlalchemy import insert, text

from bench import scrolling
from bench.figures import Figure, quantile
from bench.machines import PROGRAM, Machine
from reconciler.cli import people
from reconciler.deploy.clock import SystemClock
from reconciler.events.redis_live import RedisLive
from reconciler.mirror.database import Database
from reconciler.mirror.ids import at
from reconciler.mirror.tables import clients, log_records, sync_sessions
from reconciler.ports import Author
from reconciler.settings import Settings, settings_from
from reconciler.wiring import opened, servers
from reconciler.wiring.mirror import database

LIST_P99_MS, FAN_OUT_P99_MS = 100.0, 200.0
READERS, SOCKETS, EVENTS = 50, 200, 40
CLIENTS, SESSIONS, LOGS = 1_000, 10_000, 100_000
_PASSWORD = "a long enough pass phrase"
_LONGEST_START_S = 120.0
_LISTS = (
    "/clients?limit=50",
    "/clients?condition=Ready&sort=-changed&limit=50",
    "/sync/sessions?limit=50",
    "/sync/sessions?status=failed&limit=50",
    "/logs?limit=100",
    "/logs?level=error&limit=100",
    "/logs?client=codex&text=event%20777&limit=100",
    "/audit?limit=50",
    "/conflicts?limit=50",
    "/history?limit=50",
)


def figures(settled: Machine, folder: Path, seconds: int) -> list[Figure]:
    """``seconds``: for how long the readers ask."""
    machine = settled.copied_to(folder / "load")
    settings = settings_from(machine.environ)
    _register(settings, machine)
    supply = servers(settings)
    url = supply.start()
    try:
        people.add(settings, "reader", "operator", _PASSWORD)
        _fill(database(url.database_url))
        with _served(machine) as address:
            token = _token(address)
            took = asyncio.run(_asked(address, token, seconds))
            scrolled = scrolling.figures(address, "reader", _PASSWORD, {"clients": f"{CLIENTS} clients", "logs": f"{LOGS} log records"})
            heard = asyncio.run(_fanned_out(address, token, RedisLive(lambda: url.redis_url, SystemClock())))
    finally:
        supply.stop()
    about = f"{CLIENTS} clients, {SESSIONS} sessions, {LOGS} log records"
    worst = max(took, key=lambda path: quantile(took[path], 0.99))
    every = [ms for of_path in took.values() for ms in of_path]
    return [
        Figure(f"a list, {READERS} readers at 1 request/s on {about}, p50", quantile(every, 0.5), "ms"),
        Figure(f"a list, {READERS} readers at 1 request/s on {about}, p99", quantile(every, 0.99), "ms", LIST_P99_MS),
        Figure(f"the slowest list of them, {worst.partition('&limit')[0].partition('?limit')[0]}, p99", quantile(took[worst], 0.99), "ms", LIST_P99_MS),
        Figure(f"an event to each of {SOCKETS} WebSockets, p99", quantile(heard, 0.99), "ms", FAN_OUT_P99_MS),
        *scrolled,
    ]


def _register(settings: Settings, machine: Machine) -> None:
    """Four clients in each of so many projects, adopted."""
    engine = opened(settings)
    store, main = engine.ports.store, engine.centre.main()
    if main is None:
        raise RuntimeError("the settled machine has no repository")
    path = f"machines/{engine.ports.machine}.yaml"
    names = [f"p{n}" for n in range(CLIENTS // 4 - 1)]
    for name in names:
        place = machine.home / "src" / name
        place.mkdir(parents=True)
        (place / ".mcp.json").write_text(json.dumps({"mcpServers": {"one": {"command": f"example-{name}"}}}, indent=2))
    targets = "".join(f"  {client}/project:{name}: {{mode: sync}}\n" for name in names for client in ("claude", "codex", "qwen", "acli"))
    folders = "".join(f"  {name}: {{folder: '${{home}}/src/{name}'}}\n" for name in names)
    text = store.files(main)[path].decode().rstrip() + "\n" + targets + "projects:\n" + folders
    store.move_ref("refs/heads/main", store.commit(main, {path: text.encode()}, [main], "Register many\n", Author("bench", "bench@x.invalid", time.time())), main)
    engine.run(engine.targets())


def _fill(into: Database) -> None:
    now = time.time()
    kinds = ("claude", "codex", "qwen", "acli")
    of_clients = [
        {"id": n + 1, "name": f"m{n}", "type": kinds[n % 4], "config_path": "/", "settings": {}, "created_at": at(now), "updated_at": at(now), "target": f"desk-{n}/{kinds[n % 4]}/user"}
        for n in range(CLIENTS)
    ]
    of_sessions = [
        {"id": f"{n:032x}", "client_id": n % CLIENTS + 1, "started_at": at(now - n), "finished_at": at(now - n + 0.2), "run": f"{n:032x}"}
        | {"status": "failed" if n % 20 == 0 else "success", "summary": {"outcome": "converged"}}
        for n in range(SESSIONS)
    ]
    with into.changing() as connection:
        connection.execute(insert(clients), of_clients)
        connection.execute(insert(sync_sessions), of_sessions)
        for first in range(0, LOGS, 10_000):
            rows = range(first, first + 10_000)
            connection.execute(insert(log_records), [_log(n, now) for n in rows])
    with into.reading() as connection:
        connection.execute(text("vacuum analyze"))  # as the server does by itself where so much has come in little by little
    into.close()


def _log(n: int, now: float) -> dict[str, Any]:
    head = {"created_at": at(now - n * 0.5), "level": "error" if n % 50 == 0 else "info", "event": f"event {n}"}
    return {**head, "target": f"desk-{n % CLIENTS}/{('claude', 'codex', 'qwen', 'acli')[n % 4]}/user", "session": "", "fields": {"n": n, "outcome": "converged"}}


@contextmanager
def _served(machine: Machine) -> Iterator[str]:
    """What it says goes to a file: a pipe that nobody reads fills up, and then it would wait for us."""
    said = machine.folder / "said"
    with said.open("w") as out:
        process = subprocess.Popen([str(PROGRAM), "serve", "--role", "api", "--port", "0"], env={**os.environ, **machine.environ}, stdout=out, stderr=out)
    try:
        while (found := re.search(r"serving (http://[\d.:]+)", said.read_text())) is None:
            if process.poll() is not None:
                raise RuntimeError(f"`reconciler serve --role api` does not serve: {said.read_text()[-400:]}")
            time.sleep(0.1)  # it is only told in its output
        yield found[1]
    finally:
        process.terminate()
        process.wait(20)


def _token(address: str) -> str:
    until = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < until:
        answer = httpx.post(f"{address}/api/v1/auth/login", json={"username": "reader", "password": _PASSWORD}, trust_env=False, timeout=60)
        if answer.is_success:
            return str(answer.json()["access_token"])
        time.sleep(0.5)  # the process has not found the database yet
    raise RuntimeError(f"{address}: nobody could sign in within {_LONGEST_START_S:.0f} s; the last answer was {answer.status_code}")


async def _asked(address: str, token: str, seconds: int) -> dict[str, list[float]]:
    """Milliseconds of each list, once each has been asked for once."""
    took: dict[str, list[float]] = {path: [] for path in _LISTS}
    limits = httpx.Limits(max_connections=READERS)
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, limits=limits, trust_env=False, timeout=120) as client:
        for path in _LISTS:
            (await client.get(path)).raise_for_status()

        async def reader(number: int) -> None:
            await asyncio.sleep(number / READERS)
            for turn in range(seconds):
                path = _LISTS[(number + turn) % len(_LISTS)]
                began = time.perf_counter()
                (await client.get(path)).raise_for_status()
                spent = time.perf_counter() - began
                took[path].append(spent * 1000)
                await asyncio.sleep(max(0.0, 1.0 - spent))

        await asyncio.gather(*(reader(number) for number in range(READERS)))
    return took


async def _fanned_out(address: str, token: str, live: RedisLive) -> list[float]:
    """Milliseconds from when an event is published until each socket has it."""
    url, headers = address.replace("http", "ws") + "/ws/sync", {"Authorization": f"Bearer {token}"}
    sockets = [await websockets.connect(url, additional_headers=headers, proxy=None, open_timeout=60) for _ in range(SOCKETS)]
    for socket in sockets:
        await socket.recv()
    took: list[float] = []

    async def heard(socket: Any, number: int, began: float) -> None:
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == "event" and message["payload"].get("number") == number:
                took.append((time.perf_counter() - began) * 1000)
                return

    for number in range(EVENTS):
        began = time.perf_counter()
        live.publish("target", {"number": number})
        await asyncio.gather(*(heard(socket, number, began) for socket in sockets))
        await asyncio.sleep(0.1)
    for socket in sockets:
        await socket.close()
    live.close()
    return took
