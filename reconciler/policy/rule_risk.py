"""What a change of a rule risks: its text is low, a wider audience is not."""

from __future__ import annotations

from reconciler.model.fields import Fields, changed_paths, dotted
from reconciler.policy.findings import Finding, low, medium

_TEXT = frozenset({("body",), ("description",), ("globs",)})
_CLIENTS = ("clients",)


def rule_findings(before: Fields | None, after: Fields | None) -> list[Finding]:
    if after is None:
        return [] if before is None else [low("a rule is removed")]
    if before is None:
        return [low("a new rule"), *(medium(f"{dotted(path)} is new") for path in after if path not in _TEXT | {_CLIENTS})]
    changed = changed_paths(before, after)
    found = [low("the text of a rule") if path in _TEXT else medium(f"{dotted(path)} changes") for path in changed if path != _CLIENTS]
    return [*found, *([_audience(before, after)] if _CLIENTS in changed else [])]


def _audience(before: Fields, after: Fields) -> Finding:
    was, now = before.get(_CLIENTS), after.get(_CLIENTS)  # absent means every client
    is_narrower = now is not None and (was is None or set(now) <= set(was))
    return low("the rule is for fewer clients") if is_narrower else medium("the rule reaches more clients")
