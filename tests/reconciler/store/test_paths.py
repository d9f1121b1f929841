"""Which names a tree may hold."""

from __future__ import annotations

import pytest

from reconciler.errors import Stalled
from reconciler.store.paths import check_path

ZWNJ = "\N{ZERO WIDTH NON-JOINER}"


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".GIT",
        f".g{ZWNJ}it",
        f"{ZWNJ}.git",
        "\N{ZERO WIDTH NO-BREAK SPACE}.git",
        ".g\N{RIGHT-TO-LEFT OVERRIDE}it",
        ".git ",
        ".git.",
        ".git . .",
        ".git:stream",
        ".git::$INDEX_ALLOCATION",
        "git~1",
        "GIT~2",
        "\N{FULLWIDTH FULL STOP}git",
        ".gitmodules",
        "gitmod~1",
        ".",
        "..",
        "",
        "a\\b",
        "a\0b",
        "a\x7f",
        "a\x85",
        "a\ud800",
        "x" * 256,
        "한" * 86,
    ],
)
@pytest.mark.parametrize("place", ["{}", "a/{}", "{}/b"])
def test_a_dangerous_name_is_refused_anywhere(place: str, name: str) -> None:
    with pytest.raises(Stalled, match="cannot be a file of the repository"):
        check_path(place.format(name))


@pytest.mark.parametrize(
    "path", [".gitignore", ".github/workflows/a.yaml", "git", "mcp/git.yaml", "a b/c:d", "한글/é", "..a", "a..", "digit~1", "x" * 255, ".gitattributes"]
)
def test_a_plain_name_is_accepted(path: str) -> None:
    check_path(path)
