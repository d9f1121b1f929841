"""What is kept in mind of a history, and what must be true after each of its passes and at its end.

The truth table:

| a value that somebody wrote, and …                      | in the end …                                       |
| ------------------------------------------------------- | -------------------------------------------------- |
| nobody else touched its entity                          | stands on main                                     |
| somebody took it away who had it before the eyes        | need not stand on main                             |
| a person decided against it                             | need not stand on main                             |
| anything else happened                                  | stands on main: nothing replaces it without a word |
| whatever happened                                       | a commit that a reference leads to holds it        |
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.mapping.adapter import held
from reconciler.mapping.filling import fill
from reconciler.model.names import EntityId, Revision, entity_id
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.observe import observe
from reconciler.reconcile.pass_result import Pass
from tests.fakes.engine import CLIENTS, HOME, World

MARK = re.compile(r"v\d+x")
SECRET = "hush" + "hush"
"""What every secret value holds: never to be seen in the repository."""

_FOREIGN = {
    ".claude.json": ('"machineID": "0"', '"numStartups": 7'),
    ".codex/config.toml": ("# my models\n", 'model = "some"  # the usual\n', "[features]\nfast = true\n"),
    ".qwen/settings.json": ("// how it looks\n", '"ui": {"theme": "dark"}'),
    ".rovodev/mcp.json": ('"keep": [1, 2]',),
    ".rovodev/config.yml": ("# mine\n", "  modelId: auto  # inline\n"),
}
"""Bytes of the clients' own in a plain home, which must stand there whatever happens."""

FOLDERS = {"claude": (".claude",), "codex": (".codex",), "qwen": (".qwen",), "acli": (".rovodev",)}


