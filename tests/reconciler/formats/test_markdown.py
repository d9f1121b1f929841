"""Front matter and memory files, as people and clients write them."""

from __future__ import annotations

import pathlib

import pytest

from reconciler.formats.edit import EditRefused, FormatError
from reconciler.formats.markdown import BEGIN, END, normal_body, read_memory, split_front_matter, with_own, with_sections

GOLDEN = pathlib.Path(__file__).parents[2] / "golden"
MEMORY_FILES = sorted(GOLDEN.rglob("*.md"))
BLOCK = f"{BEGIN}\n<!-- reconciler:rule style -->\nUse tabs.\n<!-- reconciler:rule tests -->\nTest it.\n{END}\n"
FILE = f"# Mine\n\n{BLOCK}\nAfter.\n"


@pytest.mark.parametrize(("text", "yaml", "body"), [
    ("---\na: 1\n---\nbody\n", "a: 1\n", "body\n"),
    ("\ufeff---\r\na: 1\r\n---\r\nbody", "a: 1\r\n", "body"),
    ("---\n---\nbody", "", "body"),
    ("---\na: 1\n---", "a: 1\n", ""),
    ("no fence\n---\n", "", "no fence\n---\n"),
    ("---\nnever closed\n", "", "---\nnever closed\n"),
    ("--- \na: '---'\n  ---\n---\t\nb", "a: '---'\n  ---\n", "b"),
    ("----\na\n---\n", "", "----\na\n---\n"),
    ("", "", ""),
])  # fmt: skip
def test_front_matter_is_what_stands_between_the_fences(text: str, yaml: str, body: str) -> None:
    front = split_front_matter(text)
    assert (front.yaml, front.body, front.text) == (yaml, body, text)
    assert text[front.yaml_start :].startswith(yaml)
    assert text[front.body_start :] == body


def test_new_front_matter_leaves_the_body() -> None:
    assert split_front_matter("body\n").with_yaml("a: 1").text == "---\na: 1\n---\nbody\n"
    assert split_front_matter("\ufeff---\r\na: 1\r\n---\r\nbody\r\n").with_yaml("b: 2").text == "\ufeff---\r\nb: 2\r\n---\r\nbody\r\n"


def test_a_new_body_leaves_the_front_matter() -> None:
    assert split_front_matter("---\na: 1 # why\n---").with_body("new\n").text == "---\na: 1 # why\n---\nnew\n"


def test_front_matter_cannot_end_itself() -> None:
    with pytest.raises(EditRefused):
        split_front_matter("body").with_yaml("a: 1\n---\nb: 2\n")


@pytest.mark.parametrize(("text", "body"), [
    ("", ""), (" \n\t\n", ""), ("a", "a\n"), ("\r\n\r\n  a  \r\nb\r\n\r\n", "  a  \nb\n"), ("a\rb", "a\nb\n"),
])  # fmt: skip
def test_a_body_in_its_normal_form(text: str, body: str) -> None:
    assert normal_body(text) == body


def test_a_memory_file_is_own_text_and_rules() -> None:
    memory = read_memory(FILE)
    assert (memory.before, memory.after) == ("# Mine\n", "\nAfter.\n")
    assert memory.sections == {"style": "Use tabs.\n", "tests": "Test it.\n"}


@pytest.mark.parametrize("text", ["", "\ufeff", "# Mine\n", "# Mine", "# Mine\r\n", "# Mine\r\nx", "# Mine\n\n\n", "\n", "\ufeff# Mine\n"])
def test_a_block_comes_behind_a_blank_line_and_goes_without_a_trace(text: str) -> None:
    added = with_sections(text, {"style": "Use tabs.\n"})
    assert added.startswith(text)
    assert with_sections(added, {}) == text


def test_the_block_takes_the_line_ends_of_the_file() -> None:
    assert with_sections("a\r\n", {"style": "x\ny\n"}).count("\r\n") == with_sections("a\r\n", {"style": "x\ny\n"}).count("\n")


def test_a_changed_rule_changes_its_lines_alone() -> None:
    changed = with_sections(FILE, {"tests": "Test it.\n", "style": "Use spaces.\n", "new": "New.\n"})
    assert changed == FILE.replace("tabs", "spaces").replace(END, f"<!-- reconciler:rule new -->\nNew.\n{END}")


