"""A repository of 100,000 commits: how large it is once it was packed, and how long a commit takes then."""

from __future__ import annotations

import subprocess
from itertools import count
from pathlib import Path

from bench.figures import Figure, milliseconds, percentiles
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.store.git import GitStore
from reconciler.store.maintenance import GitMaintenance

_SIZE_MB, _P99_MS = 150.0, 50.0
_BENCH = Author("bench", "bench@localhost", 1.7e9)


def figures(folder: Path, commits: int) -> list[Figure]:
    """The past is imported, since making it takes the better part of an hour; then our own store goes on from there."""
    store = GitStore.create(folder / "history.git")
    environ = {"PATH": "/usr/bin:/bin"}
    subprocess.run(["git", f"--git-dir={store.path}", "fast-import", "--quiet"], input=b"".join(map(_imported, range(commits))), env=environ, check=True)
    GitMaintenance(store.path, environ, loose=-1).run()
    numbers = count(commits)
    took = milliseconds(lambda: _commit(store, next(numbers)), 200)
    GitMaintenance(store.path, environ, loose=-1).run()
    size = sum(path.stat().st_size for path in store.path.rglob("*") if path.is_file()) / 1e6
    work = f"{commits:,} commits"
    return [Figure(f"{work}, after maintenance", size, "MB", _SIZE_MB), *percentiles(f"commit on top of {work}", took, None, _P99_MS)]


def _change(number: int) -> tuple[str, bytes, str]:
    """Which file, what is in it then, and what the commit says."""
    return f"mcp/server-{number % 20}.yaml", f"command: npx\nargs: [edit-{number}]\n".encode(), f"Edit {number}\n"


def _commit(store: GitStore, number: int) -> None:
    main = store.ref(MAIN)
    path, data, message = _change(number)
    new = store.commit(main, {path: data}, [main] if main else [], message, _BENCH)
    store.move_ref(MAIN, new, main)


def _imported(number: int) -> bytes:
    path, data, message = _change(number)
    who = f"committer {_BENCH.name} <{_BENCH.email}> {int(_BENCH.when)} +0000"
    return f"commit {MAIN}\n{who}\ndata {len(message)}\n{message}M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
