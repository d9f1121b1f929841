"""What is written to start at login, and read back as the system reads it."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from reconciler import settings
from reconciler.autostart.service import AutoStart
from reconciler.errors import Stalled

COMMAND = ["/opt/with space/100%/$x/reconciler", "up", "--port", "8787"]


def auto_start(tmp_path: Path, is_launchd: bool = False, **environ: str) -> AutoStart:
    """No program is on PATH: the system is told nothing."""
    return AutoStart(tmp_path, tmp_path / "state", {"PATH": str(tmp_path / "bin"), **environ}, COMMAND, is_launchd)


def test_the_unit_is_this_users_alone_and_what_remains_is_said(tmp_path: Path) -> None:
    one = auto_start(tmp_path)
    assert one.install() == "systemctl --user enable --now reconciler.service"
    assert one.path == tmp_path / ".config/systemd/user/reconciler.service"
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o600


def test_the_unit_says_what_is_run_and_where(tmp_path: Path) -> None:
    lines = auto_start(tmp_path, RECONCILER_HOME='/a "b"').text().decode().splitlines()
    assert 'ExecStart="/opt/with space/100%%/$$x/reconciler" "up" "--port" "8787"' in lines
    assert r'Environment="RECONCILER_HOME=/a \"b\""' in lines
    assert {"Restart=on-failure", "WantedBy=default.target", "UMask=0077"} <= set(lines)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    one = auto_start(tmp_path)
    program = tmp_path / "reconciler"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    AutoStart(tmp_path, one.state, one.environ, [str(program), "up"], False).install()
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(["systemd-analyze", "verify", "--user", str(one.path)], capture_output=True, text=True, env=environ)
    assert (done.returncode, "reconciler.service:" in done.stderr) == (0, False), done.stderr


def test_the_agent_says_the_same_to_launchd(tmp_path: Path) -> None:
    one = auto_start(tmp_path, is_launchd=True, RECONCILER_HOME="/a")
    assert one.install() == f"launchctl load -w {one.path}"
    assert one.path == tmp_path / "Library/LaunchAgents/reconciler.up.plist"
    found = plistlib.loads(one.path.read_bytes())
    assert (found["ProgramArguments"], found["RunAtLoad"]) == (COMMAND, True)
    assert found["EnvironmentVariables"] == {"RECONCILER_HOME": "/a", "PATH": str(tmp_path / "bin")}


@pytest.mark.parametrize("url", ["redis://:hush@there/0", "unix:///there?password=hush"])
def test_no_password_is_written_and_that_is_said(tmp_path: Path, url: str) -> None:
    one = auto_start(tmp_path, RECONCILER_REDIS_URL=url, RECONCILER_DATABASE_URL="postgresql://me@there/one")
    assert (b"hush" in one.text(), b"postgresql://me@there/one" in one.text(), one.left_out) == (False, True, ["RECONCILER_REDIS_URL"])


OF_COMMANDS = {"RECONCILER_API_URL", "RECONCILER_TOKEN"}
"""What `up` itself does not read."""


def test_every_variable_that_up_reads_is_in_the_unit_or_said_to_be_left_out(tmp_path: Path) -> None:
    read = set(re.findall(r'"(RECONCILER_[A-Z_]+)"', Path(settings.__file__).read_text())) - OF_COMMANDS
    one = auto_start(tmp_path, **dict.fromkeys(read, "a-value"))
    written = {name for name in read if f"{name}=a-value" in one.text().decode()}
    assert (written | set(one.left_out), written & set(one.left_out)) == (read, set())


def test_a_secret_is_not_written_and_that_is_said(tmp_path: Path) -> None:
    one = auto_start(tmp_path, RECONCILER_NOTIFY_SECRET="hush hush hush hush")
    assert (b"hush" in one.text(), one.left_out) == (False, ["RECONCILER_NOTIFY_SECRET"])


@pytest.mark.parametrize("is_launchd", [False, True])
def test_installed_twice_is_installed_once_and_removed_is_gone(tmp_path: Path, is_launchd: bool) -> None:
    one = auto_start(tmp_path, is_launchd)
    one.install()
    one.install()
    assert [path.name for path in one.path.parent.iterdir()] == [one.path.name]
    one.remove()
    assert list(one.path.parent.iterdir()) == []
    with pytest.raises(Stalled, match="nothing starts at login"):
        one.remove()


def test_the_system_is_told(tmp_path: Path) -> None:
    tool = tmp_path / "bin/systemctl"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n')
    tool.chmod(0o755)
    one = auto_start(tmp_path)
    assert (one.install(), one.remove()) == ("", "")
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["--user daemon-reload", "--user enable --now reconciler.service", "--user disable --now reconciler.service", "--user daemon-reload"]
