"""Whether a message is from who knows the secret, and whether it came before."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.credentials import is_same

_MOST_KEPT = 10_000
_DELIVERIES = ("x-github-delivery", "x-gitea-delivery", "x-gitlab-event-uuid", "x-request-uuid")
REPLAY_S = 600.0


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """GitHub's form (an HMAC of the body, also Gitea's, Forgejo's and Bitbucket's), or GitLab's: the secret itself."""
    given = headers.get("x-hub-signature-256") or headers.get("x-hub-signature") or headers.get("x-gitea-signature")
    if given is not None:
        return is_same(given.removeprefix("sha256=").lower(), hmac.new(secret.encode(), body, hashlib.sha256).hexdigest())
    return is_same(headers.get("x-gitlab-token", ""), secret)


@dataclass
class Deliveries:
    """Those that came within the replay window, by the host's own id; a message without one by its content."""

    _seen: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_new(self, headers: Mapping[str, str], body: bytes, now: float) -> bool:
        ids = [headers[name] for name in _DELIVERIES if name in headers]
        key = hashlib.sha256(b"\0".join([ids[0].encode() if ids else b"", body])).hexdigest()
        with self._lock:
            if now - self._seen.get(key, -REPLAY_S) < REPLAY_S:
                return False
            self._seen[key] = now
            self._seen.move_to_end(key)
            while len(self._seen) > _MOST_KEPT:
                self._seen.popitem(last=False)
            return True
