"""Mode, owner and extended attributes (ACLs are among them) of a file, carried over to the one that takes its place."""

from __future__ import annotations

import errno
import os
import stat

from reconciler.errors import Stalled

_NOT_HERE = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EPERM, errno.EACCES)


def carry_over(source: int, staged: int, path: str) -> None:
    """Give the open file ``staged`` all that ``source`` has but its bytes. Raises ``Stalled`` when something would be lost."""
    was, now = os.fstat(source), os.fstat(staged)
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        _give_to(staged, was.st_uid, was.st_gid, path)
    _carry_attributes(source, staged, path)
    os.fchmod(staged, stat.S_IMODE(was.st_mode))  # last: changing the owner clears bits of the mode, an ACL sets some


def _give_to(staged: int, user: int, group: int, path: str) -> None:
    try:
        os.fchown(staged, user, group)
    except PermissionError as error:
        advice = "give the file to this user and group, or run as its owner"
        raise Stalled(f"{path}: writing it would change its owner ({user}:{group}); {advice}") from error


def _carry_attributes(source: int, staged: int, path: str) -> None:
    if not hasattr(os, "listxattr"):  # macOS: python has no call for them
        return
    was, now = _attributes(source), _attributes(staged)
    for name in now.keys() - was.keys():  # inherited from the folder's default ACL
        os.removexattr(staged, name)
    for name, value in was.items():
        if now.get(name) != value:
            _set(staged, name, value, path)


def _attributes(file: int) -> dict[str, bytes]:
    """Labels of the kernel's security modules are left out: the policy of the folder gives them."""
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file) if not name.startswith("security.")}
    except OSError as error:
        if error.errno in _NOT_HERE:
            return {}
        raise


def _set(staged: int, name: str, value: bytes, path: str) -> None:
    try:
        os.setxattr(staged, name, value)
    except OSError as error:
        raise Stalled(f"{path}: its attribute {name} cannot be kept ({error.strerror}); remove it or write the file by hand") from error
