"""Templates: the strings of the central repository, filled, found again in resolved text, and said in a client's syntax.

The syntax itself is in ``template_syntax``. A client's syntax is a value: nothing here knows a client by name. Values
of secrets pass through as arguments and are never kept; paths under the home directory are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from reconciler.mapping.template_syntax import (
    Env,
    Home,
    Literal,
    Part,
    Reference,
    Secret,
    Template,
    TemplateError,
    joined,
    literal,
    map_literals,
    parse,
    references,
    text,
)

__all__ = [
    "Env",
    "Home",
    "Literal",
    "Missing",
    "MissingSecret",
    "Part",
    "RefSyntax",
    "Reference",
    "Secret",
    "Template",
    "TemplateError",
    "Unsayable",
    "Value",
    "filled",
    "from_native",
    "joined",
    "literal",
    "map_literals",
    "matcher",
    "parse",
    "references",
    "resolved_values",
    "text",
    "to_native",
]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD = re.compile(r"[A-Za-z0-9_]")

Value = Callable[[str], str | None]
"""A name's value, or None when it has none."""


@dataclass(frozen=True)
class Missing:
    """Names that a template needs and that have no value."""

    env: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def filled(template: Template, env: Value, secret: Value, home: str) -> str | Missing:
    """The text with all references resolved, or what is missing for it."""
    out: list[str] = []
    absent_env: list[str] = []
    absent_secrets: list[str] = []
    for part in template:
        value = _value(part, env, secret, home)
        if isinstance(value, Missing):
            absent_env += value.env
            absent_secrets += value.secrets
        else:
            out.append(value)
    if absent_env or absent_secrets:
        return Missing(tuple(dict.fromkeys(absent_env)), tuple(dict.fromkeys(absent_secrets)))
    return "".join(out)


def _value(part: Part, env: Value, secret: Value, home: str) -> str | Missing:
    if isinstance(part, Literal):
        return part.text
    if isinstance(part, Home):
        return home
    if isinstance(part, Secret):
        found = secret(part.name)
        return Missing(secrets=(part.name,)) if found is None else found
    found = env(part.name)
    if found is not None:
        return found
    return Missing(env=(part.name,)) if part.default is None else filled(part.default, env, secret, home)


def matcher(template: Template, home: str | None = None) -> re.Pattern[str]:
    """A pattern for ``fullmatch`` on a resolved text: one group for each secret and variable, in order of first use.

    A name that comes again must have the same value again. Where two values meet, the first takes as little as it
    can, without a second try: so matching takes linear time, and ``re.escape`` of literals makes it exact.
    """
    parts = joined(template)
    group: dict[Reference, int] = {}
    pieces, last = [], max((i for i, p in enumerate(parts) if isinstance(p, Env | Secret)), default=-1)
    for i, part in enumerate(parts):
        piece = _pattern(part, group, home, is_last=i == last)
        follows = re.escape(parts[i + 1].text) if i + 1 < len(parts) and isinstance(parts[i + 1], Literal) else ""  # type: ignore[union-attr]
        pieces.append(f"(?>{piece}(?={follows}))" if piece == _SHORTEST and follows else piece)
    return re.compile("".join(pieces), re.DOTALL)


def resolved_values(template: Template, plain: str, home: str | None = None) -> dict[Env | Secret, str] | None:
    """What each variable and secret of the template stands for in a resolved text; None when it is not its text.

    What stands in the default of a variable has no value of its own.
    """
    found = matcher(template, home).fullmatch(plain)
    names = dict.fromkeys(part for part in template if isinstance(part, Env | Secret))
    return dict(zip(names, found.groups(), strict=True)) if found else None


_SHORTEST = "(.*?)"


def _pattern(part: Part, group: dict[Reference, int], home: str | None, is_last: bool) -> str:
    if isinstance(part, Literal):
        return re.escape(part.text)
    if isinstance(part, Home):
        return ".*?" if home is None else re.escape(home)
    if part in group:
        return rf"(?:\{group[part]})"
    group[part] = len(group) + 1
    return "(.*)" if is_last else _SHORTEST


# ---------------------------------------------------------------- what clients write


@dataclass(frozen=True)
class RefSyntax:
    """Which references a client resolves in its own file. The empty syntax has none: all text is literal there.

    What stands between ``opening`` and ``}`` is read as a name; when it is none (``${X:-d}`` where there are no
    defaults), the client leaves the text alone.
    """

    bare: bool = False
    """``$NAME``."""
    braced: bool = False
    """``${NAME}``."""
    defaults: bool = False
    """``${NAME:-text}``; the text holds no ``}`` and nothing in it is resolved."""
    opening: str = "${"
    """What starts a braced reference: ``{env:`` in some clients."""


