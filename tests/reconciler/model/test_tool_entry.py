"""The text of an allowed-tools entry names exactly one entry."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.tool_entry import (
    CATEGORIES,
    Entry,
    File,
    McpTool,
    Raw,
    Shell,
    Web,
    entry_form,
    entry_of_form,
    entry_text,
    parse_entry_text,
    tool_entity,
    tool_of_entity,
)

TEXTS = st.one_of(st.text(max_size=12), st.text(alphabet=' "\\\'a:=\n\u200b\u2028*', max_size=8))
CLIENTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda name: name not in CATEGORIES)
COMMON = st.one_of(
    st.builds(Shell, st.lists(TEXTS, min_size=1, max_size=4).map(tuple), st.booleans()),
    st.builds(File, st.sampled_from(("read", "edit", "write")), TEXTS),
    st.builds(Web, TEXTS),
    st.builds(McpTool, TEXTS, st.none() | TEXTS),
)
ENTRIES = COMMON | st.builds(Raw, CLIENTS, TEXTS)


@pytest.mark.parametrize(("entry", "text"), [
    (Shell(("git", "push")), "shell:git push"),
    (Shell(("git", "status"), exact=True), "shell-exact:git status"),
    (Shell(("echo", "a b", "", 'say "x"')), 'shell:echo "a b" "" "say \\"x\\""'),
    (Shell(("a=b", "한글")), "shell:a=b 한글"),
    (File("read", "~/My Docs/**"), "read:~/My Docs/**"),
    (File("write", " x"), 'write:" x"'),
    (File("edit", "a\u200bb"), 'edit:"a\\u200bb"'),
    (Web("example.com"), "web:example.com"),
    (McpTool("github"), "mcp:github"),
    (McpTool("github", "create_issue"), "mcp:github create_issue"),
    (McpTool("my server", "t"), 'mcp:"my server" t'),
    (Raw("claude", "Bash(ls:*)"), "claude:Bash(ls:*)"),
])  # fmt: skip
def test_an_entry_has_this_text(entry: Entry, text: str) -> None:
    assert (entry_text(entry), parse_entry_text(text)) == (text, entry)


@settings(max_examples=1000, deadline=None)
@given(ENTRIES)
def test_text_and_entry_are_one_to_one(entry: Entry) -> None:
    assert parse_entry_text(entry_text(entry)) == entry


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(ENTRIES)
def test_text_and_entry_are_one_to_one_over_many(entry: Entry) -> None:
    assert parse_entry_text(entry_text(entry)) == entry


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(sorted(CATEGORIES)), TEXTS)
def test_what_is_accepted_is_canonical(category: str, rest: str) -> None:
    try:
        entry = parse_entry_text(f"{category}:{rest}")
    except ValueError:
        return
    assert entry_text(entry) == f"{category}:{rest}"


@settings(max_examples=300, deadline=None)
@given(ENTRIES)
def test_a_text_is_one_line(entry: Entry) -> None:
    assert len(f"{entry_text(entry)}.".splitlines()) == 1


@pytest.mark.parametrize("text", [
    "", "shell", "shell:", "shell:git  push", "shell: git", 'shell:"git"', 'shell:"open', "mcp:", "mcp:a b c", "read:",
    "read:\ta", "Claude:x", ":x", 'read:"a"', "shell:it's",
])  # fmt: skip
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_entry_text(text)


@settings(max_examples=500, deadline=None)
@given(COMMON)
def test_form_and_entry_are_one_to_one(entry: Entry) -> None:
    assert entry_of_form(entry_form(entry)) == entry


def test_a_shell_entry_that_matches_every_command_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        Shell(())


@pytest.mark.parametrize("decision", ["allow", "ask", "deny"])
def test_an_entity_id_holds_decision_and_entry(decision: str) -> None:
    entity = tool_entity(decision, Shell(("git", "push")))  # type: ignore[arg-type]  # a text of the three
    assert entity == f"tools/{decision} shell:git push"
    assert tool_of_entity(entity) == (decision, Shell(("git", "push")))


@pytest.mark.parametrize("entity", ["tools/default", "mcp/allow shell:x", "tools/permit shell:x"])
def test_other_ids_are_no_allowed_tools_entries(entity: str) -> None:
    with pytest.raises(ValueError, match="tools/<allow"):
        tool_of_entity(entity)  # type: ignore[arg-type]  # any text
