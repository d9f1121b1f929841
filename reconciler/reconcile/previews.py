"""What an act would write to each client: the act is done on doors that write nothing, and looked at before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.fields import Config, differ
from reconciler.plan.preview import preview
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.branches import waiting_config
from reconciler.reconcile.differences import changes
from reconciler.reconcile.file_texts import file_diff
from reconciler.reconcile.observe import Observed, observe
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target


@dataclass(frozen=True)
class ClientPreview:
    """What one target would get: fields, and a unified diff of its files, of what is ours in them alone."""

    target: Target
    outcome: str
    rows: tuple[dict[str, Any], ...]
    diff: str


def previewed(engine: Reconciler, act: Callable[[Reconciler], Pass], coming: Sequence[Target] = ()) -> list[ClientPreview]:
    """One for each target that ``act`` writes to. ``engine`` must be one that writes nothing; ``coming`` are targets that ``act`` registers."""
    before = {t.id: held_now(engine, t) for t in (*coming, *engine.targets())}
    done = act(engine)
    out = []
    for one in done.targets:
        old, new = before.get(one.target.id, {}), held_now(engine, one.target)
        if old != new:
            rows = tuple(changes(old, new, [*dict.fromkeys([*old, *new])]))
            out.append(ClientPreview(one.target, one.outcome, rows, diff_of(engine, one.target, old, new)))
    return out


def held_now(engine: Reconciler, target: Target) -> Config:
    """What the target's files hold of ours, with secrets taken out; nothing where they cannot be read."""
    main = engine.centre.in_force()[0]
    seen = _with_ignored(engine, target) if main and engine.centre.ignoring(main, target).patterns else engine.observed(target)
    return {} if seen.is_stalled else seen.masked.config


def _with_ignored(engine: Reconciler, target: Target) -> Observed:
    """As the engine reads it, but for ignore rules: what begins to be ignored is not gone."""
    agreed, main = agreement(engine.centre, target), engine.centre.in_force()[0]
    central = engine.centre.config(main, target) if main else {}
    expected = {**central, **agreed.config, **waiting_config(engine.centre, target)}
    return observe(engine.ports.disk, target, agreed.config, expected, engine.local(target))


def diff_of(engine: Reconciler, target: Target, old: Config, new: Config) -> str:
    """A unified diff of the target's files, as they would be with nothing in them but what of ours differs."""
    differing = {e for e in {**old, **new} if differ(old.get(e), new.get(e))}
    before, after = (_files(engine, target, {e: f for e, f in config.items() if e in differing}) for config in (old, new))
    return "".join(file_diff(path, before.get(path), after.get(path)) for path in sorted({**before, **after}))


def rendered(engine: Reconciler, target: Target) -> dict[str, str]:
    """The target's files as main has them for it, by path: ours alone, with secrets as references."""
    main = engine.centre.in_force()[0]
    return dict(_files(engine, target, engine.centre.config(main, target))) if main else {}


def _files(engine: Reconciler, target: Target, config: Config) -> Mapping[str, str]:
    main = engine.centre.in_force()[0]
    plain = engine.centre.settings(main).list("plain_values") if main else []
    return {str(path): text for path, text in preview(target.adapter, config, frozenset(map(str, plain))).files.items()}
