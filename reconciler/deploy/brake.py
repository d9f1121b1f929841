"""The ``Brake`` port as one small file. A file that cannot be read still means "paused": it fails closed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from reconciler.deploy.objects import make_durable_folder, sync_folder
from reconciler.ports.brake import Pause


class FileBrake:
    def __init__(self, path: Path) -> None:
        self._path = path

    def pulled(self) -> Pause | None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            return Pause("somebody", f"{self._path} cannot be read", 0.0)
        try:
            return Pause(**json.loads(data))
        except (ValueError, TypeError):
            return Pause("somebody", f"{self._path} does not say why", 0.0)

    def pull(self, pause: Pause) -> None:
        make_durable_folder(str(self._path.parent))
        temp = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
            json.dump(vars(pause), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temp, self._path)
        sync_folder(str(self._path.parent))

    def release(self) -> None:
        self._path.unlink(missing_ok=True)
