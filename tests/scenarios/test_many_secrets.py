"""Made-up secrets of 25 kinds go in through a client, and are looked for in everything that comes out."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from redis import Redis
from starlette.testclient import TestClient

from api import credentials
from api.app import create_app
from api.services import Services
from reconciler.cli import starting
from reconciler.cli.gateway import services_of
from reconciler.cli.telling import Told, speaking
from reconciler.cli.upping import tell
from reconciler.ports.servers import POSTGRESQL, Endpoints
from reconciler.settings import Settings, settings_from
from reconciler.wiring.running import running
from tests.fakes.gateway import HASH, HERE
from tests.fakes.glitchtip import GlitchTip, glitchtip
from tests.fakes.loki import Loki, loki
from tests.scenarios.command_line import with_samples
from tests.scenarios.many_secrets import PIECE, Made, Search, claude_file, secrets

MOST = 2
"""So many things of each sort are looked at one by one."""


@pytest.mark.parametrize("count", [pytest.param(25, id="25"), pytest.param(100, id="100", marks=pytest.mark.long), pytest.param(2_000, id="2000", marks=pytest.mark.torture)])
def test_no_secret_comes_out_anywhere(tmp_path: Path, database_url: str, endpoints: Endpoints, count: int) -> None:
    found = secrets(count)
    assert len({one.kind for one in found}) == 25
    assert len({one.value for one in found}) == count
    home, out = tmp_path / "home", io.StringIO()
    with_samples(home)
    (home / ".claude.json").write_text(claude_file(found))
    with loki() as logs, glitchtip() as errors, redirect_stdout(out):
        environ = {"HOME": str(home), "RECONCILER_HOME": str(tmp_path / "state"), "PATH": "/usr/bin:/bin", "RECONCILER_LOG_FORMAT": "json"}
        servers = {"RECONCILER_DATABASE_URL": database_url, "RECONCILER_REDIS_URL": endpoints.redis_url}
        settings = settings_from({**environ, **servers, "RECONCILER_LOKI_URL": logs.address, "RECONCILER_SENTRY_DSN": errors.dsn})
        told = lived(settings, home, found)
    told |= kept(settings, logs, errors) | database(database_url) | redis(endpoints.redis_url) | {"output": out.getvalue().encode()}
    search = Search(one.value for one in found)
    sizes = {place: len(data) for place, data in told.items()}
    assert all(sizes.values()), sizes
    held = {one.value for one in found if search((home / ".codex/config.toml").read_bytes()) & {one.value}}
    assert len(held) > count / 3, "they did not even reach the other clients"
    leaked = [f"{place}: {sorted(hits)[:3]}" for place, data in told.items() if (hits := search(data))]
    assert not leaked, "\n".join(leaked)


def test_the_search_finds_a_piece_of_each_in_every_spelling() -> None:
    found = secrets(50)
    search = Search(one.value for one in found)
    for one in found:
        spellings = (one.value, json.dumps(one.value), repr(one.value), quote(one.value), one.value[-PIECE - 2 :])
        assert all(one.value in search(f"x {text} y".encode()) for text in spellings), one
        for before in ("", "a", "ab"):
            assert one.value in search(base64.b64encode(f"{before}{one.value} and more".encode())), one
    assert search(b"nothing of it, and a digest: " + b"9f86d081884c7d659a2feaa0c55ad015" * 40) == set()


# ---------------------------------------------------------------- a life with them


def lived(settings: Settings, home: Path, found: list[Made]) -> dict[str, bytes]:
    """Adopt, sync, disagree, break a file, ask for everything over HTTP; gives back all that was answered."""
    starting.run(settings, True, None)
    with speaking(running(settings)) as said:
        said.up.start()
        assert said.up.supply.wait(POSTGRESQL, 60.0)
        engine, keeping = said.up.opened(), said.up.keeping()
        services = services_of(said.up, said.accounts, said.telling)
        services = replace(services, gateway=replace(services.gateway, fresh_s=60.0))

        def passed() -> None:
            tell(said.up, said.voice, lambda _: None, engine.run(engine.targets()))

        passed()
        _disagree(home, found)
        passed()
        broken = (home / ".qwen/settings.json").read_bytes()
        (home / ".qwen/settings.json").write_bytes(broken[:-20] + f'"x": "{found[0].value}" "{found[1].value}"'.encode())
        passed()
        (home / ".qwen/settings.json").write_bytes(broken)
        passed()
        assert keeping.look(), keeping.problem
        _noisy(said, found)
        answers = asked(services, found)
        passed()
        assert keeping.look(), keeping.problem
        answers |= {f"again {place}": data for place, data in trails(services).items()}
    return answers


def _disagree(home: Path, found: list[Made]) -> None:
    """Two clients change the same secrets, each to another's value."""
    for path, shift in ((".claude.json", 1), (".qwen/settings.json", 2)):
        place = home / path
        value = json.loads(place.read_text())
        for number, one in enumerate(found[:20]):
            server = value["mcpServers"].get(f"server-0-{number}", {})
            if "API_KEY" in server.get("env", {}):
                server["env"]["API_KEY"] = found[(number + shift) % len(found)].value
            server["args"] = [*server.get("args", []), "--extra", one.value] if "command" in server else server.get("args", [])
        place.write_text(json.dumps(value, indent=2))


