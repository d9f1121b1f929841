"""The vault as an age-encrypted file, for machines without a keyring. ``vault.key`` opens ``vault.age``; both are 0600.

A file that cannot be opened is never replaced. ``generation`` needs neither the key nor the age library.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.errors import Stalled
from reconciler.secrets import held_values, private_files
from reconciler.secrets.digest_key import DigestKey

_VERSION = 1


class AgeVault:
    """Values in one encrypted file, read again only when the file has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._digests = folder, DigestKey(folder)
        self._data, self._key = folder / "vault.age", folder / "vault.key"
        self._seen: tuple[object, bytes | None, dict[str, str]] = (None, None, {})
        self._known: tuple[object, str] = (None, "")

    def __repr__(self) -> str:
        return f"AgeVault({str(self._folder)!r})"

    @staticmethod
    def exists(folder: Path) -> bool:
        return os.path.exists(f"{folder}/vault.key") or os.path.exists(f"{folder}/vault.age")

    def get(self, name: str) -> str | None:
        return self._held().get(name)

    def names(self) -> list[str]:
        return held_values.shown(self._held())

    def generation(self) -> str:
        """Asked for each text that goes out, so the file is read again only when it is another."""
        now = private_files.seal(self._data)
        if now is None or now != self._known[0]:
            sealed = private_files.read(self._data)
            self._known = now, "" if sealed is None else hashlib.sha256(sealed).hexdigest()[:32]
        return self._known[1]

    def hmac(self, value: str) -> str:
        return self._digests.digest(value)

    def put(self, values: Mapping[str, str | None]) -> None:
        with private_files.locked(self._folder):
            held = self._held()
            wanted = held_values.after(held, values)
            if wanted != held:
                private_files.write(self._data, self._sealed(wanted))

    def _held(self) -> dict[str, str]:
        now = private_files.seal(self._data)
        if now is not None and now == self._seen[0]:
            return self._seen[2]
        sealed = private_files.read(self._data)
        if sealed is None:
            return {}
        values = self._seen[2] if sealed == self._seen[1] else self._opened(sealed)
        self._seen = (now, sealed, values)
        return values

    def _opened(self, sealed: bytes) -> dict[str, str]:
        import pyrage

        key = self._identity()
        if key is None:
            raise self._stalled(f"{self._key}, which opens it, is missing")
        try:
            plain = pyrage.decrypt(sealed, [key])
        except pyrage.DecryptError:
            raise self._stalled("it is damaged, or was sealed with another key") from None
        return self._values(plain)

    def _values(self, plain: bytes) -> dict[str, str]:
        try:
            content = json.loads(plain)
            version, values = content["version"], content["values"]
            is_readable = isinstance(values, dict) and all(isinstance(v, str) for v in values.values())
        except (ValueError, TypeError, KeyError):
            raise self._stalled("what it holds cannot be read") from None
        if version != _VERSION or not is_readable:
            raise self._stalled(f"it was written by another version of this program (format {version!r}, known is {_VERSION})")
        return dict(values)

    def _sealed(self, values: Mapping[str, str]) -> bytes:
        import pyrage

        key = self._identity() or self._new_identity()
        plain = json.dumps({"version": _VERSION, "values": dict(values)}).encode()
        return bytes(pyrage.encrypt(plain, [key.to_public()]))

    def _identity(self) -> Any:
        """The key of this vault, None when there is none. The library has no types."""
        from pyrage import IdentityError, x25519

        text = private_files.read(self._key)
        if text is None:
            return None
        try:
            return x25519.Identity.from_str(text.decode().strip())
        except (IdentityError, UnicodeDecodeError):
            raise Stalled(f"{self._key} is no age key. Put it back from a backup; {self._data} cannot be opened without it") from None

    def _new_identity(self) -> Any:
        from pyrage import x25519

        made = x25519.Identity.generate()
        private_files.write(self._key, f"{made}\n".encode())
        return made

    def _stalled(self, why: str) -> Stalled:
        return Stalled(
            f"the vault {self._data} cannot be opened: {why}. Put both files back from a backup, "
            "or move them away and set the secrets again (`reconciler secrets set`)"
        )
