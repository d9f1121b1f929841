from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.measure import Case, Cost, cost, medians, rows, table


def case(text: str, folder: Path, **more: object) -> Case:
    return Case("us", "work", (sys.executable, "-S", "-c", text), folder, **more)  # type: ignore[arg-type]


def test_a_command_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="exit 2: no such thing"):
        cost(case("import sys; sys.exit(print('no such thing', file=sys.stderr) or 2)", tmp_path))


def test_an_exit_code_that_means_done_is_measured(tmp_path: Path) -> None:
    assert cost(case("raise SystemExit(3)", tmp_path, codes=(0, 3))).peak_mb > 0


def test_work_that_was_not_done_is_not_measured(tmp_path: Path) -> None:
    def missing() -> None:
        raise RuntimeError("nothing arrived")

    with pytest.raises(RuntimeError, match="nothing arrived"):
        cost(case("", tmp_path, after=missing))


def test_the_cases_take_turns_forth_and_back(tmp_path: Path) -> None:
    order: list[str] = []
    medians([case("", tmp_path, before=lambda n=name: order.append(n)) for name in "ab"], 2)
    assert "".join(order) == "ab" + "ab" + "ba"


def test_ratios_are_against_the_first_that_does_the_same_work(tmp_path: Path) -> None:
    cases = [case("", tmp_path), Case("they", "work", (), tmp_path), Case("they", "other", (), tmp_path)]
    found = rows(cases, [Cost(1, 2, 4), Cost(3, 3, 4), Cost(5, 5, 5)])
    assert [(row["cpu_s_ratio"], row["wall_s_ratio"]) for row in found] == [(1, 1), (3, 1.5), (1, 1)]


def test_the_table_has_a_row_a_case(tmp_path: Path) -> None:
    assert len(table([case("", tmp_path)], [Cost(1, 1, 1)]).splitlines()) == 3
