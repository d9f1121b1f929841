"""The formats that adapters name: how each is read, edited, and how a place in it is told to a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.formats import json_text, prefix_rules, toml_text, yaml_text
from reconciler.formats.edit import MAX_BYTES, Edit, EditRefused, FormatError, KeyPath


@dataclass(frozen=True)
class Functions:
    """One format. ``read`` and ``edit`` raise ``FormatError``; see ``formats.edit``."""

    read: Callable[[bytes], Any]
    edit: Callable[[bytes, Sequence[Edit]], bytes]
    position: Callable[[bytes, KeyPath], tuple[int, int]]


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


JSON = Functions(json_text.read_strict, json_text.edit, json_text.position)
JSONC = Functions(json_text.read, json_text.edit, json_text.position)
TOML = Functions(toml_text.read, toml_text.edit, toml_text.position)
YAML = Functions(yaml_text.read, yaml_text.edit, yaml_text.position)
MARKDOWN = Functions(_read_text, _never_edited, _at_start)
RULES = Functions(prefix_rules.read_rules, _never_edited, _at_start)
