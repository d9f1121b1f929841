"""What `validate` says of a checkout that the engine alone would take, or would leave unread."""

from __future__ import annotations

import pytest

from reconciler.deploy.template import template_files
from reconciler.reconcile.strictness import strict_problems

TOKEN = "ghp_" + "a1B2" * 9
SERVER = "command: example\n"


def said(**files: str) -> list[tuple[str, int, str]]:
    """File, line, and reason with advice."""
    texts = {"reconciler.yaml": "schema: 1\n", **{k.replace("__", "/").replace("_DOT_", "."): v for k, v in files.items()}}
    return [(p.file, p.line, f"{p.reason}; {p.advice}") for p in strict_problems({k: v.encode() for k, v in texts.items()})]


def of(path: str, text: str) -> list[tuple[str, int, str]]:
    return said(**{path: text})


def test_the_template_is_sound() -> None:
    assert strict_problems(template_files()) == []


def test_a_folder_without_settings_is_no_checkout() -> None:
    assert [p.file for p in strict_problems({"mcp/a.yaml": SERVER.encode()})] == ["reconciler.yaml"]


def test_a_newer_repository_is_told_as_one_thing() -> None:
    found = of("reconciler.yaml", "x: 1\nschema: 2\nnew_key: 3\n")
    assert [(f, line) for f, line, _ in found] == [("reconciler.yaml", 2)]
    assert "install a newer version" in found[0][2]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("mcp/a.yml", "rename it to a.yaml"),
        ("mcp/a.json", "rename it to a.yaml"),
        ("rules/a.txt", "rename it to a.md"),
        ("mcp/more/a.yaml", "move it to mcp/a.yaml"),
        ("rule/a.md", "did you mean rules?"),
        ("machine/a.yaml", "did you mean machines?"),
        ("overlay/client/codex/mcp/a.yaml", "did you mean overlays?"),
        ("overlays/codex/mcp/a.yaml", "overlays/client/<client>"),
        ("overlays/clients/codex/mcp/a.yaml", "overlays/client/<client>"),
        ("overlays/client/codex/a.yaml", "overlays/client/<client>"),
        ("overlays/client/codex/mcp/a.yml", "rename it to a.yaml"),
        ("machines/a.yml", "machines/a.yaml"),
    ],
)
def test_a_file_that_nobody_reads_is_told(path: str, hint: str) -> None:
    found = of(path, SERVER)
    assert [f for f, _, _ in found] == [path]
    assert hint in found[0][2]


@pytest.mark.parametrize("path", ["README.md", "docs/a.yaml", ".github/workflows/x.yml", "mcp/.gitkeep", "mcp/README.md", "CODEOWNERS", "scripts/a.py"])
def test_a_file_that_is_no_business_of_ours_is_left_alone(path: str) -> None:
    assert of(path, "text\n") == []


@pytest.mark.parametrize("path", ["overlays/client/codez/mcp/a.yaml", "overlays/machine/m/client/codez/mcp/a.yaml"])
def test_an_overlay_for_a_client_that_there_is_not(path: str) -> None:
    assert "no client codez; did you mean codex?" in of(path, SERVER)[0][2]


def test_a_target_of_a_client_that_there_is_not_is_told_with_its_line() -> None:
    found = of("machines/m.yaml", "targets:\n  codex/user: {mode: sync}\n  clade/user: {mode: sync}\n")
    assert [(line, "did you mean claude?" in text) for _, line, text in found] == [(3, True)]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("mcp/a.yaml", f"command: x\nenv:\n  MODE: prod\n  API_TOKEN: {TOKEN}\n", 4),
        ("mcp/a.yaml", f"command: x\nargs:\n  - run\n  - --token\n  - {TOKEN}\n", 5),
        ("mcp/a.yaml", f"url: https://user:{TOKEN}@example.invalid/mcp\n", 1),
        ("mcp/a.yaml", f"url: https://example.invalid/mcp\nheaders:\n  Authorization: Bearer {TOKEN}\n", 3),
        ("overlays/client/codex/mcp/a.yaml", f"env:\n  API_TOKEN: {TOKEN}\n", 2),
        ("rules/a.md", f"---\ndescription: x\n---\nline\nuse {TOKEN}\n", 5),
        ("tools/a.yaml", f"allow:\n  - shell: [git, status]\n  - shell: [curl, 'https://u:{TOKEN}@h.invalid']\n", 3),
    ],
)
def test_a_secret_in_clear_is_told_with_its_line_and_never_shown(path: str, text: str, line: int) -> None:
    found = of(path, text)
    assert [(f, at) for f, at, _ in found] == [(path, line)]
    assert "replace the value too" in found[0][2]
    assert TOKEN not in repr(found)


@pytest.mark.parametrize("value", ["${env:API_TOKEN}", "Bearer ${secret:a.b}", "${env:A:-changeme}"])
def test_a_reference_is_none(value: str) -> None:
    assert of("mcp/a.yaml", f"command: x\nenv:\n  API_TOKEN: {value}\n") == []


def test_what_a_person_declared_plain_is_none_and_what_was_declared_secret_is_one() -> None:
    server = f"command: x\nenv:\n  API_TOKEN: {TOKEN}\n  ODD: value\n"
    assert said(reconciler_DOT_yaml="schema: 1\nplain_values: [mcp/a.env.API_TOKEN]\n", mcp__a_DOT_yaml=server) == []
    found = said(reconciler_DOT_yaml="schema: 1\nplain_values: [mcp/a.env.API_TOKEN]\nmasked_values: [mcp/a.env.ODD]\n", mcp__a_DOT_yaml=server)
    assert [line for _, line, _ in found] == [4]
