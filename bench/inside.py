"""What one process does again and again: passes with nothing to do, merges, commits, reading a big file."""

from __future__ import annotations

import json
import shutil
import statistics
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

from bench.figures import Figure, median_ms, milliseconds, percentiles
from bench.machines import Machine
from bench.workload import workload
from reconciler.adapters.claude import CLAUDE
from reconciler.merge.config import merge_config
from reconciler.model.fields import Fields, flat
from reconciler.model.names import MCP, AbsPath, EntityId, TargetId, entity_id
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target
from reconciler.settings import settings_from
from reconciler.store.git import GitStore
from reconciler.wiring import opened

_BIG_BYTES = 2_500_000


def figures(settled: Machine, folder: Path, targets: int) -> list[Figure]:
    return [
        *_idle_passes(settled.copied_to(folder / "idle"), targets),
        _merge(),
        *_commits(settled.copied_to(folder / "commits")),
        *_big_file(settled.copied_to(folder / "big")),
    ]


# ---------------------------------------------------------------- passes with nothing to do


def _idle_passes(machine: Machine, many: int) -> list[Figure]:
    engine = opened(settings_from(machine.environ))
    own = engine.targets()
    each = [Figure(f"no-op pass of one target, {t.client}", median_ms(lambda t=t: engine.run([t])), "ms", 5.0) for t in own]  # type: ignore[misc]
    return [*each, Figure(f"no-op pass of {many} targets", _many(engine, machine, own, many) / 1000, "s", many / 1000)]


def _many(engine: Reconciler, machine: Machine, own: list[Target], many: int) -> float:
    """Milliseconds. The targets are those of so many machines with a home each, all holding the same."""
    targets: list[Target] = []
    while len(targets) < many:
        home = machine.folder / "homes" / str(len(targets))
        shutil.copytree(machine.home, home)
        new = [_elsewhere(target, f"machine-{len(targets)}", home) for target in own]
        engine.run(new)  # machine by machine, as they come to be
        targets += new
    engine.run(targets[:many])  # has nothing to do either, but has not seen this world yet
    head = engine.centre.main()
    took = min(milliseconds(lambda: engine.run(targets[:many]), 3))
    if engine.centre.main() != head:
        raise RuntimeError("a pass with nothing to do has committed")
    return took


def _elsewhere(target: Target, machine: str, home: Path) -> Target:
    return replace(target, id=TargetId(f"{machine}/{target.client}/user"), root=AbsPath(str(home)))


# ---------------------------------------------------------------- merge, commit, read


def _merge() -> Figure:
    base = _servers(2000)
    local, central = ({**base, name: {**base[name], ("command",): "node"}} for name in (list(base)[7], list(base)[1500]))
    return Figure("merge of 2,000 entities, one changed each side", median_ms(lambda: merge_config(base, local, central)), "ms", 20.0)


def _servers(number: int) -> dict[EntityId, Fields]:
    servers = workload(number // 20).servers
    return {entity_id(MCP, name): flat(MCP, {"transport": "stdio", "command": "npx", **one}) for name, one in servers.items()}


def _commits(machine: Machine) -> list[Figure]:
    store = GitStore.open(machine.state / "repository.git")
    numbers = count()

    def commit() -> None:
        main = store.ref(MAIN)
        text = f"command: npx\nargs: [edit-{next(numbers)}]\n".encode()
        new = store.commit(main, {"mcp/edited.yaml": text}, [main] if main else [], "Edit\n", Author("bench", "bench@localhost", 1.0))
        store.move_ref(MAIN, new, main)

    return percentiles("commit that moves main, durable", milliseconds(commit, 100), None, 50.0)


def _big_file(machine: Machine) -> list[Figure]:
    """A ``~/.claude.json`` with a long history of projects, changed where it is the client's own."""
    texts = [big_json(machine, starts) for starts in (1, 2)]
    spec = next(s for s in CLAUDE.specs if s.key == "state")
    turn = count()
    size = f"{len(texts[0]) / 1e6:.1f} MB of JSON that changed where it is not ours"
    read = Figure(f"read of {size}", median_ms(lambda: spec.format.read(texts[next(turn) % 2]), 10), "ms", 15.0)
    return [read, Figure(f"pass over {size}", _passes(machine, texts), "ms")]


def _passes(machine: Machine, texts: list[bytes]) -> float:
    engine = opened(settings_from(machine.environ))
    took = []
    for number in range(12):
        (machine.home / ".claude.json").write_bytes(texts[number % 2])
        began = time.perf_counter()
        engine.run(engine.targets())
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[2:])


def big_json(machine: Machine, starts: int) -> bytes:
    rules = list(workload(1).rules.values())
    state = json.loads((machine.home / ".claude.json").read_bytes())
    projects: dict[str, object] = {}
    size = 0
    while size < _BIG_BYTES:
        history = [{"display": text, "pastedContents": {}} for text in rules]
        projects[f"/home/me/project-{len(projects)}"] = {"history": history, "lastCost": 0.25, "allowedTools": []}
        size += len(json.dumps(history))
    return json.dumps({**state, "numStartups": starts, "projects": projects}, indent=2).encode()
