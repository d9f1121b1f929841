"""Running a program: bounds on time, output and what it leaves behind."""

import os
import select
from pathlib import Path

import pytest

from reconciler.check.program import MAX_OUTPUT, Ran, run


def ran(script: str, folder: Path, time_limit_s: float = 20) -> Ran:
    return run(["/bin/sh", "-c", script], environ={"PATH": "/usr/bin:/bin"}, folder=folder, time_limit_s=time_limit_s)


def test_both_outputs_and_the_exit_code_come_back(tmp_path: Path) -> None:
    assert ran("echo one; echo two >&2; exit 3", tmp_path) == Ran(3, "one\ntwo\n")


def test_the_input_is_empty(tmp_path: Path) -> None:
    assert ran("wc -c", tmp_path).output.strip() == "0"


def test_huge_output_is_cut_and_the_program_still_ends_by_itself(tmp_path: Path) -> None:
    got = ran("head -c 5000000 /dev/zero | tr '\\0' x; exit 4", tmp_path)
    assert (got.exit_code, len(got.output)) == (4, MAX_OUTPUT)


def test_endless_output_meets_the_time_limit(tmp_path: Path) -> None:
    got = ran("yes", tmp_path, time_limit_s=0.3)
    assert (got.exit_code, len(got.output)) == (None, MAX_OUTPUT)


def test_output_that_is_no_text_does_no_harm(tmp_path: Path) -> None:
    assert ran("printf '\\377ok'", tmp_path).output == "\ufffdok"


@pytest.mark.parametrize("then", ["exit 0", "sleep 60", "exec >&- 2>&-; sleep 60"])
def test_a_child_that_was_left_behind_is_killed(tmp_path: Path, then: str) -> None:
    os.mkfifo(tmp_path / "held")
    held = select.poll()
    held.register(end := os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK), select.POLLIN)
    ran(f"sleep 300 > {tmp_path}/held & echo x > {tmp_path}/held; {then}", tmp_path, time_limit_s=0.4)
    os.read(end, 10)
    assert held.poll(5000) == [(end, select.POLLHUP)]  # nobody holds the other end
    os.close(end)


def test_a_program_that_cannot_start_is_no_exception(tmp_path: Path) -> None:
    assert run([str(tmp_path / "none")], environ={}, folder=tmp_path, time_limit_s=1).exit_code == 127


def test_no_file_number_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    ran("echo x", tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before
