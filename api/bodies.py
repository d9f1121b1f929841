"""What every body of a request keeps to: texts that can be stored and sent on, and no deeper than our files may be."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, model_validator

from reconciler.formats.edit import MAX_DEPTH

_NEVER = re.compile("[\0\ud800-\udfff]")


class Told(BaseModel):
    """Base of all that is read from a body."""

    @model_validator(mode="before")
    @classmethod
    def _can_be_held(cls, value: Any) -> Any:
        """Own stack: the value may be nested deeper than Python may call. Names no value: it may be a secret."""
        todo = [(value, 0)]
        while todo:
            one, depth = todo.pop()
            if isinstance(one, str) and _NEVER.search(one):
                raise ValueError("a text holds a NUL or half of a surrogate pair, which nothing can store")
            if isinstance(one, dict | list) and depth > MAX_DEPTH:
                raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
            inner = [*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else []
            todo += [(part, depth + 1) for part in inner]
        return value
