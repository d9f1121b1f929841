"""No command prints a character that nobody sees, or that a terminal obeys: what it holds is shown by its number."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.command_line import CommandLine

HIDDEN = {
    "bidi": "\u202e",
    "isolate": "\u2066",
    "zero width": "\u200b",
    "tag": "\U000e0041",
    "selectors": "\ufe01\ufe02",
    "private use": "\ue000",
    "terminal": "\x1b[8m",
}
COMMANDS = ("sync", "status", "plan", "diff", "conflicts", "history -n 5", "clients")


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_what_hides_in_a_client_file_waits_and_is_shown(adopted: CommandLine, text: str) -> None:
    path = adopted.path(".claude.json")
    data = json.loads(path.read_text())
    data["mcpServers"]["odd"] = {"command": "example-mcp-server", "args": [f"a{text}b"]}
    path.write_text(json.dumps(data, ensure_ascii=False))
    for words in COMMANDS:
        adopted(*words.split())
        adopted(*words.split(), "--json")
    said = adopted("conflicts")
    assert f"<U+{ord(text[0]):04X}>" in said.out
    (item,) = [i for i in adopted("conflicts", "--held", "--json").data if i["entity"] == "mcp/odd"]
    assert (item["kind"], item["local"]["args"]) == ("held", [f"a{text}b"]), "and JSON gives it as it is"
    assert "a" + text not in "".join(adopted.heard)


def test_what_hides_in_a_commit_is_shown_in_the_history(adopted: CommandLine) -> None:
    adopted.commit({"mcp/files.yaml": "command: c\n", "rules/odd.md": "a\u202eb\n"}, "Good \x1b[8mnews")
    for words in ("sync", "plan", "history", "show HEAD", "trace rules/odd", "conflicts"):
        adopted(*words.split())
    heard = "".join(adopted.heard)
    assert "Good <U+001B>[8mnews" in heard
    assert not {"\x1b", "\u202e"} & set(heard)