def _noisy(said: Told, found: list[Made]) -> None:
    """All of them in the log, in errors, and in what is told live."""
    for one in found:
        said.telling.log.write("warning", "careless", {"message": f"it said {one.value}", "deep": [{one.value: {"x": json.dumps(one.value)}}], "error": OSError(one.value)})
    for one in found[:20]:
        try:
            raise ValueError(one.value)
        except ValueError as error:
            said.up.faults.report(error, {"request": one.value})


# ---------------------------------------------------------------- everything that answers


def asked(services: Services, found: list[Made]) -> dict[str, bytes]:
    client = signed_in(services)
    answers = dict(_gets(client, client.app.openapi()))  # type: ignore[attr-defined]  # it is the application
    answers |= dict(_posts(client, found))
    answers |= {f"export {what}": _unpacked(client.get(f"/api/v1/export?what={what}&client=claude").content) for what in ("configs", "client", "history", "logs", "audit")}
    with client.websocket_connect(f"{HERE.replace('http', 'ws')}/ws/sync?cursor=0-0", headers=dict(client.headers)) as socket:
        events = len(services.live.after("0-0", 10_000, 0.01))
        answers["websocket"] = json.dumps([socket.receive_json() for _ in range(events + 1)]).encode()
    return answers


def trails(services: Services) -> dict[str, bytes]:
    """Where what was asked above is told again."""
    client = signed_in(services)
    names = ("/api/v1/logs?limit=500", "/api/v1/audit?limit=500", "/api/v1/sync/status", "/api/v1/export?what=audit", "/api/v1/export?what=logs")
    return {name: _unpacked(client.get(name).content) for name in names}


def signed_in(services: Services) -> TestClient:
    client = TestClient(create_app(services), base_url=HERE, raise_server_exceptions=False)
    if services.users.named("admin") is None:
        services.users.add("admin", HASH, "admin")
    client.headers["Authorization"] = f"Bearer {credentials.issue(services, 'access', 'admin', 'admin', 3600).secret}"
    return client


