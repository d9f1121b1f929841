"""Where things are on this machine, from the environment. The only place that reads it."""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.errors import Stalled

_BASE_BRANCHES = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "BITBUCKET_PR_DESTINATION_BRANCH")
_MACHINE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NOT_IN_NAME = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True)
class Settings:
    """``state`` is ``RECONCILER_HOME``: repository, vault, backups, memory. ``home`` is where clients are found."""

    home: Path
    state: Path
    person: str
    search_path: str
    environ: Mapping[str, str]
    chosen_name: str = ""
    """The machine's name as a person chose it, until it is kept."""

    @property
    def repository(self) -> Path:
        return self.state / "repository.git"

    @property
    def backups(self) -> Path:
        return self.state / "backups"

    @property
    def memory(self) -> Path:
        return self.state / "memory"

    @property
    def vault(self) -> Path:
        return self.state / "vault"

    @property
    def checks(self) -> Path:
        return self.state / "checks"

    @property
    def lock(self) -> Path:
        return self.state / "lock"

    @property
    def brake(self) -> Path:
        """There while everything of this machine is paused."""
        return self.state / "paused.json"

    @property
    def journal(self) -> Path:
        """What happened, on its way to the database."""
        return self.state / "journal"

    @property
    def artifacts(self) -> Path:
        return self.state / "artifacts"

    @property
    def exports(self) -> Path:
        """What was exported on a schedule, a folder for each."""
        return self.state / "exports"

    @property
    def servers(self) -> Path:
        return self.state / "servers"

    @property
    def database_url(self) -> str:
        """A PostgreSQL of the user's own; empty: the embedded one."""
        return self.environ.get("RECONCILER_DATABASE_URL", "")

    @property
    def redis_url(self) -> str:
        """A Redis of the user's own; empty: the embedded one."""
        return self.environ.get("RECONCILER_REDIS_URL", "")

    @property
    def git_remote(self) -> str:
        """The repository on a Git host that machines share; empty: what this machine's repository remembers, or none."""
        return self.environ.get("RECONCILER_GIT_REMOTE", "")

    def log_format(self, is_terminal: bool) -> str:
        """How `up` speaks: ``text`` for people, ``json`` for programs. Raises ``Stalled`` for another word."""
        word = self.environ.get("RECONCILER_LOG_FORMAT") or ("text" if is_terminal else "json")
        if word not in ("text", "json"):
            raise Stalled(f"RECONCILER_LOG_FORMAT is {word!r}: expected text or json")
        return word

    @property
    def loki_url(self) -> str:
        """Where Loki keeps the log; empty: PostgreSQL does."""
        return self.environ.get("RECONCILER_LOKI_URL", "")

    @property
    def loki_tenant(self) -> str:
        return self.environ.get("RECONCILER_LOKI_TENANT", "")

    @property
    def sentry_dsn(self) -> str:
        """Where GlitchTip, or another server of Sentry's protocol, takes unexpected errors; empty: nowhere."""
        return self.environ.get("RECONCILER_SENTRY_DSN", "")

    def git_timeout_s(self) -> float:
        """A remote that says nothing for so long is given up for now. Raises ``Stalled`` for what is no such number."""
        text = self.environ.get("RECONCILER_GIT_TIMEOUT_S") or "20"
        if not re.fullmatch(r"\d{1,4}(\.\d+)?", text) or not float(text):
            raise Stalled(f"RECONCILER_GIT_TIMEOUT_S is {text!r}: expected a number of seconds, such as 20")
        return float(text)

    @property
    def api_hosts(self) -> frozenset[str]:
        """More names that the gateway answers to, beside those of this machine's loopback."""
        named = self.environ.get("RECONCILER_API_HOSTS", "")
        return frozenset(name.strip().lower() for name in named.split(",") if name.strip())

    @property
    def api_host(self) -> str:
        """The address that the gateway listens on."""
        return self.environ.get("RECONCILER_API_HOST") or "127.0.0.1"

    def tls(self) -> tuple[Path, Path] | None:
        """The files of the gateway's certificate and key. Raises ``Stalled`` for one without the other."""
        named = [self.environ.get(name, "") for name in ("RECONCILER_TLS_CERT", "RECONCILER_TLS_KEY")]
        if any(named) and not all(named):
            raise Stalled("RECONCILER_TLS_CERT and RECONCILER_TLS_KEY go together: name both files")
        return (Path(named[0]), Path(named[1])) if all(named) else None

    @property
    def api_url(self) -> str:
        """The API that commands ask; empty: that of the `up` of this folder."""
        return self.environ.get("RECONCILER_API_URL", "").rstrip("/")

    @property
    def token(self) -> str:
        """As whom they ask it."""
        return self.environ.get("RECONCILER_TOKEN", "")

    @property
    def webhook_secret(self) -> str:
        """What a Git host signs its push events with; empty: they are not heard."""
        return self.environ.get("RECONCILER_WEBHOOK_SECRET", "")

    @property
    def notify_url(self) -> str:
        """Where notices of what waits are sent; empty: nowhere."""
        return self.environ.get("RECONCILER_NOTIFY_URL", "")

    def notify_secret(self) -> str:
        """What they are signed with. Raises ``Stalled`` where they are sent and there is none."""
        secret = self.environ.get("RECONCILER_NOTIFY_SECRET", "")
        if self.notify_url and len(secret) < 16:
            raise Stalled("RECONCILER_NOTIFY_SECRET: expected at least 16 characters, which the receiver of RECONCILER_NOTIFY_URL knows too")
        return secret

    @property
    def notifies_desktop(self) -> bool:
        return self.environ.get("RECONCILER_NOTIFY_DESKTOP", "on").lower() not in ("off", "no", "0", "false")

    @property
    def servers_user(self) -> str:
        """Whose processes the embedded servers are when root starts them."""
        return self.environ.get("RECONCILER_SERVERS_USER", "")

    @property
    def runtime(self) -> Path | None:
        """The system's folder for this user's sockets."""
        named = self.environ.get("XDG_RUNTIME_DIR")
        return Path(named) if named and Path(named).is_dir() else None

    @property
    def up(self) -> Path:
        """Locked by the one `up` of this folder, and says where it is reached."""
        return self.state / "up"

    @property
    def gateways(self) -> Path:
        """A file for each `serve --role api` of this folder, locked by it, which says where it is reached."""
        return self.state / "gateways"

    @property
    def base_branch(self) -> str | None:
        """The branch that a pull request is to be merged into, where a CI job of a Git host says so."""
        return next((self.environ[name] for name in _BASE_BRANCHES if self.environ.get(name)), None)

    @property
    def socket(self) -> Path:
        """Where `up` takes the work of other commands."""
        return self.state / "commands.sock"

    def machine(self) -> str:
        """The machine's name: chosen once, else from its host name, and kept from then on."""
        kept = self.state / "machine"
        return kept.read_text().strip() if kept.exists() else self.chosen_name or _slug(socket.gethostname())

    def called(self, name: str) -> Settings:
        """The settings of a machine of this name. Raises ``Stalled`` for one that cannot be, or when it has another already."""
        if not _MACHINE.fullmatch(name):
            raise Stalled(f"{name!r} cannot be a machine's name: use a-z, 0-9 and '-', at most 40")
        named = replace(self, chosen_name=name)
        if named.machine() != name and self.repository.exists():
            raise Stalled(f"this machine's name is {named.machine()}: it is chosen once, since its files and history in the repository bear it")
        if named.machine() != name:
            (self.state / "machine").unlink()  # of a beginning that came to nothing
        return named


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Settings of this process. Raises ``Stalled`` when there is no home folder to look in."""
    home = Path(environ.get("HOME") or Path.home())
    if not os.path.isdir(home):  # also where this user may not look
        raise Stalled(f"{home}: the home folder is not there; set HOME")
    state = Path(environ["RECONCILER_HOME"]) if environ.get("RECONCILER_HOME") else data_folder(environ, home)
    return Settings(home.absolute(), state.absolute(), _person(), environ.get("PATH", os.defpath), environ)


def data_folder(environ: Mapping[str, str], home: Path) -> Path:
    """The platform's folder for a program's data."""
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "reconciler"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "reconciler"


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def _slug(name: str) -> str:
    return _NOT_IN_NAME.sub("-", name.split(".")[0].lower()).strip("-")[:40] or "machine"
