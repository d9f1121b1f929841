"""A vault that reads the real one and keeps new values in memory: the dry run's door."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.ports import Vault


class DryVault:
    def __init__(self, real: Vault) -> None:
        self._real = real
        self._put: dict[str, str | None] = {}
        self._changes = ""
        self.hmac: Callable[[str], str] = real.hmac
        """The very same: who masked with it may take that over in another dry run."""

    def get(self, name: str) -> str | None:
        return self._put[name] if name in self._put else self._real.get(name)

    def put(self, values: Mapping[str, str | None]) -> None:
        new = {name: value for name, value in values.items() if self.get(name) != value}
        self._put |= new
        self._changes += "".join(f"+{name}={self.hmac(value or '')}" for name, value in sorted(new.items()))

    def names(self) -> list[str]:
        gone = {name for name, value in self._put.items() if value is None}
        return sorted({*self._real.names(), *self._put} - gone)

    def generation(self) -> str:
        return self._real.generation() + self._changes
