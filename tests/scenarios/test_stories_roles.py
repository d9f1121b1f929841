"""Workers and schedulers beside each other, on one real Redis and PostgreSQL."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator

import httpx
import pytest
from redis import Redis

from reconciler.mapping.layers import BASE
from reconciler.model.fields import flat
from reconciler.model.names import EntityId
from reconciler.model.refnames import CHANGES, MAIN
from reconciler.ports import Author
from reconciler.ports.servers import Endpoints
from reconciler.reconcile import branches
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target, all_registered
from reconciler.settings import settings_from
from reconciler.wiring import opened
from reconciler.wiring.running import served_at
from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import Serve

DESKS = {f"machines/desk-{n}.yaml": "targets:\n  claude/user:\n    mode: sync\n  codex/user:\n    mode: sync\n" for n in range(10)}
SETTINGS = "schema: 1\napproval_threshold: high\nreconcile:\n  interval_s: 5\n  jitter_s: 0\n"


@pytest.fixture
def environ(endpoints: Endpoints, empty_database_url: str) -> Iterator[dict[str, str]]:
    """Redis emptied before and after: streams are named after machines, and every test's machine has the same name."""
    with Redis.from_url(endpoints.redis_url) as client:
        client.flushall()
        yield {"RECONCILER_REDIS_URL": endpoints.redis_url, "RECONCILER_DATABASE_URL": empty_database_url}
        client.flushall()


@pytest.fixture
def engine(adopted: CommandLine) -> Reconciler:
    adopted.commit({**DESKS, "reconciler.yaml": SETTINGS})
    return opened(settings_from({"HOME": str(adopted.home), "RECONCILER_HOME": str(adopted.state), "PATH": "", "USER": "dev"}))


def put_branch(engine: Reconciler, target: Target, number: int) -> None:
    """What another machine has captured and pushed."""
    main = engine.centre.main()
    assert main is not None
    local = {EntityId(f"mcp/new-{number}"): flat("mcp", {"transport": "stdio", "command": f"example-{number}"})}
    branches.put(engine.ports, engine.centre, target, None, main, local, lambda _: BASE, Author("bo", "bo@example.invalid", 1.7e9), "session")


@pytest.fixture
def serve(adopted: CommandLine, environ: dict[str, str]) -> Iterator[Callable[[str], Serve]]:
    """Starts roles; whatever runs at the end is stopped."""
    running: list[Serve] = []

    def one(role: str) -> Serve:
        running.append(Serve(adopted.home, adopted.state, role, **environ))
        return running[-1]

    yield one
    for role in running:
        role.close()


@pytest.mark.long
def test_two_workers_integrate_nothing_twice_and_lose_nothing(adopted: CommandLine, engine: Reconciler, serve: Callable[[str], Serve]) -> None:
    main = engine.centre.main()
    assert main is not None
    targets = [t for t in all_registered(engine.ports.store.files(main)) if t.machine.startswith("desk-")]
    for number, target in enumerate(targets):
        put_branch(engine, target, number)
    workers = [serve("worker") for _ in range(2)]
    while engine.ports.store.refs(CHANGES):
        assert all(worker.process.poll() is None for worker in workers)
    for worker in workers:
        worker.process.terminate()
        assert worker.ended() == 0
    head = engine.ports.store.ref(MAIN)
    assert head is not None
    messages = [commit.message for commit in engine.ports.store.history(head)]
    assert [sum(f"\nTarget: {t.id}\n" in message for message in messages) for t in targets] == [1] * len(targets)
    assert {f"mcp/new-{number}.yaml" for number in range(len(targets))} <= engine.ports.store.files(head).keys()
    assert subprocess.run(["git", "-C", str(adopted.repository), "fsck", "--strict"], capture_output=True).returncode == 0


@pytest.mark.long
def test_of_two_schedulers_one_fires_and_when_it_is_killed_the_other_does(
    engine: Reconciler, environ: dict[str, str], serve: Callable[[str], Serve]
) -> None:
    stream = f"hints:{engine.ports.machine}"
    schedulers = [serve("scheduler") for _ in range(2)]
    for one in schedulers:
        one.until(lambda said: "scheduler: starting what is due" in said)
    with Redis.from_url(environ["RECONCILER_REDIS_URL"], decode_responses=True, socket_timeout=None) as client:
        seen = looks(client, stream, 4)
        assert seen[-1] - seen[0] > 7.5, "both fired"  # one needs 15 s for four, two need 5 s
        schedulers[0].close()
        looks(client, stream, len(seen) + 2)


def looks(client: Redis, stream: str, number: int) -> list[float]:
    """When looks were asked for, in seconds, once there are so many."""
    last = "0"
    times: list[float] = []
    while len(times) < number:
        found = client.xread({stream: last}, count=1, block=60_000)
        assert found, "nobody fires"
        for entry, fields in found[0][1]:  # type: ignore[index]  # not an awaitable: this client waits
            last = entry
            times += [int(entry.split("-")[0]) / 1000] if fields["work"] == "look" else []
    return times


def test_the_api_is_served_by_a_process_of_its_own(adopted: CommandLine) -> None:
    api = Serve(adopted.home, adopted.state, "api", "--port", "0")
    try:
        said = api.until(lambda text: "; stop with Ctrl-C" in text)
        address = re.search(r"serving (http://127\.0\.0\.1:\d+);", said)
        assert address, said
        assert httpx.get(f"{address[1]}/healthz", trust_env=False).is_success
        assert served_at(settings_from({"HOME": str(adopted.home), "RECONCILER_HOME": str(adopted.state)})) == address[1]
    finally:
        api.close()


def test_the_api_does_not_listen_where_others_would_read_along(adopted: CommandLine) -> None:
    api = Serve(adopted.home, adopted.state, "api", RECONCILER_API_HOST="0.0.0.0")
    try:
        assert (api.ended(), "TLS is required" in api.said) == (1, True), api.said
    finally:
        api.close()
