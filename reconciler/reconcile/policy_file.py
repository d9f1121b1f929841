"""``reconciler.yaml`` as people see and change it as a whole: read, checked, committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.errors import Raced, Stalled
from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, Remove, Set
from reconciler.mapping.secret_guard import leaks
from reconciler.model.names import Revision
from reconciler.model.results import Problem
from reconciler.model.trailers import RESOLVED_BY, with_trailers
from reconciler.reconcile import policy_gate
from reconciler.reconcile.centre import SETTINGS
from reconciler.reconcile.committing import insisted, on_main, person
from reconciler.reconcile.passes import Reconciler


@dataclass(frozen=True)
class PolicyFile:
    """``value`` are the settings that ``text`` holds."""

    revision: Revision
    text: str
    value: dict[str, Any]


def policy_file(engine: Reconciler, revision: Revision | None = None) -> PolicyFile:
    """The settings of main, or of an earlier revision. Raises ``Stalled`` when there is no repository."""
    main = revision or engine.centre.main()
    if main is None:
        raise Stalled("there is no repository yet; run `reconciler init`")
    return PolicyFile(main, engine.ports.store.files(main).get(SETTINGS, b"").decode("utf-8", "replace"), dict(engine.centre.settings(main).value))


def with_settings(old: PolicyFile, settings: Mapping[str, Any]) -> str:
    """The text with other settings: comments and the order of what stays are kept."""
    edits = list(_edits(old.value, settings))
    return yaml_text.edit(old.text.encode(), edits).decode() if edits else old.text


def _edits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Edit]:
    yield from (Remove((key,)) for key in old if key not in new)
    yield from (Set((key,), value) for key, value in new.items() if old.get(key) != value)


def faults(text: str) -> list[Problem]:
    """What is wrong with settings, with the place; a secret in them is named, never shown."""
    from reconciler.reconcile.validation import all_problems  # pydantic costs 0.1 s

    if leaks(text):
        return [Problem(SETTINGS, "it holds what looks like a secret; settings need none", advice="take it out")]
    return all_problems({SETTINGS: text.encode()})


def check(text: str) -> None:
    """Raises ``Stalled`` for settings that are not valid."""
    problems = faults(text)
    if problems:
        raise Stalled("; ".join(f"{p.file}:{p.line}:{p.column}: {p.reason}" for p in problems[:5]))


def replace(engine: Reconciler, old: PolicyFile, text: str, reason: str) -> Revision:
    """Commit checked settings in the place of ``old``. Raises ``Raced`` when main has moved since."""
    check(text)
    if text == old.text:
        return old.revision
    if engine.centre.main() != old.revision:
        raise Raced("main has moved; look again")
    message = with_trailers("Change the policy", reason, [(RESOLVED_BY, person(engine).name)])

    def made(main: Revision) -> Revision:
        if engine.ports.store.files(main).get(SETTINGS) != old.text.encode():
            raise Stalled(f"{SETTINGS}: somebody changed it at the same moment; look again")
        new = engine.ports.store.commit(main, {SETTINGS: text.encode()}, [main], message, person(engine))
        if engine.ports.approves:
            policy_gate.approve_own(engine.centre, main, new, person(engine))
        return new

    return insisted(on_main(engine, made))
