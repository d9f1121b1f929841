"""The loop of `up`, on scripted hints: it never sleeps here, since the double's hints take no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from reconciler.errors import Stalled
from reconciler.model.names import AbsPath, TargetId
from reconciler.model.results import Problem
from reconciler.ports import Hint
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.schedule.messages import Complaints
from tests.fakes.accounts import MemoryFaults
from tests.fakes.engine import CLIENTS, HOME, World, adopted
from tests.fakes.loop import HINT, Broken, Loop, after, loop, nothing
from tests.fakes.measures import MemoryMeasures


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.is_up = True
    return world


def test_it_looks_at_everything_when_it_starts(world: World) -> None:
    world.put_server("codex", "two")
    loop(world.engine).run()
    assert "two" in world.servers("qwen")


def test_a_hint_starts_a_pass(world: World) -> None:
    loop(world.engine, after(lambda: world.put_server("codex", "two"))).run()
    assert "two" in world.servers("qwen")


def test_it_watches_every_file_and_folder_of_every_target(world: World) -> None:
    done = loop(world.engine).run()
    assert AbsPath(f"{HOME}/.claude.json") in done.watch.files
    assert AbsPath(f"{HOME}/.rovodev/mcp.json") in done.watch.files
    assert (AbsPath(f"{HOME}/.codex/rules"), ".rules") in done.watch.folders


def test_without_hints_it_looks_at_everything_after_the_interval(world: World) -> None:
    idle = [nothing] * 120  # of half a second each
    done = loop(world.engine, *idle).run()
    assert done.watch.passes == 2


def test_a_machine_whose_time_is_set_back_is_looked_at_after_the_same_pauses(world: World) -> None:
    world.write(".claude.json", "{")

    def set_back() -> list[Hint]:
        world.clock.advance(-3600.0)
        return []

    done = loop(world.engine, set_back, *[nothing] * 3).run()
    assert pauses(done) == [0.1, 0.2, 0.4, 0.5, 0.3]


def test_a_lost_hint_is_healed_by_the_interval(world: World) -> None:
    def edited_unseen() -> list[Hint]:
        world.put_server("codex", "two")
        return []

    loop(world.engine, edited_unseen, *[nothing] * 119).run()
    assert "two" in world.servers("qwen")


def test_a_torn_file_is_looked_at_again_soon(world: World) -> None:
    whole = world.read(".claude.json")
    world.write(".claude.json", whole[:40])

    def mended_unseen() -> list[Hint]:
        world.write(".claude.json", whole)
        return []

    done = loop(world.engine, mended_unseen).run()
    assert [t.outcome for t in done.told[-1].targets if t.target.client == "claude"] == ["unchanged"]


def pauses(done: Loop) -> list[float]:
    """How long it waited before each look, when nothing came."""
    return [round(w, 3) for w in done.script.waits]


def test_what_stays_stalled_is_tried_with_growing_pauses(world: World) -> None:
    world.write(".claude.json", "{")
    done = loop(world.engine, *[nothing] * 4).run()
    assert pauses(done) == [0.1, 0.2, 0.4, 0.5, 0.3]  # the last pause is 0.8, in steps


def test_a_hint_starts_the_pauses_anew(world: World) -> None:
    world.write(".claude.json", "{")
    saved = Hint(world.target("claude").id, "saved")
    done = loop(world.engine, nothing, nothing, lambda: [saved], nothing).run()
    assert pauses(done)[-2:] == [0.1, 0.2]


def test_what_stalls_at_the_interval_is_tried_soon(world: World) -> None:
    def torn_unseen() -> list[Hint]:
        world.write(".claude.json", "{")
        return []

    done = loop(world.engine, torn_unseen, *[nothing] * 119, nothing).run()
    assert pauses(done)[120] == 0.1


def test_a_pass_that_raises_does_not_end_the_loop() -> None:
    engine = Broken(KeyError("a"), Stalled("no repository"), RuntimeError("b"))
    done = loop(engine, nothing, nothing, nothing, lambda: [HINT]).run()
    assert engine.runs > 3
    assert done.watch.is_closed


def test_our_own_error_is_told_in_its_words() -> None:
    assert loop(Broken(Stalled("no repository; run `reconciler init`"))).run().complaints == ["no repository; run `reconciler init`"]


def test_what_was_done_is_recorded_once_all_is_written_and_told(world: World) -> None:
    kept: list[tuple[list[str], int]] = []
    done = loop(world.engine, after(lambda: world.put_server("codex", "two")))
    world.engine.record = lambda passes: kept.append(([d.target.client for p in passes for d in p.targets if d.written], len(done.told)))
    done.run()
    assert kept[-1] == (["claude", "qwen", "acli"], len(done.told))


def test_passes_before_one_that_broke_off_are_recorded(world: World) -> None:
    kept: list[Pass] = []
    engine = world.engine
    engine.record = kept.extend
    done = loop(engine, after(lambda: world.put_server("codex", "two")))
    done.watching.tell = raising(RuntimeError("nobody listens"))
    done.run()
    assert kept[0].targets


def raising(error: Exception) -> Callable[[Pass], None]:
    def tell(_: Pass) -> None:
        raise error

    return tell


def test_a_bug_is_told_without_its_text_which_may_hold_a_secret() -> None:
    told = loop(Broken(ValueError("hush"))).run().complaints[0]
    assert told.startswith("unexpected error (ValueError at loop.py:")
    assert "hush" not in told


def test_a_failure_that_repeats_is_told_once() -> None:
    done = loop(Broken(*[Stalled("locked")] * 3), nothing, nothing).run()
    assert done.complaints == ["locked"]


def test_a_failure_that_comes_back_is_told_again() -> None:
    engine = Broken(Stalled("locked"))
    done = loop(engine, nothing, after(lambda: engine.errors.append(Stalled("locked")))).run()
    assert done.complaints == ["locked", "locked"]


def test_a_pass_in_which_nothing_happened_is_not_told_again(world: World) -> None:
    done = loop(world.engine, lambda: [HINT], lambda: [HINT]).run()
    assert len(done.told) == 1


def test_a_main_that_becomes_invalid_is_told(world: World) -> None:
    done = loop(world.engine, after(lambda: world.commit({"mcp/one.yaml": "a: [\n"}))).run()
    assert [p.file for p in done.told[-1].problems] == ["mcp/one.yaml"]


def test_the_lock_is_held_during_passes_and_free_between_them(world: World) -> None:
    held: list[bool] = []

    @contextmanager
    def locked() -> Iterator[None]:
        held.append(True)
        yield
        held.append(False)

    loop(world.engine, after(lambda: held.append(held[-1])), locked=locked).run()
    assert held == [True, False, False, True, False]


def test_a_hint_that_names_a_target_leaves_the_others_alone_when_nothing_came_of_it(world: World) -> None:
    def own_key() -> list[Hint]:
        world.put_server("qwen", "unseen")  # its hint was lost
        world.replace(".claude.json", '"numStartups": 7', '"numStartups": 8')
        return [Hint(world.target("claude").id, "saved")]

    loop(world.engine, own_key).run()
    assert "unseen" not in world.servers("codex")


def test_a_hint_that_names_a_target_brings_its_edit_to_all_others(world: World) -> None:
    def edited() -> list[Hint]:
        world.put_server("codex", "two")
        return [Hint(world.target("codex").id, "saved")]

    loop(world.engine, edited).run()
    assert all("two" in world.servers(client) for client in CLIENTS)


def test_edits_of_two_clients_under_one_hint_meet(world: World) -> None:
    def edited() -> list[Hint]:
        world.put_server("codex", "two")
        world.put_server("qwen", "three")  # its hint is still on its way
        return [Hint(world.target("codex").id, "saved")]

    loop(world.engine, edited).run()
    assert all({"two", "three"} <= world.servers(client).keys() for client in CLIENTS)


def test_a_hint_for_a_target_that_is_gone_starts_nothing(world: World) -> None:
    gone = TargetId("laptop-1/gone/user")
    done = loop(world.engine, lambda: [Hint(gone)], nothing).run()
    assert pauses(done)[-1] == 0.5


def test_a_path_that_changed_becomes_a_hint_for_its_target(world: World) -> None:
    done = loop(world.engine).run()
    done.watch.on_path(AbsPath(f"{HOME}/.codex/rules/mine.rules"))
    done.watch.on_path(AbsPath(f"{HOME}/.claude.json"))
    done.watch.on_path(AbsPath("/elsewhere"))
    assert [h.target for h in done.script.published] == [world.target("codex").id, world.target("claude").id, None]


MAIN_FILE = AbsPath("/state/repository.git/refs/heads/main")


def watching_main(engine: Reconciler, *steps: Callable[[], list[Hint]]) -> Loop:
    done = loop(engine, *steps)
    done.watching.central = (MAIN_FILE,)
    return done


def test_a_commit_by_plain_git_is_followed_at_once(world: World) -> None:
    def committed() -> list[Hint]:
        world.commit({"mcp/two.yaml": "command: example-mcp-server\n"})
        done.watch.on_path(MAIN_FILE)
        return done.script.published[-1:]

    done = watching_main(world.engine, committed)
    assert MAIN_FILE in done.run().watch.files
    assert all("two" in world.servers(client) for client in CLIENTS)


def test_a_commit_by_plain_git_is_followed_by_all_whichever_target_is_looked_at_next(world: World) -> None:
    def committed() -> list[Hint]:
        world.commit({"mcp/two.yaml": "command: example-mcp-server\n"})
        return [Hint(world.target("codex").id, "saved")]

    loop(world.engine, committed).run()
    assert all("two" in world.servers(client) for client in CLIENTS)


def test_where_it_moved_main_itself_nothing_more_is_looked_at(world: World) -> None:
    def edited() -> list[Hint]:
        world.put_server("codex", "two")
        return [Hint(world.target("codex").id, "saved")]

    def moved() -> list[Hint]:
        done.watch.on_path(MAIN_FILE)
        return done.script.published[-1:]

    done = watching_main(world.engine, edited, moved)
    assert done.run().watch.passes == 1  # the first look


def test_lost_events_become_a_hint_for_all(world: World) -> None:
    done = loop(world.engine).run()
    done.watch.on_overflow()
    assert [h.target for h in done.script.published] == [None]


def test_hints_are_finished_after_the_look_so_that_no_save_waits_for_a_server(world: World) -> None:
    order: list[str] = []
    done = loop(world.engine, after(lambda: world.put_server("codex", "two")))
    done.watching.tell = lambda _: order.append("told")
    done.script.done = lambda hints: order.extend(h.reason for h in hints)  # type: ignore[method-assign]
    done.run()
    assert order[-2:] == ["told", HINT.reason]


def test_hints_of_a_look_that_failed_are_finished_too() -> None:
    done = loop(Broken(OSError("gone")), lambda: [HINT], nothing).run()
    assert done.script.worked_on == [HINT]


def test_a_chore_is_handed_on_and_starts_no_pass(world: World) -> None:
    chore, handed = Hint(None, "scheduled", "fetch"), list[Hint]()
    done = loop(world.engine, lambda: [chore], nothing)
    done.watching.do_chores = handed.extend
    done.run()
    assert (handed, done.watch.passes) == ([chore], 1)


def test_a_torn_file_is_not_told_before_its_writer_had_time(world: World) -> None:
    world.write(".claude.json", "{")
    tried_twice = loop(world.engine, nothing).run()
    tried_thrice = loop(world.engine, nothing, nothing).run()
    assert [stalled(done) for done in (tried_twice, tried_thrice)] == [0, 1]


def test_a_file_that_cannot_be_read_is_tried_five_times_before_it_is_told(world: World) -> None:
    world.disk.problems[f"{HOME}/.claude.json"] = Problem(".claude.json", "permission denied", kind="FileAccess")
    done, tries = loop(world.engine, *[nothing] * 100), list[int]()

    def told(result: Pass) -> None:
        tries.extend(done.watching.queue.failures(t.target.id) for t in result.targets if t.outcome == "stalled")

    done.watching.tell = told
    done.run()
    assert tries == [5]


def stalled(done: Loop) -> int:
    """How often it was told that claude stalls."""
    return sum(t.outcome == "stalled" and t.target.client == "claude" for told in done.told for t in told.targets)


def test_it_is_ready_once_all_was_looked_at(world: World) -> None:
    world.write(".claude.json", "{")
    ready: list[bool] = []
    done = loop(world.engine, after(lambda: ready.append(done.health.is_ready)))
    assert not done.health.is_ready
    done.run()
    assert (ready, done.health.is_alive) == ([True], False)


def test_it_is_not_ready_while_passes_break_off() -> None:
    ready: list[bool] = []
    done = loop(Broken(Stalled("no repository")), after(lambda: ready.append(done.health.is_ready)))
    done.run()
    assert ready == [False]


def test_it_stops_without_another_pass(world: World) -> None:
    done = loop(world.engine)
    done.script.stop.set()
    assert done.run().watch.passes == 1
    assert done.watch.is_closed


def test_the_time_from_a_save_to_its_commit_is_measured_once(world: World) -> None:
    measures = MemoryMeasures()

    def saved() -> list[Hint]:
        world.put_server("codex", "two")
        at = world.clock.now() - 3.0
        return [Hint(world.target("codex").id, "saved", at=at), Hint(world.target("qwen").id, "saved", at=at)]

    done = loop(world.engine, saved, after(lambda: None))
    done.watching.measures = measures
    done.run()
    assert measures.of("committed") == [("codex", 3.0)]


def test_a_path_that_changed_is_told_with_its_time(world: World) -> None:
    done = loop(world.engine).run()
    done.watch.on_path(AbsPath(f"{HOME}/.claude.json"))
    assert [hint.at for hint in done.script.published] == [world.clock.now()]


def test_an_unexpected_error_of_a_pass_is_reported_once_and_ours_never() -> None:
    done = loop(
        Broken(ValueError("a bug"), ValueError("a bug"), Stalled("a person must act")), lambda: [HINT], lambda: [HINT], lambda: [HINT]
    )
    faults = MemoryFaults()
    done.watching._complaints = Complaints(done.complaints.append, faults)
    done.run()
    assert [type(error) for error in faults.seen] == [ValueError]
