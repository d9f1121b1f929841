"""A gateway on a real port, over a machine in memory on which something of everything has happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from api.app import create_app
from api.listening import Listening
from api.serving import Serving
from reconciler.ports import Waiting
from reconciler.telemetry.measures import PrometheusMeasures
from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate


@contextmanager
def served() -> Iterator[str]:
    """Its host and port."""
    serving = Serving(create_app(busy_gate().services), Listening(0))
    serving.start()
    try:
        yield f"127.0.0.1:{serving.port}"
    finally:
        serving.stop()


def busy_gate() -> Gate:
    """Every metric has a sample."""
    world, measures = adopted("one"), PrometheusMeasures()
    world.ports = replace(world.ports, measures=measures)
    world.change_server("codex", "one", args=["--fast"])
    world.sync()
    measures.committed("codex", 0.2)
    for operation in ("commit", "move-ref", "fetch", "push"):
        measures.git(operation, 0.01)
    measures.push_retried()
    measures.dropped("loki", 1)
    measures.commanded("sync", "done")
    gate = Gate(world)
    gate.services = replace(gate.services, measured=measures.collect, hints=lambda: Waiting(2, 1.5), problems=lambda: {"database": "", "hints": "away"})
    gate.app = create_app(gate.services)
    return gate
