"""A repository that has a history, brought here by git: in a folder of its own, which takes its place once it is whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from reconciler.errors import Stalled
from reconciler.model.refnames import MAIN, fetched_ref
from reconciler.reconcile.joining import insist_on, insist_on_name, insist_on_unclaimed
from reconciler.settings import Settings
from reconciler.store.address import shown_address
from reconciler.store.git import GitStore
from reconciler.store.program import Limits
from reconciler.store.transport import clone


def brought(settings: Settings, source: str, folder: Path) -> Path:
    """The repository at an address, or in a folder of this machine, as a bare one at ``folder``.

    Raises ``Stalled`` when it does not validate, or another machine has this one's name there; ``RemoteFailed`` by git.
    """
    address = str(Path(source).resolve()) if Path(source).is_dir() else source
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = GitStore.create(folder)
    try:
        clone(folder, address, settings.environ, Limits(silence_s=settings.git_timeout_s()))
        main = store.ref(fetched_ref(MAIN))
        if main is None:
            raise Stalled(f"{shown_address(address)}: it has no branch main; name the repository of another machine, or one made from the template")
        insist_on(store.files(main), settings.machine())
        insist_on_unclaimed(store, settings.machine(), shown_address(address))
        store.move_ref(MAIN, main, None)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def join(settings: Settings, source: str) -> None:
    """Make it this machine's repository, and its name this machine's. Killed, it is done again from the beginning."""
    folder = brought(settings, source, settings.state / "joining.git")
    keep_name(settings)
    os.replace(folder, settings.repository)


def keep_name(settings: Settings) -> None:
    """From now on this machine has its name. Raises ``Stalled`` when the repository here is shared with one that has it."""
    kept = settings.state / "machine"
    if kept.exists():
        return
    if (settings.repository / "HEAD").exists():
        store = GitStore.open(settings.repository)
        main = store.ref(MAIN)
        insist_on_name(store.files(main) if main else {}, settings.machine())
    kept.write_text(settings.machine() + "\n")
