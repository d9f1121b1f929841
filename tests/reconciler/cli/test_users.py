"""Users by the command line, in a real database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.passwords import is_right
from reconciler.cli import people
from reconciler.errors import Stalled
from reconciler.ports.servers import POSTGRESQL, Endpoints
from reconciler.servers.supervisor import EmbeddedServers
from reconciler.settings import Settings, settings_from
from reconciler.wiring.running import alone, announced, served_at
from tests.conftest import copied_home

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def settings(endpoints: Endpoints, database_url: str, tmp_path: Path) -> Settings:
    known = {"HOME": str(tmp_path), "PATH": os.defpath, "RECONCILER_HOME": str(tmp_path / "state")}
    return settings_from({**known, "RECONCILER_DATABASE_URL": database_url, "RECONCILER_REDIS_URL": endpoints.redis_url})


def test_a_user_is_added_changed_and_listed_without_a_hash(settings: Settings) -> None:
    people.add(settings, "bo", "operator", PASSWORD)
    people.passwd(settings, "bo", "another " + PASSWORD)
    rows = people.listed(settings)
    assert [(r["username"], r["role"]) for r in rows] == [("bo", "operator")]
    assert "argon2" not in str(rows)
    with people._services(settings) as services:
        user = services.users.named("bo")
        assert user
        assert is_right("another " + PASSWORD, user.password_hash)
        said, _ = services.audit.search({}, 10, 0)
        assert [r.action for r in said] == ["users.change", "users.add"]


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("a b", PASSWORD), ("../x", PASSWORD), ("bo", "short")])
def test_what_cannot_be_a_user_is_refused(settings: Settings, name: str, password: str) -> None:
    with pytest.raises(Stalled):
        people.add(settings, name, "viewer", password)
    assert people.listed(settings) == []


def test_nothing_is_opened_where_nothing_is_served(settings: Settings) -> None:
    with pytest.raises(Stalled, match="reconciler up"):
        people.link(settings, None)


def test_a_gateway_beside_up_is_opened(settings: Settings) -> None:
    with announced(settings, "https://box.example:9443"):
        assert people.link(settings, None)["link"].startswith("https://box.example:9443/setup#rec_setup_")


def test_up_is_opened_rather_than_a_gateway_beside_it(settings: Settings) -> None:
    with announced(settings, "http://127.0.0.1:2"), alone(settings) as tell:
        tell({"address": "http://127.0.0.1:1"})
        assert served_at(settings) == "http://127.0.0.1:1"


def test_a_gateway_that_has_ended_is_not_opened(settings: Settings) -> None:
    with announced(settings, "http://127.0.0.1:2"):
        pass
    (settings.gateways / "7").write_text('{"address": "http://127.0.0.1:3"}')  # as a killed one leaves it
    assert served_at(settings) is None


def test_servers_that_another_process_brings_up_just_now_are_waited_for(
    stopped_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copied_home(stopped_home, tmp_path / "servers")
    up, command = EmbeddedServers(home), EmbeddedServers(home)
    up._take_lock()
    monkeypatch.setattr("reconciler.cli.people.sleep", lambda _seconds: up.start())
    try:
        found, is_ours = people._at_hand(command)
        assert (found, is_ours) == (up.running(POSTGRESQL), False)
    finally:
        up.stop()
