"""The vault of a folder: a keyring or an encrypted file, chosen at the first value and kept from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from reconciler.ports import Vault
from reconciler.secrets.age_vault import AgeVault
from reconciler.secrets.digest_key import DigestKey
from reconciler.secrets.keyring_backend import usable_backend
from reconciler.secrets.keyring_vault import Backend, KeyringVault


def open_vault(folder: Path, backend: Callable[[], Backend | None] = usable_backend) -> Vault:
    """The vault that is kept in ``folder``. Nothing is read, made or loaded before it is asked for something."""
    return _ChosenVault(folder, backend)


class _ChosenVault:
    """Asks the folder which vault it holds: what was begun as a file stays one, even when a keyring appears."""

    def __init__(self, folder: Path, backend: Callable[[], Backend | None]) -> None:
        self._folder, self._backend, self._digests = folder, backend, DigestKey(folder)
        self._age, self._keyring = AgeVault(folder), KeyringVault(folder, backend)

    def __repr__(self) -> str:
        return f"Vault({self.kind()}, {str(self._folder)!r})"

    def kind(self) -> str:
        """``age``, ``keyring``, or ``none`` before the first value."""
        return "age" if AgeVault.exists(self._folder) else "keyring" if KeyringVault.exists(self._folder) else "none"

    def get(self, name: str) -> str | None:
        return self._kept().get(name)

    def names(self) -> list[str]:
        return self._kept().names()

    def generation(self) -> str:
        return self._kept().generation()

    def hmac(self, value: str) -> str:
        return self._digests.digest(value)

    def put(self, values: Mapping[str, str | None]) -> None:
        if self.kind() == "none" and any(value is not None for value in values.values()) and self._backend() is not None:
            self._keyring.put(values)
        else:
            self._kept().put(values)

    def _kept(self) -> Vault:
        """The vault that there is; an empty file vault before the first value, which reads nothing."""
        return self._keyring if self.kind() == "keyring" else self._age
