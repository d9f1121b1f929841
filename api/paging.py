"""Lists are cut, filtered, sorted and counted here, never by who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.errors import Malformed

T = TypeVar("T")
_MOST = 500


class Page(BaseModel, Generic[T]):
    """A part of a list. ``total`` counts all that the filters leave; ``counts`` how many have which value."""

    items: list[T]
    total: int = Field(ge=0, examples=[4])
    limit: int = Field(ge=1, examples=[50])
    offset: int = Field(ge=0, examples=[0])
    counts: dict[str, dict[str, int]] = Field(default={}, examples=[{"mode": {"sync": 4}}])


@dataclass(frozen=True)
class Paging:
    """Which part, in which order. ``sort`` names a field; a minus before it turns the order round."""

    limit: int
    offset: int
    sort: str

    def page(self, items: list[T], total: int, counts: Mapping[str, Mapping[str, int]] | None = None) -> dict[str, Any]:
        """A part that somebody else has cut already."""
        return {"items": items, "total": total, "limit": self.limit, "offset": self.offset, "counts": counts or {}}

    def cut(self, rows: Iterable[T], fields: Mapping[str, Callable[[T], Any]], counted: Sequence[str] = ()) -> dict[str, Any]:
        """The part of all rows. ``fields`` are those that can be sorted by; ``counted`` those whose values are counted."""
        every = list(rows)
        counts = {name: dict(Counter(str(fields[name](row)) for row in every)) for name in counted}
        name = self.sort.removeprefix("-")
        if name:
            if name not in fields:
                raise Malformed(f"sort: {name} is none of {', '.join(sorted(fields))}")
            every.sort(key=lambda row: _order(fields[name](row)), reverse=self.sort.startswith("-"))
        return self.page(every[self.offset : self.offset + self.limit], len(every), counts)


def _order(value: Any) -> tuple[bool, str, float]:
    """None last; numbers and texts apart."""
    return (value is None, value if isinstance(value, str) else "", float(value) if isinstance(value, (int, float)) else 0.0)


def _paging(
    limit: Annotated[int, Query(ge=1, le=_MOST, description="How many at most.")] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000, description="How many to leave out before them.")] = 0,
    sort: Annotated[str, Query(max_length=40, description="A field to sort by; a minus before it turns the order round.")] = "",
) -> Paging:
    return Paging(limit, offset, sort)


def _part(
    limit: Annotated[int, Query(ge=1, le=_MOST, description="How many at most.")] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000, description="How many to leave out before them.")] = 0,
) -> Paging:
    return Paging(limit, offset, "")


Asked = Annotated[Paging, Depends(_paging)]
AskedPart = Annotated[Paging, Depends(_part)]
"""For lists that have one order."""
