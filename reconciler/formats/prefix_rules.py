"""Codex's ``.rules`` files: the literal ``prefix_rule(...)`` calls at top level, read and edited in place.

Everything else (other calls, comments, code) is never returned and never touched. Nothing is executed: the files are
Starlark, a subset of Python, and only parsed.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.formats.edit import MAX_DEPTH, EditRefused, FormatError
from reconciler.formats.spans import decoded, encoded, line_end, line_start, newline_of, next_line, place, spliced, without_item
from reconciler.formats.steps import same

Pattern = list[str | list[str]]

_LINE = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"[ \t]*(?:#.*)?")
_MAX_RULES_BYTES = 500_000  # Python's parser needs some hundred bytes of memory for each byte
EXAMPLES = ("match", "not_match")


@dataclass(frozen=True)
class PrefixRule:
    """One call. ``span`` is in characters of the text without its BOM; ``line`` counts from 1."""

    pattern: Pattern
    decision: str = "allow"
    other: Mapping[str, Any] = field(default_factory=dict)
    span: tuple[int, int] = (0, 0)
    line: int = 0

    @property
    def content(self) -> tuple[Pattern, str, Mapping[str, Any]]:
        """What the rule says, wherever it stands."""
        return self.pattern, self.decision, self.other


def read_rules(data: bytes) -> list[PrefixRule]:
    """The rules in their order, a decision that codex does not know included. Raises ``FormatError``."""
    return [rule for rule, _ in _calls(_text(data))]


def edit_rules(data: bytes, add: Sequence[PrefixRule] = (), remove: Sequence[int | PrefixRule] = ()) -> bytes:
    """The file without the removed calls (places, or rules as read from ``data``) and with new ones at its end."""
    text = _text(data)
    rules = [rule for rule, _ in _calls(text)]
    gone = {_place(rules, which) for which in remove}
    wanted = [rule for i, rule in enumerate(rules) if i not in gone] + list(add)
    for i in sorted(gone, reverse=True):
        text = _without_call(text, rules[i].span)
    return _proven(data, _with_lines(text, [call_text(rule) for rule in add]), wanted)


def narrow_rule(data: bytes, rule: int | PrefixRule, at: int, word: str) -> bytes:
    """The file with ``word`` taken from the alternatives at place ``at`` of a rule's pattern.

    Refused when it is the last alternative, and when the call carries examples: codex checks them as it loads the
    file, and a narrowed pattern may fail its own.
    """
    text = _text(data)
    calls = list(_calls(text))
    rules = [found for found, _ in calls]
    place_ = _place(rules, rule)
    old, call = calls[place_]
    alternatives = old.pattern[at] if 0 <= at < len(old.pattern) else ""
    if not isinstance(alternatives, list) or word not in alternatives or len(alternatives) < 2:
        raise EditRefused(f"{word!r} is not one of several alternatives here", old.line)
    if any(name in old.other for name in EXAMPLES):
        raise EditRefused("the rule carries examples, which codex checks", old.line)
    less: Pattern = [*old.pattern[:at], [w for w in alternatives if w != word], *old.pattern[at + 1 :]]
    rules[place_] = PrefixRule(less, old.decision, old.other)
    return _proven(data, _without_word(text, call, at, word), rules)


def call_text(rule: PrefixRule) -> str:
    """A rule as one line, in the spelling that codex writes."""
    said = {"pattern": rule.pattern, "decision": rule.decision, **rule.other}
    return f"prefix_rule({', '.join(f'{name} = {_literal(value)}' for name, value in said.items())})"


# ---------------------------------------------------------------- reading


def _text(data: bytes) -> str:
    if len(data) > _MAX_RULES_BYTES:
        raise FormatError(f"larger than {_MAX_RULES_BYTES} bytes")
    return decoded(data)


def _calls(text: str) -> Iterator[tuple[PrefixRule, ast.Call]]:
    offsets = _Offsets(text)
    for statement in _parsed(text).body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "prefix_rule":
            rule = _rule(call, offsets)
            if rule:
                yield rule, call


def _parsed(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape in a user's file is not ours to report
            return _bounded(ast.parse(text))
    except SyntaxError as error:
        raise FormatError(error.msg, error.lineno or 1, max(error.offset or 1, 1)) from None
    except (RecursionError, MemoryError):
        raise FormatError("nested too deep") from None
    except ValueError as error:
        raise FormatError(str(error)) from None


def _bounded(module: ast.Module) -> ast.Module:
    todo: list[tuple[ast.AST, int]] = [(module, 0)]
    while todo:
        node, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise FormatError(f"nested deeper than {MAX_DEPTH} levels", getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1)
        deeper = depth + isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Call)
        todo += [(inner, deeper) for inner in ast.iter_child_nodes(node)]
    return module


def _rule(call: ast.Call, offsets: _Offsets) -> PrefixRule | None:
    """None for a call that is not all literals: codex computes it, we leave it alone."""
    names = [keyword.arg for keyword in call.keywords]
    for keyword in call.keywords:
        if keyword.arg is not None and names.count(keyword.arg) > 1:
            raise FormatError(f"{keyword.arg!r} is there twice", keyword.lineno, keyword.col_offset + 1)
    if len(call.args) > 1 or None in names or (call.args and "pattern" in names):
        return None
    try:
        said = {str(k.arg): _plain(k.value) for k in call.keywords}
        said |= {"pattern": _plain(call.args[0])} if call.args else {}
    except (ValueError, RecursionError):
        return None
    pattern, decision = said.pop("pattern", None), said.pop("decision", "allow")
    if not _is_pattern(pattern) or not isinstance(decision, str):
        return None
    return PrefixRule(pattern, decision, said, offsets.span(call), call.lineno)


def _plain(node: ast.expr) -> Any:
    """A literal's value; ``ValueError`` for anything that is not text, number, boolean, None, list or map of these."""
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str | int | float | bool)):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_plain(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        keys = [_plain(key) if key else None for key in node.keys]
        if all(isinstance(key, str) for key in keys):
            return dict(zip(keys, map(_plain, node.values), strict=True))
    raise ValueError


def _is_pattern(value: Any) -> bool:
    words = [word for item in value for word in (item or [None] if isinstance(item, list) else [item])] if isinstance(value, list) else []
    return bool(words) and all(isinstance(word, str) for word in words)


class _Offsets:
    """Turns Python's lines and UTF-8 columns into places in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in _LINE.finditer(text))]

    def at(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        return start + len(self.text[start : start + column].encode()[:column].decode(errors="ignore"))

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno or 0, node.end_col_offset or 0)


# ---------------------------------------------------------------- editing


def _place(rules: Sequence[PrefixRule], which: int | PrefixRule) -> int:
    if isinstance(which, PrefixRule):
        spans = [rule.span for rule in rules]
        which = spans.index(which.span) if which.span in spans and which in rules else -1
    if not 0 <= which < len(rules):
        raise EditRefused("there is no such rule in this file")
    return which


def _without_call(text: str, span: tuple[int, int]) -> str:
    start, end = span
    begin = line_start(text, start)
    if text[begin:start].strip() or not _COMMENT.fullmatch(text, end, line_end(text, end)):
        raise EditRefused("the rule shares its line with something else", *place(text, start))
    return spliced(text, begin, next_line(text, end), "")


def _with_lines(text: str, lines: list[str]) -> str:
    if not lines:
        return text
    newline = newline_of(text)
    if text and not text.endswith("\n"):
        return text + newline + newline.join(lines)
    return text + newline.join(lines) + newline


def _without_word(text: str, call: ast.Call, at: int, word: str) -> str:
    pattern = next((k.value for k in call.keywords if k.arg == "pattern"), None) or call.args[0]
    alternatives = pattern.elts[at] if isinstance(pattern, ast.List | ast.Tuple) else pattern
    if not isinstance(alternatives, ast.List):
        raise EditRefused("only a list can be narrowed", call.lineno)
    offsets = _Offsets(text)
    start, end = offsets.span(alternatives)
    spans = [offsets.span(item) for item in alternatives.elts]
    return without_item(text, (start + 1, end - 1), spans, [_plain(item) for item in alternatives.elts].index(word))


def _proven(data: bytes, text: str, wanted: Sequence[PrefixRule]) -> bytes:
    bom = data[: len(data) - len(decoded(data).encode())]
    result = bom + encoded(text)
    try:
        found = [list(rule.content) for rule in read_rules(result)]
    except FormatError as error:
        raise EditRefused(f"the file would no longer be read: {error.reason}") from None
    if not same(found, [list(rule.content) for rule in wanted]):
        raise EditRefused("the edit cannot be made here without touching something else")
    return result


def _literal(value: Any) -> str:
    """A value in Starlark's spelling."""
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, str | int | float):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_literal(k)}: {_literal(v)}' for k, v in value.items())}}}"
    raise EditRefused(f"a rule cannot hold {type(value).__name__}")
