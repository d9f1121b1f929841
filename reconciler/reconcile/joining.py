"""Whether a machine can join a repository: it must validate, and the machine's name must be free in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reconciler.errors import Stalled
from reconciler.mapping.layers import PieceCache, read_repository
from reconciler.model.refnames import MACHINES, fetched_ref
from reconciler.ports import Store
from reconciler.reconcile.centre import validated
from reconciler.reconcile.targets import machine_of, machine_path


def insist_on(files: Mapping[str, bytes], machine: str) -> None:
    """Raises ``Stalled``, with what to do."""
    for problem in validated(read_repository(files, PieceCache())):
        advice = f"; {problem.advice}" if problem.advice else ""
        raise Stalled(f"{problem.file}:{problem.line}:{problem.column}: the repository does not validate: {problem.reason}{advice}; nothing was changed here")
    insist_on_name(files, machine)


def insist_on_unclaimed(store: Store, machine: str, address: str) -> None:
    """Raises ``Stalled`` for a name that an installation holds on the remote, whose file may not have been merged yet."""
    claims = {name.rpartition("/")[2] for name in store.refs(fetched_ref(MACHINES))}
    if machine in claims:
        raise Stalled(
            f"{machine}: another machine holds this name at {address}; choose another: `reconciler init --machine {_free(machine, claims)}`. "
            f"If this is that machine, set up anew, give the name up first: `git push {address} :{MACHINES}{machine}`"
        )


def insist_on_name(files: Mapping[str, bytes], machine: str) -> None:
    """Raises ``Stalled`` for the name of a machine that the repository knows."""
    if machine_path(machine) in files:
        taken = {name for name in map(machine_of, files) if machine_path(name) in files}
        raise Stalled(
            f"{machine}: the repository has a machine of this name already; choose another: `reconciler init --machine {_free(machine, taken)}`. "
            f"If this is that machine, set up anew, take {machine_path(machine)} out of the repository first"
        )


def _free(machine: str, taken: Collection[str]) -> str:
    return next(name for n in range(2, 10_000) if (name := f"{machine}-{n}") not in taken)
