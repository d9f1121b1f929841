"""What signing in takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from api.bodies import Told
from reconciler.model.accounts import Role

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,49}$")]


class Asked(Told):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Login(Asked):
    username: str = Field(min_length=1, max_length=50, examples=["ann"])
    password: SecretStr = Field(min_length=1, max_length=1024, examples=["correct horse battery"])


class Link(Asked):
    """The secret part of a one-time link."""

    link: SecretStr = Field(min_length=1, max_length=200, examples=["rec_login_…"])


class SetUp(Link):
    """The first admin."""

    username: Name = Field(examples=["ann"])
    password: SecretStr = Field(min_length=10, max_length=1024, examples=["correct horse battery"])


class Me(BaseModel):
    username: str = Field(examples=["ann"])
    role: Role = Field(examples=["approver"])
    by: Literal["cookie", "bearer"] = Field(examples=["cookie"])
    expires_at: float = Field(examples=[1790000000.0])
    csrf_token: str = Field(description="Send it as X-CSRF-Token with every change when signed in by cookie.", examples=["9f86d081884c7d65"])


class SignedIn(BaseModel):
    """The cookie is set as well. The access token is for scripts: `Authorization: Bearer …`."""

    access_token: str = Field(examples=["rec_access_…"])
    token_type: Literal["bearer"] = "bearer"
    expires_in: int = Field(examples=[3600])
    csrf_token: str = Field(examples=["9f86d081884c7d65"])
    user: Me


class NewToken(Asked):
    name: str = Field(min_length=1, max_length=100, examples=["nightly export"])
    scope: Role = Field(default="viewer", description="The most that it allows; never more than its user's role.", examples=["viewer"])
    expires_in_days: int = Field(default=90, ge=1, le=366, examples=[90])


class TokenShown(BaseModel):
    id: str = Field(examples=["1f0c5b1f6d2e4a90"])
    name: str = Field(examples=["nightly export"])
    scope: Role = Field(examples=["viewer"])
    created_at: float = Field(examples=[1780000000.0])
    expires_at: float = Field(examples=[1787776000.0])


class TokenMade(TokenShown):
    access_token: str = Field(description="Shown this once.", examples=["rec_token_…"])


class Done(BaseModel):
    done: bool = True
