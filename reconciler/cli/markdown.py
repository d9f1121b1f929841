"""A plan as a comment for a pull request: GitHub's Markdown, in which no text of the repository can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from reconciler.cli.text import short

_MOST = 60_000
"""Hosts refuse comments that are much longer."""


def comment(data: dict[str, Any]) -> Iterator[str]:
    """The comment's parts, each whole; those that would make it longer than a host takes are left out."""
    left, is_cut = _MOST, False
    for part in _lines(data):
        if len(part) < left:
            left -= len(part) + 1
            yield part
        else:
            is_cut = True
    if is_cut:
        yield "**This is not all of it: it was too long for a comment.** `reconciler plan DIR` shows the rest."


def _lines(data: dict[str, Any]) -> Iterator[str]:
    yield "### What this changes in the clients"
    yield ""
    yield f"Compared with {_code(data['against'])}."
    yield ""
    if data["problems"]:
        yield "**Mistakes: nothing changes anywhere until they are mended.**"
        yield ""
        yield from (_item(f"{_code(p['file'])} line {p['line']}: {_plain(p['reason'])}; {_plain(p['advice'])}") for p in data["problems"])
        return
    if not data["targets"]:
        yield "Nothing changes in any client."
    for one in data["targets"]:
        yield from _target(one)
    if data["targets"]:
        yield "<sub>" + " ".join(_marked(text) for text in data["unknown"]) + "</sub>"


def _target(one: dict[str, Any]) -> Iterator[str]:
    yield f"#### {', '.join(map(_code, one['targets']))}"
    yield ""
    mode = one["mode"]
    if mode["before"] != mode["after"]:
        yield _item(f"mode: {_plain(mode['before'] or 'not registered')} → {_plain(mode['after'] or 'not registered')}")
    yield from (_item(_row(row)) for row in one["changes"])
    yield from (_item(f"**waits for an approver ({d['level']})**: {_code(d['entity'])}: {_plain('; '.join(d['reasons']))}") for d in one["needs_approval"])
    yield from (_item(f"cannot hold {_code(_name(d))}: {_plain(d['reason'])}") for d in one["dropped"])
    yield from (_item(_plain(note)) for note in one["notes"])
    yield ""
    for file in one["files"]:
        yield _folded(file["path"], file["diff"])


def _row(row: dict[str, Any]) -> str:
    return f"{_code(_name(row))}: {_value(row['before'])} → {_value(row['after'])}"


def _name(row: dict[str, Any]) -> str:
    return " ".join(x for x in (row["entity"], row["field"]) if x)


def _value(value: Any) -> str:
    return "none" if value is None else "there" if value is True else _code(short(value, 120))


def _folded(path: str, diff: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", diff)), default=0))
    return "\n".join((f"<details><summary>{escape(path)}</summary>", "", f"{fence}diff", diff.rstrip("\n"), fence, "", "</details>", ""))


def _item(text: str) -> str:
    return f"- {text}"


def _code(text: str) -> str:
    """Text as code, whatever backticks are in it."""
    runs = [len(run) for run in re.findall(r"`+", text)]
    mark = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    flat = " ".join(text.split()) or " "
    return f"{mark} {flat} {mark}" if "`" in flat else f"{mark}{flat}{mark}"


def _plain(text: str) -> str:
    """Text without a meaning for Markdown: no mention, no link, no tag."""
    return re.sub(r"([\\`*_{}\[\]<>()#|~!&@-])", r"\\\1", " ".join(text.split())).replace("\\@", "@\u200b")


def _marked(text: str) -> str:
    """Our own text, in which backticks mean code."""
    return "".join(_code(part) if i % 2 else part for i, part in enumerate(text.split("`")))
