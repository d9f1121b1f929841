"""A machine with the four clients, once as found and once adopted and settled."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.command_line import ORDINARY, CommandLine, Forks, given_to, with_samples


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    running = Forks()
    yield running
    running.close()


@pytest.fixture
def found(forks: Forks, tmp_path: Path) -> CommandLine:
    """The four clients as their users left them; nothing of ours is there."""
    with_samples(tmp_path / "home")
    return CommandLine(forks, tmp_path)


@pytest.fixture(scope="session")
def settled(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Adopted, every conflict of adoption settled for claude. To be copied, never changed."""
    root = tmp_path_factory.mktemp("settled")
    with_samples(root / "home")
    machine = CommandLine(forks, root)
    assert machine("init", "--yes", "--prefer", "claude").code in (0, 3)
    assert machine("sync").code in (0, 3)
    return root


@pytest.fixture(scope="module")
def unchanging(settled: Path, forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A settled machine that many tests share: for commands that change nothing."""
    return copied(settled, CommandLine(forks, tmp_path_factory.mktemp("unchanging")))


@pytest.fixture
def adopted(settled: Path, forks: Forks, tmp_path: Path) -> CommandLine:
    """A settled machine of the test's own."""
    return copied(settled, CommandLine(forks, tmp_path))


@pytest.fixture
def ordinary(settled: Path, forks: Forks) -> Iterator[CommandLine]:
    """The same for an ordinary user, who may not do everything; as root its commands run as `nobody`."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    machine = copied(settled, CommandLine(forks, root, user=0 if os.geteuid() else ORDINARY))
    if machine.user:
        given_to(machine.user, machine.home, machine.state)
    yield machine
    for path in (p for p in root.rglob("*") if p.is_dir() and not p.is_symlink()):
        path.chmod(0o700)
    shutil.rmtree(root)


def copied(settled: Path, machine: CommandLine) -> CommandLine:
    for name in ("home", "state"):
        shutil.copytree(settled / name, machine.root / name, symlinks=True)
    return machine
