"""Machines that run `up` and share a repository over HTTP: edits meet there, and a push on the host is followed."""

from __future__ import annotations

import hashlib
import hmac
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.reconciler.store.hosts import SSHD, helper, http_host, ssh_host
from tests.scenarios.command_line import CommandLine, Forks, with_samples
from tests.scenarios.running import Up
from tests.scenarios.test_stories_up import is_watching

MEMORIES = (".codex/AGENTS.md", ".qwen/QWEN.md", ".rovodev/AGENTS.md")
SECRET = "shared-" + "with-the-host"


@pytest.fixture
def host(tmp_path: Path, adopted: CommandLine) -> Iterator[str]:
    """A Git host; the machine's main is on it."""
    folder = tmp_path / "host"
    adopted.git("init", "-q", "--bare", "-b", "main", str(folder / "ai.git"), at=tmp_path)
    adopted.git("config", "http.receivepack", "true", at=folder / "ai.git")
    helper(adopted.home)
    with http_host(folder) as address:
        assert adopted("remote", "set", f"{address}/ai.git").code == 0
        yield f"{address}/ai.git"


@pytest.fixture
def ssh_address(tmp_path: Path, adopted: CommandLine) -> Iterator[str]:
    """The same over ssh, with a key that the user's own Git settings name."""
    folder, keys = tmp_path / "host", tmp_path / "keys"
    adopted.git("init", "-q", "--bare", "-b", "main", str(folder / "ai.git"), at=tmp_path)
    keys.mkdir()
    with ssh_host(keys) as (address, environ):
        (adopted.home / ".gitconfig").write_text(f"[core]\n\tsshCommand = {environ['GIT_SSH_COMMAND']}\n")
        assert adopted("remote", "set", f"{address}{folder}/ai.git").code == 0
        yield f"{address}{folder}/ai.git"


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(running: ExitStack, machine: CommandLine, **environ: str) -> Up:
    up = Up(machine.home, machine.state, **environ)
    running.callback(up.close)
    up.until(is_watching)
    return up


def rule(machine: CommandLine, text: str) -> None:
    path = machine.path(f".claude/rules/{text}.md")
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# {text}\n\n- {text} stands\n")


def has(machine: CommandLine, text: str) -> bool:
    return all(f"{text} stands" in machine.path(memory).read_text() for memory in MEMORIES)


def until_everywhere(machines: list[CommandLine], texts: list[str], ups: list[Up]) -> None:
    give_up = time.monotonic() + 120
    while missing := [(m.root.name, text) for m in machines for text in texts if not has(m, text)]:
        assert all(up.process.poll() is None for up in ups), [up.said for up in ups]
        assert time.monotonic() < give_up, (missing, [up.said for up in ups])
        time.sleep(0.1)


@pytest.mark.long
def test_two_machines_that_edit_at_the_same_time_meet(adopted: CommandLine, host: str, running: ExitStack, forks: Forks, tmp_path: Path) -> None:
    adopted.commit({"reconciler.yaml": "schema: 1\nschedules:\n  fetch:\n    every_s: 5\n"})
    assert adopted("sync", "--json").data["remote"]["problem"] is None
    desk = CommandLine(forks, tmp_path / "desk")
    desk.root.mkdir()
    with_samples(desk.home)
    helper(desk.home)
    assert desk("init", "--from", host, "--machine", "desk", "--yes").code in (0, 3)
    machines = [adopted, desk]
    ups = [started(running, machine) for machine in machines]
    texts = [f"{machine.root.name[:4]}-{number}" for number in range(10) for machine in machines]
    for number, text in enumerate(texts):
        rule(machines[number % 2], text)
        time.sleep(0.1)
    until_everywhere(machines, texts, ups)
    for up in ups:
        up.process.terminate()
        assert up.ended() == 0
    for machine in (*machines, *machines):
        assert machine("sync", "--json").data["remote"]["problem"] is None
    assert len({machine.git("rev-parse", "main").strip() for machine in machines}) == 1
    assert subprocess.run(["git", "-C", str(tmp_path / "host" / "ai.git"), "fsck", "--strict"], capture_output=True).returncode == 0


def test_a_push_that_the_host_tells_of_is_fetched_at_once(adopted: CommandLine, host: str, running: ExitStack, tmp_path: Path) -> None:
    adopted.commit({"reconciler.yaml": "schema: 1\nschedules:\n  fetch:\n    every_s: 86400\n"})
    adopted("sync")
    up = started(running, adopted, RECONCILER_WEBHOOK_SECRET=SECRET)
    by_hand(adopted, tmp_path, "pushed")
    body = b'{"ref": "refs/heads/main"}'
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    found = re.search(r"^serving (\S+)$", up.said, re.M)
    assert found
    answer = httpx.post(f"{found[1]}/webhooks/git", content=body, headers={"X-Hub-Signature-256": f"sha256={signature}"}, trust_env=False)
    assert answer.json() == {"heard": True}
    until_everywhere([adopted], ["pushed"], [up])


