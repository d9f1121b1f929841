"""Every reason of a condition is explained: in the documentation, and in each language of the dashboard."""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path
from typing import get_args

import pytest

from reconciler.errors import Kind
from reconciler.reconcile import conditions

ROOT = Path(__file__).parents[3]


def _reasons() -> set[str]:
    """The words that the program can give: those of stalling files, and every such word of ``conditions``."""
    tree = ast.parse(inspect.getsource(conditions))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Condition"]
    others = {id(arg) for call in calls for arg in call.args[:2]}  # type and status
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in others]
    return {text for text in texts if re.fullmatch(r"[A-Z][a-z]+[A-Za-z]*", text)} | set(get_args(Kind))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_reason_has_a_line_in_each_language(language: str) -> None:
    words = json.loads((ROOT / "frontend/src/locales" / language / "common.json").read_text("utf-8"))
    assert set(words["reason"]) == _reasons()


def test_each_reason_has_a_line_in_the_documentation() -> None:
    rows = re.findall(r"^\| `\w+` \| `(\w+)` \|", (ROOT / "docs/conditions.md").read_text("utf-8"), re.MULTILINE)
    assert set(rows) == _reasons()
