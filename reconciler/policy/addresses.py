"""Why an address is dangerous: it is not encrypted, it is a bare IP, or it hides which host it leads to.

Reads addresses as browsers and Node do, since those connect: a backslash is a slash, ``2130706433`` is an IP.
"""

from __future__ import annotations

import ipaddress
import re

_address = re.compile(r"(?<![a-z0-9])(https?|wss?|ftp):[\\/]+([^\\/?#\s\"'<>]*)", re.IGNORECASE)
_template = re.compile(r"\$\{([^}]*)\}")
_scheme = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_number = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_looks_like_host = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}|localhost|[\d.]+", re.IGNORECASE)
_ENCRYPTED = ("https", "wss")
_ANY = "\x00"
"""Stands for a template, whose value is not known here."""


def address_dangers(text: str) -> list[str]:
    """Why the addresses in a text are dangerous; empty when there are none, or only plain ones."""
    found: dict[str, None] = {}
    for inner in _template.findall(text):
        found.update(dict.fromkeys(address_dangers(inner)))
    # Tabs and line ends inside an address are skipped by those who connect.
    plain = re.sub(r"[\t\r\n]", "", _template.sub(_ANY, text))
    for scheme, authority in _address.findall(plain):
        found.update(dict.fromkeys(_dangers(scheme.lower(), authority)))
    return list(found)


def url_dangers(url: str) -> list[str]:
    """As ``address_dangers``, for a field that is one address: another scheme is a danger too."""
    scheme = _scheme.match(url.strip())
    if scheme and scheme[1].lower() not in ("http", "ws", *_ENCRYPTED):
        return [f"{scheme[1].lower()} is no way to reach a server"]
    if re.match(r"\s*[\\/]{2}", url):
        return ["it does not say how the host is reached"]
    # "https:host" leads to the host as well.
    return address_dangers(re.sub(r"^\s*(\w+):(?![\\/])", r"\1://", url))


def _dangers(scheme: str, authority: str) -> list[str]:
    user, at, rest = authority.rpartition("@")
    host = _host(rest)
    found = []
    if at and _looks_like_host.fullmatch(user.split(":")[0]):
        found.append(f"its user name looks like a host; it leads to {_shown(host)}")
    if "%" in host or not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        return [*found, "its host is written so that it can be taken for another"]
    if _ANY in host and host != _ANY:  # as a whole it is the person's own; in part it tells a stranger the value
        found.append("a variable is part of its host's name")
    if _is_loopback(host):
        return found
    if scheme not in _ENCRYPTED:
        found.append(f"{scheme} to {_shown(host)} is not encrypted")
    if _is_ip(host):
        found.append(f"{_shown(host)} is an IP, not a name")
    return found


def _host(rest: str) -> str:
    if rest.startswith("["):
        return rest[1:].partition("]")[0].split("%25")[0].lower()
    return rest.partition(":")[0].lower().removesuffix(".")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return bool((mapped or ip).is_loopback)


def _is_ip(host: str) -> bool:
    """True also for the forms that only connecting turns into an IP: ``127.1``, ``0x7f000001``, ``2130706433``."""
    if ":" in host:
        return True
    last = host.split(".")[-1]
    return bool(_number.fullmatch(last))


def _shown(host: str) -> str:
    return host.replace(_ANY, "${…}") or "no host"
