"""What a browser loads: the scripts of the dashboard's first page, and those of single pages, packed as they are sent."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping

from bench.figures import Figure

_START_KB = 180.0
_NAMED = re.compile(rb'(?:src|href)="/(assets/[^"]+\.js)"')


def figures(files: Mapping[str, bytes]) -> list[Figure]:
    """Nothing where the dashboard was not built."""
    if "index.html" not in files:
        return []
    named = {name.decode() for name in _NAMED.findall(files["index.html"])}
    scripts = {name: len(gzip.compress(content)) / 1000 for name, content in files.items() if re.fullmatch(r"assets/.*\.js", name)}
    english = {name for name in scripts if name.startswith("assets/en-")}  # a start needs one language as well
    later = [Figure(f"dashboard, later: {_short(name)}", size, "KB") for name, size in sorted(scripts.items()) if name not in named | english and size >= 1]
    return [Figure("dashboard, scripts of the first page", sum(scripts[name] for name in named | english), "KB", _START_KB), *later]


def _short(name: str) -> str:
    return re.sub(r"-[\w-]{8}$", "", name.removeprefix("assets/").removesuffix(".js"))
