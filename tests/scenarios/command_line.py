"""The real command line on a scratch home. One process imports the program once; each command is a fork of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "reconciler" / "samples"
ORDINARY = 65534
"""The user `nobody`: what a read-only file means cannot be seen as root."""

_FORKING = """
import importlib, json, os, pkgutil, sys
import reconciler

for found in pkgutil.walk_packages(reconciler.__path__, "reconciler."):  # an ordinary user may not read the checkout later
    if ".migrations." not in found.name:  # alembic alone runs these
        importlib.import_module(found.name)
before = [importlib.import_module(name).start for name in sys.argv[1:]]

def work(asked):
    for number, name in ((0, "in"), (1, "out"), (2, "err")):
        file = os.open(asked[name], os.O_RDONLY if not number else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(file, number)
    os.chdir(asked["cwd"])
    if asked["user"]:
        os.setgroups([])
        os.setgid(asked["user"])
        os.setuid(asked["user"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    sys.argv = ["reconciler", *asked["words"]]
    for start in before:
        start()
    try:
        reconciler.cli.entry.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    except BaseException:
        import traceback
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

for line in sys.stdin:
    child = os.fork()
    if not child:
        work(json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forks:
    """Runs commands; closed at the end of the tests. ``modules``: their ``start`` is called right before each command."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _FORKING, *modules], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env={**os.environ, "HOME": "/"}
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, asked: Mapping[str, Any]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(dict(asked)) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@dataclass(frozen=True)
class Said:
    """What a command answered. Reading ``data`` insists on JSON."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def has_traceback(self) -> bool:
        return "Traceback" in self.out + self.err or "unexpected error" in self.out + self.err


@dataclass
class CommandLine:
    """One machine: a home folder, the program's own folder beside it, and all that was ever printed."""

    forks: Forks
    root: Path
    user: int = 0
    environ: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def repository(self) -> Path:
        return self.state / "repository.git"

    def __call__(self, *words: str, given: str = "", environ: Mapping[str, str | None] | None = None) -> Said:
        """Run a command; ``given`` is its standard input, None in ``environ`` takes a variable away."""
        around = {"HOME": str(self.home), "RECONCILER_HOME": str(self.state), "PATH": "/usr/bin:/bin", "USER": "dev"}
        around = {**around, **self.environ, **(environ or {})}
        said = self.root / "said"
        said.mkdir(exist_ok=True)
        (said / "in").write_text(given)
        code = self.forks.run(
            {
                "words": words,
                "environ": {k: v for k, v in around.items() if v is not None},
                "user": self.user,
                "cwd": str(self.root),
                **{name: str(said / name) for name in ("in", "out", "err")},
            }
        )
        answer = Said(code, (said / "out").read_text(), (said / "err").read_text())
        self.heard.append(answer.out + answer.err)
        return answer

    @property
    def machine_file(self) -> str:
        """The name of this machine's file in the repository."""
        return (self.state / "machine").read_text().strip() + ".yaml"

    def path(self, name: str) -> Path:
        return self.home / name

    def bytes_below(self, folder: str = "") -> dict[str, bytes]:
        """All files of the home folder, or of one folder in it."""
        start = self.home / folder
        return {str(p.relative_to(self.home)): p.read_bytes() for p in sorted(start.rglob("*")) if p.is_file()}

    def target(self, client: str, said: Said) -> dict[str, Any]:
        """What a report says of one client."""
        found: dict[str, Any] = next(t for t in said.data["targets"] if t["id"].split("/")[1] == client)
        return found

    def git(self, *words: str, at: Path | None = None) -> str:
        """Plain git, on the repository unless told otherwise."""
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", "-c", "safe.directory=*"]
        place = at or self.repository
        return subprocess.run(["git", *who, "-C", str(place), *words], capture_output=True, text=True, check=True).stdout

    def commit(self, files: Mapping[str, str | None], message: str = "By hand") -> str:
        """Clone the repository, change files, push to main: what a person does with plain git. Returns the revision."""
        clone = self.root / "clone"
        if not clone.exists():
            self.git("clone", "-q", str(self.repository), str(clone), at=self.root)
        self.git("pull", "-q", "--ff-only", at=clone)
        for name, text in files.items():
            place = clone / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                place.unlink()
            else:
                place.write_text(text)
        self.git("add", "-A", at=clone)
        self.git("commit", "-q", "-m", message, at=clone)
        self.git("push", "-q", "origin", "HEAD:main", at=clone)
        return self.git("rev-parse", "HEAD", at=clone).strip()


def with_samples(home: Path) -> None:
    """Fill a home folder with the sample files of the four clients."""
    shutil.copytree(SAMPLES, home, dirs_exist_ok=True)


def given_to(user: int, *folders: Path) -> None:
    """Hand folders over to a user, as root."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
