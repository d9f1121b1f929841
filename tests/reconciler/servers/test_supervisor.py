from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from reconciler.errors import Retryable, Stalled
from reconciler.ports.servers import POSTGRESQL, REDIS
from reconciler.servers.processes import Process, remember, started
from reconciler.servers.supervisor import EmbeddedServers
from tests.conftest import copied_home
from tests.reconciler.servers.asking import keep_note, kept_note, process_ids


def test_what_is_kept_survives_a_stop(servers: EmbeddedServers, home: Path) -> None:
    keep_note(servers.start(), "kept")
    servers.stop()
    assert [part.is_ok for part in servers.health()] == [False, False]
    again = EmbeddedServers(home)
    assert kept_note(again.start()) == ("kept", "kept")
    again.stop()


def test_servers_of_a_life_that_was_killed_are_taken_over(servers: EmbeddedServers, home: Path) -> None:
    before = killed_life(home)
    assert process_ids(servers.start()) == before
    servers.stop()
    assert not any(map(started, before))


def killed_life(home: Path) -> tuple[int, int]:
    """Start the servers in a process that is then killed; the ids of its servers."""
    code = (
        "import os, sys; from pathlib import Path; from reconciler.servers.supervisor import EmbeddedServers\n"
        "from tests.reconciler.servers.asking import process_ids\n"
        "print(*process_ids(EmbeddedServers(Path(sys.argv[1])).start()), flush=True); os.kill(os.getpid(), 9)"
    )
    said = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=False)
    assert said.returncode == -signal.SIGKILL, said.stderr
    postgres, valkey = map(int, said.stdout.split())
    return postgres, valkey


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_that_nobody_remembers_is_ended_and_started_again(servers: EmbeddedServers, home: Path, name: str) -> None:
    before = servers.start()
    keep_note(before, "kept")
    pids = process_ids(before)
    (home / f"{name}.process").unlink()
    assert kept_note(servers.start()) == ("kept", "kept")
    at = ["postgres", "valkey"].index(name)
    assert process_ids(before)[at] != pids[at]


def test_servers_that_were_killed_come_back_with_what_they_held(servers: EmbeddedServers) -> None:
    endpoints = servers.start()
    keep_note(endpoints, "kept")
    with redis.Redis.from_url(endpoints.redis_url) as hints:
        hints.execute_command("WAITAOF", 1, 0, 5000)  # everysec: a kill may cost the last second
    for pid in process_ids(endpoints):
        os.kill(pid, signal.SIGKILL)
        Process(pid, started(pid)).wait(10)
    assert kept_note(servers.start()) == ("kept", "kept")


