"""What is asked about a held change."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.names import BaseRevision, Body, Reason


class Verdict(Body):
    """``approve`` lets exactly what was shown land; ``reject`` gives the client back what main has."""

    decision: Literal["approve", "reject"] = Field(examples=["approve"])
    all: bool = Field(default=False, description="The same for everything that is held for this target.")
    base_revision: BaseRevision = None
    reason: Reason = ""


class Reasoned(Body):
    base_revision: BaseRevision = None
    reason: Reason = ""
