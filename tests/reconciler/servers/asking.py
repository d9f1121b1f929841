"""What a user of the servers does with an address: connect, write, read."""

from __future__ import annotations

import psycopg
import redis

from reconciler.ports.servers import Endpoints


def kept_note(endpoints: Endpoints) -> tuple[str, str]:
    """What ``keep_note`` left in both servers."""
    with psycopg.connect(endpoints.database_url) as database:
        row = database.execute("select text from note").fetchone()
    with redis.Redis.from_url(endpoints.redis_url) as hints:
        return str(row[0]) if row else "", bytes(hints.get("note") or b"").decode()


def keep_note(endpoints: Endpoints, text: str) -> None:
    with psycopg.connect(endpoints.database_url) as database:
        database.execute("create table note as select %s as text", (text,))
    with redis.Redis.from_url(endpoints.redis_url) as hints:
        hints.set("note", text)


def process_ids(endpoints: Endpoints) -> tuple[int, int]:
    """The postmaster and the Redis-compatible server."""
    with psycopg.connect(endpoints.database_url) as database:
        row = database.execute("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int").fetchone()
    with redis.Redis.from_url(endpoints.redis_url) as hints:
        return int(row[0]) if row else 0, int(hints.info("server")["process_id"])
