"""Programs that fetch a package and run it. A named package is what they are for; code from an address is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

_RUNNERS: Mapping[str, tuple[str, ...]] = {
    "npx": (), "pnpx": (), "bunx": (), "uvx": (),
    "npm": ("exec", "x", "install", "i"), "pnpm": ("dlx", "exec"), "yarn": ("dlx",), "bun": ("x", "run"), "uv": ("run", "tool", "pip"),
    "pipx": ("run", "install"), "pip": ("install",), "deno": ("run", "serve"),
    "go": ("run", "install"), "cargo": ("install",),
}  # fmt: skip
"""Runner and its words that run a package; none: it always does."""

_SECOND_WORDS = ("run", "install")
_PACKAGE_OPTIONS = ("-p", "--package", "--from", "--with", "--spec")
_NO_VALUE = ("-y", "--yes", "-q", "--quiet", "-A", "--allow-all", "--")
_address = re.compile(r"(?:git\+|git:|git@|github:|gitlab:|bitbucket:|gist:|file:|https?:)|\S+@(?:git\+|https?:|npm:|file:)", re.IGNORECASE)
_shorthand = re.compile(rf"{_address.pattern}|[\w-][\w.-]*/[\w.-]+(?:#.*)?$", re.IGNORECASE)
"""npm takes ``someone/thing`` from GitHub."""
_FROM_GITHUB = ("npx", "pnpx", "bunx", "npm", "pnpm", "yarn")
_module = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?@\S+")
"""Go's packages are named by the host that they are fetched from."""
_registry = re.compile(r"--(?:registry|index|index-url|default-index|extra-index-url|find-links)(?:=.*)?")


def package_dangers(program: str, rest: Sequence[str]) -> list[str]:
    """Why the runner fetches code from an unusual place; empty for other programs and for named packages."""
    words = _RUNNERS.get(program)
    if words is None or (words and not (rest and rest[0] in words)):
        return []
    told = list(rest[1:] if words else rest)
    if words and told and told[0] in _SECOND_WORDS:
        told = told[1:]
    address = _module if program == "go" else _shorthand if program in _FROM_GITHUB else _address
    found = ["it runs code from an address"] if any(address.match(word) for word in _packages(told)) else []
    return found + (["it takes packages from another registry"] if any(_registry.fullmatch(word) for word in told) else [])


def _packages(told: list[str]) -> Iterator[str]:
    """Words that name the package, or may: after an option that is not known a word may be its value."""
    yield from (word for before, word in pairwise(told) if before in _PACKAGE_OPTIONS)
    yield from (word.split("=", 1)[1] for word in told if word.startswith(tuple(f"{option}=" for option in _PACKAGE_OPTIONS)))
    before = ""
    for word in told:
        if not word.startswith("-"):
            yield word
            if not before.startswith("-") or "=" in before or before in _NO_VALUE:
                return
        before = word
