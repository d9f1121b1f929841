"""The kernel opens no folder through a link and none above its top; where it cannot do that, the name is asked back."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.deploy.beneath import opened_beneath
from reconciler.deploy.resolve import Moved, opened_folder, resolve
from reconciler.model.names import AbsPath, RelPath
from tests.torture import strace

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_WITHOUT = """
import os, sys
from reconciler.deploy.beneath import opened_beneath
from reconciler.deploy.resolve import Moved, opened_folder, resolve

home = sys.argv[1]
assert opened_beneath(home, "deep", os.O_RDONLY) is None
place = resolve(home, "deep/a.json")
with opened_folder(place):
    print("opened")
os.rename(f"{home}/deep", f"{home}/away")
os.symlink(f"{home}/away", f"{home}/deep")
try:
    with opened_folder(place):
        print("followed")
except Moved:
    print("moved")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    return tmp_path.resolve() / "home"


@pytest.fixture
def able(home: Path) -> None:
    found = opened_beneath(str(home), "deep", FOLDER)
    if found is None:
        pytest.skip("this kernel has no openat2")
    os.close(found)


@pytest.mark.usefixtures("able")
@pytest.mark.parametrize("path", ["out", "deep/in", "deep/in/er", "..", "deep/../../outside", "deep/er/self"])
def test_no_link_and_no_way_up_is_followed(home: Path, path: str) -> None:
    for name, target in {"out": "../outside", "deep/in": ".", "deep/er/self": "/proc/self/cwd"}.items():
        (home / name).symlink_to(target)
    with pytest.raises(OSError, match=r"links|cross-device") as refused:
        opened_beneath(str(home), path, FOLDER)
    assert refused.value.errno in (errno.ELOOP, errno.EXDEV)


@pytest.mark.parametrize("part", ["home", "home/deep", "home/deep/er"])
def test_a_part_that_became_a_link_since_the_walk_is_noticed(home: Path, part: str) -> None:
    place = resolve(AbsPath(str(home)), RelPath("deep/er/a.json"))
    swapped = home.parent / part
    swapped.rename(home.parent / "away")
    swapped.symlink_to(home.parent / "away")
    with pytest.raises(Moved), opened_folder(place):
        pass


@pytest.mark.skipif(bool(strace.why_not()), reason=strace.why_not())
def test_so_it_is_where_the_kernel_cannot_help(home: Path) -> None:
    tracer = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=openat2", "-e", "inject=openat2:error=ENOSYS"]
    done = subprocess.run([*tracer, sys.executable, "-c", _WITHOUT, str(home)], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["opened", "moved"], done.stderr
