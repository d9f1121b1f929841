"""A vault that reads the real one and keeps new values in memory: the dry run's door."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.ports import Vault


class DryVault:
    def __init__(self, real: Vault) -> None:
        self._real = real
        self._put: dict[str, str | None] = {}

    def get(self, name: str) -> str | None:
        return self._put[name] if name in self._put else self._real.get(name)

    def put(self, values: Mapping[str, str | None]) -> None:
        self._put |= values

    def names(self) -> list[str]:
        gone = {name for name, value in self._put.items() if value is None}
        return sorted({*self._real.names(), *self._put} - gone)

    def generation(self) -> str:
        return self._real.generation()

    def hmac(self, value: str) -> str:
        return self._real.hmac(value)