def test_a_stranger_with_a_remembered_number_is_left_alone(servers: EmbeddedServers, home: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        remember(home / "postgres.process", Process(stranger.pid, "another time"))
        remember(home / "valkey.process", Process(stranger.pid, "another time"))
        (home / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{home}/postgres\n1\n5432\n\n\n 1 1\nready\n")
        servers.start()
        servers.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_two_supervisors_of_one_home_refuse_each_other(servers: EmbeddedServers, home: Path) -> None:
    servers.start()
    with pytest.raises(Retryable, match="another `reconciler up`"):
        EmbeddedServers(home).start()


def test_a_lost_password_is_made_anew(servers: EmbeddedServers, home: Path) -> None:
    (home / "postgres.password").unlink()
    (home / "valkey.password").unlink()
    keep_note(servers.start(), "kept")


def test_a_wrong_password_opens_neither(servers: EmbeddedServers) -> None:
    endpoints = servers.start()
    for server in ("postgres", "valkey"):
        wrong = (servers.home / f"{server}.password").read_text()[::-1] + "0"
        right = (servers.home / f"{server}.password").read_text()
        endpoint = endpoints.database_url if server == "postgres" else endpoints.redis_url
        with pytest.raises((psycopg.OperationalError, redis.AuthenticationError)):
            _connect(endpoint.replace(right, wrong))


def _connect(url: str) -> None:
    if url.startswith("postgresql"):
        psycopg.connect(url).close()
    else:
        with redis.Redis.from_url(url) as hints:
            hints.ping()


def test_passwords_and_sockets_are_for_this_user_alone(servers: EmbeddedServers, home: Path) -> None:
    endpoints = servers.start()
    for name in ("postgres", "valkey"):
        password = home / f"{name}.password"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        assert password.read_text() not in _command_lines()
        assert password.read_text() not in (home / f"{name}.log").read_text() + repr(endpoints) + str(servers.health())
    assert stat.S_IMODE((home / "run").stat().st_mode) == 0o700


def _command_lines() -> str:
    found = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return b"\n".join(found).decode("utf-8", "replace")


def test_a_damaged_file_of_hints_is_put_aside_and_said(servers: EmbeddedServers, home: Path) -> None:
    keep_note(servers.start(), "kept")
    servers.stop()
    part = next((home / "valkey" / "appendonlydir").glob("*.incr.aof"))
    part.write_bytes(b"*3\r\n$3\r\nnonsense\r\n" + part.read_bytes())
    with redis.Redis.from_url(servers.start().redis_url) as hints:
        assert hints.get("note") is None
    said = {part.name: part.detail for part in servers.health()}
    assert str(home / "valkey" / "damaged") in said["Redis file"]
    assert all(part.is_ok for part in servers.health())


def test_a_torn_end_of_the_file_of_hints_costs_only_that(servers: EmbeddedServers, home: Path) -> None:
    keep_note(servers.start(), "kept")
    servers.stop()
    part = next((home / "valkey" / "appendonlydir").glob("*.incr.aof"))
    part.write_bytes(part.read_bytes() + b"*3\r\n$3\r\nSET\r\n$4\r\nno")
    assert kept_note(servers.start())[1] == "kept"


def test_data_of_another_version_is_refused_with_its_cure(servers: EmbeddedServers, home: Path) -> None:
    (home / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(Stalled, match=r"of PostgreSQL 15, and this program brings 18; install"):
        servers.start()


def test_data_that_one_cannot_use_leaves_the_other_at_work(servers: EmbeddedServers, home: Path) -> None:
    (home / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(Stalled, match=r"set RECONCILER_DATABASE_URL$"):
        servers.bring_up(POSTGRESQL)
    with redis.Redis.from_url(servers.bring_up(REDIS)) as hints:
        assert hints.ping()
    assert {part.name: part.is_ok for part in servers.health()} == {"PostgreSQL": False, "Redis": True}


def test_a_redis_that_cannot_start_leaves_postgresql_at_work(servers: EmbeddedServers, home: Path) -> None:
    shutil.rmtree(home / "valkey")
    (home / "valkey").write_text("in the way")
    with pytest.raises(Stalled, match=r"set RECONCILER_REDIS_URL$"):
        servers.bring_up(REDIS)
    with psycopg.connect(servers.bring_up(POSTGRESQL)) as database:
        assert database.execute("select 1").fetchone() == (1,)
    assert {part.name: part.is_ok for part in servers.health()} == {"PostgreSQL": True, "Redis": False}


def test_a_folder_that_is_no_data_is_not_touched(servers: EmbeddedServers, home: Path) -> None:
    shutil.rmtree(home / "postgres")
    (home / "postgres").mkdir()
    (home / "postgres" / "letter.txt").write_text("mine")
    with pytest.raises(Stalled, match="something that is no data of PostgreSQL"):
        servers.start()
    assert (home / "postgres" / "letter.txt").read_text() == "mine"


@pytest.mark.long  # makes PostgreSQL's data anew
def test_half_made_data_is_made_again(servers: EmbeddedServers, home: Path) -> None:
    (home / "postgres").rename(home / "postgres.new")
    (home / "postgres.new" / "global" / "pg_control").unlink()
    keep_note(servers.start(), "kept")


def test_a_home_with_a_long_name_has_its_sockets_elsewhere(stopped_home: Path, tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30) / "servers"
    home.parent.mkdir()
    copied_home(stopped_home, home)
    runtime = tmp_path.parent
    servers = EmbeddedServers(home, redis_url="redis://localhost:1", runtime=Path(runtime))
    endpoints = servers.start()
    with psycopg.connect(endpoints.database_url) as database:
        assert database.execute("select 1").fetchone() == (1,)
    servers.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a part of PostgreSQL's data."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "none", str(place)], capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.long
def test_a_full_disk_is_told_with_its_cure_and_with_room_the_next_start_goes_on(small_disk: Path) -> None:
    servers = EmbeddedServers(small_disk / "servers", redis_url="redis://localhost:1")
    with pytest.raises(Stalled, match=r"make room|free space"):
        servers.start()
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    keep = servers.start()
    with psycopg.connect(keep.database_url) as database:
        assert database.execute("select 1").fetchone() == (1,)
    servers.stop()


def test_given_addresses_start_nothing(tmp_path: Path) -> None:
    given = EmbeddedServers(tmp_path / "servers", "postgresql://ann:hush@db.example/x", "redis://:hush@redis.example:7")
    found = given.start()
    assert (found.database_url, found.redis_url) == ("postgresql://ann:hush@db.example/x", "redis://:hush@redis.example:7")
    assert not (tmp_path / "servers").exists()
    assert [p.detail for p in given.health()] == [
        "RECONCILER_DATABASE_URL says postgresql://db.example/x",
        "RECONCILER_REDIS_URL says redis://redis.example:7",
    ]
    given.stop()
