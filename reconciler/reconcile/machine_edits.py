"""Changes of ``machines/<name>.yaml`` that commands make: modes of targets, folders of projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, applied
from reconciler.model.names import Revision
from reconciler.model.trailers import TARGET, with_trailers
from reconciler.reconcile.committing import on_good_main, person
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import machine_path


def edit_machine(engine: Reconciler, edits_of: Callable[[Mapping[str, Any]], Sequence[Edit]], verb: str) -> Revision | None:
    """Commit changes of this machine's file to main; None without a repository. No edits mean that nothing is written.

    ``edits_of`` is given what the file holds, again whenever main has moved meanwhile.
    """
    machine = engine.ports.machine

    def made(main: Revision) -> Revision | None:
        files, edits = machine_files(engine, main, machine, edits_of)
        names = list(dict.fromkeys(str(edit.path[1]) for edit in edits))
        rows = [(TARGET, f"{machine}/{name}") for name in names if "/" in name]
        message = with_trailers(f"{verb} {', '.join(names)} on {machine}", "", rows)
        return engine.ports.store.commit(main, files, [main], message, person(engine)) if edits else None

    return on_good_main(engine, made)


def machine_files(
    engine: Reconciler, main: Revision, machine: str, edits_of: Callable[[Mapping[str, Any]], Sequence[Edit]]
) -> tuple[dict[str, bytes], Sequence[Edit]]:
    """A machine's file with the edits; a file that a person wrote keeps its comments and order."""
    path = machine_path(machine)
    data = engine.ports.store.files(main).get(path, b"")
    value = yaml_text.read(data) if data else {}
    edits = edits_of(value)
    is_ours = not data or yaml_text.dump(value) == data
    return {path: yaml_text.dump(applied(value, edits)) if is_ours else yaml_text.edit(data, edits)}, edits
