"""What always holds for templates: reading and writing are inverse, for us and for every client syntax."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.mapping.templates import (
    Env,
    Home,
    Literal,
    RefSyntax,
    Secret,
    TemplateError,
    filled,
    from_native,
    joined,
    literal,
    matcher,
    parse,
    text,
    to_native,
)

CHEAP = settings(max_examples=1000, deadline=None)

names = st.text("AB_9", min_size=1, max_size=3).filter(lambda s: not s[0].isdigit())
plain = st.lists(st.sampled_from(["$", "{", "}", ":-", "a", "env:A", "${", "${A}", "$A", "{env:A}", "é", "\n"]), max_size=6).map("".join)
tricky_text = st.lists(
    st.sampled_from(["$", "${", "}", "env:A", "${env:A}", "${env:A:-", "$}", "$${", "secret:s}", "home}", "{", "x"]), max_size=10
).map("".join)
syntaxes = st.builds(
    RefSyntax, bare=st.booleans(), braced=st.booleans(), defaults=st.booleans(), opening=st.sampled_from(["${", "{env:", "${env:"])
)


def template_or_offset(source):
    try:
        return parse(source)
    except TemplateError as error:
        return error.offset


def template_of(defaults):
    parts = st.one_of(
        st.builds(Literal, plain),
        st.builds(Env, names, st.none() | defaults),
        st.builds(Secret, st.text("s.-9", min_size=1, max_size=3)),
        st.just(Home()),
    )
    return st.lists(parts, max_size=5).map(joined)


templates = template_of(template_of(template_of(st.just(()))))


@CHEAP
@given(templates)
def test_what_is_written_is_read_back(template):
    assert parse(text(template)) == template


@CHEAP
@given(tricky_text)
def test_what_is_read_is_written_back(source):
    template = template_or_offset(source)
    if isinstance(template, int):
        assert source[template : template + 2] == "${"
    else:
        assert text(template) == source


@CHEAP
@given(plain)
def test_escaped_text_is_one_literal(s):
    assert parse(literal(s)) == joined([Literal(s)])


@CHEAP
@given(plain, syntaxes)
def test_what_a_client_says_reads_the_same_after_being_said_again(native, syntax):
    canonical = from_native(native, syntax)
    said = to_native(canonical, syntax, {}.get, "/h")
    assert isinstance(said, str)
    assert from_native(said, syntax) == canonical


@CHEAP
@given(templates, syntaxes)
def test_what_can_be_said_is_read_back(template, syntax):
    canonical = text(template)
    said = to_native(canonical, syntax, {}.get, "/h")
    if isinstance(said, str) and Home() not in template and "${home}" not in canonical:
        assert from_native(said, syntax) == canonical


@CHEAP
@given(templates)
def test_a_filled_template_matches_itself(template):
    whole = filled(template, lambda _: "v", lambda _: "w", "/h")
    if all(not isinstance(a, (Env, Secret)) or not isinstance(b, (Env, Secret)) for a, b in pairwise(template)):
        separators = "".join(p.text for p in template if isinstance(p, Literal))
        assert "v" in separators or "w" in separators or matcher(template, "/h").fullmatch(whole)
