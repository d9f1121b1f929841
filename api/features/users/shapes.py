"""What is shown of users, and asked about them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from api.bodies import Told
from reconciler.model.accounts import Role

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,49}$")]


class UserShown(BaseModel):
    username: str = Field(examples=["ann"])
    role: Role = Field(examples=["approver"])
    created_at: float = Field(examples=[1780000000.0])


class NewUser(Told):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    username: Name = Field(examples=["bo"])
    role: Role = Field(examples=["operator"])
    password: SecretStr = Field(min_length=10, max_length=1024, examples=["correct horse battery"])


class UserChange(Told):
    """What is left out stays."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    role: Role | None = Field(default=None, examples=["viewer"])
    password: SecretStr | None = Field(default=None, min_length=10, max_length=1024, examples=["correct horse battery"])
    reason: str = Field(default="", max_length=500, examples=["left the team"])


class Done(BaseModel):
    done: bool = True
