"""A vault that keeps its values in memory, with the contract of the port. Its ``repr`` shows none."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping


class MemoryVault:
    def __init__(self, values: Mapping[str, str] | None = None, key: bytes = b"a key of this machine") -> None:
        self._values = dict(values or {})
        self._key, self._changes = key, 0

    def __repr__(self) -> str:
        return f"MemoryVault({len(self._values)} values)"

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def put(self, values: Mapping[str, str | None]) -> None:
        if not all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in values):
            raise ValueError("no name of a secret")
        before = dict(self._values)
        for name, value in values.items():
            had = self._values.pop(name, None)
            if value is None:
                self._values.pop(f"{name}@previous", None)
                continue
            if had is not None and had != value:
                self._values[f"{name}@previous"] = had
            self._values[name] = value
        self._changes += self._values != before

    def names(self) -> list[str]:
        return sorted(name for name in self._values if "@" not in name)

    def generation(self) -> str:
        return str(self._changes)

    def hmac(self, value: str) -> str:
        return hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()
