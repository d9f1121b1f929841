"""A file that somebody is just writing in place may well parse: what is missing from it was taken away by nobody."""

from __future__ import annotations

import pytest

from tests.scenarios.command_line import CommandLine

CASES = {".codex/config.toml": b"[mcp_servers.", ".rovodev/config.yml": b"toolPermissions", ".qwen/QWEN.md": b"\n"}
"""Files whose beginning is a whole file of its kind, up to the last of these."""


@pytest.mark.parametrize(("name", "mark"), CASES.items())
def test_what_was_not_written_yet_is_not_removed(adopted: CommandLine, name: str, mark: bytes) -> None:
    path, main = adopted.path(name), adopted.git("rev-parse", "main")
    data = path.read_bytes()
    at = data.rindex(mark)
    with path.open("r+b", buffering=0) as file:
        file.truncate(0)
        file.write(data[:at])
        adopted("sync")
        assert adopted.git("rev-parse", "main") == main
        file.write(data[at:])
    adopted("sync")
    assert adopted.git("rev-parse", "main") == main


def test_what_is_missing_once_the_file_is_closed_was_taken_away(adopted: CommandLine) -> None:
    path, main = adopted.path(".codex/config.toml"), adopted.git("rev-parse", "main")
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"[mcp_servers.")])
    adopted("sync")
    assert adopted.git("rev-parse", "main") != main
