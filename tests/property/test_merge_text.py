"""What is true of every merge of texts."""

from __future__ import annotations

from itertools import permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.merge.diff3 import merged_lines
from reconciler.merge.sections import document, text_of
from reconciler.merge.text import merged_text

thorough = settings(max_examples=1000, deadline=None)

words = st.sampled_from(["", "one", "two", "three", "# A", "# B", "## C", "### D", "```", "~~~", " ", "#no heading", "-"])
texts = st.lists(words, max_size=10).map("\n".join)
headings = st.lists(st.sampled_from("ABCDEF"), unique=True, min_size=2, max_size=5)


@st.composite
def sectioned(draw):
    """Sections of level 1 with different names, each with a few lines of its own."""
    return {name: draw(st.lists(st.sampled_from(["x", "y", "z"]), max_size=3)) for name in draw(headings)}


def written(sections: dict[str, list[str]]) -> str:
    return "".join(f"# {name}\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


@thorough
@given(texts)
def test_the_sections_of_a_text_joined_are_the_text(text):
    whole = document(text)
    assume(whole is not None)
    assert text_of(list(whole.sections.values()), whole.ending) == text


@thorough
@given(texts, texts)
def test_a_change_of_one_side_is_that_side_exactly(base, side):
    assert merged_text(base, side, base) == merged_text(base, base, side) == merged_text(base, side, side) == side


@thorough
@given(texts, texts, texts)
def test_swapping_the_sides_gives_the_same_text(base, local, central):
    assert merged_text(base, local, central) == merged_text(base, central, local)


@thorough
@given(texts, texts, texts)
def test_no_new_line_is_lost_when_the_merge_is_clean(base, local, central):
    merged = merged_text(base, local, central)
    assume(merged is not None)
    lines = set(merged.split("\n"))
    for side in (local, central):
        assert {line for line in set(side.split("\n")) - set(base.split("\n")) if line.strip()} <= lines


@thorough
@given(texts, texts, texts)
def test_no_line_comes_from_nowhere(base, local, central):
    merged = merged_text(base, local, central)
    assume(merged is not None)
    assert {line for line in merged.split("\n") if line} <= {line for text in (base, local, central) for line in text.split("\n")}


@thorough
@given(sectioned(), st.data())
def test_changes_in_different_sections_never_conflict(base, data):
    local, central = dict(base), dict(base)
    for name in list(base):
        side = data.draw(st.sampled_from([local, central]))
        match data.draw(st.sampled_from(["keep", "change", "remove"])):
            case "change":
                side[name] = [*base[name], "changed"]
            case "remove":
                del side[name]
    local["L"], central["M"] = ["new"], ["new"]
    merged = merged_text(written(base), written(local), written(central))
    assert merged is not None
    for name in base:
        if name in local and name in central:
            mine = local[name] if local[name] != base[name] else central[name]
            assert written({name: mine}) in merged
        else:
            assert f"# {name}\n" not in merged
    assert "# L\nnew" in merged
    assert "# M\nnew" in merged


@settings(max_examples=300, deadline=None)
@given(sectioned(), st.lists(sectioned(), min_size=3, max_size=3))
def test_three_writers_who_add_sections_agree_in_every_order(base, additions):
    writers = [written({**base, **{f"{name}{n}": lines for name, lines in new.items()}}) for n, new in enumerate(additions)]
    results = set()
    for one, two, three in permutations(writers):
        first = merged_text(written(base), one, two)
        assert first is not None
        results.add(merged_text(written(base), first, three))
    assert len(results) == 1
    assert None not in results


@thorough
@given(st.integers(1, 12), st.data())
def test_lines_that_are_not_neighbours_merge_cleanly(size, data):
    base = [f"line {n}" for n in range(size)]
    at, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    local, central = list(base), list(base)
    local[at], central[other] = "mine", "theirs"
    both = list(base)
    both[at], both[other] = "mine", "theirs"
    assert merged_lines(base, local, central) == (both if abs(at - other) > 1 else None)
