"""What a file of allowed tools may say, and which entries it states."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.faults import validated
from reconciler.model.tool_entry import entry_text, stated
from reconciler.model.tool_file import ToolFile, ToolOverlay

BASE: dict[str, Any] = {
    "allow": [{"shell": ["git", "status"], "exact": True}, {"web": "example.com"}],
    "deny": [{"read": "~/.ssh/**"}, {"mcp": {"server": "github", "tool": "merge"}}],
    "extra": {"claude": {"ask": ["WebSearch"]}},
}
OVERLAY: dict[str, Any] = {
    "allow": [{"web": "example.com", "absent": True}, {"shell": ["make"]}],
    "ask": None,
    "extra": {"claude": {"deny": ["Task"], "absent": {"ask": ["WebSearch"]}}, "acli": None},
}


def texts(data: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(decision, entry_text(entry), is_present) for decision, entry, is_present in stated(data)]


def test_a_file_states_its_entries_in_order() -> None:
    assert texts(ToolFile.model_validate(BASE).nested()) == [
        ("allow", "shell-exact:git status", True),
        ("allow", "web:example.com", True),
        ("deny", "read:~/.ssh/**", True),
        ("deny", "mcp:github merge", True),
        ("ask", "claude:WebSearch", True),
    ]


def test_an_overlay_adds_entries_and_takes_them_away() -> None:
    assert texts(ToolOverlay.model_validate(OVERLAY).nested()) == [
        ("allow", "web:example.com", False),
        ("allow", "shell:make", True),
        ("deny", "claude:Task", True),
        ("ask", "claude:WebSearch", False),
    ]


@pytest.mark.parametrize("form", [
    {}, {"web": "a", "read": "b"}, {"read": "b", "exact": True}, {"exact": True}, {"mcp": {}}, {"shell": "git push"}, {"web": ""},
    {"web": "a", "absent": True}, "shell:git push",
])  # fmt: skip
def test_an_entry_says_exactly_one_thing(form: Any) -> None:
    assert isinstance(validated(ToolFile, "tools/default.yaml", {"allow": [form]}), list)


@pytest.mark.parametrize("client", ["shell", "web", "Claude", ""])
def test_a_raw_entry_belongs_to_a_client(client: str) -> None:
    assert isinstance(validated(ToolFile, "tools/default.yaml", {"extra": {client: {"allow": ["x"]}}}), list)
