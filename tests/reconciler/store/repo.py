"""What the tests of the store share: an author, a commit in one line, and plain git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from reconciler.model.names import Revision
from reconciler.ports import Author, Store

MAIN = "refs/heads/main"
ENVIRON = {"PATH": "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin", "HOME": "/nowhere", "GIT_CONFIG_NOSYSTEM": "1"}
"""Nobody's settings."""
ANN = Author("Ann", "ann@example.com", 1_700_000_000)


def saved(store: Store, changes: Mapping[str, bytes | None], *parents: Revision, message: str = "change", when: float = ANN.when) -> Revision:
    """A commit on top of its first parent."""
    author = Author(ANN.name, ANN.email, when)
    return store.commit(parents[0] if parents else None, changes, parents, message, author)


def git(path: Path, *arguments: str, text: str = "") -> str:
    """What plain git says, with nobody's settings."""
    command = ["git", "-C", str(path), *arguments]
    return subprocess.run(command, input=text, env=ENVIRON, capture_output=True, text=True, check=True).stdout
