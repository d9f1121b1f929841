"""Draw the README's picture from what the program really prints: ``python scripts/picture.py docs/first-minute.svg``."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

_STEPS = (
    ("printf '\\n[mcp_servers.search]\\ncommand = \"example-search\"\\nargs = [\"5\"]\\n' >> ~/.codex/config.toml", True),
    ("reconciler sync", True),
    ("sed -i 's/\"5\"/\"10\"/' ~/.codex/config.toml; sed -i 's/\"5\"/\"20\"/' ~/.qwen/settings.json", True),
    ("reconciler sync > /dev/null", False),
    ("reconciler conflicts", True),
    ("reconciler resolve $(reconciler conflicts | sed -n 's/^conflict \\([0-9a-f]*\\).*/\\1/p') --take local > /dev/null", True),
    ("reconciler history -n 3", True),
)
_STYLES = (
    (r"^\$ .*", "bold cyan"),
    (r"\b(captured|converged)\b", "green"),
    (r"\bconflict [0-9a-f]+", "yellow"),
    (r"^    cannot hold.*", "dim"),
    (r"^[0-9a-f]{10}", "yellow"),
)


def main(path: Path) -> None:
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = Path(sys.executable).parent
        environ = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": f"{folder}/try/home", "RECONCILER_HOME": f"{folder}/try/state", "LOGNAME": "ana"}
        _run("reconciler demo try --prefer claude", {**environ, "HOME": folder}, folder)
        for command, is_shown in _STEPS:
            said = _run(command, environ, folder)
            if is_shown:
                shown = re.sub(r"\$\(.*\)", "ID", command).replace(" > /dev/null", "")
                lines += [f"$ {shown}", *(line.replace(environ["HOME"], "~") for line in said)]
    path.write_text(_without_fonts(_drawn(lines)), encoding="utf-8")


def _without_fonts(svg: str) -> str:
    """The picture asks no server for fonts."""
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.S)


def _run(command: str, environ: dict[str, str], folder: str) -> list[str]:
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environ, capture_output=True, text=True)
    return done.stdout.splitlines()


def _drawn(lines: list[str]) -> str:
    console = Console(record=True, width=118, file=io.StringIO())
    machine = re.compile(r"(?<=on )[\w-]+(?=[,)])|^[\w-]+(?=/)")
    for line in lines:
        text = Text(machine.sub("laptop", line))
        for pattern, style in _STYLES:
            text.highlight_regex(pattern, style)
        console.print(text)
    return console.export_svg(title="reconciler", unique_id="first-minute")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
