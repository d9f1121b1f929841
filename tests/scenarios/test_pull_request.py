"""The template's own CI, step by step, on a clone with a change: on a runner that has no client and no state of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.deploy.template import template_files

ROOT = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load(template_files()[".github/workflows/reconciler.yml"])
GITLAB = yaml.safe_load(template_files()[".gitlab-ci.yml"])["reconciler"]
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["check"]["steps"]
MACHINES = {f"machines/{name}.yaml": "targets:\n  claude/user:\n    mode: sync\n  codex/user:\n    mode: sync\n" for name in ("laptop-1", "laptop-2")}
GOOD = {"mcp/search.yaml": "command: example-search\nargs: ['--limit', '5']\n"}
BAD = {"mcp/search.yaml": "comand: example-search\n"}
SPELLED = {"github.event.pull_request.number": "7", "github.token": "fake", "github.repository": "team/config"}


@dataclass
class Runner:
    """What a Git host starts for a pull request. ``gh`` only notes what it was asked: there is no host here."""

    root: Path

    @property
    def clone(self) -> Path:
        return self.root / "clone"

    @property
    def posted(self) -> str:
        place = self.root / "posted"
        return place.read_text() if place.exists() else ""

    def run(self, script: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """As GitHub does: ``bash -e`` on a file, in the checkout."""
        (self.root / "step.sh").write_text(script)
        around = {
            "PATH": f"{self.root / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.root / "home"),
            "GITHUB_BASE_REF": "main", "RUNNER_TEMP": str(self.root), "GITHUB_STEP_SUMMARY": str(self.root / "summary"),
            "CI_PROJECT_DIR": str(self.clone), **(environ or {}),
        }  # fmt: skip
        return subprocess.run(["bash", "-e", str(self.root / "step.sh")], cwd=self.clone, env=around, capture_output=True, text=True)

    def step(self, step: Mapping[str, Any], **environ: str) -> subprocess.CompletedProcess[str]:
        return self.run(step["run"], {**{k: spelled(v) for k, v in step.get("env", {}).items()}, **environ})


def spelled(text: str) -> str:
    """The workflow's expressions as that host fills them in."""
    return re.sub(r"\$\{\{ ([a-z_.A-Z]+) \}\}", lambda m: SPELLED.get(m[1], ""), text)


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def put(folder: Path, files: Mapping[str, str | bytes], message: str) -> None:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """The template with two machines on main; a checkout of a branch made from it."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "-q")
    put(origin, {**template_files(), **MACHINES}, "Start")
    git(tmp_path, "clone", "-q", "origin", "clone")
    git(tmp_path / "clone", "checkout", "-qb", "change")
    for name in ("bin", "home"):
        (tmp_path / name).mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(f'#!/bin/sh\necho "gh $*" > {tmp_path}/posted\ncat "$RUNNER_TEMP/plan.md" >> {tmp_path}/posted\n')
    gh.chmod(0o755)
    return Runner(tmp_path)


def steps() -> Iterator[dict[str, Any]]:
    """Those that run the program; installing it has a test of its own."""
    return (step for step in STEPS if "run" in step and "pip" not in step["run"])


def test_a_good_change_passes_and_its_plan_is_posted(runner: Runner) -> None:
    put(runner.clone, GOOD, "A server")
    for step in steps():
        done = runner.step(step)
        assert done.returncode == 0, done.stderr
    assert runner.posted.startswith("gh pr comment 7 --body-file")
    assert "#### `laptop-1/claude/user`, `laptop-2/claude/user`" in runner.posted
    assert '+[mcp_servers.search]\n+command = "example-search"' in runner.posted
    assert (runner.root / "summary").read_text() in runner.posted
    assert list((runner.root / "home").iterdir()) == []  # nothing of ours is left there


def test_a_mistake_stops_it_with_its_place(runner: Runner) -> None:
    put(runner.clone, BAD, "A mistake")
    check, plan, *_ = steps()
    done = runner.step(check)
    assert done.returncode == 1
    assert "mcp/search.yaml:1:1: unknown key comand; did you mean command?" in done.stdout
    assert runner.step(plan).returncode == 1


@pytest.mark.long
def test_a_change_of_the_readme_changes_no_client(runner: Runner) -> None:
    put(runner.clone, {"README.md": "# Ours\n"}, "Text")
    assert [runner.step(step).returncode for step in steps()] == [0, 0, 0]
    assert "Nothing changes in any client." in runner.posted


def test_without_the_variable_it_says_what_to_set(runner: Runner) -> None:
    install = next(step for step in STEPS if "pip" in step.get("run", ""))
    done = runner.step(install)
    assert done.returncode != 0
    assert "set the repository variable RECONCILER_PACKAGE" in done.stderr


@pytest.mark.long
def test_the_program_can_be_installed_from_a_wheel(runner: Runner) -> None:
    """Into an environment that borrows our dependencies, so that it needs no index."""
    wheels, fresh = runner.root / "wheels", runner.root / "fresh"
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run(build, check=True)
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    site = next((fresh / "lib").glob("python*/site-packages"))
    (site / "ours.pth").write_text(next(p for p in sys.path if p.endswith("site-packages")) + "\n")
    around = {"PATH": f"{runner.root / 'bin'}:{fresh / 'bin'}:{os.environ['PATH']}", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_IGNORE_INSTALLED": "1"}
    put(runner.clone, GOOD, "A server")
    for step in (s for s in STEPS if "run" in s):
        done = runner.step(step, **{**around, **({"RECONCILER_PACKAGE": str(next(wheels.iterdir()))} if "pip" in step["run"] else {})})
        assert done.returncode == 0, done.stderr
    assert (fresh / "bin" / "reconciler").exists()
    assert "mcp_servers.search" in runner.posted


@pytest.mark.parametrize(("change", "code"), [pytest.param(GOOD, 0, id="good"), pytest.param(BAD, 1, id="bad", marks=pytest.mark.long)])
def test_gitlab_runs_the_same(runner: Runner, change: dict[str, str], code: int) -> None:
    put(runner.clone, change, "A change")
    lines = [line for line in (*GITLAB["before_script"], *GITLAB["script"]) if "pip" not in line]
    done = runner.run("\n".join(lines), {"GITHUB_BASE_REF": "", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"})
    assert done.returncode == code, done.stderr
    assert code or "mcp_servers.search" in (runner.clone / GITLAB["artifacts"]["paths"][0]).read_text()


def test_every_step_that_is_not_run_here_is_one_of_github(runner: Runner) -> None:
    assert [step["uses"].split("@")[0] for step in STEPS if "uses" in step] == ["actions/checkout", "actions/setup-python"]
    assert all("run" in step or "uses" in step for step in STEPS)