def test_a_rule_that_goes_takes_its_marker() -> None:
    assert with_sections(FILE, {"tests": "Test it.\n"}) == FILE.replace("<!-- reconciler:rule style -->\nUse tabs.\n", "")


def test_a_begin_marker_with_other_words_is_known_and_kept() -> None:
    text = FILE.replace(BEGIN, "<!-- reconciler:begin other words -->")
    assert with_sections(text, {"style": "Use spaces.\n", "tests": "Test it.\n"}) == text.replace("tabs", "spaces")


@pytest.mark.parametrize(("lines", "line"), [
    ("a|<!-- reconciler:begin -->|b", 2),
    ("<!-- reconciler:end -->", 1),
    ("a|<!-- reconciler:rule x -->|b", 2),
    ("<!-- reconciler:begin -->|<!-- reconciler:begin -->|<!-- reconciler:end -->", 2),
    ("<!-- reconciler:begin -->|<!-- reconciler:end -->|<!-- reconciler:begin -->|<!-- reconciler:end -->", 3),
    ("<!-- reconciler:begin -->|<!-- reconciler:rule x -->|<!-- reconciler:rule x -->|<!-- reconciler:end -->", 3),
    ("<!-- reconciler:begin -->|<!-- reconciler:rule -->|<!-- reconciler:end -->", 2),
    ("<!-- reconciler:begin -->|lost text|<!-- reconciler:rule x -->|<!-- reconciler:end -->", 2),
])  # fmt: skip
def test_a_marker_out_of_place_is_refused_with_its_line(lines: str, line: int) -> None:
    with pytest.raises(FormatError) as caught:
        read_memory(lines.replace("|", "\n"))
    assert caught.value.line == line


@pytest.mark.parametrize("body", [BEGIN, END, "a\n<!-- reconciler:rule x -->\n", f"a\r{END}"])
def test_text_that_holds_a_marker_is_refused(body: str) -> None:
    with pytest.raises(EditRefused):
        with_sections(FILE, {"style": body})
    with pytest.raises(EditRefused):
        with_own(FILE, body)


@pytest.mark.parametrize("name", ["", "a b", "a-->b", "a\n"])
def test_a_name_that_breaks_its_marker_is_refused(name: str) -> None:
    with pytest.raises(EditRefused):
        with_sections("", {name: "x\n"})


@pytest.mark.parametrize(("was", "now", "before", "after"), [
    ("# Mine\n\nAfter.\n", "# Ours\n\nAfter.\n", "# Ours\n", "\nAfter.\n"),
    ("# Mine\n\nAfter.\n", "# Mine\nmore\n\nAfter.\nend\n", "# Mine\nmore\n", "\nAfter.\nend\n"),
    ("# Mine\n\nAfter.\n", "\nAfter.\n", "", "After.\n"),
    ("# Mine\n\nAfter.\n", "", "", ""),
])  # fmt: skip
def test_lines_of_the_user_keep_their_side_of_the_block(was: str, now: str, before: str, after: str) -> None:
    assert read_memory(FILE).own == was
    changed = read_memory(with_own(FILE, now))
    assert (changed.before, changed.after.lstrip("\n")) == (before, after.lstrip("\n"))
    assert changed.sections == read_memory(FILE).sections


def test_own_text_keeps_its_line_ends_and_its_edges() -> None:
    assert with_own("\ufeff\r\na\r\nb", "a\nc\nb\n") == "\ufeff\r\na\r\nc\r\nb"


@pytest.mark.parametrize("path", MEMORY_FILES, ids=lambda p: "/".join(p.parts[-3:]))
def test_a_clients_own_memory_file_survives_rules(path: pathlib.Path) -> None:
    text = path.read_bytes().decode()
    assert with_sections(with_sections(text, {"style": "Use tabs.\n"}), {}) == text
    assert with_own(text, normal_body(read_memory(text).own)) == text


def test_a_file_that_ends_in_half_a_line_end_gets_no_block() -> None:
    with pytest.raises(EditRefused):
        with_sections("a\r", {"style": "x\n"})
