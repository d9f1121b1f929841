"""The README's first minute is run as it stands: its commands are typed into a shell, its output is looked for."""

from __future__ import annotations

import getpass
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")
DONE = "--done--"


class Shell:
    """One shell for the whole page, in a new folder."""

    def __init__(self, folder: Path) -> None:
        environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "NO_COLOR": "1"}
        self.process = subprocess.Popen(["bash"], cwd=folder, env=environ, stdin=-1, stdout=-1, stderr=subprocess.STDOUT, text=True)
        self.ids: dict[str, str] = {}

    def typed(self, command: str) -> list[str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\necho; echo {DONE}\n")
        self.process.stdin.flush()
        lines = list(iter(lambda: self.process.stdout.readline().rstrip("\n"), DONE))  # type: ignore[union-attr]
        return [plain(line) for line in lines]

    def close(self) -> None:
        self.process.communicate("exit\n", timeout=30)


def plain(line: str) -> str:
    """A line without what differs from run to run."""
    machine = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().split(".")[0].lower()).strip("-") or "machine"
    line = TIME.sub("TIME", line)
    line = re.sub(rf"\b{re.escape(machine)}/(claude|codex|qwen|acli)/user( *)", lambda m: f"laptop/{m[1]}/user".ljust(len(m[0])), line)
    line = re.sub(rf"on {re.escape(machine)}\b", "on laptop", line)
    person = re.escape(getpass.getuser())
    return re.sub(rf"(?<=\(){person}(?=\)$)|(?<=Resolved-By: ){person}$", "PERSON", re.sub(r"\b[0-9a-f]{10}\b", "ID", line))


def squeezed(line: str) -> str:
    return " ".join(line.split())


def steps() -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall((ROOT / "README.md").read_text()):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def filled(command: str, shell: Shell) -> str:
    """The command with the id or revision that a person would read off the screen."""
    if " ID " in command:
        listed = subprocess.run(["reconciler", "conflicts"], capture_output=True, text=True, env=environ_of(shell))
        return command.replace("ID", re.findall(r"^conflict (\w+)", listed.stdout, re.M)[0])
    if "REVISION" in command:
        listed = subprocess.run(["reconciler", "history", "-n", "1"], capture_output=True, text=True, env=environ_of(shell))
        return command.replace("REVISION", listed.stdout.split()[0])
    return command.replace(". .venv/bin/activate", "true")


def environ_of(shell: Shell) -> dict[str, str]:
    words = shell.typed('echo "$HOME" "$RECONCILER_HOME" "$PATH"')[0].split(" ", 2)
    return {"HOME": words[0], "RECONCILER_HOME": words[1], "PATH": f"{Path(sys.executable).parent}:{words[2]}"}


@pytest.fixture
def shell(tmp_path: Path):  # type: ignore[no-untyped-def]  # a generator of a shell
    opened = Shell(tmp_path)
    yield opened
    opened.close()


def test_the_first_minute_says_what_happens(shell: Shell) -> None:
    missing = []
    for command, expected in steps():
        said = iter([squeezed(line) for line in shell.typed(filled(command, shell))])
        missing += [f"$ {command}\n{line}" for line in expected if squeezed(line) not in said]
    assert not missing


def test_the_readme_has_a_first_minute() -> None:
    assert len(steps()) > 10
