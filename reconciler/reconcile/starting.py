"""`init`: find the clients of this machine, make the repository, adopt what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.errors import Raced
from reconciler.formats import yaml_text
from reconciler.formats.edit import Set, applied
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.model.trailers import with_trailers
from reconciler.ports import Author
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.reconcile.targets import Target, adapter_named, installed, machine_modes, machine_path, target_of

_TRIES = 10


@dataclass(frozen=True)
class Started:
    """``targets`` are all that were found, ``result`` what adopting them did."""

    targets: tuple[Target, ...]
    result: Pass


def start(engine: Reconciler, template: Mapping[str, bytes], prefer: str | None) -> Started:
    """Register every client that is installed and adopt it. Run on dry doors this is the plan."""
    if prefer is not None:
        adapter_named(prefer)
    ports = engine.ports
    if engine.centre.main() is None:
        message = with_trailers("Start from the template", "", [("Target", ports.machine)])
        ports.store.move_ref(MAIN, ports.store.commit(None, template, [], message, person(engine)), None)
    found = installed(ports.disk, ports.home)
    set_modes(engine, {f"{a.client}/user": {"mode": "sync"} for a in found}, "Register", only_new=True)
    targets = engine.targets()
    result = engine.run(targets, approved_by=ports.person, prefer=prefer or "")
    return Started(tuple(targets), result)


def set_modes(engine: Reconciler, modes: Mapping[str, Mapping[str, str]], verb: str, only_new: bool = False) -> Revision | None:
    """Commit modes of this machine's targets to main; nothing is written when they are so already."""
    ports, store = engine.ports, engine.ports.store
    for _ in range(_TRIES):
        main = store.ref(MAIN)
        if main is None:
            return None
        data = store.files(main).get(machine_path(ports.machine), b"")
        known = machine_modes(store.files(main), ports.machine)
        asked = {name: dict(mode) for name, mode in modes.items() if not (only_new and _is_on(known.get(name))) and known.get(name) != mode}
        if not asked:
            return main
        edits = [Set(("targets", name), mode) for name, mode in asked.items()]
        value = applied(yaml_text.read(data) if data else {}, edits)
        is_ours = not data or yaml_text.dump(yaml_text.read(data)) == data
        new_data = yaml_text.dump(value) if is_ours else yaml_text.edit(data, edits)
        rows = [("Target", f"{ports.machine}/{name}") for name in asked]
        message = with_trailers(f"{verb} {', '.join(asked)} on {ports.machine}", "", rows)
        try:
            new = store.commit(main, {machine_path(ports.machine): new_data}, [main], message, person(engine))
            store.move_ref(MAIN, new, main)
        except Raced:
            continue
        if engine.centre.memory.load("good-main").get("revision") == main:
            engine.centre.trust(new)
        return new
    raise Raced("main is being moved by others all the time; try again")


def _is_on(mode: object) -> bool:
    return isinstance(mode, dict) and mode.get("mode") not in (None, "observe")


def person(engine: Reconciler) -> Author:
    ports = engine.ports
    return Author(ports.person, f"{ports.person}@{ports.machine}", ports.clock.now())


def observed_only(targets: Sequence[Target]) -> list[Target]:
    """The targets as they are before a person has accepted the plan."""
    return [target_of(t.machine, t.adapter, t.root, {"mode": "observe"}) for t in targets]
