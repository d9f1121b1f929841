"""The audit trail of what people change through the gateway: written before it is done, so that nothing is done unseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.errors import Unaudited
from api.services import Services
from reconciler.errors import Proposed, ReconcilerError
from reconciler.model.ulid import ulid
from reconciler.ports.accounts import AuditRecord
from reconciler.reconcile.passes import Reconciler


@contextmanager
def audited(services: Services, actor: str, action: str, target: str, before: Any = None, after: Any = None, reason: str = "") -> Iterator[None]:
    """Record what is about to be done; when it fails, record that too. Raises ``Unaudited`` when it cannot be recorded."""
    details = {"before": before, "after": after, "reason": reason}
    note(services, actor, action, target, details)
    try:
        yield
    except Proposed as found:
        note(services, actor, f"{action}.proposed", target, {**details, "branch": found.branch})
        raise
    except Exception as error:  # whatever stopped it, the trail must say that it was begun and not done; it rises on
        said = str(error) if isinstance(error, ReconcilerError) else type(error).__name__
        note(services, actor, f"{action}.failed", target, {**details, "error": said})
        raise


@contextmanager
def changing(
    services: Services, person: str, action: str, target: str, before: Any = None, after: Any = None, reason: str = "", approves: bool = False
) -> Iterator[Reconciler]:
    """The engine to change something with, audited; afterwards everybody who watches hears of it."""
    with audited(services, person, action, target, before, after, reason), services.engines.changing(person, approves) as engine:
        yield engine
    services.board.forget()
    services.live.publish(action, {"target": services.hide(target), "person": person})


def note(services: Services, actor: str, action: str, target: str, details: dict[str, Any]) -> None:
    now = services.clock.now()
    actor, target, details = services.hide(actor), services.hide(target), services.hide(details)  # people type a password as their name
    try:
        services.audit.add(AuditRecord(ulid(now, services.entropy(10)), actor, action, target, details, now))
    except ReconcilerError as error:
        raise Unaudited(f"{action} {target}: the audit trail cannot be written ({error}); nothing was done") from error
