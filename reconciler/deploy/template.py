"""The files that a new central repository, and the scratch home of `demo`, start from. Reads them; writes nothing."""

from __future__ import annotations

from pathlib import Path

from reconciler.errors import Stalled

_PACKAGE = Path(__file__).resolve().parents[1]


def template_files() -> dict[str, bytes]:
    """Every file of the template by its path with ``/``: from the installed package, else from the source tree."""
    for root in (_PACKAGE / "template", _PACKAGE.parent / "config-repo-template"):
        if (root / "reconciler.yaml").is_file():
            return _files(root)
    raise Stalled("The template of the central repository is missing from this installation: install it again.")


def sample_files() -> dict[str, bytes]:
    """A home folder with files of four clients, as those clients write them."""
    return _files(_PACKAGE / "samples")


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
