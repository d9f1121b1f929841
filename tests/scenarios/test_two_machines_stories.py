"""Every story of one machine, told across two homes: in one repository on a disk, and over two clones of a host's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.formats import json_text
from tests.scenarios.command_line import CommandLine, Forks, with_samples

pytestmark = pytest.mark.long
CLIENTS = ("claude", "codex", "qwen", "acli")
FILES = {"claude": ".claude.json", "codex": ".codex/config.toml", "qwen": ".qwen/settings.json", "acli": ".rovodev/mcp.json"}
TOKEN = "fake-" + "not-a-secret-"
SERVER = '\n# by hand\n[mcp_servers.story]\ncommand = "example-mcp-server"\nargs = ["--first"]\n\n[mcp_servers.story.env]\nMODE = "dev"\n'


@dataclass
class Pair:
    """Two machines, `lap` and `desk`."""

    lap: CommandLine
    desk: CommandLine

    def __iter__(self) -> Iterator[CommandLine]:
        yield from (self.lap, self.desk)

    def sync(self) -> None:
        """Until what either did has reached the other."""
        for machine in (self.lap, self.desk, self.lap):
            machine("sync")

    def servers(self) -> dict[str, dict[str, Any]]:
        """Of each client of each machine."""
        return {f"{i}/{c}": servers(machine, c) for i, machine in enumerate(self) for c in CLIENTS}

    def having(self, name: str) -> int:
        return sum(name in found for found in self.servers().values())

    def conflicts(self) -> list[tuple[CommandLine, dict[str, Any]]]:
        return [(machine, item) for machine in self for item in machine("conflicts", "--json").data]


def servers(machine: CommandLine, client: str) -> dict[str, Any]:
    data = machine.path(FILES[client]).read_bytes()
    value: dict[str, Any] = tomllib.loads(data.decode()) if client == "codex" else json_text.read(data)
    return dict(value["mcp_servers" if client == "codex" else "mcpServers"])


def edit(machine: CommandLine, path: str, old: str, new: str) -> None:
    place = machine.path(path)
    assert old in place.read_text()
    place.write_text(place.read_text().replace(old, new))


def put(machine: CommandLine, name: str, entry: dict[str, Any]) -> None:
    """As claude does: its whole file anew."""
    place = machine.path(".claude.json")
    value = json.loads(place.read_text())
    value["mcpServers"][name] = entry
    place.write_text(json.dumps(value, indent=2))


# ---------------------------------------------------------------- two machines in step


def _shared(first: CommandLine, second: CommandLine, host: Path) -> list[str]:
    second.state.mkdir(mode=0o700)
    (second.state / "repository.git").symlink_to(first.repository)
    return []


def _cloned(first: CommandLine, second: CommandLine, host: Path) -> list[str]:
    first.git("init", "-q", "--bare", "-b", "main", str(host), at=host.parent)
    assert first("remote", "set", str(host)).code == 0
    first("sync")
    return ["--from", str(host)]


WAYS = {"one repository": _shared, "two clones": _cloned}


@pytest.fixture(params=WAYS)
def pair(request: pytest.FixtureRequest, forks: Forks, settled: Path, tmp_path: Path) -> Pair:
    """Both have the server `story`, whole, in every client; a new server waits for nobody."""
    lap, desk = (CommandLine(forks, tmp_path / name) for name in ("lap", "desk"))
    shutil.copytree(settled, lap.root, symlinks=True)
    lap.commit({"reconciler.yaml": lap.git("show", "main:reconciler.yaml") + "approval_threshold: high\n"})
    lap("sync")
    with_samples(desk.home)
    joining = WAYS[request.param](lap, desk, tmp_path / "host.git")
    assert desk("init", *joining, "--machine", "desk", "--prefer", "claude", "--yes").code in (0, 3)
    config = lap.path(FILES["codex"])
    config.write_text(config.read_text() + SERVER)
    found = Pair(lap, desk)
    found.sync()
    assert found.having("story") == 8
    return found


# ---------------------------------------------------------------- the stories


def test_in_step_a_second_sync_writes_and_commits_nothing(pair: Pair) -> None:
    before = [(m.bytes_below(), m.git("for-each-ref")) for m in pair]
    pair.sync()
    assert [(m.bytes_below(), m.git("for-each-ref")) for m in pair] == before


def test_joining_lost_no_server_and_no_text_of_the_second_machine(pair: Pair) -> None:
    was = pair.lap.root.parent / "as-found"
    with_samples(was)
    for path in (".claude/CLAUDE.md", ".codex/AGENTS.md", ".qwen/QWEN.md", ".rovodev/AGENTS.md"):
        assert (was / path).read_text().strip() in pair.desk.path(path).read_text()
    for client in CLIENTS:
        data = (was / FILES[client]).read_bytes()
        own = tomllib.loads(data.decode())["mcp_servers"] if client == "codex" else json_text.read(data)["mcpServers"]
        assert set(own) <= set(servers(pair.desk, client))


def test_a_server_added_in_one_client_is_whole_in_all_clients_of_the_other_machine(pair: Pair) -> None:
    whole = [(s["story"]["command"], s["story"]["args"], s["story"]["env"]) for s in pair.servers().values()]
    assert whole == [("example-mcp-server", ["--first"], {"MODE": "dev"})] * 8
    assert "# by hand" in pair.lap.path(FILES["codex"]).read_text()
    log = pair.desk.git("log", "-m", "--full-history", "--format=%B", "main", "--", "mcp/story.yaml")
    assert re.search(r"^Target: .*/codex/user$", log, re.M)


def test_a_rule_goes_there_and_an_edit_of_its_section_comes_back(pair: Pair) -> None:
    pair.lap.path(".claude/rules").mkdir(exist_ok=True)
    pair.lap.path(".claude/rules/style.md").write_text("# Style\n\n- Small functions.\n")
    pair.sync()
    edit(pair.desk, ".qwen/QWEN.md", "Small functions.", "Very small functions.")
    pair.sync()
    for machine in pair:
        assert "Very small" in machine.path(".claude/rules/style.md").read_text()
        assert all("Very small" in machine.path(p).read_text() for p in (".codex/AGENTS.md", ".qwen/QWEN.md", ".rovodev/AGENTS.md"))


def test_a_deny_goes_there_and_is_a_gap_where_it_cannot_be_said(pair: Pair) -> None:
    place = pair.lap.path(".claude/settings.json")
    value = json.loads(place.read_text())
    value["permissions"].setdefault("deny", []).extend(["Bash(curl-story:*)", "Read(~/story/**)"])
    place.write_text(json.dumps(value, indent=2))
    pair.sync()
    assert "Bash(curl-story *)" in pair.desk.path(".qwen/settings.json").read_text()
    assert "curl-story" in pair.desk.path(".rovodev/config.yml").read_text().replace("\\", "")
    assert "curl-story" in "".join(p.read_text() for p in pair.desk.path(".codex/rules").glob("*.rules"))
    told = pair.desk.target("codex", pair.desk("sync", "--json"))["dropped"]
    assert ("tools/default", "deny read:~/story/**", "gap") in [(d["entity"], d["field"], d["kind"]) for d in told]


def test_edits_of_two_fields_of_one_server_on_two_machines_merge(pair: Pair) -> None:
    put(pair.desk, "story", {**servers(pair.desk, "claude")["story"], "command": "example-other-server"})
    edit(pair.lap, FILES["codex"], '"--first"', '"--second"')
    pair.sync()
    pair.sync()
    assert {(s["story"]["command"], *s["story"]["args"]) for s in pair.servers().values()} == {("example-other-server", "--second")}
    assert pair.conflicts() == []


@pytest.mark.parametrize("take", ["local", "central"])
def test_two_edits_of_one_field_are_a_conflict_that_overwrites_neither_and_is_settled_for_both(pair: Pair, take: str) -> None:
    edit(pair.lap, FILES["codex"], '"--first"', '"--of-lap"')
    edit(pair.desk, FILES["qwen"], '"--first"', '"--of-desk"')
    pair.lap("sync")
    said = pair.desk("sync", "--json")
    assert (said.code, pair.desk.target("qwen", said)["outcome"]) == (3, "conflict")
    pair.lap("sync")
    assert (servers(pair.lap, "codex")["story"]["args"], servers(pair.desk, "qwen")["story"]["args"]) == (["--of-lap"], ["--of-desk"])
    (item,) = pair.desk("conflicts", "--json").data
    assert (item["target"], item["entity"], item["base"], item["local"], item["central"]) == ("desk/qwen/user", "mcp/story", ["--first"], ["--of-desk"], ["--of-lap"])
    pair.desk("resolve", item["id"], "--take", take)
    pair.sync()
    assert {tuple(s["story"]["args"]) for s in pair.servers().values()} == {(item[take][0],)}
    assert pair.conflicts() == []
    log = pair.lap.git("log", "--format=%B", "main")
    assert re.search(r"^Conflict: mcp/story.args .*of-desk", log, re.M)
    assert re.search(r"^Resolved-By: ", log, re.M)


def test_removed_in_one_client_it_goes_everywhere_and_a_revert_on_the_other_machine_brings_it_back(pair: Pair) -> None:
    edit(pair.lap, FILES["codex"], SERVER, "")
    pair.sync()
    assert pair.having("story") == 0
    gone = pair.desk.git("log", "-1", "--first-parent", "--format=%H", "main", "--", "mcp/story.yaml").strip()
    pair.desk("revert", gone)
    pair.sync()
    assert pair.having("story") == 8


def test_a_torn_file_on_one_machine_stops_its_target_alone_and_catches_up(pair: Pair) -> None:
    place = pair.desk.path(FILES["claude"])
    good = place.read_bytes()
    place.write_bytes(good[: len(good) // 2])
    edit(pair.lap, FILES["codex"], '"--first"', '"--later"')
    pair.lap("sync")
    said = pair.desk("sync", "--json")
    assert [t["id"] for t in said.data["targets"] if t["outcome"] == "stalled"] == ["desk/claude/user"]
    assert place.read_bytes() == good[: len(good) // 2]
    assert servers(pair.desk, "qwen")["story"]["args"] == ["--later"]
    pair.lap("sync")
    assert servers(pair.lap, "claude")["story"]["args"] == ["--later"]
    place.write_bytes(good)
    pair.desk("sync")
    assert servers(pair.desk, "claude")["story"]["args"] == ["--later"]


def test_a_path_of_one_machine_stays_there_and_one_of_the_home_is_that_of_each(pair: Pair) -> None:
    put(pair.desk, "only", {"command": "/opt/tools/server"})
    put(pair.lap, "homely", {"command": str(pair.lap.home / "bin/server")})
    pair.sync()
    assert ["only" in servers(m, "codex") for m in pair] == [False, True]
    assert [servers(m, "codex")["homely"]["command"] for m in pair] == [str(m.home / "bin/server") for m in pair]


def test_kept_on_one_machine_the_other_loses_it_until_it_is_shared(pair: Pair) -> None:
    pair.desk("keep-local", "mcp/story")
    pair.sync()
    assert ["story" in servers(m, "acli") for m in pair] == [False, True]
    pair.desk("share", "mcp/story", "--yes")
    pair.sync()
    assert pair.having("story") == 8


def test_two_tokens_at_one_place_stay_two_and_neither_is_seen(pair: Pair) -> None:
    for machine, end in zip(pair, ("one", "two"), strict=True):
        put(machine, "tokened", {"command": "example-mcp-server", "args": ["--api-key", TOKEN + end], "env": {"API_TOKEN": TOKEN + end, "MODE": "prod"}})
    pair.sync()
    pair.sync()
    assert pair.conflicts() == []
    for machine, end in zip(pair, ("one", "two"), strict=True):
        found = [servers(machine, client)["tokened"] for client in CLIENTS]
        assert [(s["args"], s["env"]) for s in found] == [(["--api-key", TOKEN + end], {"API_TOKEN": TOKEN + end, "MODE": "prod"})] * 4
    edit(pair.desk, FILES["codex"], TOKEN + "two", TOKEN + "three")
    pair.sync()
    assert [servers(m, "qwen")["tokened"]["env"]["API_TOKEN"] for m in pair] == [TOKEN + "one", TOKEN + "three"]
    assert not any(TOKEN in text for machine in pair for text in machine.heard)
    assert not any(TOKEN.encode() in everything(machine.repository) for machine in pair)
    assert all(subprocess.run(["git", "-C", str(m.repository), "fsck", "--strict"], capture_output=True).returncode == 0 for m in pair)


def everything(repository: Path) -> bytes:
    """All objects, those that no reference leads to as well."""
    ids = subprocess.run(["git", "-C", str(repository), "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"], capture_output=True, check=True).stdout
    return subprocess.run(["git", "-C", str(repository), "cat-file", "--batch"], input=ids, capture_output=True, check=True).stdout
