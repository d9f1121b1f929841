"""The real clients as fixtures. One that cannot be had is skipped, and the end of the run says how many tests that cost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.adapters.validation import VALIDATIONS
from reconciler.check.client_check import ClientCheck
from reconciler.model.names import RelPath
from tests.peers.install import CLIENTS, NotInstalled, Peer, cache_folder, program
from tests.scenarios.command_line import CommandLine, Forks

TIME_LIMIT_S = 60
SKIPPED = "peer not here: "


@dataclass(frozen=True)
class Client:
    """Runs one real client in a given home, with nothing else of the person's."""

    name: str
    program: Path

    def __call__(self, home: Path, *args: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        quiet = {"DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
        return subprocess.run(
            [str(self.program), *args],
            cwd=cwd or home,
            env={"HOME": str(home), "PATH": search_path(self), "NO_COLOR": "1", "TERM": "dumb", **quiet, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )


Installed = Callable[[str], Client]


@pytest.fixture(scope="session")
def installed() -> Installed:
    """The client of a name, installed on first use; skips the test when it cannot be had."""
    peers = {peer.name: peer for peer in CLIENTS}
    had: dict[str, Client | NotInstalled] = {}

    def client(name: str) -> Client:
        if name not in had:
            had[name] = _had(peers[name])
        found = had[name]
        if isinstance(found, NotInstalled):
            pytest.skip(f"{SKIPPED}{found}")
        return found

    return client


def _had(peer: Peer) -> Client | NotInstalled:
    try:
        return Client(peer.name, program(peer, cache_folder()))
    except NotInstalled as why:
        return why


@pytest.fixture
def claude(installed: Installed) -> Client:
    return installed("claude")


@pytest.fixture
def codex(installed: Installed) -> Client:
    return installed("codex")


@pytest.fixture
def qwen(installed: Installed) -> Client:
    return installed("qwen")


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    running = Forks()
    yield running
    running.close()


@pytest.fixture
def machine(forks: Forks, tmp_path: Path) -> CommandLine:
    """Our command line on an empty home; no client is on its search path until a test puts it there."""
    (tmp_path / "home").mkdir()
    return CommandLine(forks, tmp_path)


def search_path(*clients: Client) -> str:
    """What stands in for PATH when our program looks for clients: these, and node."""
    node = shutil.which("node")
    return os.pathsep.join([*(str(c.program.parent) for c in clients), *([str(Path(node).parent)] if node else [])])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests asked nobody, and why."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    for reason, count in reasons.items():
        if reason.startswith(SKIPPED):
            terminalreporter.write_line(f"peers: {count} tests skipped because {reason.removeprefix(SKIPPED)}")


def _reason(report: object) -> str:
    where = getattr(report, "longrepr", None)
    return str(where[2]).removeprefix("Skipped: ") if isinstance(where, tuple) else ""


Check = Callable[[Client], ClientCheck]


@pytest.fixture
def asking(tmp_path: Path) -> Check:
    """The real check, with only this client on its search path."""
    return lambda client: ClientCheck(VALIDATIONS, tmp_path / "cache", search_path(client))


GOLDEN = Path(__file__).parents[1] / "golden"


def user_files(client: str) -> dict[RelPath, bytes]:
    """Everything that the real client wrote below its home, from the golden folder."""
    folder = GOLDEN / client / "user"
    return {RelPath(str(file.relative_to(folder))): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def variant(client: str, name: str) -> bytes:
    return (GOLDEN / client / "variants" / name).read_bytes()
