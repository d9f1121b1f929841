"""Words that make no sense, and places that cannot be used: one clear line, exit code 1 or 2, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine, given_to

WITHOUT_REPOSITORY = [
    "status", "sync", "sync --dry-run", "diff", "plan", "conflicts", "history", "show abcd", "resolve abcd --take local", "approve abcd",
    "reject abcd", "revert abcd", "restore codex", "enable codex", "suspend codex --reason x", "gap list", "ignore list",
    "ignore add mcp/x", "ignore rm mcp/x",
    "gap accept mcp/x --client codex --reason x", "secrets list", "secrets rm a", "secrets set a", "secrets plain mcp/a.env.X", "secrets mask mcp/a.env.X",
    "share mcp/x", "keep-local mcp/x --client codex", "clients add codex --project .", "remote set /nowhere.git",
]  # fmt: skip

WRONG = {
    "sync nope": "there is no such target; there are:",
    "sync nope --dry-run": "there is no such target; there are:",
    "diff nope": "there is no such target; there are:",
    "resolve ffffffffff --take local": "see `reconciler conflicts`",
    "resolve x --take local": "see `reconciler conflicts`",
    "resolve ffffffffff --take no-file": "name a file",
    "approve ffffffffff": "see `reconciler conflicts`",
    "reject ffffffffff": "see `reconciler conflicts`",
    "revert ffffffff": "there is no revision ffffffff",
    "revert zz": "4 to 40 hex digits",
    "show ffffffff": "there is no revision ffffffff",
    "show nope": "4 to 40 hex digits",
    "restore nope": "there are: claude",
    "restore codex --at yesterday": "write a time as",
    "restore codex --at 2999-01-01": "no backup to go back to at that time",
    "suspend codex --reason x --until soon": "write a time as",
    "suspend nope --reason x": "there are: claude",
    "enable nope": "there are: claude",
    "gap accept mcp/nope --client codex --reason x": "see `reconciler gap list`",
    "gap accept mcp/wsx --client nope --reason x": "see `reconciler gap list`",
    "ignore rm mcp/nope": "see `reconciler ignore list`",
    "ignore add mcp/x --client nope": "not in the catalogue",
    "init --prefer nope": "there are: claude",
    "secrets rm a/b": "letters, digits",
    "secrets plain word": "write ENTITY.FIELD",
}

USAGE = {
    "frobnicate": "No such command",
    "sync --frobnicate": "No such option",
    "resolve ffffffffff": "Missing option '--take'",
    "suspend codex": "Missing option '--reason'",
    "history -n x": "--limit",
    "history -n 0": "--limit",
    "up --interval 0": "--interval",
    "validate no-folder": "does not exist",
    "show": "Missing argument",
}


def test_a_command_without_a_repository_says_to_run_init(found: CommandLine) -> None:
    said = {words: found(*words.split(), given="value") for words in WITHOUT_REPOSITORY}
    expected = f"error: {found.repository}: there is no repository yet; run `reconciler init`\n"
    assert {words: (s.code, s.out, s.err) for words, s in said.items()} == dict.fromkeys(WITHOUT_REPOSITORY, (1, "", expected))
    assert not found.state.exists()


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_get_one_line_that_says_what_to_do(unchanging: CommandLine, words: str) -> None:
    said = unchanging(*words.split())
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert WRONG[words] in said.err


@pytest.mark.parametrize("words", ["sync nope", "revert zz", "sync --frobnicate", "resolve ffffffffff", "frobnicate", "history -n 0"])
def test_with_json_an_error_is_an_object(unchanging: CommandLine, words: str) -> None:
    said = unchanging(*words.split(), "--json")
    assert said.code in (1, 2)
    assert set(said.data) == {"error"}
    assert said.data["error"]


@pytest.mark.parametrize("words", USAGE)
def test_wrong_usage_ends_with_2_and_names_what_is_wrong(unchanging: CommandLine, words: str) -> None:
    said = unchanging(*words.split())
    assert (said.code, said.has_traceback) == (2, False)
    assert USAGE[words] in said.err


def test_a_conflict_that_was_settled_has_no_id_any_more(found: CommandLine) -> None:
    found("init", "--yes")
    stale = found("conflicts", "--json").data[0]["id"]
    found("resolve", stale, "--take", "local")
    said = found("resolve", stale, "--take", "local")
    assert said.code == 1
    assert "no conflict or held change has this id" in said.err


def test_a_value_file_that_is_no_yaml_decides_nothing(found: CommandLine) -> None:
    found("init", "--yes")
    before = found("conflicts", "--json").data
    for content in ("{", "a: [b", "\x00", "- a\n b: c\n"):
        (found.root / "value").write_text(content)
        said = found("resolve", before[0]["id"], "--take", str(found.root / "value"))
        assert (said.code, said.has_traceback) == (1, False)
    assert found("conflicts", "--json").data == before


def test_the_first_commit_cannot_be_reverted(unchanging: CommandLine) -> None:
    first = unchanging.git("rev-list", "--max-parents=0", "main").strip()
    said = unchanging("revert", first)
    assert said.code == 1
    assert "the first commit cannot be taken back" in said.err


def test_restore_without_a_backup_changes_nothing(found: CommandLine) -> None:
    for folder in (".codex", ".qwen", ".rovodev"):
        found.path(folder).rename(found.root / folder)
    found("init", "--yes")
    before = found.bytes_below()
    said = found("restore", "claude")
    assert said.code == 1
    assert "there is no backup" in said.err
    assert found.bytes_below() == before


def test_init_without_any_client_names_where_it_looked(found: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    said = found("init", "--yes", environ={"HOME": str(tmp_path / "bare")})
    assert said.code == 1
    assert all(where in said.err for where in ("~/.claude", "~/.codex", "~/.qwen", "~/.rovodev"))


def test_init_without_any_client_makes_no_repository(found: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    found("init", "--yes", environ={"HOME": str(tmp_path / "bare")})
    assert not found.repository.exists()


@pytest.mark.parametrize("words", ["status", "sync", "init --yes", "doctor"])
def test_a_home_that_is_not_there_is_named(found: CommandLine, words: str) -> None:
    said = found(*words.split(), environ={"HOME": "/no-such-home"})
    assert (said.code, said.err) == (1, "error: /no-such-home: the home folder is not there; set HOME\n")


def test_without_a_home_variable_the_account_s_home_is_used(found: CommandLine) -> None:
    assert not found("init", environ={"HOME": None}).has_traceback


@pytest.mark.parametrize("words", ["init --yes", "sync", "status", "doctor", "secrets list"])
def test_a_state_folder_that_is_a_file_is_named(found: CommandLine, words: str) -> None:
    (found.root / "file").write_text("")
    said = found(*words.split(), environ={"RECONCILER_HOME": str(found.root / "file")})
    assert (said.code, said.has_traceback) == (1, False)
    assert str(found.root / "file") in said.err + said.out


@pytest.mark.parametrize("words", ["init --yes", "init --yes --json"])
def test_a_state_folder_that_may_not_be_written_is_named(ordinary: CommandLine, words: str) -> None:
    locked = ordinary.root / "locked"
    locked.mkdir(mode=0o500)
    said = ordinary(*words.split(), environ={"RECONCILER_HOME": str(locked / "state")})
    assert (said.code, said.has_traceback, said.err.count("\n")) == (1, False, 1)
    assert "RECONCILER_HOME" in said.err


@pytest.mark.parametrize("words", ["sync", "status", "doctor", "history", "conflicts --json", "init --yes"])
def test_a_repository_of_somebody_else_is_not_used(ordinary: CommandLine, words: str) -> None:
    if not ordinary.user:
        pytest.skip("only root can hand a repository to somebody else")
    given_to(1234, ordinary.repository)
    said = ordinary(*words.split())
    assert (said.code, said.has_traceback) == (1, False)
    assert str(ordinary.repository) in said.err + said.out


def test_a_demo_is_not_made_in_a_folder_in_use(found: CommandLine) -> None:
    said = found("demo", str(found.home))
    assert said.code == 1
    assert "not an empty folder" in said.err
