"""Histories: what people, clients and hints do to one machine, and what must be true after each pass and at the end.

Every value that somebody writes holds a mark (``v7x``) that is written once in a history, so that it can be followed
through files, commits and reviews.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Stalled
from reconciler.formats import json_text
from reconciler.formats.edit import Insert, Remove
from reconciler.mapping.adapter import held
from reconciler.mapping.masking import fill
from reconciler.model.names import EntityId, Revision, entity_id
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.observe import observe
from reconciler.reconcile.passes import Pass
from tests.fakes.engine import CLIENTS, HOME, SERVERS, World

Step = tuple[str, int, int]
"""What is done, and two numbers that choose by whom, to what, how."""

NAMES = ("alpha", "beta", "gamma", "delta")
RULES = ("one", "two")
MARK = re.compile(r"v\d+x")
SECRET = "hush" + "hush"
"""What every secret value holds: never to be seen in the repository."""

FOREIGN = {
    ".claude.json": ('"machineID": "0"', '"numStartups": 7'),
    ".codex/config.toml": ("# my models\n", 'model = "some"  # the usual\n', "[features]\nfast = true\n"),
    ".qwen/settings.json": ("// how it looks\n", '"ui": {"theme": "dark"}'),
    ".rovodev/mcp.json": ('"keep": [1, 2]',),
    ".rovodev/config.yml": ("# mine\n", "  modelId: auto  # inline\n"),
}
"""Bytes of the clients' own that must stand there whatever happens."""

FOLDERS = {"claude": (".claude",), "codex": (".codex",), "qwen": (".qwen",), "acli": (".rovodev",)}
MEMORIES = {"codex": ".codex/AGENTS.md", "qwen": ".qwen/QWEN.md", "acli": ".rovodev/AGENTS.md"}
PERMISSIONS = {"claude": ".claude/settings.json", "qwen": ".qwen/settings.json"}


