"""A machine and its remote, by the command line and real git."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from reconciler.model.trailers import trailers
from tests.scenarios.command_line import CommandLine

SERVER = '\n[mcp_servers.shared]\ncommand = "example-shared"\n'


@pytest.fixture
def host(tmp_path: Path, adopted: CommandLine) -> Path:
    path = tmp_path / "host.git"
    adopted.git("init", "-q", "--bare", "-b", "main", str(path), at=tmp_path)
    return path


def added(machine: CommandLine, text: str = SERVER) -> None:
    config = machine.path(".codex/config.toml")
    config.write_text(config.read_text() + text)


def head(machine: CommandLine, path: Path | None = None) -> str:
    return machine.git("rev-parse", "refs/heads/main", at=path).strip()


def test_a_remembered_remote_gets_main_by_sync(adopted: CommandLine, host: Path) -> None:
    assert adopted("remote", "set", str(host)).code == 0
    said = adopted("sync", "--json")
    assert said.data["remote"]["problem"] is None
    assert (said.data["remote"]["ahead"], said.data["remote"]["behind"]) == (0, 0)
    assert head(adopted, host) == head(adopted)


def test_the_environment_goes_before_what_is_remembered(adopted: CommandLine, host: Path) -> None:
    adopted("remote", "set", "/nowhere/x.git")
    adopted("sync", environ={"RECONCILER_GIT_REMOTE": str(host)})
    assert head(adopted, host) == head(adopted)


def test_a_commit_on_the_host_reaches_the_clients(adopted: CommandLine, host: Path, tmp_path: Path) -> None:
    adopted("remote", "set", str(host))
    adopted("sync")
    clone = tmp_path / "by-hand"
    adopted.git("clone", "-q", str(host), str(clone), at=tmp_path)
    (clone / "mcp" / "handmade.yaml").write_text("command: npx\nargs: [example]\n")
    adopted.git("add", "-A", at=clone)
    adopted.git("commit", "-qm", "By hand", at=clone)
    adopted.git("push", "-q", "origin", "main", at=clone)
    adopted("sync")
    assert "handmade" in adopted.path(".codex/config.toml").read_text()
    assert head(adopted) == head(adopted, host)


def test_what_stays_as_the_host_has_it_is_told_with_the_commits_of_both_sides(adopted: CommandLine, host: Path, tmp_path: Path) -> None:
    adopted("remote", "set", str(host))
    adopted("sync")
    clone = tmp_path / "by-hand"
    adopted.git("clone", "-q", str(host), str(clone), at=tmp_path)
    (clone / "README.md").write_text("Theirs\n")
    adopted.git("commit", "-qam", "By hand", at=clone)
    adopted.git("push", "-q", "origin", "main", at=clone)
    adopted.commit({"README.md": "Ours\n"})
    ours, theirs = head(adopted), head(adopted, host)
    adopted("sync")
    assert adopted.git("show", "main:README.md") == "Theirs\n"
    said = trailers(adopted.git("log", "-1", "--merges", "--format=%B", "main"))
    assert [(key, value.split(" ")[-1]) for key, value in said if key != "Session"] == [
        ("Conflict", "chose=central"),
        ("Local-By", ours),
        ("Central-By", theirs),
    ]


def test_a_remote_that_hangs_stops_nothing(adopted: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.git"
        added(adopted)
        said = adopted("sync", "--json", environ={"RECONCILER_GIT_REMOTE": address, "RECONCILER_GIT_TIMEOUT_S": "0.3"})
    assert said.data["remote"]["problem"]["reason"] == "RemoteTimedOut"
    assert said.code == 3
    assert "example-shared" in adopted.path(".qwen/settings.json").read_text()


def test_status_and_doctor_say_what_is_wrong_with_the_remote(adopted: CommandLine) -> None:
    around = {"RECONCILER_GIT_REMOTE": "/nowhere/x.git"}
    adopted("sync", environ=around)
    status, doctor = adopted("status", "--json", environ=around), adopted("doctor", "--json", environ=around)
    reasons = {c["reason"] for t in status.data["targets"] for c in t["conditions"]}
    assert "RemoteNoSuchRepository" in reasons
    (row,) = [c for c in doctor.data["checks"] if c["name"] == "remote"]
    assert (row["ok"], "make it on the host" in row["detail"]) == (False, True)


def test_a_password_in_the_address_is_refused_and_never_repeated(adopted: CommandLine) -> None:
    password = "pass" + "word1"
    said = adopted("remote", "set", f"https://ann:{password}@example.invalid/x.git")
    assert said.code == 1
    assert password not in said.out + said.err + (adopted.repository / "config").read_text()


def test_a_rewritten_main_is_followed_only_when_somebody_says_so(adopted: CommandLine, host: Path) -> None:
    adopted("remote", "set", str(host))
    added(adopted)
    adopted("sync")
    last = head(adopted)
    adopted.git("update-ref", "refs/heads/main", f"{last}~1", at=host)
    assert adopted("sync", "--json").data["remote"]["problem"]["reason"] == "RemoteRewritten"
    assert head(adopted, host) != last
    assert adopted("remote", "accept", "--take", "host").code == 0
    said = adopted("sync", "--json")
    assert said.data["remote"]["problem"] is None
    assert head(adopted) == head(adopted, host)
    assert last in adopted.git("rev-parse", f"kept/main-{last[:10]}")


def test_holding_on_to_both_gives_the_host_its_main_back(adopted: CommandLine, host: Path) -> None:
    adopted("remote", "set", str(host))
    added(adopted)
    adopted("sync")
    last = head(adopted)
    adopted.git("update-ref", "refs/heads/main", f"{last}~1", at=host)
    adopted("sync")
    adopted("remote", "accept", "--take", "both")
    adopted("sync")
    assert head(adopted, host) == last


def test_with_a_protected_main_a_command_proposes_and_a_merge_makes_it_hold(adopted: CommandLine, host: Path) -> None:
    adopted.commit({"reconciler.yaml": "schema: 1\nmain: protected\n"})
    adopted("sync")
    for held in adopted("conflicts", "--json", "--held").data:
        adopted("approve", held["id"])  # while nobody shares it: later that takes somebody, over the API
    adopted("remote", "set", str(host))
    adopted("sync")
    last = head(adopted)
    said = adopted("suspend", "codex", "--reason", "trying a beta", "--json")
    assert (said.code, said.has_traceback) == (3, False)
    branch = said.data["proposed"]
    assert branch.startswith("changes/")
    assert f"proposed as the branch {branch}" in adopted("suspend", "codex", "--reason", "trying a beta").out
    assert head(adopted) == head(adopted, host) == last
    assert [(one["branch"], one["subject"]) for one in adopted("status", "--json").data["proposed"]] == [(branch, f"Suspend codex/user on {branch.split('/')[1]}")]
    assert f"{branch} waits for its merge on the Git host" in adopted("status").out
    assert adopted.target("codex", adopted("status", "--json"))["mode"] == "sync"
    adopted.git("update-ref", "refs/heads/main", adopted.git("rev-parse", branch, at=host).strip(), at=host)
    adopted("sync")
    assert adopted.target("codex", adopted("status", "--json"))["mode"] == "suspended"
    assert adopted.git("branch", "--list", "changes/*", at=host) == ""
    assert adopted("status", "--json").data["proposed"] == []


def test_a_host_that_protects_main_later_is_shown_what_landed_and_followed_once_it_was_squashed(adopted: CommandLine, host: Path) -> None:
    adopted("remote", "set", str(host))
    adopted("sync")
    hook = host / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "main is a protected branch" >&2; exit 1; }\n')
    hook.chmod(0o755)
    added(adopted)
    said = adopted("sync", "--json")
    assert (said.code, said.data["remote"]["problem"]["reason"]) == (3, "MainRefused")
    assert "main is a protected branch" in said.data["remote"]["problem"]["message"]
    (shown,) = adopted("status", "--json").data["proposed"]
    assert adopted.git("rev-parse", shown["branch"], at=host).strip() == head(adopted)
    squashed = adopted.git("commit-tree", f"{shown['branch']}^{{tree}}", "-p", "main", "-m", "Squashed", at=host).strip()
    adopted.git("update-ref", "refs/heads/main", squashed, at=host)
    adopted.git("branch", "-qD", shown["branch"], at=host)
    assert adopted("sync", "--json").data["remote"]["problem"] is None
    assert head(adopted) == head(adopted, host) == squashed
    assert "shared" in adopted.path(".claude.json").read_text()
    settled = adopted("status", "--json").data
    assert (settled["remote"]["problem"], settled["proposed"], adopted("conflicts").out.strip()) == (None, [], "nothing waits")


def test_where_machines_share_it_nobody_approves_as_nobody(adopted: CommandLine, host: Path) -> None:
    adopted.commit({"reconciler.yaml": "schema: 1\nignore: [{match: rules/*}]\n"})
    adopted("remote", "set", str(host))
    adopted("sync")
    (held,) = adopted("conflicts", "--json", "--held").data
    for words in (("approve", held["id"]), ("resolve", held["id"], "--take", "local")):
        said = adopted(*words)
        assert (said.code, said.has_traceback) == (1, False)
    assert "RECONCILER_TOKEN" in adopted("approve", held["id"]).err
    assert [item["id"] for item in adopted("conflicts", "--json", "--held").data] == [held["id"]]
    assert adopted("reject", held["id"]).code in (0, 3)


def test_nothing_to_accept_is_said(adopted: CommandLine, host: Path) -> None:
    adopted("remote", "set", str(host))
    adopted("sync")
    said = adopted("remote", "accept", "--take", "host")
    assert (said.code, "nothing waits" in said.err) == (1, True)
