"""The use-cases of the policy: read, and change as a whole."""

from __future__ import annotations

from typing import Any, get_args

from api.access import Person
from api.approving import approves
from api.audited import changing
from api.errors import Malformed, Stale
from api.reviews import client_preview
from api.services import Services
from reconciler.errors import Stalled
from reconciler.formats.edit import FormatError
from reconciler.model.names import Revision
from reconciler.policy.policies import PolicyName
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.policy_file import PolicyFile, check, policy_file, replace, with_settings
from reconciler.reconcile.policy_preview import Decision, outlook
from reconciler.reconcile.report import item_json, pass_json, problem_json


def read(services: Services) -> dict[str, Any]:
    from reconciler.model.settings_file import Settings

    found = policy_file(services.engines.looking())
    head = {"revision": found.revision, "text": found.text, "settings": found.value}
    return {**head, "settings_schema": Settings.model_json_schema(), "policies": list(get_args(PolicyName))}


def change(services: Services, person: Person, text: str | None, settings: dict[str, Any] | None, base: str | None, reason: str) -> dict[str, Any]:
    """Commit other settings, then reconcile with them. What cannot be audited is not changed."""
    looking = services.engines.looking()
    seen = policy_file(looking)
    _check_base(looking, seen, base)
    wanted = _wanted(seen, text, settings)
    check(wanted)  # before it is audited: what is refused may hold a secret
    with changing(services, person.name, "policy.change", "reconciler.yaml", seen.text, wanted, reason, approves(services, person)) as engine:
        now = policy_file(engine)
        if now.text != seen.text:
            raise Stale("reconciler.yaml was changed by somebody else; look again")
        revision = replace(engine, now, wanted, reason)
        result = engine.run(engine.targets())
        after = policy_file(engine, revision)
    return {"revision": revision, "text": after.text, "settings": after.value, "targets": pass_json(result)["targets"]}


def preview(services: Services, text: str | None, settings: dict[str, Any] | None) -> dict[str, Any]:
    """What such a change would decide; nothing is written."""
    engine = services.engines.looking()
    found = outlook(engine, _wanted(policy_file(engine), text, settings))
    return {
        "problems": [problem_json(p, "") for p in found.problems],
        "weakens": list(found.weakens),
        "decisions": [_decision(d) for d in found.decisions],
        "settled": [item_json(i) for i in found.settled],
        "new": [item_json(i) for i in found.new],
        "previews": [client_preview(one) for one in found.previews],
    }


def _decision(one: Decision) -> dict[str, Any]:
    item = item_json(one.item)
    head = {key: item[key] for key in ("id", "target", "entity", "field")}
    return {**head, "before": one.before, "after": one.after, "take": one.take, "value": one.value}


def _wanted(seen: PolicyFile, text: str | None, settings: dict[str, Any] | None) -> str:
    if (text is None) == (settings is None):
        raise Malformed("send either text or settings")
    return text if text is not None else _edited(seen, settings or {})


def _check_base(engine: Reconciler, seen: PolicyFile, base: str | None) -> None:
    """Main may have moved, as long as this file has not."""
    if base is None or seen.revision.startswith(base):
        return
    try:
        old = policy_file(engine, engine.ports.store.read(Revision(base)).revision)
    except Stalled:
        raise Stale(f"{base}: this revision is not known; look again") from None
    if old.text != seen.text:
        raise Stale(f"reconciler.yaml has changed since {base}; look again")


def _edited(seen: PolicyFile, settings: dict[str, Any]) -> str:
    try:
        return with_settings(seen, settings)
    except FormatError as error:
        raise Stalled(f"reconciler.yaml: {error.reason}; send it as text") from None
