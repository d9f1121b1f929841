"""Which clients run, as a folder that stands in for ``/proc`` says it, and as the real one does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reconciler.check.programs import ProcPrograms
from reconciler.ports.programs import Program

NOW, UP_S = 1_700_000_000.0, 5_000.0
TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = ("claude", "codex", "qwen", "acli")

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "uptime").write_text(f"{UP_S} 9.0\n")
    return tmp_path


def program(proc: Path, *words: str, pid: int = 7, parent: int = 1, name: str = "some") -> None:
    """One that was started 1,000 seconds after the machine."""
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "cmdline").write_bytes(b"".join(w.encode() + b"\0" for w in words))
    (folder / "stat").write_text(f"{pid} ({name}) " + " ".join(["S", str(parent), *["0"] * 17, str(1_000 * TICKS), *["0"] * 20]))
    (folder / "environ").write_bytes(b"PATH=/bin\0HOME=/home/ann\0")
    (folder / "cwd").symlink_to("/srv/shop")


def running(proc: Path) -> tuple[Program, ...] | None:
    return ProcPrograms(proc, lambda: NOW).running(CLIENTS)


def test_a_program_has_its_moment_its_home_and_its_folder(proc: Path) -> None:
    program(proc, "/usr/local/bin/codex")
    assert running(proc) == (Program("codex", NOW - UP_S + 1_000, "/home/ann", "/srv/shop"),)


@pytest.mark.parametrize("words", [("node", "/opt/bin/qwen"), ("/usr/bin/node", "--expose-gc", "/opt/bin/qwen", "hello")])
def test_the_script_of_an_interpreter_is_the_client(proc: Path, words: tuple[str, ...]) -> None:
    program(proc, *words)
    assert [s.client for s in running(proc) or ()] == ["qwen"]


def test_a_launcher_and_what_it_launches_are_one(proc: Path) -> None:
    program(proc, "node", "/opt/bin/codex", pid=7)
    program(proc, "/opt/vendor/codex", pid=8, parent=7)
    assert [s.client for s in running(proc) or ()] == ["codex"]


@pytest.mark.parametrize("words", [("vi", "codex"), ("node", "server.js", "qwen"), ("node",), ("",)])
def test_a_program_that_only_names_a_client_is_none(proc: Path, words: tuple[str, ...]) -> None:
    program(proc, *words)
    assert running(proc) == ()


@pytest.mark.parametrize("rest", [("app-server", "--listen", "unix://", "--managed-daemon"), ("app-server", "daemon", "pid-update-loop")])
def test_what_codex_leaves_in_the_background_does_not_count(proc: Path, rest: tuple[str, ...]) -> None:
    program(proc, "/opt/codex", *rest)
    assert running(proc) == ()


def test_a_name_with_blanks_and_brackets_is_read_past(proc: Path) -> None:
    program(proc, "codex", name="a) S 1 (b")
    assert [s.began for s in running(proc) or ()] == [NOW - UP_S + 1_000]


def test_a_program_that_ends_while_it_is_looked_at_is_left_out(proc: Path) -> None:
    program(proc, "codex", pid=7)
    program(proc, "codex", pid=8)
    (proc / "7" / "environ").unlink()
    assert len(running(proc) or ()) == 1


def test_where_there_is_no_such_folder_it_cannot_be_told(tmp_path: Path) -> None:
    assert running(tmp_path / "none") is None


@linux
def test_a_real_program_is_found_with_the_moment_it_was_started(tmp_path: Path) -> None:
    before = time.time()
    client = tmp_path / "codex"
    client.symlink_to("/bin/cat")
    with subprocess.Popen([str(client)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"HOME": str(tmp_path)}, cwd=tmp_path) as made:
        assert made.stdin
        assert made.stdout
        made.stdin.write(b"x")
        made.stdin.flush()
        made.stdout.read(1)  # it runs, under its own name
        found = [s for s in ProcPrograms().running(CLIENTS) or () if s.home == str(tmp_path)]
        made.stdin.close()
    assert [(s.client, s.folder) for s in found] == [("codex", str(tmp_path))]
    assert before - 1 <= found[0].began <= time.time() + 1
