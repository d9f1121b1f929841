"""Histories: what people, clients and hints do to one machine. What must be true of each is in ``record.py``.

Every value that somebody writes holds a mark (``v7x``) that is written once in a history, so that it can be followed
through files, commits and reviews.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reconciler.errors import Stalled
from reconciler.formats import json_text
from reconciler.formats.edit import Insert, Remove
from reconciler.model.names import Revision, entity_id
from reconciler.reconcile import history
from tests.fakes.engine import CLIENTS, HOME, SERVERS
from tests.property.record import MARK, SECRET, Record

Step = tuple[str, int, int]
"""What is done, and two numbers that choose by whom, to what, how."""

NAMES = ("alpha", "beta", "gamma", "delta")
RULES = ("one", "two")
MEMORIES = {"codex": ".codex/AGENTS.md", "qwen": ".qwen/QWEN.md", "acli": ".rovodev/AGENTS.md"}
PERMISSIONS = {"claude": ".claude/settings.json", "qwen": ".qwen/settings.json"}


@dataclass
class History(Record):
    """Each step is a method; its two numbers choose by whom, to what and how."""

    def play(self, step: Step) -> None:
        what, a, b = step
        getattr(self, what)(a, b)

    # ------------------------------------------------------------ edits in clients' files

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
        mark = self.commands[b % len(self.commands)] if b > 30 and self.commands else self.mark()
        self.commands.append(mark)
        data = self.world.disk.files.get(f"{HOME}/{PERMISSIONS[client]}", b"{}")
        if f"Bash({mark}:*)" in ((json_text.read(data).get("permissions") or {}).get(word) or []):
            return
        before = self.shown(client)
        self.world.edit(PERMISSIONS[client], Insert(("permissions", word), f"Bash({mark}:*)"))
        self._edited(client, before, entity_id("tools", f"{word} shell:{mark}"), "")

    def untool(self, a: int, b: int) -> None:
        client = tuple(PERMISSIONS)[a % 2]
        data = self.world.disk.files.get(f"{HOME}/{PERMISSIONS[client]}")
        if client in self.torn or data is None:
            return
        listed = json_text.read(data).get("permissions") or {}
        places = [(word, i, text) for word, items in listed.items() for i, text in enumerate(items) if MARK.search(text)]
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

    def revert(self, a: int, b: int) -> None:
        """Somebody takes back one of the last changes of main."""
        log = [] if self.broken else list(history.log(self.world.engine, 5))
        recent = [c.revision for c in log if c.subject.startswith(("Merge ", "Change ", "Remove "))]
        old = self._main_marks()
        try:
            history.revert(self.world.engine, recent[b % len(recent)] if recent else Revision("0" * 40))
        except Stalled:
            return
        self.replaced |= old - self._main_marks()
        for entity in {*self.stood, *self.writes}:
            self._touched(entity)
        self.removed |= self.stood

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


def played(steps: Iterable[Step], start: Iterable[Step] = (), history: History | None = None) -> History:
    """A history whose first steps come before the clients are adopted; settled and checked."""
    history = history or History()
    for step in start:
        history.play(step)
    history._around(CLIENTS, lambda: history.world.adopt().result)
    for step in steps:
        history.play(step)
    history.settle()
    history.check_settled()
    return history


