"""What of a pass people are to be told of who are not looking: once for as long as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.mapping.secret_guard import leaks
from reconciler.model.names import shown
from reconciler.model.ulid import ulid
from reconciler.ports import Ports
from reconciler.ports.notices import Notice, NoticeKind
from reconciler.reconcile.centre import POLICY_ENTITY
from reconciler.reconcile.pass_result import Pass, TargetPass

_FACTS = "notices"
_FIGHT = "Fight"
_MAIN = "main"
_LONGEST = 500


def news(ports: Ports, result: Pass) -> list[Notice]:
    """Notices of what stands since this pass. What stood before is not told again, and what is gone may come again."""
    known = ports.memory.load(_FACTS)
    fresh: dict[str, object] = {key: value for key, value in known.items() if not _is_of(key, result)}
    found = list(_standing(result))
    fresh |= {f"{kind} {target}": text for kind, target, text in found}
    if fresh != known:
        ports.memory.save(_FACTS, fresh)
    now = ports.clock.now()
    new = [(kind, target, text) for kind, target, text in found if known.get(f"{kind} {target}") != text]
    return [Notice(ulid(now, ports.entropy(10)), kind, ports.machine, target, text, now) for kind, target, text in dict.fromkeys(new)]


def _is_of(key: str, result: Pass) -> bool:
    """Whether the pass has looked at what a note is about."""
    return key.partition(" ")[2] in {*(done.target.id for done in result.targets), _MAIN}


def _standing(result: Pass) -> Iterator[tuple[NoticeKind, str, str]]:
    for problem in result.problems[:1]:
        yield "stalled", _MAIN, _safe(f"main does not validate: {problem.file}:{problem.line}: {problem.reason}; {problem.advice}")
    if any(POLICY_ENTITY in done.waiting for done in result.targets):
        yield "held", _MAIN, "a weaker policy waits for an approver"
    for done in result.targets:
        yield from _of_target(done)


def _of_target(done: TargetPass) -> Iterator[tuple[NoticeKind, str, str]]:
    for problem in [p for p in done.problems if p.is_stalling][:1]:
        kind: NoticeKind = "fight" if problem.kind == _FIGHT else "stalled"
        yield kind, done.target.id, _safe(f"{problem.file}:{problem.line}: {problem.reason}; {problem.advice}")
    words: Mapping[str, NoticeKind] = {"conflict": "conflict", "held": "held"}
    for word, kind in words.items():
        names = sorted(" ".join(x for x in shown(e) if x) for e, w in done.waiting.items() if w == word and e != POLICY_ENTITY)
        if names:
            yield kind, done.target.id, _safe(f"{', '.join(names)}: see `reconciler conflicts`")


def _safe(text: str) -> str:
    return "(not shown: it looks like a secret); see `reconciler status`" if leaks(text) else text[:_LONGEST]
