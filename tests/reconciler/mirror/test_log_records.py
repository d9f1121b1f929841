"""Searches of the log read what they show, however much else there is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from reconciler.mirror.database import Database
from reconciler.mirror.log_records import SqlLogs
from reconciler.ports.logs import LogRecord


@pytest.fixture
def logs(database: Database) -> SqlLogs:
    """What people look for is older than thousands of reads, which are logged at debug."""
    logs = SqlLogs(database)
    logs.add([LogRecord(float(n), "info", "converged", "desk/codex/user", "", {}) for n in range(200)])
    logs.add([LogRecord(1_000.0 + n, "debug", "http.request", f"desk/{('codex', 'qwen')[n % 2]}/user", "", {}) for n in range(5_000)])
    with database.reading() as connection:
        connection.execute(text("vacuum analyze log_records"))
    return logs


def plans(database: Database, logs: SqlLogs, filters: dict[str, str]) -> list[str]:
    """How the server carries out what one search asks of it, with what each step read in vain."""
    asked: list[tuple[str, Any]] = []
    with database.reading() as connection:
        engine = connection.engine

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    logs.search(filters, 100, 0)
    event.remove(engine, "before_cursor_execute", note)
    with database.reading() as connection:
        return ["\n".join(connection.exec_driver_sql(f"explain analyze {s}", p).scalars()) for s, p in asked if "log_records" in s]


@pytest.mark.parametrize("filters", [{}, {"client": "codex"}, {"since": "5"}, {"client": "codex", "until": "9000"}])
def test_a_search_without_a_level_reads_no_record_that_is_only_for_debugging(database: Database, logs: SqlLogs, filters: dict[str, str]) -> None:
    found = plans(database, logs, filters)
    assert found
    assert not [plan for plan in found if "Rows Removed by Filter" in plan]


def test_what_is_only_for_debugging_is_found_by_its_level(logs: SqlLogs) -> None:
    assert {r.level for r in logs.search({}, 100, 0)[0]} == {"info"}
    assert {r.level for r in logs.search({"level": "debug"}, 100, 0)[0]} == {"debug"}
