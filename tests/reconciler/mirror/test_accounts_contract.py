"""Users, credentials and audit: one contract for PostgreSQL and for the doubles in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from reconciler.errors import Stalled
from reconciler.mirror.audit import SqlAudit
from reconciler.mirror.database import Database
from reconciler.mirror.users import SqlCredentials, SqlUsers
from reconciler.model.accounts import Credential
from reconciler.model.ulid import ulid
from reconciler.ports.accounts import Audit, AuditRecord, Credentials, Users
from tests.fakes.accounts import MemoryAudit, MemoryCredentials, MemoryUsers
from tests.fakes.clock import FakeClock

HASH = "$argon2id$made-up"


@dataclass
class Doors:
    users: Users
    credentials: Credentials
    audit: Audit


@pytest.fixture(params=["memory", "postgresql"])
def doors(request: pytest.FixtureRequest) -> Iterator[Doors]:
    if request.param == "memory":
        credentials = MemoryCredentials()
        yield Doors(MemoryUsers(credentials=credentials), credentials, MemoryAudit())
    else:
        database: Database = request.getfixturevalue("database")
        yield Doors(SqlUsers(database, FakeClock()), SqlCredentials(database), SqlAudit(database))


def test_users_are_found_by_name_in_the_order_of_names(doors: Doors) -> None:
    doors.users.add("zoe", HASH, "viewer")
    added = doors.users.add("ann", HASH, "admin")
    assert [u.username for u in doors.users.all()] == ["ann", "zoe"]
    assert doors.users.named("ann") == added
    assert (added.role, added.password_hash) == ("admin", HASH)
    assert doors.users.named("bob") is None


def test_a_name_is_taken_once(doors: Doors) -> None:
    doors.users.add("ann", HASH, "admin")
    with pytest.raises(Stalled, match="such a user already"):
        doors.users.add("ann", HASH, "viewer")
    assert doors.users.all()[0].role == "admin"


def test_a_change_leaves_out_what_is_not_named(doors: Doors) -> None:
    doors.users.add("ann", HASH, "viewer")
    doors.users.change("ann", role="approver")
    doors.users.change("ann", password_hash="another")
    found = doors.users.named("ann")
    assert found is not None
    assert (found.role, found.password_hash) == ("approver", "another")


def test_who_is_not_there_cannot_be_changed(doors: Doors) -> None:
    with pytest.raises(Stalled, match="no such user"):
        doors.users.change("ann", role="admin")


def test_a_removed_user_is_signed_out(doors: Doors) -> None:
    doors.users.add("ann", HASH, "viewer")
    doors.credentials.add(credential("1"))
    doors.users.remove("ann")
    assert doors.users.all() == []
    assert doors.credentials.of("ann") == []


def test_a_credential_is_found_by_its_digest_as_it_was(doors: Doors) -> None:
    doors.credentials.add(credential("1"))
    assert doors.credentials.with_digest("digest 1") == credential("1")
    assert doors.credentials.with_digest("digest 2") is None
    assert doors.credentials.of("ann") == [credential("1")]


def test_of_two_who_use_a_credential_up_one_succeeds(doors: Doors) -> None:
    doors.credentials.add(credential("1"))
    assert [doors.credentials.remove("1"), doors.credentials.remove("1")] == [True, False]


def credential(id_: str) -> Credential:
    return Credential(id_, f"digest {id_}", "token", "ann", "for scripts", "operator", 1000.5, 2000.25)


def test_audit_rows_come_back_newest_first(doors: Doors) -> None:
    rows = [record(at, "ann", "sync.trigger", "all") for at in (1.0, 2.0, 3.0)]
    for row in rows:
        doors.audit.add(row)
    assert doors.audit.search({}, 2, 0) == ([rows[2], rows[1]], 3)
    assert doors.audit.search({}, 2, 2) == ([rows[0]], 3)


def test_the_same_audit_row_twice_is_one(doors: Doors) -> None:
    doors.audit.add(record(1.0, "ann", "sync.trigger", "all"))
    doors.audit.add(record(1.0, "ann", "sync.trigger", "all"))
    assert doors.audit.search({}, 10, 0)[1] == 1


FILTERS: list[tuple[dict[str, str], Callable[[AuditRecord], bool]]] = [
    ({"actor": "ann"}, lambda r: r.actor == "ann"),
    ({"action": "users.add", "actor": "bob"}, lambda r: r.action == "users.add" and r.actor == "bob"),
    ({"target": "zoe"}, lambda r: r.target == "zoe"),
    ({"text": "BECAUSE_100%"}, lambda r: r.created_at == 4.0),
    ({"since": "2", "until": "4"}, lambda r: 2 <= r.created_at < 4),
]


@pytest.mark.parametrize(("filters", "is_wanted"), FILTERS)
def test_audit_is_searched_by_each_filter(doors: Doors, filters: dict[str, str], is_wanted: Callable[[AuditRecord], bool]) -> None:
    rows = [record(at, actor, "users.add", target) for at, actor, target in ((1.0, "ann", "zoe"), (2.0, "bob", "zoe"), (3.0, "bob", "max"))]
    rows.append(record(4.0, "eve", "login", "eve", reason="because_100% sure"))
    for row in rows:
        doors.audit.add(row)
    wanted = [row for row in reversed(rows) if is_wanted(row)]
    assert wanted
    assert doors.audit.search(filters, 10, 0) == (wanted, len(wanted))


def record(at: float, actor: str, action: str, target: str, **details: str) -> AuditRecord:
    return AuditRecord(ulid(at, b"0123456789"), actor, action, target, details, at)
