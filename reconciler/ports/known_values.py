"""All secret values that this machine knows: those that hold now, and for each rotated one the value before."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.ports import Vault

PREVIOUS = "@previous"
"""After the name of a secret: the value that it had before it was rotated."""


def known_values(vault: Vault) -> Iterator[str]:
    """What no text may show. A value before is still good for a while, and still stands in files."""
    for name in vault.names():
        for each in (name, name + PREVIOUS):
            if (value := vault.get(each)) is not None:
                yield value
