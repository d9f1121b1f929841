"""The short way of `sync` trusts what the last pass kept only when it understands it."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.command_line import CommandLine


@pytest.mark.parametrize("left", [{}, {"version": "0"}, []], ids=["nothing", "another version", "another form"])
def test_what_another_version_kept_is_not_trusted(adopted: CommandLine, left: object) -> None:
    first = adopted("sync", "--json")
    kept = adopted.state / "memory" / "last-pass.json"
    facts = json.loads(kept.read_text())
    del facts["seen"]
    kept.write_text(json.dumps({**facts, **left} if isinstance(left, dict) else left))
    said = adopted("sync", "--json")
    assert (said.code, said.err, said.data) == (first.code, "", first.data)
