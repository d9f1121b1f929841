"""The second scan with the values of this machine's vault, which are read again only when one has changed."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.mapping.secret_guard import leaks, spelled
from reconciler.mapping.secret_search import Wanted
from reconciler.mapping.secret_values import SHORTEST, unmistakable
from reconciler.ports import Vault
from reconciler.ports.known_values import known_values


class Scan:
    """Called with a text: the secrets in it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._values: tuple[str, Wanted] | None = None

    def __repr__(self) -> str:
        return f"Scan({self._vault!r})"

    def __call__(self, text: str) -> Sequence[str]:
        return leaks(text, self._known()) if len(text) >= SHORTEST else ()

    def _known(self) -> Wanted:
        generation = self._vault.generation()
        if self._values is None or self._values[0] != generation:
            self._values = generation, spelled(unmistakable(known_values(self._vault)))
        return self._values[1]
