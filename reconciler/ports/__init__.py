"""The doors to the world: what the three moves need from Git, disk, vault, clients and clock.

Each port has a real edge and a double in ``tests/fakes.py``; both pass the same contract test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal, Protocol

from reconciler.model.names import AbsPath, Digest, RelPath, Revision, TargetId
from reconciler.model.results import Problem
from reconciler.ports.brake import Brake, NoBrake
from reconciler.ports.measures import Measures, NoMeasures
from reconciler.ports.programs import Programs, UnknownPrograms
from reconciler.ports.together import Together, in_turn

# ---------------------------------------------------------------- Git


@dataclass(frozen=True)
class Author:
    """Who a commit names. ``when`` is seconds since 1970."""

    name: str
    email: str
    when: float


@dataclass(frozen=True)
class Commit:
    revision: Revision
    parents: tuple[Revision, ...]
    author: Author
    message: str

    @property
    def subject(self) -> str:
        return self.message.split("\n", 1)[0]


class Store(Protocol):
    """The central repository: bare, readable by plain git. A reference that was moved is durable when the call returns, with all
    that it names; a commit that nothing names yet may be gone after a power cut.

    Reference names are full (``refs/heads/main``). Paths in trees are relative with ``/``.
    """

    def recover(self) -> None:
        """Tidy up after a run of this program that was killed while it wrote. Costs next to nothing where there was none."""

    def ref(self, name: str) -> Revision | None:
        """The revision that a reference names, or None when there is none."""

    def refs(self, prefix: str) -> dict[str, Revision]:
        """All references whose full name starts with ``prefix``."""

    def move_ref(self, name: str, new: Revision | None, expected: Revision | None) -> None:
        """Compare-and-swap: ``expected`` None means "must not exist", ``new`` None deletes. Raises ``Raced``."""

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        """Every file of the revision's tree. Cached by content: asking twice is cheap."""

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author
    ) -> Revision:
        """Write a commit, moving no reference: the tree of ``base`` (None: empty) with files put (bytes) or taken away (None)."""

    def read(self, revision: Revision) -> Commit:
        """One commit. Raises ``Stalled`` when there is no such revision; accepts abbreviations of at least 4 digits."""

    def history(self, revision: Revision, *, first_parent: bool = True, path: str | None = None) -> Iterator[Commit]:
        """Commits from ``revision`` back, newest first; with ``path`` only those that changed it against a (first) parent."""

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        """Files that differ between two trees, with both contents."""

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        """True when ``new`` contains ``old`` (a revision contains itself)."""

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        """The newest revision that both contain; None when their histories have nothing in common."""


# ---------------------------------------------------------------- Git remote


@dataclass(frozen=True)
class RefPush:
    """A reference of the remote to be moved to ``new`` (None: deleted) if it still names ``expected`` (None: if there is none)."""

    name: str
    new: Revision | None
    expected: Revision | None


@dataclass(frozen=True)
class Pushed:
    """What became of one move: ``done``, ``raced`` (it named something else), or ``refused`` by the host, and its words."""

    word: Literal["done", "raced", "refused"]
    said: str = ""


class Remote(Protocol):
    """The repository on a Git host that machines share. Every call ends within its time limit."""

    @property
    def shown(self) -> str:
        """Where it is, for people: without credentials."""

    def fetch(self, patterns: Sequence[str]) -> None:
        """Make ``refs/fetched/…`` of the store name what the remote's references (``refs/…``) name, commits included.

        A ``*`` at the end of a pattern stands for any text; references that are gone there go here. Raises ``RemoteFailed``.
        """

    def push(self, moves: Sequence[RefPush]) -> dict[str, Pushed]:
        """Move references, each by compare-and-swap on its own. Raises ``RemoteFailed`` when none could be tried."""


# ---------------------------------------------------------------- client files


@dataclass(frozen=True)
class Found:
    """What is at a path: ``data`` when it is a regular file that we may read, else None; ``problem`` says why not."""

    path: RelPath
    data: bytes | None = None
    digest: Digest | None = None
    problem: Problem | None = None

    @property
    def is_absent(self) -> bool:
        return self.data is None and self.problem is None


@dataclass(frozen=True)
class Write:
    """One file to be written. ``expected`` is the digest of what it replaces (None: nothing is there).

    ``data`` None removes the file. A new file gets ``mode``; an existing one keeps its own.
    """

    path: RelPath
    data: bytes | None
    expected: Digest | None
    mode: int = 0o600
    lock: RelPath | None = None
    """The folder that the client makes while it writes this file."""


@dataclass(frozen=True)
class Backup:
    """One earlier content of a file. ``written_at`` is seconds since 1970; ``digest`` None means there was no file."""

    path: RelPath
    digest: Digest | None
    written_at: float
    replaced_by: Digest | None = None
    """What we wrote in its place; None: we took the file away."""
    is_kept: bool = False
    """A client's content that came in between while we wrote: nothing of ours replaced it."""
    is_joined: bool = False
    """Later writes, past their retention, are in this one: ``replaced_by`` is what the last of them left."""