@dataclass
class History:
    """``live`` are marks by client that its user wrote or was shown and has not replaced since; ``alone`` who wrote what last."""

    world: World = field(default_factory=World)
    number: int = 0
    live: set[tuple[str, str]] = field(default_factory=set)
    writes: dict[EntityId, list[tuple[str, str]]] = field(default_factory=dict)
    """Since all were last in step: for each entity who changed it, and the mark that the change left, if any."""
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
    refused: set[EntityId] = field(default_factory=set)
    """What a person did not let out of main into a client."""
    _marks: dict[Revision, frozenset[str]] = field(default_factory=dict)

    def play(self, step: Step) -> None:
        what, a, b = step
        getattr(self, what)(a, b)

    # ------------------------------------------------------------ edits in clients' files

    def mark(self) -> str:
        self.number += 1
        return f"v{self.number}x"

    def args(self, a: int, b: int) -> None:
        self._field(a, b, "args", lambda m: ["--n", m])

    def env(self, a: int, b: int) -> None:
        self._field(a, b, "env", lambda m: {"MODE": m})

    def secret(self, a: int, b: int) -> None:
        self._field(a, b, "env", lambda m: {"API_TOKEN": f"{SECRET}-{m}"}, is_secret=True)

    def own(self, a: int, b: int) -> None:
        """A key that only this client knows."""
        self._field(a, b, "note", lambda m: m)

    def limit(self, a: int, b: int) -> None:
        """A restriction that claude and acli cannot say."""
        client = ("codex", "qwen")[a % 2]
        self._field(CLIENTS.index(client), b, {"codex": "disabled_tools", "qwen": "excludeTools"}[client], lambda m: [m])

    def _field(self, a: int, b: int, key: str, value: Any, is_secret: bool = False) -> None:
        client, name = CLIENTS[a % 4], NAMES[b % 4]
        if client in self.torn:
            return
        old = self.world.servers(client).get(name)
        if old is None:
            self.world.put_server(client, name)
        mark, before = self.mark(), self.shown(client)
        new = value(mark)
        if isinstance(new, dict):
            new = {**((old or {}).get(key) or {}), **new}
        self.world.change_server(client, name, **{key: new})
        self.secrets |= {mark} if is_secret else set()
        self._edited(client, before, entity_id("mcp", name), mark)

    def remove(self, a: int, b: int) -> None:
        client, name = CLIENTS[a % 4], NAMES[b % 4]
        if client in self.torn or name not in self.world.servers(client):
            return
        before = self.shown(client)
        self._replace_agreed(client, entity_id("mcp", name))
        self.world.drop_server(client, name)
        self.removed.add(entity_id("mcp", name))
        self._edited(client, before, entity_id("mcp", name), "")

    def rule(self, a: int, b: int) -> None:
        """Claude keeps a rule in a file of its own, the others in a block of their memory file."""
        name, client = RULES[b % 2], CLIENTS[a % 4]
        entity, before, mark = entity_id("rules", name), self.shown(client), self.mark()
        if client == "claude":
            self.world.write(f".claude/rules/{name}.md", f"# {name}\n\n- {mark}\n")
        elif f"reconciler:rule {name} -->" in self._text(MEMORIES[client]):
            marker = f"<!-- reconciler:rule {name} -->"
            self.world.replace(MEMORIES[client], marker, f"{marker}\n- {mark}\n")
        else:
            return
        self._edited(client, before, entity, mark)

    def unrule(self, a: int, b: int) -> None:
        path, before = f".claude/rules/{RULES[b % 2]}.md", self.shown("claude")
        if self._text(path):
            self._replace_agreed("claude", entity_id("rules", RULES[b % 2]))
            self.world.remove(path)
            self.removed.add(entity_id("rules", RULES[b % 2]))
            self._edited("claude", before, entity_id("rules", RULES[b % 2]), "")

    def memory(self, a: int, b: int) -> None:
        """A line of a person's own text."""
        client = tuple(MEMORIES)[a % 3]
        mark, before = self.mark(), self.shown(client)
        self.world.write(MEMORIES[client], f"- {mark}\n" + self._text(MEMORIES[client]))
        self._edited(client, before, entity_id("rules", f"{client}-memory"), mark)

    def tool(self, a: int, b: int) -> None:
        client, word = tuple(PERMISSIONS)[a % 2], ("allow", "deny", "ask")[b % 3]
        if client in self.torn:
            return
        mark, before = self.mark(), self.shown(client)
        self.world.edit(PERMISSIONS[client], Insert(("permissions", word), f"Bash({mark}:*)"))
        self._edited(client, before, entity_id("tools", f"{word} shell:{mark}"), mark)

    def untool(self, a: int, b: int) -> None:
        client = tuple(PERMISSIONS)[a % 2]
        data = self.world.disk.files.get(f"{HOME}/{PERMISSIONS[client]}")
        if client in self.torn or data is None:
            return
        listed = json_text.read(data).get("permissions") or {}
        places = [(word, i, text) for word, items in listed.items() for i, text in enumerate(items)]
        if not places:
            return
        word, index, text = places[b % len(places)]
        before = self.shown(client)
        self.world.edit(PERMISSIONS[client], Remove(("permissions", word, index)))
        mark = MARK.findall(text)[0]
        self.removed.add(entity_id("tools", f"{word} shell:{mark}"))
        self._edited(client, before, entity_id("tools", f"{word} shell:{mark}"), "")

    def stale(self, a: int, b: int) -> None:
        """A client writes what it held in memory since before our last write."""
        client = CLIENTS[a % 4]
        if client in self.torn or client not in self.earlier:
            return
        before = self.shown(client)
        self._replace_agreed(client)
        self._put_back(client, self.earlier[client])
        self._edited(client, before, None, "")

    def tear(self, a: int, b: int) -> None:
        """Half of the file is there, for a while."""
        client = CLIENTS[a % 4]
        path = SERVERS[client][0]
        data = self.world.disk.files[f"{HOME}/{path}"]
        if client not in self.torn:
            self.torn[client] = data
            self.world.write(path, data[: len(data) // 2] + b"\n[[{")

    def mend(self, a: int, b: int) -> None:
        for client, data in self.torn.items():
            self.world.write(SERVERS[client][0], data)
        self.torn.clear()

    # ------------------------------------------------------------ the repository, people, time

    def commit(self, a: int, b: int) -> None:
        """A person changes, adds or removes a server in the repository."""
        name, path = NAMES[b % 4], f"mcp/{NAMES[b % 4]}.yaml"
        mark, old = self.mark(), self._main_marks()
        if a % 4 == 3 and path in self.world.main():
            gone = [p for p in self.world.main() if p.endswith(f"/{path}") or p == path]
            self.world.commit(dict.fromkeys(gone), f"Remove {name}")
            self.removed.add(entity_id("mcp", name))
            mark = ""
        else:
            self.world.commit({path: f"command: example-mcp-server\nargs:\n  - --n\n  - {mark}  # by bo\n"}, f"Change {name}")
        self.replaced |= old - self._main_marks()
        self._note(entity_id("mcp", name), "main", mark)

    def spoil(self, a: int, b: int) -> None:
        """Main does not validate until it is mended."""
        if not self.broken:
            self.broken = True
            self.world.commit({"mcp/spoilt.yaml": "comand: x\n" if a % 2 else "a: [\n"}, "Spoil")

    def repair(self, a: int, b: int) -> None:
        if self.broken:
            self.broken = False
            self.world.commit({"mcp/spoilt.yaml": None}, "Repair")

    def wait(self, a: int, b: int) -> None:
        self.world.clock.advance((1, 10, 45, 120)[a % 4])

    def resolve(self, a: int, b: int) -> None:
        found = self.world.waiting()
        if not found:
            return
        item = found[b % len(found)]
        take = ("local", "central", "base")[a % 3]
        if item.kind == "held" and take == "base":
            take = "central"
        self._touched(item.entity)
        if item.kind == "held" and take == "central":
            self.refused.add(item.entity)
        chosen = getattr(item, take)
        self.replaced |= set(MARK.findall(f"{item.base} {item.local} {item.central}")) - set(MARK.findall(str(chosen)))
        if chosen is None and not item.path:
            self.removed.add(item.entity)
        try:
            self._around(CLIENTS, lambda: self.world.resolve(item, take))  # type: ignore[arg-type]
        except Stalled:
            assert take == "base"

    def up(self, a: int, b: int) -> None:
        """From now on one engine runs on, or each command starts one again."""
        self.world.is_up, self.world.running = bool(a % 2), None

    def hint(self, a: int, b: int) -> None:
        """A pass over some targets: other hints were lost, or come later."""
        some = [client for i, client in enumerate(CLIENTS) if (a % 15 + 1) >> i & 1]
        self._around(some, lambda: self.world.sync(*some))

    # ------------------------------------------------------------ what is kept in mind

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

    # ------------------------------------------------------------ the end

    def settle(self) -> None:
        """Files are whole, hints arrive, conflicts are decided."""
        self.mend(0, 0)
        self.repair(0, 0)
        for number in range(60):
            self.world.clock.advance(120)
            self._around(CLIENTS, self.world.sync)
            if not self.world.waiting():
                break
            self.resolve(number % 2, 0)
        assert not self.world.waiting(), "some conflict comes back for ever"
        self._around(CLIENTS, self.world.sync)

    def check_settled(self) -> None:
        assert self.disagreements() == []
        before = self.world.snapshot()
        self.world.clock.advance(120)
        self.world.sync()
        assert self.world.snapshot() == before, "a pass with nothing to do wrote something"
        self.check_nothing_lost()
        gone = (self.stood - self.on_main()) - self.removed
        assert not gone, f"on main once, removed by nobody: {gone}"
        here = {m for client in CLIENTS for m in self.shown(client)}
        unasked = self.seen - self._main_marks() - self.replaced - self.secrets - here
        assert not unasked, f"not on main, and nobody took them away: {unasked}"
        self._check_lonely_edits()
        for path, texts in FOREIGN.items():
            assert [t for t in texts if t not in self._text(path)] == [], path
        assert SECRET.encode() not in b"".join(self.world.blobs())

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


def played(steps: Iterable[Step], start: Iterable[Step] = ()) -> History:
    """A history whose first steps come before the clients are adopted; settled and checked."""
    history = History()
    for step in start:
        history.play(step)
    history._around(CLIENTS, lambda: history.world.adopt().result)
    for step in steps:
        history.play(step)
    history.settle()
    history.check_settled()
    return history


