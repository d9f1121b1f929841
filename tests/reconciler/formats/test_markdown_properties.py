"""Any user's text, any rules: the block comes, changes and goes, and the rest of the file never moves."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.formats.edit import EditRefused, FormatError
from reconciler.formats.markdown import normal_body, read_memory, split_front_matter, with_own, with_sections

PIECES = ["", "a", "b", "# head", "- x", "  ", "\t", "é", "---", "```", "<!-- note -->", "a", "\x0c", "\u2028", "\ufeff"]
LINES = st.lists(st.sampled_from(PIECES), max_size=8)
ENDS = st.sampled_from(["\n", "\r\n"])
BOMS = st.sampled_from(["", "\ufeff"])
LAST = st.booleans()
NAMES = st.sampled_from(["style", "tests", "deep/one", "é", "--"])
SECTIONS = st.dictionaries(NAMES, LINES.map("\n".join).map(normal_body), max_size=4)
TEXTS = st.builds(lambda bom, lines, end, last: bom + end.join(lines) + end * last, BOMS, LINES, ENDS, LAST)
MEMORIES = st.builds(lambda text, sections, tail: with_sections(text, sections) + tail, TEXTS, SECTIONS, st.sampled_from(["", "", "\n", "b\n", "\r\nb"]))
EXAMPLES = 200
LEADING = re.compile(r"\A[\ufeff \t\r\n]*\ufeff")  # a byte-order mark is the file's, not the text's


@given(MEMORIES, SECTIONS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_sections_are_read_as_they_were_written(text: str, sections: dict[str, str]) -> None:
    assert read_memory(with_sections(text, sections)).sections == sections


@given(MEMORIES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_writing_what_was_read_changes_nothing(text: str) -> None:
    memory = read_memory(text)
    assert with_sections(text, memory.sections) == text
    assert with_own(text, memory.own) == text
    assert with_own(text, normal_body(memory.own)) == text


@given(MEMORIES, SECTIONS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_own_text_never_changes_with_sections(text: str, sections: dict[str, str]) -> None:
    assert read_memory(with_sections(text, sections)).own == read_memory(text).own


@given(TEXTS, SECTIONS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_block_that_comes_and_goes_leaves_the_bytes(text: str, sections: dict[str, str]) -> None:
    assert with_sections(with_sections(text, sections), {}) == text


@given(MEMORIES, TEXTS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_own_text_is_read_as_it_was_written(text: str, own: str) -> None:
    result = with_own(text, own)
    assert normal_body(read_memory(result).own) in (normal_body(own), normal_body(LEADING.sub("", own)))
    assert read_memory(result).sections == read_memory(text).sections
    assert with_own(result, own) == result


@given(MEMORIES, st.integers(0, 8))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_line_added_to_the_own_text_moves_no_other_line(text: str, at: int) -> None:
    own = normal_body(read_memory(text).own).split("\n")[:-1]
    changed = with_own(text, "\n".join([*own[:at], "added", *own[at:]]))
    kept = [line for line in full_lines(changed) if line != "added"]
    assert kept == full_lines(text) or not own


def full_lines(text: str) -> list[str]:
    return [line.strip("\r") for line in text.replace("\ufeff", "").split("\n") if line.strip()]


MARKS = st.lists(
    st.sampled_from(["a", "", "<!-- reconciler:begin x -->", "<!-- reconciler:end -->", "<!-- reconciler:rule a -->", "<!-- reconciler:rule b -->"]), max_size=7
)


@given(MARKS, SECTIONS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_markers_in_any_order_are_refused_or_kept(lines: list[str], sections: dict[str, str]) -> None:
    text = "\n".join(lines)
    try:
        result = with_sections(text, sections)
    except FormatError:
        return
    assert read_memory(result).sections == sections
    assert read_memory(result).own == read_memory(text).own


@given(MARKS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_body_never_breaks_the_block(lines: list[str]) -> None:
    body = "\r".join(lines)
    try:
        result = with_sections("own\n", {"x": body, "y": "b\n"})
    except EditRefused:
        return
    assert read_memory(result).sections == {"x": normal_body(body), "y": "b\n"}


@given(TEXTS, TEXTS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_front_matter_and_body_change_apart(text: str, new: str) -> None:
    front = split_front_matter(text)
    assert front.text == text
    try:
        assert split_front_matter(front.with_body(new).text).yaml == front.yaml
        assert split_front_matter(front.with_yaml(new).text).body == front.body
    except EditRefused:
        assert "---" in new or "\ufeff" in new or "---" in text


@given(st.text(alphabet="a \t\r\n\ufeff"))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_normal_body_is_normal(text: str) -> None:
    body = normal_body(text)
    assert normal_body(body) == body
    assert not body or (body.endswith("\n") and not body.endswith("\n\n") and not body.startswith("\n"))