class Disk(Protocol):
    """The files of clients below one allowed root each. Never leaves the root, never follows into devices."""

    def look(self, root: AbsPath, path: RelPath) -> Found:
        """What is there now, following links. Never raises for what a user can cause: see ``Found.problem``."""

    def names(self, root: AbsPath, folder: RelPath, suffix: str) -> list[str] | None:
        """Names of the entries of a folder that end with ``suffix``, sorted; None when the folder is absent, or ``unlisted``."""

    def unlisted(self, root: AbsPath, folder: RelPath) -> Problem | None:
        """Why something that is there cannot be listed; None where nothing is, or where it can."""

    def leads_to(self, root: AbsPath, path: RelPath) -> AbsPath | None:
        """The real path behind a path, also where nothing is yet (an empty path: of the root); None where ``look`` refuses to go."""

    def is_being_written(self, root: AbsPath, path: RelPath) -> bool:
        """True while another program has the file open for writing and wrote a moment ago; False where nobody can tell."""

    def nested(self, root: AbsPath, name: RelPath) -> list[RelPath]:
        """Files of a name in the folders below the root, sorted; not all of them in a very large tree."""

    def recover(self, target: TargetId) -> None:
        """Tidy up after a run that was killed while it wrote: a client's content that it displaced comes back."""

    def apply(self, target: TargetId, root: AbsPath, writes: Sequence[Write]) -> None:
        """Write all files or none: each atomically, backed up, compared with ``expected`` just before the exchange.

        Raises ``Raced`` when a file is no longer what was expected (nothing of the target is left half written),
        ``Stalled`` when it cannot be written.
        """

    def backups(self, target: TargetId) -> list[Backup]:
        """Earlier contents of the target's files, newest first."""

    def backup_data(self, digest: Digest) -> bytes:
        """The bytes of a backup, or of what replaced it. Raises ``Stalled`` when it is past its retention."""


# ---------------------------------------------------------------- secrets, clients, time, hints


class Vault(Protocol):
    """Secret values on this machine. Values never leave through anything but ``get``."""

    def get(self, name: str) -> str | None: ...

    def put(self, values: Mapping[str, str | None]) -> None:
        """Store values (None removes one) durably, all or none; ``generation`` changes when any did."""

    def names(self) -> list[str]:
        """Which secrets there are, sorted, without the earlier values of rotated ones."""

    def generation(self) -> str:
        """A text that changes whenever a value changes. Cheap: does not open the vault."""

    def hmac(self, value: str) -> str:
        """A keyed digest of a value: equal values give equal digests on this machine, and nowhere else."""


@dataclass(frozen=True)
class Verdict:
    """What a client's own program said of files: ``reasons`` is empty when it accepts them, or was not asked."""

    reasons: tuple[Problem, ...] = ()
    asked: str = ""
    """The command that was run, empty when the client is not installed."""


class Check(Protocol):
    """Asks the client's own program whether it accepts files, in a scratch home, never starting a server."""

    def verdict(self, client: str, files: Mapping[RelPath, bytes]) -> Verdict: ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970."""


class Stopwatch(Protocol):
    """For pauses: somebody who sets the machine's time neither lengthens nor shortens them."""

    def elapsed(self) -> float:
        """Seconds since some moment; they only grow, also while the machine sleeps where the system counts that."""


LOOK = "look"


@dataclass(frozen=True)
class Hint:
    """"Look at this target", nothing more; ``target`` None means all. ``work`` names a chore that is due instead."""

    target: TargetId | None
    reason: str = ""
    work: str = LOOK
    at: float = field(default=0.0, compare=False)
    """When what it tells of happened, in seconds since 1970, for who measures; 0: nobody knows."""


@dataclass(frozen=True)
class Waiting:
    """So many hints, the oldest for so long."""

    count: int = 0
    oldest_s: float = 0.0


class Hints(Protocol):
    """Where hints travel. They may be lost, doubled and reordered."""

    def publish(self, hint: Hint) -> None:
        """Let it be taken, here or by another process. Never raises, never waits for a server."""

    def take(self, timeout_s: float) -> list[Hint]:
        """Hints that came, at most one for a target and work; empty after the timeout."""

    def done(self, hints: Sequence[Hint]) -> None:
        """Say that taken hints were worked on; else another process may get them again when this one is gone."""

    def waiting(self) -> Waiting:
        """What nobody here has taken yet."""


class Memory(Protocol):
    """Small facts of this machine that can be lost without losing data: what a pass saw last, what it wrote."""

    def load(self, name: str) -> dict[str, object]: ...

    def save(self, name: str, facts: Mapping[str, object]) -> None: ...


@dataclass(frozen=True)
class Ports:
    """All doors of one machine, handed to the moves by ``wiring``."""

    store: Store
    disk: Disk
    vault: Vault
    check: Check
    clock: Clock
    memory: Memory
    home: AbsPath
    machine: str
    entropy: Callable[[int], bytes]
    """So many random bytes."""
    person: str = ""
    """Who sits at this machine, for authors of commits."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of this process: used only to recognise a reference that a client resolved."""
    brake: Brake = field(default_factory=NoBrake)
    approves: bool = True
    """Whether what the person changes is thereby approved; else what is risky in it waits for an approver."""
    together: Together = in_turn
    measures: Measures = field(default_factory=NoMeasures)
    is_trial: bool = False
    """Nothing is kept: what would wait for a merge of a protected main is shown as if it were merged."""
    programs: Programs = field(default_factory=UnknownPrograms)
    reading_once: Callable[[], AbstractContextManager[None]] = nullcontext
    """While it lasts, references and facts may be given as they were read first; what this process moves and saves is seen."""