def _gets(client: TestClient, described: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Every address that can be looked at, with every id that there is."""
    for path, methods in described["paths"].items():
        if "get" in methods:
            for place in _filled(client, path):
                answer = client.get(place)
                assert answer.status_code in (200, 404, 422, 503), (place, answer.text)
                yield f"GET {place}", answer.content


def _filled(client: TestClient, path: str) -> list[str]:
    if "{" not in path:
        return [f"{path}?limit=500" if path in ("/api/v1/logs", "/api/v1/audit") else path]
    base, _, rest = path.partition("/{")
    after = rest.partition("}")[2]
    if path == "/api/v1/artifacts/{id}":
        sessions = [row["id"] for row in client.get("/api/v1/sync/sessions").json()["items"]]
        found = [one["id"] for id_ in sessions for one in client.get(f"/api/v1/sync/sessions/{id_}").json()["artifacts"]]
        return [f"{base}/{one}" for one in found]
    rows = client.get(base).json()["items"][:MOST]
    key = next((name for name in ("id", "revision", "name", "username") if rows and name in rows[0]), "id")
    kinds = ("?kind=drift", "?kind=pending") if after == "/diff" else ("",)
    return [f"{base}/{row[key]}{after}{kind}" for row in rows for kind in kinds]


def _posts(client: TestClient, found: list[Made]) -> Iterator[tuple[str, bytes]]:
    """Bodies that hold secrets, where a careless person may put them."""
    one, other = found[0].value, found[-1].value
    target = client.get("/api/v1/clients").json()["items"][0]["id"]
    bodies: list[tuple[str, str, Any]] = [
        ("POST", "/api/v1/auth/login", {"username": one[:40], "password": other}),
        ("PATCH", f"/api/v1/clients/{target}", {"mode": "suspended", "reason": f"it has {one}"}),
        ("PATCH", f"/api/v1/clients/{target}", {"mode": one}),
        ("PUT", "/api/v1/policy", {"text": f"schema: 1\nkey: {one}\n"}),
        ("POST", "/api/v1/policy/preview", {"text": f"schema: 1\npolicies: [{{policy: {other}}}]\n"}),
        ("POST", "/api/v1/users", {"username": one, "password": other, "role": "king"}),
        ("POST", "/api/v1/ignore", {"match": f"mcp/{one}", "reason": other}),
        ("POST", "/api/v1/sync/trigger", {"targets": [one], "dry_run": True}),
        ("POST", "/api/v1/sync/trigger", {"dry_run": True}),
        ("POST", "/webhooks/git", {"ref": one}),
    ]
    bodies += [("POST", f"/api/v1/conflicts/{row['id']}/preview", {"take": take}) for row in client.get("/api/v1/conflicts").json()["items"][:MOST] for take in ("local", "central")]
    for method, path, body in bodies:
        answer = client.request(method, path, json=body)
        assert answer.status_code != 500, (path, answer.text)
        yield f"{method} {path} {body if 'take' in body else sorted(body)}"[:80], answer.content


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


# ---------------------------------------------------------------- everything that is kept


def kept(settings: Settings, logs: Loki, errors: GlitchTip) -> dict[str, bytes]:
    """Our own folder, but for the vault and the backups of clients' files, which are those files."""
    state = settings.state
    files = [p for p in sorted(state.rglob("*")) if p.is_file() and not {"vault", "backups", "repository.git"} & set(p.relative_to(state).parts)]
    command = ["git", "-c", "safe.directory=*", "-C", str(settings.repository), "cat-file", "--batch", "--batch-all-objects"]
    objects = subprocess.run(command, capture_output=True, check=True).stdout
    return {
        "our folder": b"\n".join(str(p).encode() + b"\n" + p.read_bytes() for p in files),
        "git": objects,
        "loki": b"\n".join(logs.bodies),
        "errors": b"\n".join(errors.bodies),
    }


def database(url: str) -> dict[str, bytes]:
    with psycopg.connect(url) as connection:
        tables = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        rows = {name: connection.execute(f'select coalesce(jsonb_agg(to_jsonb(t)), \'[]\') from "{name}" t').fetchone() for name in tables}  # type: ignore[arg-type]
    return {"postgresql": json.dumps({name: row and row[0] for name, row in rows.items()}, ensure_ascii=False).encode()}


def redis(url: str) -> dict[str, bytes]:
    with Redis.from_url(url) as client:
        client.ping()
        streams = list(client.scan_iter(_type="stream"))
        return {"redis": repr(list(map(client.xrange, streams))).encode()}
