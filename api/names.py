"""Names in addresses and bodies, as all features write them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import ConfigDict, Field

from api.bodies import Told

TARGET = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}/[a-z][a-z0-9-]{0,40}/(user|(project|local):[A-Za-z0-9][A-Za-z0-9._-]{0,60})$"
REVISION = r"^[0-9a-f]{4,40}$"

ClientId = Annotated[str, Path(pattern=TARGET, examples=["laptop-1/claude/user"], description="machine/client/scope, as in the list.")]
ItemId = Annotated[str, Path(pattern=r"^[0-9a-f]{4,10}$", examples=["1a2b3c4d5e"], description="Follows from the content: a decision holds for what was seen.")]
RevisionName = Annotated[str, Path(pattern=REVISION, examples=["4f2c1a9b"], description="A revision of main, or its first digits.")]

Reason = Annotated[str, Field(max_length=500, description="For the audit trail.", examples=["agreed in review"])]
BaseRevision = Annotated[
    str | None,
    Field(pattern=REVISION, description="The revision of main that you saw: where it no longer fits, nothing is done (409).", examples=["4f2c1a9b"]),
]


class Body(Told):
    """What a request may hold and nothing else; what it holds is not repeated in errors."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
