"""The key with which values are compared without being shown. It is made at first use and never leaves the machine."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from secrets import token_bytes

from reconciler.errors import Stalled
from reconciler.secrets import private_files

_BYTES = 32


class DigestKey:
    """Keyed digests, by a key in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "vault.hmac"
        self._key: bytes | None = None

    def __repr__(self) -> str:
        return f"DigestKey({str(self._path)!r})"

    def digest(self, value: str) -> str:
        """64 hex digits; equal for equal values, here only."""
        key = self._key = self._key or self._kept() or self._made()
        return hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _kept(self) -> bytes | None:
        key = private_files.read(self._path)
        if key is not None and len(key) != _BYTES:
            raise Stalled(f"{self._path} is damaged: {_BYTES} bytes were expected. Put it back from a backup, or remove it")
        return key

    def _made(self) -> bytes:
        with private_files.locked(self._path.parent):
            key = self._kept()
            if key is None:
                key = token_bytes(_BYTES)
                private_files.write(self._path, key)
            return key
