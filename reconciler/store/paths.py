"""Which paths may enter a tree, and how names and messages are made fit for a commit. Pure; never touches a disk.

A tree with ``.git`` or ``..`` in it becomes an attack as soon as a person checks it out, on whatever file system.
"""

from __future__ import annotations

import re
import unicodedata

from reconciler.errors import Stalled
from reconciler.ports import Author

MAX_NAME_BYTES = 255
# NTFS drops dots and spaces at the end, knows short names, and takes what follows ':' for a stream.
_GIT_LIKE = re.compile(r"(?:\.git|git~\d+|\.gitmodules|gitmod~\d+)[. ]*(?::.*)?")
# Git and libgit2 trim these from the ends of a name; what they would trim is trimmed here, for every store alike.
_CRUD = " .,:;<>\"\\'"


def check_path(path: str) -> None:
    """Raise ``Stalled`` unless every system can check the path out as a plain file below the root."""
    if not path or path.startswith("/"):
        raise Stalled(f"{path!r} cannot be a file of the repository: expected a relative path")
    for name in path.split("/"):
        reason = _refusal(name)
        if reason:
            raise Stalled(f"{path!r} cannot be a file of the repository: {reason}")


def _refusal(name: str) -> str | None:
    if name in ("", ".", ".."):
        return f"{name!r} is no name"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name) or "\\" in name:
        return "it has a control character or a backslash"
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"a name in it is longer than {MAX_NAME_BYTES} bytes"
    if _GIT_LIKE.fullmatch(_seen_by_file_systems(name)):
        return f"{name!r} reads as Git's own folder or file on some systems"
    return None


def _seen_by_file_systems(name: str) -> str:
    """What HFS+ and NTFS make of a name: no invisible characters, one case, compatible forms as one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def fit_author(author: Author) -> Author:
    """The author as Git stores it: no line ends, no angle brackets, whole seconds in UTC."""
    return Author(_fit_name(author.name), _fit_name(author.email), float(max(0, int(author.when))))


def _fit_name(text: str) -> str:
    shown = "".join(char for char in _storable(text) if char not in "<>" and unicodedata.category(char) != "Cc")
    return shown.strip(_CRUD) or "unknown"


def fit_message(message: str) -> str:
    """The message as Git stores it: no NUL, which would cut it off, and one line end at its end."""
    return _storable(message).replace("\0", "\N{REPLACEMENT CHARACTER}").strip("\n") + "\n"


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
