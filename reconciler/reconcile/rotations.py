"""A secret that was rotated in one client is a change without a commit: this is how a merge gets to know of it."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.mapping.filling import secret_names
from reconciler.model.fields import Fields
from reconciler.ports import Vault


def base_before_rotation(base: Fields, local: Fields | None, central: Fields | None, agreed: Mapping[str, str], vault: Vault) -> Fields:
    """The base without fields that the target changed while another one rotated their secret: both sides did, so they conflict.

    ``agreed`` maps secrets to the keyed digests of the values that the target last held.
    """
    if not agreed or local is None or central is None:
        return base
    both = [p for p, v in base.items() if p in local and local[p] != v and central.get(p) == v]
    gone = {p for p in both if any(_is_rotated(name, agreed, vault) for name in secret_names(base[p]))}
    return {p: v for p, v in base.items() if p not in gone} if gone else base


def _is_rotated(name: str, agreed: Mapping[str, str], vault: Vault) -> bool:
    value = vault.get(name) if name in agreed else None
    return value is not None and vault.hmac(value) != agreed[name]
