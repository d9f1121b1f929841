"""The text of the file that the system reads. Values only."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

NAME = "reconciler"
LABEL = "reconciler.up"
_SPECIAL = re.compile(r'["\\%$]')


def systemd_unit(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """Started again after a failure, stopped by SIGTERM, with time for the servers to stop."""
    words = " ".join(_quoted(word) for word in command)
    variables = "".join(f"Environment={_quoted(f'{name}={value}', is_variable=True)}\n" for name, value in environ.items())
    return f"""\
# Written by `reconciler service install`; `reconciler service remove` takes it away.
[Unit]
Description=reconciler: keeps the configuration of AI coding clients in step

[Service]
ExecStart={words}
{variables}Restart=on-failure
RestartSec=5
TimeoutStopSec=60
UMask=0077

[Install]
WantedBy=default.target
"""


def launchd_agent(command: Sequence[str], environ: Mapping[str, str], log: Path) -> bytes:
    value = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(environ),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ExitTimeOut": 60,
        "Umask": 0o077,
        "StandardOutPath": str(log),
        "StandardErrorPath": str(log),
    }
    return plistlib.dumps(value)


def _quoted(text: str, is_variable: bool = False) -> str:
    """As systemd reads it: % and, in a command, $ are doubled, quotes and backslashes escaped."""
    doubled = "%" if is_variable else "%$"
    return '"' + _SPECIAL.sub(lambda m: m[0] * 2 if m[0] in doubled else m[0] if m[0] in "%$" else "\\" + m[0], text) + '"'
