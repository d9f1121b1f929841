"""Names of references, and which target a reference belongs to. Pure text; never looks into a repository."""

from __future__ import annotations

import re

from reconciler.errors import Stalled
from reconciler.model.names import TargetId

MAIN = "refs/heads/main"
CHANGES = "refs/heads/changes/"
SYNCED = "refs/synced/"
REVIEWS = "refs/reviews/"
APPROVALS = "refs/approvals/main"
"""Where it is kept which content of main may be written to clients."""

_PART = re.compile(r"[a-z0-9_][a-z0-9._-]*")
_PROJECT = "project"
# What git check-ref-format refuses anywhere in a name.
_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|/$|\.$|\.lock(?:/|$)")


def change_branch(target: TargetId, ulid: str) -> str:
    """The branch that one captured edit of the target is committed on."""
    return change_prefix(target) + _checked(ulid)


def change_prefix(target: TargetId) -> str:
    """What the names of all change branches of the target start with."""
    return f"{CHANGES}{_in_ref(target)}/"


def synced_ref(target: TargetId) -> str:
    """Where the version is kept that the target and main last agreed on."""
    return SYNCED + _in_ref(target)


def review_ref(target: TargetId) -> str:
    """Where what waits for a person is kept."""
    return REVIEWS + _in_ref(target)


def target_of(ref: str) -> TargetId | None:
    """The target of a change branch, synced or review reference; None for any other name."""
    for prefix, count in ((CHANGES, 4), (SYNCED, 3), (REVIEWS, 3)):
        parts = ref.removeprefix(prefix).split("/")
        if ref.startswith(prefix) and len(parts) == count and all(map(_is_part, parts)):
            return _target(*parts[:3])
    return None


def is_ref_name(name: str) -> bool:
    """True for a full name that git accepts (``git check-ref-format``)."""
    return name.startswith("refs/") and name.count("/") >= 2 and not _REFUSED.search(name)


def _target(machine: str, client: str, scope: str) -> TargetId | None:
    if scope.startswith(_PROJECT + "."):
        scope = _PROJECT + ":" + scope.removeprefix(_PROJECT + ".")
    target = TargetId(f"{machine}/{client}/{scope}")
    return target if scope == "user" or _is_project(scope) else None


def _in_ref(target: TargetId) -> str:
    parts = target.split("/")
    if len(parts) != 3 or not (parts[2] == "user" or _is_project(parts[2])):
        raise Stalled(f"{target!r} is no target: expected machine/client/user or machine/client/project:name")
    machine, client, scope = parts
    return "/".join(_checked(part) for part in (machine, client, scope.replace(":", ".", 1)))


def _is_project(scope: str) -> bool:
    kind, _, name = scope.partition(":")
    return kind == _PROJECT and _is_part(name)


def _checked(part: str) -> str:
    if not _is_part(part):
        raise Stalled(f"{part!r} cannot be in a branch name: use a-z, 0-9, '-', '_' and single dots, and no '.lock' at the end")
    return part


def _is_part(part: str) -> bool:
    return bool(_PART.fullmatch(part)) and ".." not in part and not part.endswith((".", ".lock"))
