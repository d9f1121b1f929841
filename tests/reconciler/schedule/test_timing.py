"""When things are due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.errors import Stalled
from reconciler.ports import Hint
from reconciler.schedule.timing import Timing, timings, trigger
from tests.fakes.engine import MACHINE, World, adopted

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)  # a Thursday
CHORE = Hint(None, "scheduled", "maintenance")


def next_time(cron: str) -> str:
    when = trigger(Timing(CHORE, cron=cron), UTC).get_next_fire_time(None, NOW)
    return f"{when:%a %d %H:%M}"


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("30 3 * * *", "Fri 02 03:30"),
        ("*/10 * * * *", "Thu 01 12:00"),
        ("0 4 * * 0", "Sun 04 04:00"),
        ("0 4 * * 7", "Sun 04 04:00"),
        ("0 4 * * 1", "Mon 05 04:00"),
        ("0 4 * * 6-7", "Sat 03 04:00"),
        ("0 4 * * 0-2", "Sun 04 04:00"),
        ("0 4 * * 2,3", "Tue 06 04:00"),
        ("0 4 * * sat", "Sat 03 04:00"),
        ("0 4 15 * *", "Thu 15 04:00"),
    ],
)
def test_a_cron_line_means_what_cron_means(cron: str, expected: str) -> None:
    assert next_time(cron) == expected


@pytest.mark.parametrize("cron", ["61 * * * *", "* * * * 9", "* * 32 * *", "* * * * 5-1"])
def test_a_line_that_names_no_time_is_refused_with_its_text(cron: str) -> None:
    with pytest.raises(Stalled, match="names no time") as refused:
        trigger(Timing(CHORE, cron=cron), UTC)
    assert str(refused.value).startswith(cron)


def test_an_interval_starts_now_and_jitter_never_passes_half_of_it() -> None:
    times = [trigger(Timing(CHORE, every_s=60, jitter_s=600), UTC).get_next_fire_time(NOW, NOW) for _ in range(50)]
    assert all(30 <= (when - NOW).total_seconds() <= 90 for when in times)


@pytest.fixture
def world() -> World:
    return adopted("one")


def test_without_settings_all_is_due_by_the_defaults(world: World) -> None:
    found = timings({}, world.engine.targets())
    assert {name: (t.every_s, t.cron) for name, t in found.items()} == {
        "look": (60, None),
        "fetch": (60, None),
        "maintenance": (3600, None),
        "retention": (None, "40 3 * * *"),
    }


def test_settings_say_when_all_is_due(world: World) -> None:
    found = timings({"reconcile": {"interval_s": 30}, "schedules": {"fetch": {"cron": "* * * * *"}}}, world.engine.targets())
    assert (found["look"].every_s, found["fetch"].every_s, found["fetch"].cron) == (30, None, "* * * * *")


def test_a_target_with_a_time_of_its_own_is_looked_at_then(world: World) -> None:
    world.commit({f"machines/{MACHINE}.yaml": world.main()[f"machines/{MACHINE}.yaml"].replace("codex/user:\n", "codex/user:\n    interval_s: 600\n")})
    looks = {t.hint.target: t.every_s for name, t in timings({}, world.engine.targets()).items() if name.startswith("look")}
    assert looks == {world.target(client).id: 600 if client == "codex" else 60 for client in ("claude", "codex", "qwen", "acli")}


def test_what_the_command_line_says_takes_the_place_of_the_interval(world: World) -> None:
    look = timings({"reconcile": {"interval_s": 30, "jitter_s": 9}}, world.engine.targets(), every_s=2.0)["look"]
    assert (look.every_s, look.jitter_s) == (2.0, 0.0)