@dataclass(frozen=True)
class Unsayable:
    """The client's syntax cannot say it. The reason shows no value."""

    reason: str


@dataclass(frozen=True)
class MissingSecret:
    """The vault has no value for a secret that must be written out."""

    name: str


def from_native(plain: str, syntax: RefSyntax) -> str:
    """The canonical text of what a client's file says."""
    if "$" not in plain and syntax.opening not in plain:
        return plain
    return text(_native(plain, syntax))


def _native(plain: str, syntax: RefSyntax) -> Template:
    parts: list[Part] = []
    at = 0
    for found in _native_references(plain, syntax):
        reference = _native_reference(found, syntax)
        if reference is not None:
            parts += [Literal(plain[at : found.start()]), reference]
            at = found.end()
    return joined([*parts, Literal(plain[at:])])


def _native_references(plain: str, syntax: RefSyntax) -> Iterator[re.Match[str]]:
    """What the client's own regular expression finds. Up to the last ``}`` every opening has its end: linear time."""
    bare = r"\$(?P<bare>[A-Za-z0-9_]++)" if syntax.bare else ""
    braced = re.escape(syntax.opening) + r"(?P<inner>[^}]*+)\}" if syntax.braced else ""
    end = plain.rfind("}") + 1 if braced else 0
    found = re.compile("|".join(filter(None, (braced, bare)))).finditer(plain, 0, end) if end else iter(())
    return chain(found, re.compile(bare).finditer(plain, end)) if bare else found


def _native_reference(found: re.Match[str], syntax: RefSyntax) -> Env | None:
    groups = found.groupdict()
    inner = groups.get("inner") or groups.get("bare") or ""
    name, has_default, default = inner.partition(":-") if syntax.defaults and groups.get("inner") else (inner, "", "")
    if not _NAME.fullmatch(name):
        return None
    return Env(name, joined([Literal(default)])) if has_default else Env(name)


def to_native(canonical: str, syntax: RefSyntax, secret: Value, home: str) -> str | Unsayable | MissingSecret:
    """The client's own text for a canonical one, with secrets and home written out.

    What was written is read again: it says exactly what was meant, or is not said at all.
    """
    if "$" not in canonical and syntax.opening not in canonical:
        return canonical
    plain = _resolved(parse(canonical), secret, home)
    if isinstance(plain, MissingSecret):
        return plain
    out: list[str] = []
    for part in plain:
        said = part.text if isinstance(part, Literal) else _said(part, syntax)
        if isinstance(said, Unsayable):
            return said
        out.append(said)
    for native in ("".join(out), _with_bare(plain, out) if syntax.bare else ""):
        if _native(native, syntax) == plain:
            return native
    return Unsayable("the client would read a reference into this text")


def _with_bare(parts: tuple[Literal | Env, ...], said: list[str]) -> str:
    """What is said, with ``$NAME`` wherever it ends by itself: a ``}`` would close a literal ``${`` before it."""
    follows = [*said[1:], ""]
    return "".join(
        f"${part.name}" if isinstance(part, Env) and part.default is None and not _WORD.match(after) else plain
        for part, plain, after in zip(parts, said, follows, strict=True)
    )


def _resolved(template: Template, secret: Value, home: str) -> tuple[Literal | Env, ...] | MissingSecret:
    """The template with secrets and home as literal text."""
    out: list[Literal | Env] = []
    for part in template:
        if isinstance(part, Env) and part.default is not None:
            default = _resolved(part.default, secret, home)
            if isinstance(default, MissingSecret):
                return default
            out.append(Env(part.name, default))
        elif isinstance(part, Secret):
            value = secret(part.name)
            if value is None:
                return MissingSecret(part.name)
            out.append(Literal(value))
        else:
            out.append(Literal(home) if isinstance(part, Home) else part)
    return joined(out)  # type: ignore[return-value]  # joined keeps the kinds that it is given


def _said(part: Env, syntax: RefSyntax) -> str | Unsayable:
    if part.default is None:
        if syntax.braced:
            return f"{syntax.opening}{part.name}}}"
        return f"${part.name}" if syntax.bare else Unsayable(f"the client resolves no variables, so it cannot use {part.name}")
    if not (syntax.braced and syntax.defaults):
        return Unsayable(f"the client has no defaults for variables, so it cannot say the one of {part.name}")
    if any(not isinstance(inner, Literal) for inner in part.default):
        return Unsayable(f"the client resolves nothing in a default, so it cannot say the one of {part.name}")
    return f"{syntax.opening}{part.name}:-{''.join(p.text for p in part.default if isinstance(p, Literal))}}}"
