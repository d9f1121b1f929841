"""What can be taken away holds what is ours, and no secret."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from reconciler.ports.accounts import AuditRecord
from reconciler.ports.logs import LogRecord
from reconciler.reconcile.exports import Wanted, exported
from tests.fakes.engine import MACHINE, adopted
from tests.fakes.gateway import Gate, problem

EXPORT = "/api/v1/export"


@pytest.fixture
def gate() -> Gate:
    return Gate(adopted("one"))


def unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_configs_are_the_files_of_main(gate: Gate) -> None:
    assert unpacked(gate.as_("operator").get(EXPORT).content) == gate.world.main()


def test_the_same_content_is_the_same_archive(gate: Gate) -> None:
    client = gate.as_("operator")
    assert client.get(EXPORT).content == client.get(EXPORT).content


def test_a_clients_files_hold_what_is_ours_alone(gate: Gate) -> None:
    files = unpacked(gate.as_("operator").get(EXPORT, params={"what": "client", "client": "codex"}).content)
    assert "example-mcp-server" in files[".codex/config.toml"]
    assert "my models" not in files[".codex/config.toml"]


ROWS = {"history": "subject", "logs": "event", "audit": "action"}


@pytest.fixture
def logged(gate: Gate) -> Gate:
    """2,500 lines, more than are read at once; one is a formula to a spreadsheet."""
    gate.logs.add([LogRecord(float(n), "error" if n % 10 == 0 else "info", "=1+1" if n == 2 else f"event {n}", f"{MACHINE}/codex/user", "", {"n": n}) for n in range(2500)])
    gate.audit.rows += [AuditRecord(f"{n:026}", "ann", "policy.change", "reconciler.yaml", {"after": n}, float(n)) for n in range(3)]
    return gate


@pytest.mark.parametrize("what", ROWS)
def test_rows_are_json_lines(logged: Gate, what: str) -> None:
    rows = [json.loads(line) for line in logged.as_("operator").get(EXPORT, params={"what": what}).text.splitlines()]
    assert rows
    assert all(ROWS[what] in row for row in rows)


@pytest.mark.parametrize("what", ["configs", "client", *ROWS])
def test_everything_comes_in_every_form_with_the_same_content(logged: Gate, what: str) -> None:
    def taken(form: str) -> bytes:
        answer = logged.as_("operator").get(EXPORT, params={"what": what, "format": form, "client": "codex" if what == "client" else "", "until": 5000})
        assert answer.is_success, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="reconciler-{what}.{form}"'
        return answer.content

    lines = taken("jsonl").decode().splitlines()
    table = list(csv.DictReader(io.StringIO(taken("csv").decode(), newline="")))
    archive = unpacked(taken("zip"))
    first = next(iter(table[0]))
    assert [row[first] for row in table] == [str(json.loads(line)[first]) for line in lines]
    assert archive == {json.loads(line)["path"]: json.loads(line)["text"] for line in lines} if what not in ROWS else len(archive[f"{what}.jsonl"].splitlines()) == len(lines)


def test_every_line_is_there_once_and_filters_count(logged: Gate) -> None:
    client = logged.as_("operator")
    whole = client.get(EXPORT, params={"what": "logs"}).text.splitlines()
    assert [json.loads(line)["fields"]["n"] for line in whole] == list(range(2499, -1, -1))
    some = client.get(EXPORT, params={"what": "logs", "level": "error", "since": 1000, "until": 2000}).text.splitlines()
    assert [json.loads(line)["at"] for line in some] == [float(n) for n in range(1990, 999, -10)]


def test_a_table_holds_nothing_that_a_spreadsheet_runs(logged: Gate) -> None:
    text = logged.as_("operator").get(EXPORT, params={"what": "logs", "format": "csv", "since": 2, "until": 3}).text
    assert next(csv.DictReader(io.StringIO(text)))["event"] == "'=1+1"


def test_rows_are_read_as_they_are_sent(logged: Gate) -> None:
    asked: list[int] = []
    search = logged.logs.search
    logged.logs.search = lambda filters, limit, offset: asked.append(offset) or search(filters, limit, offset)  # type: ignore[method-assign,func-returns-value]
    parts = exported(logged.services.exporting.sources, Wanted("logs"))
    assert asked == []
    next(parts)
    assert asked == [0]


def test_a_secret_that_somebody_committed_is_not_exported(gate: Gate) -> None:
    secret = "ghp_" + "AbCd0123456789efGH" * 2
    gate.world.commit({"mcp/one.yaml": f"transport: stdio\ncommand: run\nenv:\n  API_TOKEN: {secret}\n"})
    client = gate.as_("operator")
    assert secret not in str(unpacked(client.get(EXPORT).content))
    assert secret not in str(unpacked(client.get(EXPORT, params={"what": "client", "client": "codex"}).content))


def test_an_export_is_audited(gate: Gate) -> None:
    gate.as_("operator").get(EXPORT)
    assert (gate.audit.rows[-1].actor, gate.audit.rows[-1].action) == ("operator", "export")


def test_whose_files_must_be_said(gate: Gate) -> None:
    assert problem(gate.as_("operator").get(EXPORT, params={"what": "client"})) == (400, "malformed")
