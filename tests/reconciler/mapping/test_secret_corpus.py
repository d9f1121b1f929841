"""How many secrets are found in entries with made-up ones, and how many alarms clean entries give."""

import pytest

from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from tests.reconciler.mapping.secret_corpus import clean, with_secrets

KINDS = {"env": "env", "headers": "header", "oauth": "field"}


def found_in(entry):
    """The secret texts of an entry."""
    strings = [(secret_spans(Place(KINDS[at], key), text), text) for at in KINDS for key, text in entry.get(at, {}).items()]
    if "url" in entry:
        strings.append((secret_spans(Place("url"), entry["url"]), entry["url"]))
    args = entry.get("args", [])
    strings += zip(secret_spans_in_args(args), args, strict=True)
    return {text[start:end] for spans, text in strings for start, end in spans}


def test_every_secret_is_found_and_nothing_beside_it(capsys):
    corpus = with_secrets()
    wrong = [(entry, found_in(entry)) for entry, secrets in corpus if found_in(entry) != secrets]
    with capsys.disabled():
        print(f"\nsecrets found exactly: {len(corpus) - len(wrong)} of {len(corpus)}")
    assert not wrong
    assert len(corpus) >= 105


def test_clean_entries_give_no_alarm(capsys):
    corpus = clean()
    wrong = [(entry, found_in(entry)) for entry in corpus if found_in(entry)]
    with capsys.disabled():
        print(f"\nfalse alarms: {len(wrong)} in {len(corpus)} clean entries")
    assert not wrong
    assert len(corpus) >= 80


@pytest.mark.parametrize("entry", clean())
def test_clean_entries_pass_the_second_scan(entry):
    from reconciler.mapping.secret_tokens import suspicious_text

    assert suspicious_text(repr(entry)) == []
