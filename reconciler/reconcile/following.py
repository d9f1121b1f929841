"""Follow the repository on a Git host: take its main in, give it ours, and show what waits here on it.

Main moves there by compare-and-swap alone, from what was fetched. No commit of either side is ever lost: what grew
apart is merged, what was rewritten on the host stops until a person says what is meant. Without the host, all goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from reconciler.errors import Raced, RemoteFailed
from reconciler.fault_points import fault_point
from reconciler.model.names import Revision
from reconciler.model.refnames import (
    CHANGES,
    MACHINES,
    MAIN,
    closed_ref,
    fetched_ref,
    is_of_command,
    known_ref,
    landed_branch,
    of_machine,
    proposed_ref,
)
from reconciler.ports import Author, Pushed, RefPush, Remote
from reconciler.reconcile.landed import landed
from reconciler.reconcile.meeting import meet
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.remote_standing import MAIN_REFUSED, RemoteFacts, Standing, load_facts, save_facts, standing

_TRIES = 20
_UNTOLD = ("refs/synced/", "refs/reviews/", "refs/machines/")
"""A host may not take these: then it shows less, and nothing else suffers."""
_NAME_TAKEN = "MachineNameTaken"
_REFUSALS = ("RemoteRefused", MAIN_REFUSED)


@dataclass
class Following:
    """One machine and the remote that it shares with others. Holds nothing that cannot be read again."""

    engine: Reconciler
    remote: Remote

    # ------------------------------------------------------------ from the remote

    def fetch(self) -> bool:
        """Ask the remote what it has. False when it could not be asked: why, and the cure, is remembered."""
        if self._is_braked():
            return False
        mine = [f"{prefix}*" for prefix in of_machine(self.engine.ports.machine)]
        try:
            self.remote.fetch([f"{MAIN}*", f"{MACHINES}*", *mine])
        except RemoteFailed as error:
            self._remember(f"Remote{error.reason}", error.message, error.advice)
            return False
        fault_point("remote.fetched")
        self._save(replace(self._facts, fetched_at=self.engine.ports.clock.now()))
        if self._facts.reason not in (*_STOPPING, *_REFUSALS):
            self._forget()
        return True

    def has_news(self) -> bool:
        """True when what was fetched is not taken in yet."""
        found = standing(self.engine.ports.store)
        return found.word in ("behind", "diverged") or (found.word in ("same", "ahead") and found.known != found.remote)

    def problem(self) -> str:
        """What is wrong with the remote, and the cure; empty when nothing is."""
        facts = self._facts
        return f"{facts.message}; {facts.advice}" if facts.reason else ""

    def take_in(self) -> Standing:
        """Bring main up to what was fetched: forward, or by a merge. Call it under the lock, before a pass."""
        store = self.engine.ports.store
        if self._is_braked():
            return standing(store)
        self._know_own_references()
        for _ in range(_TRIES):
            found = standing(store)
            if self.is_stopped():
                return found
            if self._facts.reason in _STOPPING:
                self._forget()
            try:
                if found.word == "diverged" and found.remote and found.local:
                    meet(self.engine, found.local, found.remote)
                elif found.word == "behind":
                    store.move_ref(MAIN, found.remote, found.local)
            except Raced:
                continue
            fault_point("remote.taken-in")
            self._know(MAIN, found.remote)
            return found
        raise Raced("main is being moved by others all the time; try again")

    def is_stopped(self) -> bool:
        """True when nothing may be exchanged, with the reason remembered."""
        found = standing(self.engine.ports.store)
        if self._is_name_taken():
            name = self.engine.ports.machine
            self._remember(
                _NAME_TAKEN,
                f"another machine is called {name} on {self.remote.shown}",
                f"give this one another name in RECONCILER_HOME/machine; was it this one, set up again: `git push {self.remote.shown} :{MACHINES}{name}`",
            )
        elif found.is_blocked:
            self._remember(*_BLOCKED[found.word])
        return self._is_name_taken() or found.is_blocked

    def _know_own_references(self) -> None:
        """What the host has of this machine's references. A branch that people changed there is theirs from then on."""
        store = self.engine.ports.store
        for name in self._own_names():
            there, known, here = store.ref(fetched_ref(name)), store.ref(known_ref(name)), self._here(name)
            if known and here and there is None and is_of_command(name):
                self._move(name, None)  # merged, as main will show, or refused: people have had their say
                self._know(name, None)
                continue
            if known and here and there is None and self._is_proposal(name):
                self._close(name, here)
                continue
            is_ours_alone = not name.startswith(CHANGES)
            if there != known and (is_ours_alone or there == here):
                self._know(name, there)

    # ------------------------------------------------------------ to the remote

    def push(self) -> str:
        """Give the remote what is new here: ``done``, ``raced`` (main moved there: fetch, take in, repeat), ``refused`` or ``away``."""
        word = self._pushed()
        if word == "raced":
            self.engine.ports.measures.push_retried()
        return word

    def _pushed(self) -> str:
        found = standing(self.engine.ports.store)
        if self._is_braked():
            return "away"
        if found.is_blocked or self._is_name_taken():
            return "refused"
        try:
            if any(pushed.word == "raced" for pushed in self._push([self._claim()]).values()):
                return "raced"
            said = self._push([*self._main(found), *self._own()])
            word = said[MAIN].word if MAIN in said else "done"
            if word != "raced":
                said |= self._show_landed(found, word == "done" and not self._is_protected_there(found))
        except RemoteFailed as error:
            self._remember(f"Remote{error.reason}", error.message, error.advice)
            return "away"
        self._tell_refusals(said)
        return word

    def _tell_refusals(self, said: dict[str, Pushed]) -> None:
        refused = [(name, pushed.said) for name, pushed in said.items() if pushed.word == "refused" and not name.startswith(_UNTOLD)]
        if refused:
            name, words = refused[0]
            is_main = name == MAIN
            advice = _main_advice(landed_branch(self.engine.ports.machine)) if is_main else "let this machine push branches named changes/…"
            self._remember(MAIN_REFUSED if is_main else "RemoteRefused", f"{self.remote.shown} refused {name}: {words}", advice)
        elif self._facts.reason in _REFUSALS:
            self._forget()

    def _push(self, moves: list[RefPush]) -> dict[str, Pushed]:
        moves = [m for m in moves if m.new != m.expected]
        said = self.remote.push(moves)
        fault_point("remote.pushed")
        for move in moves:
            if said[move.name].word == "done":
                self._know(move.name, move.new)
                self._move(fetched_ref(move.name), move.new)
        return said

    def _main(self, found: Standing) -> Iterator[RefPush]:
        if found.word in ("ahead", "empty") and found.local and not self._is_protected_there(found):
            yield RefPush(MAIN, found.local, found.remote)

    def _own(self) -> Iterator[RefPush]:
        """This machine's change branches, reviews and synced refs as they are here; what is settled goes there too."""
        store = self.engine.ports.store
        for name in self._own_names():
            here, known, there = self._here(name), store.ref(known_ref(name)), store.ref(fetched_ref(name))
            if here is None and known != there:
                self._know(name, None)  # people changed the branch there, or took it away: theirs
            elif here != known:
                yield RefPush(name, here, known)

    def _own_names(self) -> list[str]:
        store = self.engine.ports.store
        prefixes = of_machine(self.engine.ports.machine)
        found = {name for prefix in prefixes for name in store.refs(prefix)}
        for prefix in prefixes:
            found |= {"refs/" + n.removeprefix("refs/known/") for n in store.refs(known_ref(prefix))}
        return sorted(found - {landed_branch(self.engine.ports.machine)})

    def _show_landed(self, found: Standing, takes_main: bool) -> dict[str, Pushed]:
        """A host that takes no push of main is given main as a branch, so that people can merge it there."""
        move = landed(self.engine.ports.store, self.engine.ports.machine, found, takes_main)
        if move and move.new == move.expected:
            self._know(move.name, move.new)
        return self._push([move]) if move else {}

    # ------------------------------------------------------------ a protected main

    def _is_protected_there(self, found: Standing) -> bool:
        """What the remote's own main says: the commit that protects it is still pushed."""
        return self.engine.centre.settings(found.remote).is_protected if found.remote else False

    def _is_protected(self) -> bool:
        main = self.engine.centre.in_force()[0]
        return main is not None and self.engine.centre.policy(main).is_protected

    def _is_proposal(self, name: str) -> bool:
        return name.startswith(CHANGES) and not is_of_command(name) and self._is_protected()

    def _here(self, name: str) -> Revision | None:
        """What a reference is on the remote: of a change branch the proposal, when main is protected."""
        return self.engine.ports.store.ref(proposed_ref(name) if self._is_proposal(name) else name)

    def _close(self, name: str, proposed: Revision) -> None:
        """People took the branch away: merged, as main will show, or closed, and then a person here is asked."""
        self._move(closed_ref(name), proposed)
        self._move(proposed_ref(name), None)
        self._know(name, None)

    # ------------------------------------------------------------ this machine's name

    def _claim(self) -> RefPush:
        """A commit that only this installation has made says who holds the name."""
        store, ports = self.engine.ports.store, self.engine.ports
        name = f"{MACHINES}{ports.machine}"
        here = store.ref(name)
        if here is None:
            author = Author("reconciler", f"reconciler@{ports.machine}", ports.clock.now())
            data = f"{ports.entropy(16).hex()}\n".encode()
            here = store.commit(None, {"installation": data}, [], f"Machine {ports.machine}\n", author)
            store.move_ref(name, here, None)
        return RefPush(name, here, store.ref(fetched_ref(name)))

    def _is_name_taken(self) -> bool:
        there = self.engine.ports.store.ref(fetched_ref(f"{MACHINES}{self.engine.ports.machine}"))
        return there is not None and there != self.engine.ports.store.ref(f"{MACHINES}{self.engine.ports.machine}")

    # ------------------------------------------------------------ what is remembered

    def _is_braked(self) -> bool:
        """`reconciler pause` stops this as well."""
        return self.engine.ports.brake.pulled() is not None

    @property
    def _facts(self) -> RemoteFacts:
        return load_facts(self.engine.ports.memory)

    def _save(self, facts: RemoteFacts) -> None:
        save_facts(self.engine.ports.memory, facts)

    def _remember(self, reason: str, message: str, advice: str) -> None:
        old = self._facts
        since = old.since if old.reason == reason else self.engine.ports.clock.now()
        self._save(RemoteFacts(old.fetched_at, reason, message, advice, since))

    def _forget(self) -> None:
        self._save(RemoteFacts(self._facts.fetched_at))

    def _know(self, name: str, revision: Revision | None) -> None:
        self._move(known_ref(name), revision)

    def _move(self, name: str, revision: Revision | None) -> None:
        store = self.engine.ports.store
        old = store.ref(name)
        if old != revision:
            store.move_ref(name, revision, old)


