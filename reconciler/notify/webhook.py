"""Notices as HTTP requests that the receiver can check: an HMAC over the time and the body."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from dataclasses import dataclass, field

import httpx

from reconciler.errors import Retryable, Stalled
from reconciler.notify.addresses import Lookup, looked_up, place
from reconciler.ports.notices import Notice

_TIMEOUT_S = 10.0
_DONE, _REFUSED = range(200, 300), range(400, 500)
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Webhook:
    """``reconciler.ports.notices.Notices``. No redirect is followed, and no proxy asked: both would go elsewhere."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    lookup: Lookup = looked_up
    trusted: str = ""
    """A file with the certificates that are trusted; empty: the usual ones."""

    def send(self, notice: Notice) -> None:
        to = place(self.url, self.lookup)
        body = json.dumps(vars(notice), ensure_ascii=False, sort_keys=True).encode()
        headers = {"Host": to.host_header, "Content-Type": "application/json", "User-Agent": "reconciler", **signed(self.secret, notice, body)}
        try:
            with httpx.Client(verify=self._trust(), trust_env=False, timeout=_TIMEOUT_S) as client:
                answer = client.send(client.build_request("POST", to.url, content=body, headers=headers, extensions={"sni_hostname": to.host}), stream=True)
                answer.close()
        except httpx.HTTPError as error:
            raise Retryable(f"RECONCILER_NOTIFY_URL: {to.host} does not answer ({type(error).__name__})", after_s=30.0) from None
        _check(to.host, answer.status_code)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.trusted or None)


def signed(secret: str, notice: Notice, body: bytes) -> dict[str, str]:
    """``X-Reconciler-Signature`` is of ``TIMESTAMP.BODY``, so that an old message cannot be sent again as a new one."""
    at = str(int(notice.at))
    digest = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Reconciler-Delivery": notice.id, "X-Reconciler-Timestamp": at, "X-Reconciler-Signature": f"sha256={digest}"}


def _check(host: str, status: int) -> None:
    if status in _DONE:
        return
    if status in _REFUSED and status not in _LATER:
        raise Stalled(f"RECONCILER_NOTIFY_URL: {host} refuses notices ({status}); see its address and RECONCILER_NOTIFY_SECRET")
    raise Retryable(f"RECONCILER_NOTIFY_URL: {host} answers {status}", after_s=30.0)
