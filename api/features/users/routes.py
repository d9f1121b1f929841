"""`/api/v1/users`: for admins."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.access import Admin
from api.errors import CREATED, NotAllowed, NotSignedIn, Unaudited, documented
from api.features.users import accounts
from api.features.users.shapes import Done, Name, NewUser, UserChange, UserShown
from api.paging import Asked, Page
from api.services import Given
from reconciler.model.accounts import ROLES, User

router = APIRouter(prefix="/api/v1/users", tags=["users"], responses=documented(NotSignedIn, NotAllowed, Unaudited))

_FIELDS = {"username": lambda u: u.username, "role": lambda u: ROLES.index(u.role), "created_at": lambda u: u.created_at}


@router.get("", response_model=Page[UserShown])
def list_users(person: Admin, services: Given, paging: Asked) -> dict[str, Any]:
    """Everybody who may sign in."""
    page = paging.cut(services.users.all(), _FIELDS)
    return {**page, "items": [_shown(u) for u in page["items"]]}


@router.post("", response_model=UserShown, status_code=CREATED)
def add_user(asked: NewUser, person: Admin, services: Given) -> dict[str, Any]:
    """Add somebody."""
    return _shown(accounts.add(services, person.name, asked.username, asked.role, asked.password.get_secret_value()))


@router.patch("/{username}", response_model=UserShown)
def change_user(username: Name, asked: UserChange, person: Admin, services: Given) -> dict[str, Any]:
    """Change a role or a password. They must sign in again afterwards."""
    password = asked.password.get_secret_value() if asked.password else None
    return _shown(accounts.change(services, person.name, username, asked.role, password, asked.reason))


@router.delete("/{username}", response_model=Done)
def remove_user(username: Name, person: Admin, services: Given) -> dict[str, Any]:
    """Remove somebody; their tokens no longer count. The audit trail keeps their name."""
    accounts.remove(services, person.name, username)
    return {"done": True}


def _shown(user: User) -> dict[str, Any]:
    return {"username": user.username, "role": user.role, "created_at": user.created_at}