_BLOCKED = {
    "rewritten": (
        "RemoteRewritten",
        "main on the remote was rewritten or set back: it no longer holds what was taken from there",
        "`reconciler remote accept --take host` follows it, `--take both` merges what it had with what it has; nothing is lost by either",
    ),
    "unrelated": (
        "RemoteUnrelated",
        "main here and main on the remote have no commit in common",
        "`reconciler remote accept --take host` follows the remote, and keeps main as it is now beside it",
    ),
    "gone": (
        "RemoteMainGone",
        "the remote has no main any more",
        "put it back on the host, or `reconciler remote accept --take both` gives it ours",
    ),
}


_STOPPING = (_NAME_TAKEN, *(reason for reason, _, _ in _BLOCKED.values()))


def _main_advice(branch: str) -> str:
    return (
        f"what landed here is the branch {branch.removeprefix('refs/heads/')} there: open a pull request from it; "
        "if main is protected there, set `main: protected` in reconciler.yaml, in that branch or here: edits then wait for a merge on the host"
    )


def synchronise(following: Following | None, work: Callable[[], Pass], locked: Callable[[], AbstractContextManager[None]]) -> Pass:
    """Fetch, take in, ``work``, push; again when others moved main there meanwhile. The network is used unlocked."""
    is_there = following is not None and following.fetch()
    with locked():
        if following:
            following.take_in()
        result = work()
    for _ in range(_TRIES if following and is_there else 0):
        if following is None or following.push() != "raced" or not following.fetch():
            break
        with locked():
            following.take_in()
            result = _both(result, work())
    return result


def _both(first: Pass, last: Pass) -> Pass:
    """What two passes did, as one."""
    before = {done.target.id: done for done in first.targets}
    for done in last.targets:
        old = before.get(done.target.id)
        if old is not None:
            done.is_captured |= old.is_captured
            done.written = tuple(sorted({*old.written, *done.written}))
    return last
