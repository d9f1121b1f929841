"""Write the JSON Schemas of the central repository's files: ``python scripts/schemas.py FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from reconciler.model.schemas import json_schemas


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in json_schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
