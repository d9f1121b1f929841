"""How often the stories were broken off and raced, summed over all tests and workers and told at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

_PROPERTY = "torture"


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What a test counts; it goes to the report of its teardown, which the workers send home."""
    found: Counter[str] = Counter()
    yield found
    request.node.user_properties.append((_PROPERTY, dict(found)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line, only where something was counted."""
    reports = [r for many in terminalreporter.stats.values() for r in many if isinstance(r, pytest.TestReport)]
    total: Counter[str] = Counter()
    for report in (r for r in reports if r.when == "teardown"):
        for name, found in report.user_properties:
            total.update(found if name == _PROPERTY else {})
    if total:
        failed = sum("tests/torture/" in r.nodeid and r.failed for r in reports)
        terminalreporter.write_line("torture: " + ", ".join(f"{n:,} {name}" for name, n in sorted(total.items())) + f"; {failed} exceptions")
