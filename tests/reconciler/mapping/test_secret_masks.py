"""Secrets in templates become references; what was a reference stays one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.mapping.secret_masks import masked, masked_args
from reconciler.mapping.secret_shapes import Place
from reconciler.mapping.templates import Env, Home, Literal, Secret, filled, joined, parse, text

FAKE = "fake-not-a-secret"


def named(value):
    return f"len{len(value)}"


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        (Place("env", "API_TOKEN"), FAKE, "${secret:len17}"),
        (Place("env", "API_TOKEN"), "${env:A}", "${env:A}"),
        (Place("env", "API_TOKEN"), "prefix-${env:A}", "prefix-${env:A}"),
        (Place("env", "API_TOKEN"), "${env:A:-fake-not-a-secret}", "${env:A:-fake-not-a-secret}"),
        (Place("env", "X"), "${env:API_TOKEN:-fake-not-a-secret}", "${env:API_TOKEN:-${secret:len17}}"),
        (Place("env", "API_TOKEN"), "$${not a reference}-x", "${secret:len20}"),
        (Place("env", "MODE"), "prod", "prod"),
        (Place("header", "Authorization"), f"Bearer {FAKE}", "Bearer ${secret:len17}"),
        (Place("header", "Authorization"), "Bearer ${env:A}", "Bearer ${env:A}"),
        (Place("url"), f"https://${{env:U}}:{FAKE}@h/?a=1", "https://${env:U}:${secret:len17}@h/?a=1"),
        (Place("url"), f"https://u:${{env:P}}@h/?key={FAKE}", "https://u:${env:P}@h/?key=${secret:len17}"),
    ],
)
def test_a_secret_becomes_a_reference(place, before, after):
    assert text(masked(place, parse(before), named)) == after


def test_arguments_are_masked_with_the_one_before():
    args = [parse(s) for s in ("--token", FAKE, "${home}/x", "--key", "${env:K}")]
    assert [text(arg) for arg in masked_args(args, named)] == ["--token", "${secret:len17}", "${home}/x", "--key", "${env:K}"]


def test_a_character_that_looks_like_our_mark_hides_nothing():
    assert text(masked(Place("env", "API_TOKEN"), parse("a￼b"), named)) == "${secret:len3}"


words = st.sampled_from(["Bearer ", FAKE, "https://", "me:", "@h/", "?token=", "&", "--token", "=", " ", "'", '"', "\ufffc", "${", "Aa1" * 9])
parts = st.one_of(st.builds(Literal, st.lists(words, max_size=6).map("".join)), st.just(Env("A")), st.just(Home()))
templates = st.lists(parts, max_size=5).map(joined)
places = st.builds(Place, st.sampled_from(["env", "header", "url", "argument", "field", "text"]), st.sampled_from(["", "API_TOKEN", "--token", "-c"]))


@settings(max_examples=1000, deadline=None)
@given(places, templates)
def test_a_masked_template_filled_again_says_the_same(place, template):
    values = {}

    def kept(value):
        return values.setdefault(value, f"n{len(values)}")

    def fill(t):
        return filled(t, lambda _: "env", {name: value for value, name in values.items()}.get, "/home/u")

    after = masked(place, template, kept)
    assert fill(after) == fill(template)
    assert all(isinstance(part, Secret) or part in template or isinstance(part, Literal) for part in after)
