"""Our whole processes as cases, over the same workload as the peers': nothing to do, the first run, one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from bench import machines
from bench.figures import Figure
from bench.machines import DONE, PROGRAM, Machine
from bench.measure import Case, Cost, nothing

WHO = "reconciler, 4 clients"


def cases(scale: int, folder: Path) -> list[Case]:
    """They come first, so that ratios are against us. Each has a machine of its own."""
    at = folder / f"ours-{scale}"
    idle = machines.settled(scale, at / "idle")
    return [
        _case(f"no-op, {scale}x", idle, "sync"),
        _case(f"no-op after a look at every file, {scale}x", idle, "sync", before=partial(_forget, idle)),
        _first("init --yes: claude holds all", "init --yes", machines.unadopted(scale, at / "unadopted"), scale),
        _first("sync: main holds all", "sync", machines.merged(scale, at / "merged"), scale),
        _edit(scale, idle.copied_to(at / "edit")),
    ]


def figures(cases: Sequence[Case], costs: Sequence[Cost]) -> list[Figure]:
    """Those of our costs that have a budget."""
    idle = next((cost for case, cost in zip(cases, costs, strict=True) if (case.who, case.work) == (WHO, "no-op, 1x")), None)
    if idle is None:
        return []
    work = "`reconciler sync` with nothing to do, whole process, 1x"
    return [Figure(f"{work}, CPU", idle.cpu_s, "s", 0.25), Figure(f"{work}, peak memory", idle.peak_mb, "MB", 80.0)]


def _case(work: str, machine: Machine, words: str, before: Callable[[], None] = nothing, after: Callable[[], None] = nothing) -> Case:
    return Case(WHO, work, (str(PROGRAM), *words.split()), machine.home, machine.environ, before, after, DONE)


def _forget(machine: Machine) -> None:
    """Take away what the last pass remembered, so that the whole engine looks."""
    (machine.state / "memory/last-pass.json").unlink(missing_ok=True)


def _first(work: str, words: str, pristine: Machine, scale: int) -> Case:
    machine = Machine(pristine.folder.with_name(f"{pristine.folder.name}-run"))
    arrived = partial(machine.insist_on, "mcp0012.example.com/mcp")
    return _case(f"first {work}, {scale}x", machine, words, lambda: _again(pristine, machine), arrived)


def _again(pristine: Machine, machine: Machine) -> None:
    pristine.copied_to(machine.folder)


def _edit(scale: int, machine: Machine) -> Case:
    numbers = count()
    said: list[str] = []

    def edit() -> None:
        said[:] = [f"edit-{next(numbers)}"]
        machine.edit_server(said[0])

    return _case(f"sync of one edited server, {scale}x", machine, "sync", edit, lambda: machine.insist_on(said[0]))
