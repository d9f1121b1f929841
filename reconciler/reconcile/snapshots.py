"""What a target and main agreed on at one time, as text to look at, and how two of them differ. Holds no secret."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from reconciler.errors import ReconcilerError
from reconciler.mapping.lowering import config_of
from reconciler.mapping.printable import printable
from reconciler.model.fields import Fields, are_same
from reconciler.model.names import EntityId, Revision
from reconciler.reconcile.agreement import agreement_at
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.hiding import Hiding
from reconciler.reconcile.targets import Target

_MOST_KEPT = 4
"""Texts of one entity: before and after a change, and as an overlay has it."""
_AROUND = 3
_HUNK = re.compile(r"@@ -(\d+)(.*) \+(\d+)(.*) @@\n")


class _Printed(NamedTuple):
    fields: Fields
    basis: tuple[str, ...]
    """What it was masked with: the vault's generation, and what was declared to be no secret."""
    text: str


@dataclass
class Snapshots:
    centre: Centre
    hiding: Hiding
    _printed: dict[EntityId, list[_Printed]] = field(default_factory=dict, repr=False)
    """What was printed last of each entity: most are as they were, the same for most targets, and to mask them again took most
    of a pass."""

    def text(self, target: Target, ref: str) -> str:
        """What one version of the synced ref said, as JSON; empty for a version that is no longer kept."""
        if not ref:
            return ""
        try:
            agreed = agreement_at(self.centre, target, Revision(ref))
        except ReconcilerError:
            return ""
        plain = [str(name) for name in self.centre.settings(agreed.revision).list("plain_values")] if agreed.revision else []
        parts = [self._part(e, fields, plain) for e, fields in sorted(agreed.config.items())]
        return "{\n" + ",\n".join(parts) + "\n}\n" if parts else "{}\n"

    def _part(self, entity: EntityId, fields: Fields, plain: list[str]) -> str:
        basis, known = (self.hiding.generation, *plain), self._printed.setdefault(entity, [])
        for last in known:
            if last.basis == basis and are_same(last.fields, fields):
                return last.text
        text = json.dumps({str(entity): config_of(printable(entity, fields, plain))}, indent=2, ensure_ascii=False, default=str)
        part: str = self.hiding.hidden(text.removeprefix("{\n").removesuffix("\n}"))
        known.insert(0, _Printed(fields, basis, part))
        del known[_MOST_KEPT:]
        return part


def difference(old: str, new: str) -> str:
    """The unified difference. Only what stands between the first and the last line that differ is compared: the rest is long."""
    was, now = old.splitlines(True), new.splitlines(True)
    start = _alike(was, now)
    end = _alike(was[start:][::-1], now[start:][::-1])
    first, last = max(0, start - _AROUND), max(0, end - _AROUND)
    rows = difflib.unified_diff(was[first : len(was) - last], now[first : len(now) - last], "before", "after", n=_AROUND)
    return "".join(_moved(rows, first))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _moved(rows: Iterable[str], lines: int) -> Iterable[str]:
    """The same difference, so many lines further down."""
    for row in rows:
        hunk = _HUNK.fullmatch(row)
        yield f"@@ -{int(hunk[1]) + lines}{hunk[2]} +{int(hunk[3]) + lines}{hunk[4]} @@\n" if hunk else row
