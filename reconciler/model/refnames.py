"""Names of references, and which target a reference belongs to. Pure text; never looks into a repository."""

from __future__ import annotations

import re

from reconciler.errors import Stalled
from reconciler.model.names import TargetId

MAIN = "refs/heads/main"
CHANGES = "refs/heads/changes/"
SYNCED = "refs/synced/"
REVIEWS = "refs/reviews/"
FETCHED = "refs/fetched/"
"""What the remote's references named when they were last fetched, below it their names without ``refs/``."""
KNOWN = "refs/known/"
"""What this machine and the remote last agreed on, of each reference: the base when both have moved."""
MACHINES = "refs/machines/"
"""On the remote: which installation holds a machine's name."""
APPROVALS = "refs/approvals/main"
"""Where it is kept which content of main may be written to clients."""
POLICY = "refs/policy/main"
"""The revision of main whose ``reconciler.yaml`` was in force last: what weakens it waits for an approver."""

_PART = re.compile(r"[a-z0-9_][a-z0-9._-]*")
_FOLDERS = ("project", "local")
"""What the names of scopes start with that a project's name follows."""
_COMMANDS = "commands"
_LANDED = "landed"
# What git check-ref-format refuses anywhere in a name.
_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|/$|\.$|\.lock(?:/|$)")


def change_branch(target: TargetId, ulid: str) -> str:
    """The branch that one captured edit of the target is committed on."""
    return change_prefix(target) + _checked(ulid)


def change_prefix(target: TargetId) -> str:
    """What the names of all change branches of the target start with."""
    return f"{CHANGES}{_in_ref(target)}/"


def commands_prefix(machine: str) -> str:
    """What the names of the branches start with on which a machine's commands propose commits to a protected main."""
    return f"{CHANGES}{_checked(machine)}/{_COMMANDS}/"


def is_of_command(ref: str) -> bool:
    """True for a branch on which a command proposes a commit, and not a client's edit."""
    parts = ref.removeprefix(CHANGES).split("/")
    return ref.startswith(CHANGES) and len(parts) == 3 and parts[1] == _COMMANDS


def landed_branch(machine: str) -> str:
    """The branch that shows a Git host what main has here, where it takes no push of main itself."""
    return f"{CHANGES}{_checked(machine)}/{_LANDED}"


def synced_ref(target: TargetId) -> str:
    """Where the version is kept that the target and main last agreed on."""
    return SYNCED + _in_ref(target)


def review_ref(target: TargetId) -> str:
    """Where what waits for a person is kept."""
    return REVIEWS + _in_ref(target)


def fetched_ref(name: str) -> str:
    """Where it is kept what a reference of the remote named when it was last fetched."""
    return FETCHED + name.removeprefix("refs/")


def known_ref(name: str) -> str:
    """Where it is kept what this machine and the remote last agreed on."""
    return KNOWN + name.removeprefix("refs/")


def proposed_ref(branch: str) -> str:
    """What is proposed to a protected main from a change branch."""
    return "refs/proposed/" + branch.removeprefix("refs/heads/")


def closed_ref(branch: str) -> str:
    """What was proposed from a change branch, and closed by people."""
    return "refs/closed/" + branch.removeprefix("refs/heads/")


def of_machine(machine: str) -> tuple[str, ...]:
    """What the names of a machine's own references on the remote start with."""
    return tuple(f"{prefix}{_checked(machine)}/" for prefix in (CHANGES, SYNCED, REVIEWS))


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
    kind, _, name = scope.partition(".")
    if kind in _FOLDERS:
        scope = f"{kind}:{name}"
    target = TargetId(f"{machine}/{client}/{scope}")
    return target if scope == "user" or _is_of_folder(scope) else None


def _in_ref(target: TargetId) -> str:
    parts = target.split("/")
    if len(parts) != 3 or not (parts[2] == "user" or _is_of_folder(parts[2])):
        raise Stalled(f"{target!r} is no target: expected machine/client/user, machine/client/project:name or machine/client/local:name")
    machine, client, scope = parts
    return "/".join(_checked(part) for part in (machine, client, scope.replace(":", ".", 1)))


def _is_of_folder(scope: str) -> bool:
    kind, _, name = scope.partition(":")
    return kind in _FOLDERS and _is_part(name)


def _checked(part: str) -> str:
    if not _is_part(part):
        raise Stalled(f"{part!r} cannot be in a branch name: use a-z, 0-9, '-', '_' and single dots, and no '.lock' at the end")
    return part


def _is_part(part: str) -> bool:
    return bool(_PART.fullmatch(part)) and ".." not in part and not part.endswith((".", ".lock"))
