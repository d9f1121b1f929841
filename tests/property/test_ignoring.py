"""What is ignored is neither captured nor written, whatever happens beside it: in files, on main, in passes that come late."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.reconcile import ignoring
from tests.fakes.engine import CLIENTS, adopted

client = st.sampled_from(CLIENTS)
server = st.sampled_from(("one", "two"))
steps = st.one_of(
    st.tuples(st.sampled_from(("mode", "unset", "args", "whole")), client, server),
    st.tuples(st.just("commit"), st.just(""), server),
    st.tuples(st.just("sync"), st.sets(client), st.just("")),
    st.tuples(st.just("resolve"), st.sampled_from(("local", "central")), st.just("")),
)


class Ignored:
    """``env.MODE`` of the servers one and two, and all of the server three: what people gave each side is all that it may hold."""

    def __init__(self) -> None:
        self.world = adopted("one", "two", "three")
        for pattern in ("mcp/*.env.MODE", "mcp/three"):
            ignoring.add(self.world.engine, pattern, None, None)
        self.world.sync()
        self.given: dict[tuple[str, str], Any] = {}
        self.number = 0

    def play(self, kind: str, who: Any, name: str) -> None:
        self.number += 1
        getattr(self, kind)(who, name)
        self.world.clock.advance(45)

    def mode(self, who: str, name: str) -> None:
        self.given[who, name] = f"of-{who}-{self.number}"
        self.world.change_server(who, name, env={"MODE": self.given[who, name]})

    def unset(self, who: str, name: str) -> None:
        self.given.pop((who, name), None)
        if "env" in self.world.servers(who)[name]:
            self.world.change_server(who, name, env=None)

    def args(self, who: str, name: str) -> None:
        self.world.change_server(who, name, args=[f"of-{who}-{self.number}"])

    def whole(self, who: str, _: str) -> None:
        self.given[who, "three"] = [f"of-{who}-{self.number}"]
        self.world.change_server(who, "three", args=self.given[who, "three"])

    def commit(self, _: str, name: str) -> None:
        self.given["main", name] = f"of-main-{self.number}"
        text = f"command: example-mcp-server\nargs: [of-main-{self.number}]\nenv: {{MODE: of-main-{self.number}}}\n"
        self.world.commit({f"mcp/{name}.yaml": text, "mcp/three.yaml": text})

    def sync(self, who: set[str], _: str) -> None:
        self.world.sync(*who)

    def resolve(self, take: Any, _: str) -> None:
        for item in self.world.waiting("conflict")[:1]:
            self.world.resolve(item, take)

    def check(self) -> None:
        for who in CLIENTS:
            servers = self.world.servers(who)
            assert {n: servers[n].get("env", {}).get("MODE") for n in ("one", "two")} == {n: self.given.get((who, n)) for n in ("one", "two")}
            assert (servers["three"].get("args") or None) == self.given.get((who, "three"))
        for name in ("one", "two"):
            held = self.world.central(f"mcp/{name}") or {}
            assert held.get("env", {}).get("MODE") == self.given.get(("main", name))
        assert not any(f"of-{who}-" in self.world.main()["mcp/three.yaml"] for who in CLIENTS)


@given(st.lists(steps, max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_is_ignored_stays_as_people_left_it(history: list[tuple[str, Any, str]]) -> None:
    game = Ignored()
    for step in history:
        game.play(*step)
        game.check()
    game.world.sync()
    game.check()