def test_a_remote_that_is_set_while_it_runs_is_used(adopted: CommandLine, running: ExitStack, tmp_path: Path) -> None:
    up = started(running, adopted)
    folder = tmp_path / "host"
    adopted.git("init", "-q", "--bare", "-b", "main", str(folder / "ai.git"), at=tmp_path)
    assert adopted("remote", "set", str(folder / "ai.git")).code == 0
    rule(adopted, "later")
    give_up = time.monotonic() + 60
    while "later" not in adopted.git("log", "--all", "--format=%s", at=folder / "ai.git"):
        assert time.monotonic() < give_up, up.said
        assert up.process.poll() is None, up.said
    assert has(adopted, "later")


@pytest.mark.long
@pytest.mark.parametrize("way", ["host", pytest.param("ssh_address", marks=pytest.mark.skipif(not SSHD, reason="no sshd here"))])
def test_an_edit_waits_for_its_merge_on_the_host_and_then_reaches_every_client(
    adopted: CommandLine, running: ExitStack, tmp_path: Path, request: pytest.FixtureRequest, way: str
) -> None:
    adopted.commit({"reconciler.yaml": "schema: 1\nmain: protected\nschedules:\n  fetch:\n    every_s: 5\n"})
    adopted("sync")
    for held in adopted("conflicts", "--json", "--held").data:
        adopted("approve", held["id"])  # while nobody shares it: later that takes somebody, over the API
    request.getfixturevalue(way)
    adopted("sync")
    host = tmp_path / "host" / "ai.git"
    before = adopted.git("rev-parse", "main", at=host)
    up = started(running, adopted)
    rule(adopted, "waiting")
    until(up, lambda: "waiting" in adopted.git("log", "main..", "--all", "--format=%s", at=host))
    until(up, lambda: ("Pending", "AwaitingMerge") in conditions(adopted, "claude"))
    assert not any("waiting stands" in adopted.path(memory).read_text() for memory in MEMORIES)
    assert adopted.git("rev-parse", "main", at=host) == before
    merged = merged_by_hand(adopted, tmp_path)
    until_everywhere([adopted], ["waiting"], [up])
    until(up, lambda: ("Pending", "AwaitingMerge") not in conditions(adopted, "claude"))
    assert adopted.git("rev-parse", "main", at=host).strip() == merged
    assert adopted.path(".claude/rules/waiting.md").read_text() == "# waiting\n\n- waiting stands\n"


@pytest.mark.parametrize("kind", ["http", pytest.param("ssh", marks=pytest.mark.skipif(not shutil.which("ssh"), reason="no ssh here"))])
def test_a_host_that_never_answers_holds_up_neither_an_edit_nor_the_end(adopted: CommandLine, running: ExitStack, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        address = f"{kind}://dev@127.0.0.1:{silent.getsockname()[1]}/ai.git"
        up = started(running, adopted, RECONCILER_GIT_REMOTE=address, RECONCILER_GIT_TIMEOUT_S="600")
        rule(adopted, "alone")
        until_everywhere([adopted], ["alone"], [up])
        silent.accept()[0].close()  # it was called, and never answered
        up.process.terminate()
        assert up.ended() == 0


def until(up: Up, is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 120
    while not is_so():
        assert up.process.poll() is None, up.said
        assert time.monotonic() < give_up, up.said
        time.sleep(0.1)


def conditions(machine: CommandLine, client: str) -> set[tuple[str, str]]:
    return {(one["type"], one["reason"]) for one in machine.target(client, machine("status", "--json"))["conditions"] if one["status"]}


def merged_by_hand(machine: CommandLine, root: Path) -> str:
    """Somebody's merge of the pull request; the new main."""
    clone = root / "by-hand"
    machine.git("clone", "-q", str(root / "host" / "ai.git"), str(clone), at=root)
    branch = machine.git("branch", "-r", "--list", "origin/changes/*", "--format=%(refname:short)", at=clone).split()[0]
    machine.git("merge", "-q", "--no-ff", "-m", "Merge pull request #1", branch, at=clone)
    machine.git("push", "-q", "origin", "HEAD:main", at=clone)
    return machine.git("rev-parse", "HEAD", at=clone).strip()


def by_hand(machine: CommandLine, root: Path, text: str) -> None:
    """Somebody's push of a rule."""
    clone = root / "by-hand"
    machine.git("clone", "-q", str(root / "host" / "ai.git"), str(clone), at=root)
    (clone / "rules" / f"{text}.md").write_text(f"# {text}\n\n- {text} stands\n")
    machine.git("add", "-A", at=clone)
    machine.git("commit", "-qm", "By hand", at=clone)
    machine.git("push", "-q", "origin", "HEAD:main", at=clone)
