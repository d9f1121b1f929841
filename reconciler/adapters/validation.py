"""How a client's own program is asked whether it accepts files, and how its answer reads: a description, nothing runs here.

Only commands that start none of the configured servers, hooks and helpers may stand here; each was watched with
``strace`` and with configured commands that leave a mark. ``mcp list`` of claude and qwen starts servers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Finding:
    """A problem in the output. Groups of ``pattern``: ``reason``, and where known ``file``, ``line``, ``column``, ``offset``.

    The scratch home is already cut from the output, so ``file`` reads as below home. Not stalling: the client itself
    goes on without that entry.
    """

    pattern: re.Pattern[str]
    is_stalling: bool = True
    file: str = ""
    """The file to blame when the output names none; empty: the first that was given."""


@dataclass(frozen=True)
class Validation:
    """One command of a client. ``{home}`` and ``{file}`` in ``args`` are filled in; with ``{file}`` it runs once a file."""

    program: str
    args: tuple[str, ...]
    files: tuple[str, ...]
    """Patterns of the files that it reads; the command is not run when none of them is given."""
    refused: tuple[int, ...] = (1,)
    """Exit codes that mean refusal. 0 means accepted, unless a finding says otherwise; others: it could not be asked."""
    findings: tuple[Finding, ...] = ()
    environ: tuple[tuple[str, str], ...] = ()

    def concerns(self, path: str) -> bool:
        """True for a path below home that one of the patterns names, part by part."""
        asked = PurePosixPath(path)
        if asked.is_absolute() or ".." in asked.parts:
            return False
        return any(len(asked.parts) == len(PurePosixPath(p).parts) and asked.match(p) for p in self.files)

    @property
    def is_per_file(self) -> bool:
        return "{file}" in self.args


_CLAUDE_FILE = r"^- (?P<file>\.[\w./-]+\.json)"

_CLAUDE = (
    Validation(
        "claude",
        ("doctor",),
        (".claude.json", ".claude/settings.json", ".claude/settings.local.json", ".mcp.json"),
        findings=(
            Finding(re.compile(_CLAUDE_FILE + r" › (?P<reason>.*(?:was skipped|was ignored|: Skipped —).*)$", re.M), is_stalling=False),
            # A variable is missing only because we ask with an empty environment.
            Finding(re.compile(_CLAUDE_FILE + r"(?: ›|:) (?P<reason>(?!.*: Missing environment variables: ).+)$", re.M)),
            Finding(
                re.compile(r"^- (?P<reason>Permission \w+ rule .* matches no known tool.*)$", re.M),
                is_stalling=False,
                file=".claude/settings.json",
            ),
            Finding(re.compile(r"^Configuration error in (?P<file>\S+): (?P<reason>.+)$", re.M)),
        ),
        # 2.1.328 else looks up a telemetry host, and leaves failed reports in the home.
        environ=(
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            ("DISABLE_AUTOUPDATER", "1"),
            ("DISABLE_ERROR_REPORTING", "1"),
            ("DISABLE_TELEMETRY", "1"),
        ),
    ),
)

_CODEX_PLACE = r"^Error: (?P<file>\.codex/[^\n:]+):(?P<line>\d+):(?P<column>\d+): "

# 0.169.0 else runs `git ls-remote` on its plugin repository, and opens the person's own databases and logs where the
# file names their folders.
_CODEX_OVERRIDES = ("-c", "features.plugins=false", "-c", 'sqlite_home="{home}/.codex"', "-c", 'log_dir="{home}/.codex/log"')

_CODEX = (
    Validation(
        "codex",
        ("app-server", "--strict-config", *_CODEX_OVERRIDES),
        (".codex/config.toml",),
        findings=(
            # Types are checked before names are, and outside strict mode codex ignores keys that it does not know.
            Finding(re.compile(_CODEX_PLACE + r"(?P<reason>unknown configuration field .+)$", re.M), is_stalling=False),
            Finding(re.compile(_CODEX_PLACE + r"(?P<reason>.+)$", re.M)),
        ),
    ),
    Validation(
        "codex",
        ("execpolicy", "check", "--rules", "{file}", "git", "status"),
        (".codex/rules/*.rules",),
        findings=(
            Finding(
                re.compile(
                    r"^Caused by:\n\s+(?:starlark error: (?:Traceback(?:.*\n)+?\s*)?error: )?(?P<reason>.+?)(?:\. rules: .*)?$"
                    r"(?:\n\s*--> (?P<file>[^\n:]+):(?P<line>\d+):(?P<column>\d+))?",
                    re.M,
                )
            ),
        ),
    ),
)

_QWEN = (
    Validation(
        "qwen",
        ("extensions", "list"),
        (".qwen/settings.json",),  # syntax only: 0.24.4 checks no shapes
        findings=(
            # What follows a comma and a quote is a piece of the file itself.
            Finding(
                re.compile(
                    r"^Cannot read .*? from (?P<file>\S+): (?:\w*Error: )?(?P<reason>[^\"\n]*?(?: at position (?P<offset>\d+)[^\"\n]*?)?)"
                    r"(?:, (?:\.\.\.)?\".*)?\.?\. A copy was saved",
                    re.M,
                )
            ),
        ),
    ),
)

VALIDATIONS: Mapping[str, tuple[Validation, ...]] = {"claude": _CLAUDE, "codex": _CODEX, "qwen": _QWEN}
"""By client; Rovo Dev has no command that is known to judge files."""
