"""What a reader cannot see is named, and usual emoji are not."""

import sys
import unicodedata

import pytest

from reconciler.mapping.hidden_text import MAX_FOUND, hidden_text, revealed


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\ue000", "U+E000 PRIVATE USE CHARACTER"),
        ("\U000e0100", "U+E0100 VARIATION SELECTOR-17"),
        ("\x1b", "U+001B CONTROL CHARACTER"),
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
        ("\u2065", "U+2065 UNASSIGNED CHARACTER"),
    ],
)
def test_a_hidden_character_is_named_with_its_place(char, name):
    assert hidden_text(f"ab{char}c") == [(2, name)]


@pytest.mark.parametrize("text", ["plain\ttext\r\n", "한국어 équipe 日本語 العربية", "❤️ ✅ ‼️ 1️⃣ ©️", "👩‍💻 👩🏽‍💻 ❤️‍🔥", "\ufeffstart", ""])
def test_what_people_write_is_not_hidden(text):
    assert hidden_text(text) == []


@pytest.mark.parametrize("text", ["❤\ufe0f\ufe0f", "❤\ufe0f\ufe01", "❤\ufe00", "x\u200dy", "👩\u200d\u200d💻", "👩\u200d", "a\ufe0f"])
def test_runs_and_misplaced_selectors_are_hidden_text(text):
    assert len(hidden_text(text)) >= 1


def test_every_format_private_and_separator_code_point_is_known():
    hidden = {"Cf", "Co", "Cs", "Zl", "Zp"}
    missed = [hex(i) for i in range(sys.maxunicode + 1) if unicodedata.category(chr(i)) in hidden and not hidden_text(f"a{chr(i)}")]
    assert missed == []


def test_a_text_full_of_them_gives_a_bounded_list():
    assert len(hidden_text("\u200b" * 100_000)) == MAX_FOUND


def test_a_person_sees_what_is_hidden_and_the_rest_as_it_is():
    assert revealed("a\u202eb\x1b[8mc\U000e0041 \u2764\ufe0f é\n") == "a<U+202E>b<U+001B>[8mc<U+E0041> \u2764\ufe0f é\n"
