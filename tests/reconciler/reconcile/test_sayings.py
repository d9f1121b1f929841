"""What the program says of gaps, held changes and files is known in every language of the dashboard: each sentence of the modules that say it.

English is what the program says. What a library or a client says of a file, and what people wrote, stays as it is.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAYERS = {
    "adapters": "acli claude codex qwen",
    "check": "client_check",
    "deploy": "disk reading resolve",
    "formats": "all_formats json_parse json_quick toml_spans toml_text yaml_nodes",
    "mapping": "command_patterns documents entries no_place permission_lists prefix_section printable rule_files secret_exposure server_fields server_variables servers template_syntax",
    "merge": "semantics",
    "plan": "converge",
    "policy": "addresses commands hidden packages programs risk rule_risk server_risk tool_risk weakening",
    "reconcile": "conditions converge folders observe policy_gate proposal readers settling",
}
NO_TEXT = ("reconciler clients add ",)
"""A command is no sentence."""


def _template(node: ast.AST) -> str | None:
    """A text of the source with ``{}`` in the place of each value."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _sentences(source: str) -> Iterator[str]:
    """Texts of two words or more that are neither docstrings nor patterns."""
    nodes = list(ast.walk(ast.parse(source)))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        text = None if id(node) in parts | documents else _template(node)
        if text and re.search(r"[a-z}] [a-z{]", text) and re.search(r"[a-z]{2}", text.replace("{}", "")) and "\\" not in text and not text.startswith(NO_TEXT):
            yield text


def _said() -> set[str]:
    paths = [ROOT / "reconciler" / folder / f"{name}.py" for folder, names in SAYERS.items() for name in names.split()]
    return {text for path in paths for text in _sentences(path.read_text("utf-8"))}


@pytest.mark.parametrize("language", ["ko"])
def test_each_sentence_is_known_in_each_language(language: str) -> None:
    words: dict[str, str] = json.loads((ROOT / f"frontend/src/locales/sayings.{language}.json").read_text("utf-8"))
    assert set(words) == _said()


@pytest.mark.parametrize("language", ["ko"])
def test_each_sentence_says_every_value(language: str) -> None:
    words: dict[str, str] = json.loads((ROOT / f"frontend/src/locales/sayings.{language}.json").read_text("utf-8"))
    assert {text for text, other in words.items() if sorted(re.findall(r"\{(\d+)\}", other)) != [str(n) for n in range(text.count("{}"))]} == set()
