"""What is recorded of a pass, without secrets: clients' own programs quote their files in what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reconciler.mapping.secret_guard import hidden, leaks, spelled
from reconciler.mapping.secret_search import NOTHING, Wanted
from reconciler.mapping.secret_values import unmistakable
from reconciler.ports import Vault
from reconciler.ports.known_values import known_values

_HIDDEN = "***"


@dataclass
class Hiding:
    """Takes out what is a secret, by its shape or because the vault holds it. Call ``renewed`` before each use in a row."""

    vault: Vault
    generation: str = field(default="", init=False)
    """Of the vault whose values are looked for."""
    _values: Wanted | None = field(default=None, init=False, repr=False)

    def renewed(self) -> None:
        """Look for what the vault holds now. Reads it only when it has changed."""
        generation = self.vault.generation()
        if self._values is None or generation != self.generation:
            self._values, self.generation = spelled(unmistakable(known_values(self.vault))), generation

    def hidden(self, value: Any) -> Any:
        """The value with no secret in any text of it."""
        return hidden(value, lambda text: leaks(text, self._values or NOTHING), _HIDDEN)
