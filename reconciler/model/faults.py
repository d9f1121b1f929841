"""From a file's plain values to its model, or to problems that say in plain words where to look and what to write.

A problem never shows a value: it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reconciler.model.central_file import ENTITY_PATTERN, ENV_PATTERN, FIELD_PATTERN, TARGET_PATTERN, WHEN_PATTERN
from reconciler.model.results import Problem
from reconciler.model.tool_entry import CLIENT_PATTERN

Position = Callable[[tuple[str | int, ...]], tuple[int, int]]
"""Line and column of the key or item at a path, from 1. May raise ``LookupError`` for a path that the file lacks."""

Loc = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "string_type": "text", "int_type": "a whole number", "bool_type": "true or false", "list_type": "a list",
    "dict_type": "a map", "model_type": "a map",
    "string_too_short": "text that is not empty", "too_short": "a list that is not empty",
}  # fmt: skip
_PATTERNS = {
    CLIENT_PATTERN: "the name of a client: small letters, digits and -",
    ENTITY_PATTERN: "an entity, such as mcp/github",
    FIELD_PATTERN: "ENTITY.FIELD, such as mcp/github.env.MODE",
    ENV_PATTERN: "the name of an environment variable, without =",
    TARGET_PATTERN: "a target of this machine, such as claude/user or codex/project:shop",
    WHEN_PATTERN: "a date or a time with its zone, such as 2026-01-31 or 2026-01-31T18:00Z",
}


def validated(model: type[M], path: str, data: object, position: Position | None = None) -> M | list[Problem]:
    """The model of the file at ``path``, or every problem that it has, from top to bottom."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = {_problem(model, path, each, position) for each in details}
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.reason))


def _problem(model: type[BaseModel], path: str, error: ErrorDetails, position: Position | None) -> Problem:
    loc = _loc(error)
    line, column = _place(position, loc)
    reason, advice = _words(model, error, loc)
    return Problem(path, reason, line, column, advice)


def _loc(error: ErrorDetails) -> Loc:
    """The path in the file: with the key that a broken rule points to, without the mark of an error in a key itself."""
    at = error.get("ctx", {}).get("at")
    loc = error["loc"][:-1] if _is_in_key(error) else error["loc"]
    return (*loc, at) if at else loc


def _is_in_key(error: ErrorDetails) -> bool:
    return error["loc"][-1:] == ("[key]",)


def _place(position: Position | None, loc: Loc) -> tuple[int, int]:
    """Where the path stands, or what is around it when the path itself is missing."""
    for end in range(len(loc), -1, -1) if position else ():
        try:
            return position(loc[:end])  # type: ignore[misc]  # not None in this loop
        except LookupError:
            continue
    return 1, 1


def _words(model: type[BaseModel], error: ErrorDetails, loc: Loc) -> tuple[str, str]:
    """The reason and the advice."""
    kind, ctx = error["type"], error.get("ctx", {})
    where = _shown((*loc[:-1], str(loc[-1])) if _is_in_key(error) else loc)
    if kind == "extra_forbidden":
        return f"unknown key {where}", _near(str(loc[-1]), _keys(_annotation(model, loc[:-1])), "known keys: ")
    if kind == "missing":
        return f"{where} is missing", ""
    if kind == "rule_broken":
        return f"{where}: {ctx['reason']}".removeprefix(": "), ""
    if kind == "literal_error":
        options = [text or number for text, number in re.findall(r"'([^']*)'|(\d+)", ctx["expected"])]
        wanted = " or ".join(part for part in (", ".join(options[:-1]), options[-1]) if part)
        return f"{where}: expected {wanted}, found {_other(error)}", _near(str(error["input"]), options)
    return f"{where or 'the file'}: expected {_wanted(kind, ctx)}, found {_other(error)}", _quotes(kind, error["input"])


def _wanted(kind: str, ctx: Mapping[str, Any]) -> str:
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(ctx["pattern"], f"text of the form {ctx['pattern']}")
    if kind == "greater_than":
        return f"a number above {ctx['gt']}"
    if kind == "greater_than_equal":
        return f"a number from {ctx['ge']} on"
    return _WANTED.get(kind, "another form")


def _other(error: ErrorDetails) -> str:
    """The sort of thing that stands there, and that it is another one than wanted; never the value."""
    if _is_in_key(error) and isinstance(error["input"], str):
        return "another name"
    found = _found(error["input"])
    if error["type"] in ("literal_error", "string_pattern_mismatch", "greater_than", "greater_than_equal"):
        return {"text": "other text", "a number": "another number"}.get(found, found)
    return found


def _found(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    names = {str: "text", int: "a number", float: "a number", dict: "a map", list: "a list"}
    name = names.get(type(value), "a date")
    return name if value or name not in ("text", "a map", "a list") else f"{name.removeprefix('a ')} that is empty"


def _quotes(kind: str, value: object) -> str:
    needs = kind == "string_type" and not isinstance(value, (str, Mapping, list)) and value is not None
    return "put it in quotes" if needs else ""


def _near(word: str, known: Sequence[str], otherwise: str = "") -> str:
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return otherwise + ", ".join(known) if otherwise and known else ""


def _shown(loc: Loc) -> str:
    """``env.MODE``, ``allow[2].shell``; a key as long as a token is cut."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{_cut(part)}" for part in loc).removeprefix(".")


def _cut(key: str) -> str:
    return key if len(key) <= 40 else f"{key[:12]}…"


def _annotation(model: type[BaseModel], loc: Loc) -> Any:
    """What may stand at a path, as a type, or None where the model has no such place."""
    at: Any = model
    for part in loc:
        at = next((step for step in (_step(option, part) for option in _options(at)) if step is not None), None)
        if at is None:
            return None
    return at


def _options(annotation: Any) -> Iterator[Any]:
    """The alternatives of a type, without null and without the marks around it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__value__"):  # a named type, as JsonValue is
        yield from _options(annotation.__value__)
    elif hasattr(annotation, "__metadata__"):
        yield from _options(args[0])
    elif origin in (dict, list) or not args:
        yield from () if annotation is NoneType else (annotation,)
    else:
        for arg in args:
            yield from _options(arg)


def _step(annotation: Any, part: str | int) -> Any:
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    if get_origin(annotation) is list:
        return get_args(annotation)[0] if isinstance(part, int) else None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return next((field.annotation for name, field in annotation.model_fields.items() if (field.alias or name) == part), None)
    return None


def _keys(annotation: Any) -> list[str]:
    models = [option for option in _options(annotation) if isinstance(option, type) and issubclass(option, BaseModel)]
    return [field.alias or name for model in models for name, field in model.model_fields.items()]
