"""The string syntax of the central repository: literal text with ``${env:NAME}``, ``${secret:name}`` and ``${home}``.

Only the syntax; ``templates`` is the door, with what references mean. Nothing here sees a value.

In a run of ``$`` before ``{``, ``$$`` stands for one ``$``: so ``$${`` is a literal ``${``. Inside a default the same
holds before ``}``, and a literal ``}`` is written ``$}``. Nothing else is special.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

MAX_DEPTH = 16
"""How deep defaults may stand in defaults."""


class TemplateError(ValueError):
    """The text is no template; ``offset`` is where the broken reference starts."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason}, at character {offset + 1}")
        self.reason, self.offset = reason, offset


@dataclass(frozen=True)
class Literal:
    text: str


@dataclass(frozen=True)
class Env:
    """An environment variable of the client's process. ``default`` None means that there is none."""

    name: str
    default: tuple[Part, ...] | None = None


@dataclass(frozen=True)
class Secret:
    """A value that the vault of the machine holds."""

    name: str


@dataclass(frozen=True)
class Home:
    """The home directory of the machine, without a slash at its end."""


Reference = Env | Secret | Home
Part = Literal | Reference
Template = tuple[Part, ...]

_BRACE = re.compile(r"(?<!\$)(\$*+)([{}])")
_HEAD = re.compile(
    r"env:(?P<env>[A-Za-z_][A-Za-z0-9_]*+)(?P<end>:-|\})|secret:(?P<secret>[A-Za-z0-9._-]++)\}|(?P<home>home)\}"
)


def parse(source: str) -> Template:
    """The template that a canonical text writes. Raises ``TemplateError``."""
    if "${" not in source:
        return (Literal(source),) if source else ()
    return _read(source, 0, ())[0]


def _read(source: str, at: int, opened: tuple[int, ...]) -> tuple[Template, int]:
    """Parts from ``at`` to the end, or to the ``}`` that closes a default, and where reading goes on.

    ``opened`` says where the references start whose default this is.
    """
    parts: list[Part] = []
    while brace := _BRACE.search(source, at):
        dollars, opens = len(brace[1]), brace[2] == "{"
        if not (opens or opened) or (opens and not dollars):
            parts.append(Literal(source[at : brace.end()]))
            at = brace.end()
            continue
        parts.append(Literal(source[at : brace.start()] + "$" * (dollars // 2)))
        at = brace.end()
        if opens and dollars % 2:
            part, at = _reference(source, at, opened)
            parts.append(part)
        elif not opens and not dollars % 2:
            return joined(parts), at
        else:
            parts.append(Literal(brace[2]))
    if opened:
        raise TemplateError("a default is not closed with }", opened[-1])
    return joined([*parts, Literal(source[at:])]), len(source)


def _reference(source: str, at: int, opened: tuple[int, ...]) -> tuple[Reference, int]:
    """The reference whose ``${`` ends at ``at``, and where reading goes on."""
    head = _HEAD.match(source, at)
    if head is None:
        raise TemplateError("only ${env:NAME}, ${secret:name} and ${home} are known; a literal ${ is written $${", at - 2)
    if head["home"]:
        return Home(), head.end()
    if head["secret"]:
        return Secret(head["secret"]), head.end()
    if head["end"] == "}":
        return Env(head["env"]), head.end()
    if len(opened) >= MAX_DEPTH:
        raise TemplateError(f"more than {MAX_DEPTH} defaults stand in one another", at - 2)
    default, after = _read(source, head.end(), (*opened, at - 2))
    return Env(head["env"], default), after


def text(template: Template) -> str:
    """The canonical text of a template; the inverse of ``parse``."""
    return _written(template, is_default=False)


def _written(template: Template, is_default: bool) -> str:
    parts = joined(template)
    out: list[str] = []
    for i, part in enumerate(parts):
        if isinstance(part, Literal):
            is_before_reference = i + 1 < len(parts)
            out.append(_escaped(part.text, is_default, is_default or is_before_reference))
        else:
            out.append(_spelled(part))
    return "".join(out)


def _spelled(part: Reference) -> str:
    if isinstance(part, Home):
        return "${home}"
    if isinstance(part, Secret):
        return f"${{secret:{part.name}}}"
    default = "" if part.default is None else ":-" + _written(part.default, is_default=True)
    return f"${{env:{part.name}{default}}}"


def _escaped(plain: str, is_default: bool, is_before_brace: bool) -> str:
    if is_before_brace:
        plain += "$" * (len(plain) - len(plain.rstrip("$")))
    if is_default:
        return _BRACE.sub(lambda m: m[1] * 2 + ("$}" if m[2] == "}" else "{"), plain)
    return _BRACE.sub(lambda m: m[1] * 2 + "{" if m[2] == "{" else m[0], plain) if "${" in plain else plain


def literal(plain: str) -> str:
    """Plain text as canonical text."""
    return _escaped(plain, is_default=False, is_before_brace=False) if "${" in plain else plain


def joined(parts: Iterable[Part]) -> Template:
    """The parts as a template: neighbouring literals are one, empty ones are gone."""
    out: list[Part] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, Literal):
            run.append(part.text)
            continue
        out += _literals(run)
        out.append(part)
        run = []
    return (*out, *_literals(run))


def _literals(run: list[str]) -> list[Part]:
    whole = "".join(run)
    return [Literal(whole)] if whole else []


def references(template: Template) -> list[Reference]:
    """All references, those in defaults after the one that they belong to."""
    return list(_references(template))


def _references(template: Template) -> Iterator[Reference]:
    for part in template:
        if not isinstance(part, Literal):
            yield part
        if isinstance(part, Env) and part.default:
            yield from _references(part.default)


def map_literals(template: Template, fn: Callable[[str], Template]) -> Template:
    """The template with every literal, in defaults too, replaced by what ``fn`` makes of its text."""
    out: list[Part] = []
    for part in template:
        if isinstance(part, Literal):
            out += fn(part.text)
        elif isinstance(part, Env) and part.default is not None:
            out.append(Env(part.name, map_literals(part.default, fn)))
        else:
            out.append(part)
    return joined(out)
