"""Where links lead, where they must not, and that writing keeps every one of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.deploy.resolve import Refused, resolve
from reconciler.errors import Stalled
from reconciler.model.names import AbsPath, RelPath
from tests.reconciler.deploy.conftest import TARGET, Home, write

OLD, NEW = b"old", b"new"
MODES = (0o600, 0o640, 0o644, 0o755)


def plain(home: Path) -> Path:
    return home / "a.json"


def relative(home: Path) -> Path:
    (home / "a.json").symlink_to("real.json")
    return home / "real.json"


def absolute(home: Path) -> Path:
    (home / "a.json").symlink_to(home / "real.json")
    return home / "real.json"


def chain(home: Path) -> Path:
    (home / "a.json").symlink_to("b.json")
    (home / "b.json").symlink_to(home / "c.json")
    (home / "c.json").symlink_to("dots/real.json")
    return home / "dots" / "real.json"


def long_chain(home: Path) -> Path:
    (home / "a.json").symlink_to("0")
    for number in range(39):
        (home / str(number)).symlink_to(str(number + 1))
    return home / "39"


def to_folder_and_up(home: Path) -> Path:
    (home / "a.json").symlink_to("dots/../dots/real.json")
    return home / "dots" / "real.json"


def through_linked_folder(home: Path) -> Path:
    (home / "dots").mkdir()
    (home / "linked").symlink_to("dots")
    (home / "a.json").symlink_to("linked/real.json")
    return home / "dots" / "real.json"


def up_from_linked_folder(home: Path) -> Path:
    """``..`` after a link means the parent of the link's end, not of the link."""
    (home / "deep" / "er").mkdir(parents=True)
    (home / "linked").symlink_to("deep/er")
    (home / "a.json").symlink_to("linked/../real.json")
    return home / "deep" / "real.json"


def with_spaces(home: Path) -> Path:
    (home / "a.json").symlink_to("dot files/réal .json")
    return home / "dot files" / "réal .json"


def with_double_slashes(home: Path) -> Path:
    (home / "a.json").symlink_to(f"{home}//dots/.//real.json")
    return home / "dots" / "real.json"


def out_and_back(home: Path) -> Path:
    (home / "a.json").symlink_to(f"../{home.name}/real.json")
    return home / "real.json"


def through_a_link_outside(home: Path) -> Path:
    (home.parent / "way").symlink_to(home)
    (home / "a.json").symlink_to("../way/real.json")
    return home / "real.json"


SHAPES = (
    plain, relative, absolute, chain, long_chain, to_folder_and_up, through_linked_folder, up_from_linked_folder,
    with_spaces, with_double_slashes, out_and_back, through_a_link_outside,
)  # fmt: skip
Shape = Callable[[Path], Path]


def links(home: Home) -> dict[str, str]:
    return {name: os.readlink(home.path / name) for name in sorted(home.files()) if (home.path / name).is_symlink()}


@pytest.mark.parametrize("mode", MODES, ids=oct)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_real_file_is_written_and_every_link_stays(home: Home, shape: Shape, mode: int) -> None:
    real = shape(home.path)
    real.parent.mkdir(exist_ok=True)
    real.write_bytes(OLD)
    real.chmod(mode)
    before, names = links(home), home.files()
    home.apply(write("a.json", NEW, OLD))
    assert (real.read_bytes(), stat.S_IMODE(real.lstat().st_mode)) == (NEW, mode)
    assert (links(home), home.files()) == (before, names)


@pytest.mark.parametrize("mode", MODES, ids=oct)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_link_that_leads_to_nothing_is_an_absent_file_that_is_made_where_it_points(home: Home, shape: Shape, mode: int) -> None:
    real = shape(home.path)
    before = links(home)
    assert home.look("a.json").is_absent
    home.apply(write("a.json", NEW, None, mode))
    assert (real.read_bytes(), stat.S_IMODE(real.lstat().st_mode), links(home)) == (NEW, mode, before)


@pytest.mark.parametrize("shape", SHAPES)
def test_removing_takes_the_real_file_away_and_leaves_the_links(home: Home, shape: Shape) -> None:
    real = shape(home.path)
    real.parent.mkdir(exist_ok=True)
    real.write_bytes(OLD)
    before = links(home)
    home.apply(write("a.json", None, OLD))
    assert (real.exists(), links(home)) == (False, before)


