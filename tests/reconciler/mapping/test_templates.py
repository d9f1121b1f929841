"""The syntax of templates, what they are filled with, and what clients can say of them."""

import pytest

from reconciler.mapping.templates import (
    Env,
    Home,
    Literal,
    Missing,
    MissingSecret,
    RefSyntax,
    Secret,
    TemplateError,
    Unsayable,
    filled,
    from_native,
    literal,
    map_literals,
    matcher,
    parse,
    references,
    resolved_values,
    text,
    to_native,
)

BRACED_WITH_DEFAULT = RefSyntax(braced=True, defaults=True)
BARE_AND_BRACED = RefSyntax(bare=True, braced=True)
BRACED = RefSyntax(braced=True)
NONE = RefSyntax()
MARKED = RefSyntax(braced=True, opening="{env:")


def nothing(_: str) -> str | None:
    return None


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("", ()),
        ("plain $VAR } { $ $$", (Literal("plain $VAR } { $ $$"),)),
        ("${env:A}", (Env("A"),)),
        ("x${env:A:-}y", (Literal("x"), Env("A", ()), Literal("y"))),
        ("${env:A:-d{e}", (Env("A", (Literal("d{e"),)),)),
        ("${env:A:-d$}e}", (Env("A", (Literal("d}e"),)),)),
        ("${env:A:-${env:B:-b}c}d", (Env("A", (Env("B", (Literal("b"),)), Literal("c"))), Literal("d"))),
        ("Bearer ${secret:mcp.github-1}", (Literal("Bearer "), Secret("mcp.github-1"))),
        ("${home}/x", (Home(), Literal("/x"))),
        ("$${env:A}", (Literal("${env:A}"),)),
        ("$$${env:A}", (Literal("$"), Env("A"))),
        ("$$$${", (Literal("$${"),)),
        ("${env:A:-$$}", (Env("A", (Literal("$"),)),)),
    ],
)
def test_each_form_is_read_and_written_the_same(source, parts):
    assert parse(source) == parts
    assert text(parts) == source


@pytest.mark.parametrize(
    ("source", "offset"),
    [("a${b}", 1), ("${", 0), ("${env:1A}", 0), ("${env:A", 0), ("x${env:A:-y", 1), ("${env:A:-${x}}", 9), ("${secret:a b}", 0), ("${}", 0)],
)
def test_a_broken_reference_is_an_error_that_says_where(source, offset):
    with pytest.raises(TemplateError) as caught:
        parse(source)
    assert caught.value.offset == offset


def test_defaults_in_defaults_have_a_limit():
    with pytest.raises(TemplateError, match="in one another"):
        parse("${env:A:-" * 1000)


def test_plain_text_is_escaped_only_where_it_looks_like_a_reference():
    assert [literal(s) for s in ("$VAR", "${X}", "a$${")] == ["$VAR", "$${X}", "a$$$${"]


def test_references_are_found_in_defaults_too():
    assert references(parse("a${env:A:-${secret:s}}${home}")) == [Env("A", (Secret("s"),)), Secret("s"), Home()]


def test_literals_are_replaced_in_defaults_too():
    swapped = map_literals(parse("k=v${env:A:-v}"), lambda s: parse(s.replace("v", "${secret:v}")))
    assert text(swapped) == "k=${secret:v}${env:A:-${secret:v}}"


def test_filling_resolves_every_kind_of_reference():
    template = parse("${home}/${env:A}/${env:B:-b}/${secret:s}")
    assert filled(template, {"A": "a"}.get, {"s": "S"}.get, "/home/u") == "/home/u/a/b/S"


def test_filling_says_all_that_is_missing():
    assert filled(parse("${env:A}${env:B:-${secret:s}}${secret:t}${env:A}"), nothing, nothing, "/h") == Missing(("A",), ("s", "t"))


@pytest.mark.parametrize(
    ("source", "resolved", "groups"),
    [
        ("Bearer ${secret:s}", "Bearer fake.not*a+secret", ("fake.not*a+secret",)),
        ("Bearer ${secret:s}", "Basic x", None),
        ("https://${env:U}:${secret:p}@h/", "https://me:x@y@h/", ("me", "x@y")),
        ("${env:A}-${env:A}", "x-x", ("x",)),
        ("${env:A}-${env:A}", "x-y", None),
        ("${home}/b?k=${secret:s}", "/home/u/b?k=1\n2", ("1\n2",)),
        ("no reference (at all)", "no reference (at all)", ()),
    ],
)
def test_the_values_that_a_client_resolved_are_found_again(source, resolved, groups):
    found = matcher(parse(source), home="/home/u").fullmatch(resolved)
    assert (found.groups() if found else None) == groups


