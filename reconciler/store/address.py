"""Addresses of Git remotes: which are taken, how they are shown, and which one a repository remembers."""

from __future__ import annotations

import re
from pathlib import Path

from reconciler.errors import Stalled
from reconciler.store.failures import without_credentials

_URL = re.compile(r"(?P<scheme>https?|ssh|git|file)://(?:(?P<user>[^/@]*)@)?(?P<rest>[^/\s][^\s]*|/[^\s]*)")
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?!//|:)[^\s]+")


def checked_address(text: str) -> str:
    """The address as git is given it: https, ssh, file or a folder. Raises ``Stalled`` for anything else.

    A password has no place in it: it would be seen in the list of processes, and be written down.
    """
    address = text.strip()
    url = _URL.fullmatch(address)
    if url and ":" in (url["user"] or ""):
        raise Stalled(f"{shown_address(address)}: take the password out of the address; git asks your credential helper (`git help credentials`)")
    if url or _SCP.fullmatch(address):
        return address
    if not address.startswith("-") and "::" not in address and Path(address).is_absolute():
        return address
    raise Stalled(f"{shown_address(address)!r} is no address of a Git repository: expected https://…, ssh://…, user@host:path, file:///… or a whole path")


def shown_address(address: str) -> str:
    """The address for people and messages."""
    return without_credentials(address)


def remembered_address(repository: Path) -> str:
    """The address that the repository's own settings name as ``origin``, as plain git keeps it; empty when they name none."""
    try:
        lines = (repository / "config").read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    inside = False
    for line in (line.strip() for line in lines):
        if line.startswith("["):
            inside = line.replace(" ", "").lower().startswith('[remote"origin"]')
        elif inside and line.split("=")[0].strip().lower() == "url":
            return line.partition("=")[2].strip().strip('"')
    return ""
