"""The second scan with the values of this machine's vault, which are read again only when one has changed."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.mapping.secret_guard import leaks
from reconciler.mapping.secret_values import unmistakable
from reconciler.ports import Vault


class Scan:
    """Called with a text: the secrets in it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._values: tuple[str, tuple[str, ...]] | None = None

    def __repr__(self) -> str:
        return f"Scan({self._vault!r})"

    def __call__(self, text: str) -> Sequence[str]:
        return leaks(text, self._known())

    def _known(self) -> tuple[str, ...]:
        generation = self._vault.generation()
        if self._values is None or self._values[0] != generation:
            held = (self._vault.get(name) for name in self._vault.names())
            self._values = generation, unmistakable(v for v in held if v is not None)
        return self._values[1]
