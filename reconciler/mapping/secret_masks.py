"""Templates with their secrets replaced by references. A literal value goes in, ``${secret:name}`` comes out.

What a name is, and where the value goes, is the caller's: ``name_for`` is asked once for each secret found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from reconciler.mapping.secret_tokens import REFERENCE, Span
from reconciler.mapping.templates import Env, Literal, Part, Secret, Template, joined

NameFor = Callable[[str], str]
"""The name under which the vault keeps a value."""


def masked(place: Place, template: Template, name_for: NameFor) -> Template:
    """The template with every secret of its literal text replaced, in defaults of variables too."""
    return replaced(template, secret_spans(place, marked(template)), name_for)


def masked_args(args: Sequence[Template], name_for: NameFor) -> list[Template]:
    """The same for the arguments of a command, where one may be the value of the flag before it."""
    spans = secret_spans_in_args([marked(arg) for arg in args])
    return [replaced(arg, found, name_for) for arg, found in zip(args, spans, strict=True)]


def marked(template: Template) -> str:
    """The literal text, with one ``REFERENCE`` for each reference."""
    return "".join(part.text.replace(REFERENCE, "?") if isinstance(part, Literal) else REFERENCE for part in template)


def replaced(template: Template, spans: Sequence[Span], name_for: NameFor) -> Template:
    """The template with these spans of its marked text replaced."""
    out: list[Part] = []
    at = 0
    for part in template:
        if isinstance(part, Literal):
            out += _split(part.text, [(a - at, b - at) for a, b in spans if at <= a and b <= at + len(part.text)], name_for)
            at += len(part.text)
        else:
            out.append(_with_masked_default(part, name_for))
            at += 1
    return joined(out)


def _split(plain: str, spans: Sequence[Span], name_for: NameFor) -> list[Part]:
    out: list[Part] = []
    at = 0
    for start, end in spans:
        out += [Literal(plain[at:start]), Secret(name_for(plain[start:end]))]
        at = end
    return [*out, Literal(plain[at:])]


def _with_masked_default(part: Part, name_for: NameFor) -> Part:
    """A default is a value of the variable that it stands in for: ``${API_TOKEN:-fake-not-a-secret}``."""
    if not isinstance(part, Env) or part.default is None:
        return part
    return Env(part.name, masked(Place("env", part.name), part.default, name_for))