def test_the_root_may_be_a_link(home: Home) -> None:
    (home.path / "a.json").write_bytes(OLD)
    linked = home.path.parent / "linked-home"
    linked.symlink_to(home.path)
    assert home.disk().look(AbsPath(str(linked)), RelPath("a.json")).data == OLD


ESCAPES = {
    "absolute": "/etc/hostname",
    "relative": "../outside/a.json",
    "dangling": "../outside/nothing",
    "sibling with the same start": "../home-of-another/a.json",
    "process": "/proc/self/environ",
}


@pytest.mark.parametrize("target", ESCAPES.values(), ids=ESCAPES.keys())
def test_a_link_out_of_the_root_is_refused_in_both_directions(home: Home, target: str) -> None:
    (home.path / "a.json").symlink_to(target)
    found = home.look("a.json")
    assert found.problem is not None
    assert "leads out" in found.problem.reason
    with pytest.raises(Stalled, match="leads out"):
        home.apply(write("a.json", NEW, None))


@pytest.mark.parametrize("path", ["../outside/a.json", "/etc/hostname", "x/../../outside/a.json"])
def test_a_path_out_of_the_root_is_refused(home: Home, path: str) -> None:
    assert home.look(path).problem is not None


def test_an_allowed_folder_outside_may_be_linked_to(home: Home, tmp_path: Path) -> None:
    dots = tmp_path / "dotfiles"
    dots.mkdir()
    (dots / "a.json").write_bytes(OLD)
    (home.path / "a.json").symlink_to(dots / "a.json")
    disk = home.disk(also_allowed=(dots,))
    disk.apply(TARGET, home.root, [write("a.json", NEW, OLD)])
    assert (dots / "a.json").read_bytes() == NEW


def test_links_in_a_circle_are_a_problem_that_names_one(home: Home) -> None:
    (home.path / "a.json").symlink_to("b.json")
    (home.path / "b.json").symlink_to("a.json")
    problem = home.look("a.json").problem
    assert problem is not None
    assert "circle" in problem.reason


def test_a_linked_folder_of_rules_is_listed(home: Home) -> None:
    (home.path / "dots").mkdir()
    (home.path / "dots" / "a.md").write_bytes(b"a")
    (home.path / "dots" / "nothing.md").symlink_to("gone")
    (home.path / "dots" / "folder.md").mkdir()
    (home.path / "rules").symlink_to("dots")
    assert home.disk().names(home.root, RelPath("rules"), ".md") == ["a.md", "folder.md", "nothing.md"]


def test_a_folder_outside_the_root_is_not_listed(home: Home) -> None:
    (home.path / "rules").symlink_to("/etc")
    problem = home.disk().unlisted(home.root, RelPath("rules"))
    assert home.disk().names(home.root, RelPath("rules"), "") is None
    assert problem is not None
    assert problem.kind == "LeadsOutside"


def test_two_paths_to_one_file_are_written_once(home: Home) -> None:
    (home.path / "AGENTS.md").write_bytes(OLD)
    (home.path / "CLAUDE.md").symlink_to("AGENTS.md")
    home.apply(write("AGENTS.md", NEW, OLD), write("CLAUDE.md", NEW, OLD))
    assert (home.path / "AGENTS.md").read_bytes() == NEW


def test_two_paths_to_one_file_that_differ_are_refused(home: Home) -> None:
    (home.path / "AGENTS.md").write_bytes(OLD)
    (home.path / "CLAUDE.md").symlink_to("AGENTS.md")
    with pytest.raises(Stalled, match="are one file"):
        home.apply(write("AGENTS.md", NEW, OLD), write("CLAUDE.md", b"newer", OLD))
    assert (home.path / "AGENTS.md").read_bytes() == OLD


PARTS = st.sampled_from(["a", "b", "..", ".", "", "l", "m", "d"])
PATHS = st.lists(PARTS, min_size=1, max_size=6).map("/".join)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, first=PATHS, second=PATHS)
def test_the_walk_ends_where_the_system_ends_or_is_refused(home: Home, path: str, first: str, second: str) -> None:
    """The independent oracle is ``os.path.realpath``."""
    (home.path / "d" / "a").mkdir(parents=True, exist_ok=True)
    for name, target in (("l", first), ("d/m", second)):
        (home.path / name).unlink(missing_ok=True)
        (home.path / name).symlink_to(target or ".")
    try:
        full = resolve(home.root, RelPath(path.lstrip("/"))).full
    except Refused:
        return
    assert full == os.path.realpath(f"{home.root}/{path}")
    assert f"{full}/".startswith(f"{home.root}/")