def test_resolved_values_are_those_of_the_references_that_stand_by_themselves():
    template = parse("${env:A:-${secret:s}}/${secret:t}/${env:A:-${secret:s}}")
    assert resolved_values(template, "a/t/a") == {Env("A", (Secret("s"),)): "a", Secret("t"): "t"}
    assert resolved_values(template, "a/t/b") is None


def test_a_hostile_text_is_refused_without_trying_all_its_splits():
    template = parse("-".join(f"${{env:A{i}}}" for i in range(20)) + "!")
    assert matcher(template).fullmatch("-" * 100_000) is None


@pytest.mark.parametrize(
    ("syntax", "native", "canonical"),
    [
        (BRACED_WITH_DEFAULT, "Bearer ${T}", "Bearer ${env:T}"),
        (BRACED_WITH_DEFAULT, "${T:-a b}", "${env:T:-a b}"),
        (BRACED_WITH_DEFAULT, "${T:-}", "${env:T:-}"),
        (BRACED_WITH_DEFAULT, "$T", "$T"),
        (BRACED_WITH_DEFAULT, "${A:-{x}}", "${env:A:-{x}}"),
        (BRACED_WITH_DEFAULT, "${A:-${B}}", "${env:A:-$${B}}"),
        (BRACED_WITH_DEFAULT, "$${A}", "$$${env:A}"),
        (BRACED_WITH_DEFAULT, "${not a name}", "$${not a name}"),
        (BARE_AND_BRACED, "${T}", "${env:T}"),
        (BARE_AND_BRACED, "${T:-d}", "$${T:-d}"),
        (BARE_AND_BRACED, "$1 costs 5$", "$1 costs 5$"),
        (BARE_AND_BRACED, "${b}x ${$a", "${env:b}x $${${env:a}"),
        (BRACED, "${T}/$T", "${env:T}/$T"),
        (NONE, "${T} $T", "$${T} $T"),
        (MARKED, "Bearer {env:T} ${T}", "Bearer ${env:T} $${T}"),
    ],
)
def test_each_client_form_has_its_canonical_text(syntax, native, canonical):
    assert from_native(native, syntax) == canonical
    assert to_native(canonical, syntax, nothing, "/h") == native


def test_a_bare_and_a_braced_variable_are_the_same():
    assert from_native("$T-x", BARE_AND_BRACED) == from_native("${T}-x", BARE_AND_BRACED) == "${env:T}-x"


def test_secrets_and_home_are_written_out():
    assert to_native("${home}/x ${secret:s}", NONE, {"s": "v"}.get, "/home/u") == "/home/u/x v"


@pytest.mark.parametrize(
    ("syntax", "canonical"),
    [
        (BARE_AND_BRACED, "${env:A:-d}"),
        (BARE_AND_BRACED, "costs $USD"),
        (BARE_AND_BRACED, "$${X}"),
        (BRACED_WITH_DEFAULT, "$${X}"),
        (BRACED_WITH_DEFAULT, "${env:A:-d$}e}"),
        (BRACED_WITH_DEFAULT, "${env:A:-${env:B}}"),
        (BRACED_WITH_DEFAULT, "${secret:looks_like_a_reference}"),
        (BRACED_WITH_DEFAULT, "${env:A:-${secret:closes}}"),
        (BARE_AND_BRACED, "$$${secret:word}"),
        (NONE, "${env:A}"),
        (MARKED, "{env:A}"),
    ],
)
def test_what_a_syntax_cannot_say_is_not_approximated(syntax, canonical):
    values = {"looks_like_a_reference": "a${HOME}b", "closes": "a}b", "word": "HOME"}
    said = to_native(canonical, syntax, values.get, "/h")
    assert isinstance(said, Unsayable)
    assert not any(value in said.reason for value in values.values())


@pytest.mark.parametrize("canonical", ["${secret:s}", "${env:A:-${secret:s}}"])
def test_a_secret_without_a_value_is_named(canonical):
    assert to_native(canonical, BRACED_WITH_DEFAULT, nothing, "/h") == MissingSecret("s")
