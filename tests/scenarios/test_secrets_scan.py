"""`secrets scan`: a secret anywhere in the history is found, told by its place, and never shown."""

from __future__ import annotations

import pytest

from tests.scenarios.command_line import CommandLine

TOKEN = "ghp_" + "".join(chr(97 + (i * 7) % 26) for i in range(30)) + "123456"
WORD = "correct-horse-" + "Battery7Staple"
VAULTED = "hUnt3r!" + "x9#2kLm"


def scanned(machine: CommandLine) -> list[tuple[str, int, bool]]:
    """Path, line and whether it is still there of all that is found."""
    said = machine("secrets", "scan", "--json")
    machine("secrets", "scan")
    assert said.code == (3 if said.data else 0)
    return [(row["path"], row["line"], row["is_there"]) for row in said.data]


def test_a_history_without_secrets_is_clean(adopted: CommandLine) -> None:
    said = adopted("secrets", "scan")
    assert (said.code, said.out) == (0, "no secrets in the history\n")


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("mcp/a.yaml", f"command: c\nargs:\n  - {TOKEN}\n", 3),
        ("mcp/a.yaml", f"command: c\nenv:\n  API_PASSWORD: {WORD}\n", 3),
        ("mcp/a.yaml", f"command: c\nurl: https://u:{WORD}@h.invalid/\n", 2),
        ("rules/a.md", f"# Rule\n\nThe key is {TOKEN}.\n", 3),
        ("notes/any.txt", f"\n{TOKEN}\n", 2),
    ],
)
def test_a_secret_that_came_by_a_commit_is_found_where_it_came_in(adopted: CommandLine, path: str, text: str, line: int) -> None:
    revision = adopted.commit({path: text})
    assert scanned(adopted) == [(path, line, True)]
    adopted.commit({path: "command: c\n" if path.startswith("mcp") else "nothing\n"})
    assert scanned(adopted) == [(path, line, False)]
    (row,) = adopted("secrets", "scan", "--json").data
    assert (row["revision"], row["by"]) == (revision, "Ada")
    assert not any(secret in "".join(adopted.heard) for secret in (TOKEN, WORD))


def test_a_value_of_the_vault_a_message_a_branch_and_a_name_are_found(adopted: CommandLine) -> None:
    adopted("secrets", "set", "a.env.B", given=VAULTED)
    adopted.commit({"notes.txt": f"it is {VAULTED}\n"})
    adopted.commit({"more.txt": "x\n"}, f"Use {TOKEN}")
    adopted.commit({f"{TOKEN}.txt": "x\n"})
    adopted.git("branch", "aside", "main")
    adopted.git("update-ref", "refs/heads/main", "refs/heads/main~3")
    found = adopted("secrets", "scan", "--json").data
    assert sorted(row["path"] for row in found) == ["", "(not shown: it looks like a secret)", "notes.txt"]
    adopted("secrets", "scan")
    assert not any(secret in "".join(adopted.heard) for secret in (TOKEN, VAULTED))


def test_an_author_who_is_a_token_is_not_shown(adopted: CommandLine) -> None:
    adopted.commit({"more.txt": "x\n"})
    adopted.git("commit", "-q", "--allow-empty", "--author", f"{TOKEN} <a@b.invalid>", "-m", "m", at=adopted.root / "clone")
    adopted.git("push", "-q", "origin", "HEAD:main", at=adopted.root / "clone")
    assert scanned(adopted) == [("", 1, False)]
    assert TOKEN not in "".join(adopted.heard)


def test_what_a_person_declared_to_be_none_is_left_out(adopted: CommandLine) -> None:
    adopted("secrets", "plain", "mcp/a.args")
    adopted.commit({"mcp/a.yaml": f"command: c\nargs: [{TOKEN}]\n"})
    assert scanned(adopted) == []