@dataclass
class Record:
    """``live`` are marks by client that its files held at a pass and that its user has not taken away since."""

    world: World = field(default_factory=World)
    number: int = 0
    live: set[tuple[str, str]] = field(default_factory=set)
    writes: dict[EntityId, list[tuple[str, str]]] = field(default_factory=dict)
    """For each entity who changed it, and the mark that the change left, if any."""
    removed: set[EntityId] = field(default_factory=set)
    stood: set[EntityId] = field(default_factory=set)
    earlier: dict[str, dict[str, bytes]] = field(default_factory=dict)
    torn: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False
    seen: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    """Marks that somebody who had them before the eyes took away, in a file, in the repository or by a decision."""
    secrets: set[str] = field(default_factory=set)
    """Marks in secret values. The vault keeps the last value and the one before; only those in no file can be older."""
    commands: list[str] = field(default_factory=list)
    refused: set[EntityId] = field(default_factory=set)
    """What a person did not let out of main into a client."""
    foreign: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _FOREIGN)
    _marks: dict[Revision, frozenset[str]] = field(default_factory=dict)

    def mark(self) -> str:
        self.number += 1
        return f"v{self.number}x"

    def files(self, client: str) -> dict[str, bytes]:
        inside = [f"{HOME}/{folder}" for folder in FOLDERS[client]]
        return {p: d for p, d in self.world.disk.files.items() if any(p.startswith((f"{i}/", f"{i}.")) for i in inside)}

    def shown(self, client: str) -> set[str]:
        return {m for data in self.files(client).values() for m in MARK.findall(data.decode())}

    def _text(self, path: str) -> str:
        return self.world.disk.files.get(f"{HOME}/{path}", b"").decode()

    def _put_back(self, client: str, files: Mapping[str, bytes]) -> None:
        self.world.disk.files.update({path: data for path, data in files.items() if path in self.world.disk.files})

    def _edited(self, client: str, before: set[str], entity: EntityId | None, mark: str) -> None:
        """What a user takes out of a file is replaced by that user's own will."""
        self.live -= {(client, m) for m in before - self.shown(client)}
        self.replaced |= before - self.shown(client)
        if entity is None:
            for every in {*self.writes, *self.stood}:
                self._touched(every)
            self.removed |= self.stood
        else:
            self._note(entity, client, mark)

    def _replace_agreed(self, client: str, entity: EntityId | None = None) -> None:
        """Who removes an entity removes all of it that this client was in step with, fields that it cannot show too."""
        agreed = agreement(self.world.engine.centre, self.world.target(client)).config if self.world.is_adopted else {}
        self.replaced |= {m for e, f in agreed.items() if entity in (None, e) for m in MARK.findall(f"{e} {f}")}

    def _main_marks(self) -> set[str]:
        return {m for text in self.world.main().values() for m in MARK.findall(text)}

    def _note(self, entity: EntityId, who: str, mark: str) -> None:
        self.writes.setdefault(entity, []).append((who, mark))

    def _touched(self, entity: EntityId) -> None:
        self.writes.setdefault(entity, []).append(("", ""))

    # ------------------------------------------------------------ what must be true after each pass

    def _around(self, clients: Iterable[str], work: Any) -> None:
        for client in clients:
            self.live |= {(client, m) for m in self.shown(client) if client not in self.torn}
            self.live |= {(client, m) for m in MARK.findall(self.torn.get(client, b"").decode())}
        self.seen |= {m for _, m in self.live}
        before = {client: self.files(client) for client in CLIENTS}
        result: Pass = work()
        for client in CLIENTS:
            if self.files(client) != before[client]:
                self.earlier[client] = before[client]
        self._check_pass(result, before)
        self.stood |= self.on_main()

    def _check_pass(self, result: Pass, before: Mapping[str, Mapping[str, bytes]]) -> None:
        for done in result.targets:
            if done.target.client in self.torn:
                assert self.files(done.target.client) == before[done.target.client], "a torn file was written"
                assert done.outcome == "stalled"
            else:
                assert not done.problems, done.problems
        assert bool(result.problems) == self.broken, result.problems
        self.check_nothing_lost()

    def check_nothing_lost(self) -> None:
        """What stood in a file at a pass stands there still, or a commit that a reference leads to holds it."""
        kept = self.reachable()
        lost = [(client, m) for client, m in self.live - self._secret_marks() if m not in kept and m not in self._now(client)]
        assert lost == [], f"lost: {lost}"

    def _secret_marks(self) -> set[tuple[str, str]]:
        return {(client, m) for client in CLIENTS for m in self.secrets}

    def _now(self, client: str) -> set[str]:
        return self.shown(client) | {*MARK.findall(self.torn.get(client, b"").decode())}

    def reachable(self) -> set[str]:
        store, out, seen = self.world.store, set[str](), set[Revision]()
        todo = list(store.refs("refs/").values())
        while todo:
            revision = todo.pop()
            if revision in seen:
                continue
            seen.add(revision)
            todo += store.read(revision).parents
            if revision not in self._marks:
                text = b"\n".join(store.files(revision).values()).decode()
                self._marks[revision] = frozenset(MARK.findall(text))
            out |= self._marks[revision]
        return out

    def on_main(self) -> set[EntityId]:
        return {e for client in CLIENTS for e in self.world.config(client) if not e.endswith("-memory")} if not self.broken else set()

    # ------------------------------------------------------------ what must be true at the end

    def check_settled(self) -> None:
        assert self.disagreements() == []
        before = self.world.snapshot()
        self.world.clock.advance(120)
        self.world.sync()
        assert self.world.snapshot() == before, "a pass with nothing to do wrote something"
        self.check_nothing_lost()
        gone = {e for e in self.stood - self.on_main() - self.removed if not self._is_overruled(e)}
        assert not gone, f"on main once, removed by nobody: {gone}"
        here = {m for client in CLIENTS for m in self.shown(client)}
        unasked = self.seen - self._main_marks() - self.replaced - self.secrets - here
        assert not unasked, f"not on main, and nobody took them away: {unasked}"
        self._check_lonely_edits()
        for path, texts in self.foreign.items():
            assert [t for t in texts if t not in self._text(path)] == [], path
        assert SECRET.encode() not in b"".join(self.world.blobs())

    def _is_overruled(self, entity: EntityId) -> bool:
        """True for an entry that a stronger one for the same command has taken the place of."""
        word, _, entry = entity.removeprefix("tools/").partition(" ")
        stronger = {"allow": ("ask", "deny"), "ask": ("deny",)}.get(word, ())
        return any(entity_id("tools", f"{s} {entry}") in self.stood for s in stronger)

    def _check_lonely_edits(self) -> None:
        """What one user changed and nobody else touched stands on main."""
        main = json.dumps([_text_of(self.world.config(client)) for client in CLIENTS])
        for entity, rows in self.writes.items():
            if len(rows) == 1 and rows[0][1]:
                where = " ".join(self.shown(rows[0][0])) if rows[0][1] in self.secrets else main
                assert rows[0][1] in where, f"{rows[0][0]} alone changed {entity}, and it is not on main"

    def disagreements(self) -> list[str]:
        """Entities that a client does not hold as main has them, of those that it can hold."""
        engine, out = self.world.engine, []
        for target in engine.targets():
            central = engine.centre.config(self.world.head, target)
            able = held(target.adapter, central).config
            wanted = fill(able, engine.local(target)).config
            found = observe(self.world.disk, target, {}, central, engine.local(target)).parsed.reading.config
            out += [f"{target.client}: {e}" for e in wanted if wanted[e] != found.get(e)]
            out += [f"{target.client} has {e}" for e in found if e not in central]
        return [one for one in out if one.split(" ", 1)[-1].removeprefix("has ") not in self.refused]


def _text_of(config: Mapping[EntityId, Any]) -> list[str]:
    return [f"{e} {sorted(map(str, f.values()))}" for e, f in config.items()]
