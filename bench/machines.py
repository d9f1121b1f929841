"""Scratch machines for the measurements: a home, the program's own folder, and nothing else of this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.homes import write_home
from bench.workload import workload

PROGRAM = Path(sys.executable).with_name("reconciler")
DONE = (0, 3)
"""3: gaps remain, since no client but claude can hold all of the workload."""

WRITTEN = (".codex/config.toml", ".qwen/settings.json", ".rovodev/mcp.json")
"""Where an edit of a server in claude arrives."""


@dataclass(frozen=True)
class Machine:
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def environ(self) -> dict[str, str]:
        """No client is on PATH: their own validation commands are not part of the budgets."""
        return {"HOME": str(self.home), "RECONCILER_HOME": str(self.state), "PATH": str(self.folder / "no-programs"), "USER": "bench", "RECONCILER_LOG_FORMAT": "text"}

    def run(self, *words: str) -> None:
        done = subprocess.run([str(PROGRAM), *words], env=self.environ, capture_output=True, text=True, check=False)
        if done.returncode not in DONE:
            raise RuntimeError(f"reconciler {' '.join(words)}: exit {done.returncode}: {done.stderr[-400:]}")

    def copied_to(self, folder: Path) -> Machine:
        """The same machine in another place, in the state that this one is in now."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Machine(folder)

    def edit_server(self, text: str) -> None:
        """One that every client can hold, changed as claude itself writes: a temporary file and a rename."""
        path = self.home / ".claude.json"
        value = json.loads(path.read_bytes())
        value["mcpServers"]["server-0012"]["url"] = f"https://mcp0012.example.com/{text}"
        temp = path.with_suffix(".tmp")
        temp.write_text(json.dumps(value, indent=2))
        os.replace(temp, path)

    def insist_on(self, text: str) -> None:
        """Raise unless an edited server has arrived in every other client."""
        missing = [name for name in WRITTEN if text not in (self.home / name).read_text()]
        if missing:
            raise RuntimeError(f"{text} did not arrive in {', '.join(missing)}")


def unadopted(scale: int, folder: Path) -> Machine:
    """Claude holds all, the others nearly nothing, and there is no repository yet."""
    made = Machine(folder)
    write_home(workload(scale), made.home)
    return made


def merged(scale: int, folder: Path) -> Machine:
    """Clients that hold nearly nothing beside a repository whose main just got the whole workload, as by a pull request."""
    other = unadopted(scale, folder.with_name(f"{folder.name}-source"))
    other.run("init", "--yes")
    made = Machine(folder)
    write_home(workload(0), made.home)
    made.run("init", "--yes")
    source, work = _checkout(other), _checkout(made)
    for tree in (source, source / "overlays/client/claude"):  # adoption keeps what claude alone holds in its overlay
        for kind in ("mcp", "rules", "tools"):
            if (tree / kind).is_dir():
                shutil.copytree(tree / kind, work / kind, dirs_exist_ok=True)
    _git(work, "add", "--all")
    _git(work, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message=All of it")
    _git(work, "push", "--quiet", "origin", "HEAD:main")
    for folder_left in (other.folder, work):
        shutil.rmtree(folder_left)
    return made


def settled(scale: int, folder: Path) -> Machine:
    """Every client holds all that it can; a `sync` finds nothing to do."""
    made = merged(scale, folder)
    made.run("sync")
    made.run("sync")
    return made


def _checkout(machine: Machine) -> Path:
    work = machine.folder / "checkout"
    _git(machine.folder, "clone", "--quiet", str(machine.state / "repository.git"), str(work))
    return work


def _git(folder: Path, *words: str) -> None:
    environ = {"PATH": os.defpath, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *words], cwd=folder, env=environ, check=True, capture_output=True)
