"""What all models of the central repository's files have in common.

Importing pydantic costs 0.1 s: callers import these models only when a file is to be checked.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from reconciler.model.tool_entry import CLIENT_PATTERN

ENTITY_PATTERN = r"^(mcp|rules|tools)/.+$"
FIELD_PATTERN = r"^(mcp|rules|tools)/[^.]+\..+$"
# A name with "=" or a null byte cannot be given to a program: a value would end up in another variable.
ENV_PATTERN = r"^[^=\x00]+$"
# The id of a target without its machine, which is the file's name.
TARGET_PATTERN = r"^[a-z][a-z0-9-]*/(user|(project|local):[A-Za-z0-9][A-Za-z0-9._-]*)$"
WHEN_PATTERN = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$"
# Five fields; what numbers they may hold, the scheduler says.
CRON_PATTERN = r"^[0-9A-Za-z*/,-]+( [0-9A-Za-z*/,-]+){4}$"

EXPORT_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"

ClientName = Annotated[str, StringConstraints(pattern=CLIENT_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1)]


def _json(value: Any) -> Any:
    """Refuse what JSON cannot say: YAML and TOML know dates."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif not isinstance(item, (str, int, float, bool, NoneType)):
            raise rule_broken("", "expected JSON values; put a date in quotes")
    return value


# The keys below a client's name are that client's own, so their types are not known here.
Extra = dict[ClientName, dict[str, Annotated[Any, AfterValidator(_json)]]]


class CentralFile(BaseModel):
    """A map of known keys. Text is never made from numbers, nor numbers from text: what a person wrote is what counts."""

    # Built when first used: most passes need one or two of the models, and a process pays for those only.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    def nested(self) -> dict[str, Any]:
        """The keys that the file holds, as plain values. What it leaves out is not there."""
        return self.model_dump(exclude_unset=True, by_alias=True)


def rule_broken(at: str, reason: str) -> PydanticCustomError:
    """The error for keys that do not fit each other; ``at`` is the key to look at."""
    return PydanticCustomError("rule_broken", "{reason}", {"at": at, "reason": reason})


@cache
def overlay_of(model: type[CentralFile]) -> type[CentralFile]:
    """The model of an overlay: each key may be left out, or be null to take it away; ``absent`` takes the entity away.

    What only holds for a whole entity (a transport has its fields) is checked once the layers lie on each other.
    """
    absent = (bool, Field(default=False, description="true: this layer takes the whole entity away"))
    return _overlay(model, f"{model.__name__}Overlay", {"absent": absent})


@cache
def _part_of(model: type[CentralFile]) -> type[CentralFile]:
    return _overlay(model, f"{model.__name__}OverlayPart", {})


def _overlay(model: type[CentralFile], name: str, more: dict[str, Any]) -> type[CentralFile]:
    fields: dict[str, Any] = {
        key: (_nullable(field.annotation), Field(default=None, alias=field.alias, description=field.description))
        for key, field in model.model_fields.items()
    }
    return create_model(name, __base__=CentralFile, __doc__=model.__doc__, **more, **fields)


def _nullable(annotation: Any) -> Any:
    """The annotation with null allowed, in its maps too. Lists are replaced as a whole, so their items stay."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        inner = [arg for arg in args if arg is not NoneType]
        return _nullable(inner[0]) if len(inner) == 1 else annotation | None
    if origin is dict:
        return dict.__class_getitem__((args[0], _nullable(args[1]))) | None
    if isinstance(annotation, type) and issubclass(annotation, CentralFile):
        return _part_of(annotation) | None
    return annotation | None
