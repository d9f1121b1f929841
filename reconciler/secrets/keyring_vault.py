"""The vault in the keyring of the operating system. Only names stand in a file; values are with the keyring alone.

The keyring library is loaded when a value is asked for, not before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from reconciler.errors import Stalled
from reconciler.ports.known_values import PREVIOUS
from reconciler.secrets import held_values, private_files
from reconciler.secrets.digest_key import DigestKey

_VERSION = 1


class Backend(Protocol):
    """What is used of a back end of the ``keyring`` library."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class KeyringVault:
    """Values in a keyring, one item a name. ``service`` is the folder's, so that two folders do not mix."""

    def __init__(self, folder: Path, backend: Callable[[], Backend | None]) -> None:
        self._folder, self._find, self._digests = folder, backend, DigestKey(folder)
        self._index = folder / "vault.keyring.json"
        self._service = f"ai-client-reconciler:{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"

    def __repr__(self) -> str:
        return f"KeyringVault({str(self._folder)!r})"

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / "vault.keyring.json").exists()

    def get(self, name: str) -> str | None:
        if name not in self._read()[0]:
            return None
        with self._asking() as keys:
            return keys.get_password(self._service, name)

    def names(self) -> list[str]:
        return held_values.shown(self._read()[0])

    def generation(self) -> str:
        count = self._read()[1]
        return str(count) if count else ""

    def hmac(self, value: str) -> str:
        return self._digests.digest(value)

    def put(self, values: Mapping[str, str | None]) -> None:
        with private_files.locked(self._folder):
            names, count = self._read()
            held = self._held([n for n in names if n.removesuffix(PREVIOUS) in values])
            wanted = held_values.after(held, values)
            if wanted == held:
                return
            # The names first, so that no value is ever in the keyring without a name; the count after the values
            # too, so that nobody keeps an old value under the last generation.
            self._write(sorted({*names, *wanted}), count + 1)
            self._exchange(held, wanted)
            self._write(sorted({*names, *wanted} - (held.keys() - wanted.keys())), count + 2)

    def _held(self, names: list[str]) -> dict[str, str]:
        with self._asking() as keys:
            found = {name: keys.get_password(self._service, name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def _exchange(self, held: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        """Bring the keyring from one state to the other; on failure back again."""
        try:
            self._bring(held, wanted)
        except Stalled:
            self._bring(wanted, held)
            raise

    def _bring(self, held: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        with self._asking() as keys:
            for name, value in wanted.items():
                if held.get(name) != value:
                    keys.set_password(self._service, name, value)
            for name in held.keys() - wanted.keys():
                if keys.get_password(self._service, name) is not None:
                    keys.delete_password(self._service, name)

    @contextmanager
    def _asking(self) -> Iterator[Backend]:
        """The back end, with its errors as ours. Their texts are left out: they may hold what was stored."""
        from keyring.errors import KeyringError

        keys = self._find()
        if keys is None:
            raise self._stalled("no keyring can be reached here")
        try:
            yield keys
        except (KeyringError, OSError, RuntimeError) as error:
            raise self._stalled(f"the keyring refused ({type(error).__name__})") from None

    def _stalled(self, why: str) -> Stalled:
        return Stalled(
            f"{why}, and the secrets of {self._folder} are kept in it. Unlock it, or run this in your desktop login; "
            f"to keep them in a file instead, move {self._index} away and set them again (`reconciler secrets set`)"
        )

    def _read(self) -> tuple[list[str], int]:
        """Names, and how often they or their values were changed."""
        data = private_files.read(self._index)
        if data is None:
            return [], 0
        try:
            content = json.loads(data)
            version, names, count = content["version"], content["names"], content["changes"]
        except (ValueError, TypeError, KeyError):
            raise Stalled(f"{self._index} is damaged: put it back from a backup, or move it away and set the secrets again") from None
        if version != _VERSION or not isinstance(names, list) or not isinstance(count, int):
            raise Stalled(f"{self._index} was written by another version of this program (format {version!r}, known is {_VERSION})")
        return names, count

    def _write(self, names: list[str], count: int) -> None:
        private_files.write(self._index, json.dumps({"version": _VERSION, "names": names, "changes": count}).encode())
