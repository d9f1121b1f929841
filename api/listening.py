"""Where the gateway listens. Beyond this machine only under TLS: what signs people in would be read on the way."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from api.guards.arriving import Patience
from reconciler.errors import Stalled

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Tls:
    """The files of a certificate, with those that lead to who issued it, and of its key; both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Listening:
    """``port`` 0 is any free one. ``name`` is what people call it, where that is not its address."""

    port: int
    host: str = HOST
    tls: Tls | None = None
    name: str = ""
    patience: Patience = field(default_factory=Patience)

    @property
    def is_secure(self) -> bool:
        return self.tls is not None

    def address(self, port: int) -> str:
        shown = self.name or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{'https' if self.tls else 'http'}://{shown}:{port}"


def insist_on_safety(listening: Listening) -> None:
    """Raises ``Stalled`` for an address beyond this machine without TLS, and for a certificate that cannot be used."""
    if listening.tls is None and not is_loopback(listening.host):
        raise Stalled(
            f"RECONCILER_API_HOST is {listening.host}, which others reach too: TLS is required there; "
            "name a certificate and its key in RECONCILER_TLS_CERT and RECONCILER_TLS_KEY, or leave the address out"
        )
    if listening.tls is not None:
        _insist_on_certificate(listening.tls)


def is_loopback(host: str) -> bool:
    """Raises ``Stalled`` for what is no address: what a name means may change."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise Stalled(f"RECONCILER_API_HOST is {host!r}: expected an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::") from None


def _insist_on_certificate(tls: Tls) -> None:
    for path, name in ((tls.certificate, "RECONCILER_TLS_CERT"), (tls.key, "RECONCILER_TLS_KEY")):
        if not path.is_file():
            raise Stalled(f"{name}: {path} is not there; expected a PEM file")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key, password=lambda: b"")
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror if isinstance(error, PermissionError) else "they are no certificate and key in PEM that belong together, without a password"
        raise Stalled(f"RECONCILER_TLS_CERT and RECONCILER_TLS_KEY: {reason}") from None
