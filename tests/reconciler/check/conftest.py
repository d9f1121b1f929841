"""Small programs that stand in for clients: shell scripts in a folder of their own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.adapters.validation import Finding, Validation
from reconciler.check.client_check import ClientCheck

FINDING = Finding(re.compile(r"^Error: (?P<file>[^\n:]+):(?P<line>\d+):(?P<column>\d+): (?P<reason>.+)$", re.M))
READS_SETTINGS = Validation("client", ("check",), ("settings",), findings=(FINDING,))

Scripted = Callable[..., ClientCheck]


@pytest.fixture
def scripted(tmp_path: Path) -> Scripted:
    """A check whose one client is the given shell script."""

    def make(script: str, validation: Validation = READS_SETTINGS, time_limit_s: float = 20) -> ClientCheck:
        program = tmp_path / "bin" / "client"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return ClientCheck({"client": (validation,)}, tmp_path / "cache", f"{program.parent}:/usr/bin:/bin", time_limit_s)

    return make
