"""The formats that adapters name: how each is read, edited, and how a place in it is told to a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.formats import json_parse, json_text, prefix_rules, toml_text, yaml_text
from reconciler.formats.edit import MAX_BYTES, Edit, EditRefused, FormatError, KeyPath
from reconciler.formats.json_parse import Grammar


@dataclass(frozen=True)
class Functions:
    """One format. ``read`` and ``edit`` raise ``FormatError``; see ``formats.edit``."""

    read: Callable[[bytes], Any]
    edit: Callable[[bytes, Sequence[Edit]], bytes]
    position: Callable[[bytes, KeyPath], tuple[int, int]]
    careful: Callable[[bytes], Any] | None = None
    """As ``read``, and sees what that overlooks (keys that are there twice). None where ``read`` overlooks nothing."""


_SMALL_BYTES = 64 * 1024
"""What the careful reader is through in some milliseconds; ``~/.claude.json`` grows to megabytes that are not ours."""


def _read_text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise FormatError(f"the file is larger than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError("not UTF-8 text", line, error.start - data.rfind(b"\n", 0, error.start)) from None


def _never_edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    raise EditRefused("this format has no keys to be edited")


def _at_start(data: bytes, path: KeyPath) -> tuple[int, int]:
    return 1, 1


def _json(grammar: Grammar) -> Functions:
    careful, quick = partial(json_text.read, grammar=grammar), partial(json_text.read_fast, grammar=grammar)

    def read(data: bytes) -> Any:
        return (careful if len(data) <= _SMALL_BYTES else quick)(data)

    return Functions(read, partial(json_text.edit, grammar=grammar), json_text.position, careful)


JSON = _json(json_parse.STRICT)
COMMENTED_JSON = _json(json_parse.COMMENTED)
"""With comments, and no comma after the last entry."""
JSONC = _json(json_parse.JSONC)
TOML = Functions(toml_text.read, toml_text.edit, toml_text.position)
YAML = Functions(yaml_text.read, yaml_text.edit, yaml_text.position)
MARKDOWN = Functions(_read_text, _never_edited, _at_start)
RULES = Functions(prefix_rules.read_rules, _never_edited, _at_start)
