"""Remembers what programs said, by digest of the program and the files. Keeps answers only, never contents of files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from reconciler.adapters.validation import Validation
from reconciler.model.names import RelPath
from reconciler.model.results import Problem

KEPT = 500


def question(program: Path, validation: Validation, files: Mapping[RelPath, bytes]) -> str:
    """A digest that is equal only for the same program, asked in the same way about the same files."""
    real = program.resolve()
    state = real.stat()
    digest = hashlib.sha256(repr((str(real), state.st_mtime_ns, state.st_size, validation)).encode())
    for path in sorted(files):
        digest.update(repr((path, hashlib.sha256(files[path]).hexdigest())).encode())
    return digest.hexdigest()


class Verdicts:
    """Answers in one folder, one file each; a damaged or missing file is no answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> tuple[Problem, ...] | None:
        try:
            kept = json.loads((self._folder / key).read_text("utf-8"))
            return tuple(Problem(**problem) for problem in kept)
        except (OSError, ValueError, TypeError):
            return None

    def put(self, key: str, problems: tuple[Problem, ...]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._folder, prefix=".new-", delete=False) as new:
            json.dump([asdict(problem) for problem in problems], new)
        os.replace(new.name, self._folder / key)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        names = os.listdir(self._folder)
        if len(names) <= KEPT:
            return
        with suppress(FileNotFoundError):  # another process forgets them too
            for file in sorted((self._folder / name for name in names), key=lambda f: f.stat().st_mtime)[: KEPT // 5]:
                file.unlink(missing_ok=True)
