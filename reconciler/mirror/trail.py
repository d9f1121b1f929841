"""The audit trail of a machine with a journal, which keeps what the database cannot take now. Imports no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.errors import Retryable
from reconciler.ports.accounts import GUARDED, Audit, AuditRecord
from reconciler.ports.records import Records


class AuditTrail:
    """``reconciler.ports.accounts.Audit`` over that of the database and a journal."""

    def __init__(self, audit: Audit, records: Records) -> None:
        self._audit, self._records = audit, records

    def add(self, record: AuditRecord) -> None:
        try:
            self._audit.add(record)
        except Retryable:
            if record.action.startswith(GUARDED):
                raise  # rights and policy: what not everybody can see is not done
            self._records.note([record])

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[AuditRecord], int]:
        return self._audit.search(filters, limit, offset)
