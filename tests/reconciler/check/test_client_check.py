"""What the check makes of a program's answer, and what it keeps from the program."""

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.adapters.validation import Finding
from reconciler.check.client_check import ClientCheck
from reconciler.model.names import RelPath
from reconciler.ports import Verdict
from tests.reconciler.check.conftest import READS_SETTINGS, Scripted

FILES = {RelPath("settings"): b"mode = 1\n"}
REFUSES = 'test -e settings && echo "Error: $HOME/settings:3:7: not so" >&2 && exit 1'


def test_exit_zero_and_nothing_found_is_accepted(scripted: Scripted) -> None:
    assert scripted("exit 0").verdict("client", FILES) == Verdict((), "client check")


def test_a_refusal_has_file_line_column_and_reason(scripted: Scripted) -> None:
    (problem,) = scripted(REFUSES).verdict("client", FILES).reasons
    assert (problem.file, problem.line, problem.column, problem.reason) == ("settings", 3, 7, "not so")
    assert problem.is_stalling


def test_a_finding_refuses_even_when_the_program_ends_well(scripted: Scripted) -> None:
    assert scripted('echo "Error: settings:1:1: no"').verdict("client", FILES).reasons[0].is_stalling


def test_a_finding_about_an_entry_that_the_client_skips_does_not_stall(scripted: Scripted) -> None:
    skips = replace(READS_SETTINGS, findings=(Finding(re.compile("(?P<reason>skipped)"), is_stalling=False),))
    assert not scripted("echo skipped; exit 1", skips).verdict("client", FILES).reasons[0].is_stalling


def test_a_refusal_in_unknown_words_is_a_refusal_when_an_empty_home_is_accepted(scripted: Scripted) -> None:
    (problem,) = scripted("test -e settings && echo mumble && exit 1; exit 0").verdict("client", FILES).reasons
    assert problem.is_stalling
    assert problem.reason == "client refuses this (exit code 1)"


@pytest.mark.parametrize("script", ["echo no binary here; exit 1", "kill -SEGV $$", "exit 127", "exit 2", "sleep 60"])
def test_a_program_that_does_not_answer_is_no_refusal(scripted: Scripted, script: str) -> None:
    verdict = scripted(script, time_limit_s=0.3).verdict("client", FILES)
    assert verdict.asked
    assert [p.is_stalling for p in verdict.reasons] == [False]
    assert "could not be asked" in verdict.reasons[0].reason


def test_a_client_that_is_not_installed_is_not_asked(tmp_path: Path) -> None:
    check = ClientCheck({"client": (READS_SETTINGS,)}, tmp_path, str(tmp_path))
    assert check.verdict("client", FILES) == Verdict()


def test_a_client_without_a_command_is_not_asked(scripted: Scripted) -> None:
    assert scripted("exit 1").verdict("other", FILES) == Verdict()


def test_files_that_the_command_does_not_read_are_no_reason_to_ask(scripted: Scripted) -> None:
    assert scripted("exit 1").verdict("client", {RelPath("AGENTS.md"): b"text"}) == Verdict()


def test_a_program_in_the_current_folder_is_not_found(scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted("exit 0")
    monkeypatch.chdir(tmp_path / "bin")
    assert ClientCheck({"client": (READS_SETTINGS,)}, tmp_path, ".:").verdict("client", FILES) == Verdict()


def test_the_environment_holds_nothing_of_ours(scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "fake-not-a-secret")
    quiet = replace(READS_SETTINGS, environ=(("DISABLE_TELEMETRY", "1"),))
    scripted(f"env > {tmp_path}/seen", quiet).verdict("client", FILES)
    names = {line.split("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    assert names - {"_", "PWD", "SHLVL", "OLDPWD"} == {"HOME", "PATH", "NO_COLOR", "TERM", "DISABLE_TELEMETRY"}


def test_the_home_is_private_holds_the_files_and_goes_away(scripted: Scripted, tmp_path: Path) -> None:
    check = scripted(f"cp settings {tmp_path}/copy; ls -ld $HOME settings > {tmp_path}/modes; echo $HOME > {tmp_path}/home")
    check.verdict("client", FILES)
    assert (tmp_path / "copy").read_bytes() == FILES[RelPath("settings")]
    assert re.findall(r"^\S{10}", (tmp_path / "modes").read_text(), re.M) == ["drwx------", "-rw-------"]
    home = Path((tmp_path / "home").read_text().strip())
    assert not home.parent.exists()
    assert home.is_relative_to(tmp_path / "cache")


def test_a_program_that_is_no_shell_script_finds_only_its_interpreter(scripted: Scripted, tmp_path: Path) -> None:
    check = scripted("")
    (tmp_path / "bin" / "client").write_text(f"#!/usr/bin/env python3\nimport os\nopen('{tmp_path}/seen', 'w').write(str(os.listdir(os.environ['PATH'])))")
    assert check.verdict("client", FILES).reasons == ()
    assert (tmp_path / "seen").read_text() == "['python3']"


@pytest.mark.parametrize("path", ["../settings", "a/../../settings", "/settings"])
def test_a_path_that_leaves_the_home_is_not_written(scripted: Scripted, path: str) -> None:
    wide = replace(READS_SETTINGS, files=("*/settings", "*/*/*/settings", "/settings"))
    assert scripted("exit 0", wide).verdict("client", {RelPath(path): b""}) == Verdict()


def test_a_command_for_one_file_runs_once_a_file(scripted: Scripted, tmp_path: Path) -> None:
    each = replace(READS_SETTINGS, args=("check", "{file}"), files=("rules/*",))
    verdict = scripted(f"echo $2 >> {tmp_path}/seen", each).verdict("client", {RelPath("rules/a"): b"", RelPath("rules/b"): b""})
    assert (tmp_path / "seen").read_text() == "rules/a\nrules/b\n"
    assert verdict.asked == "client check rules/a; client check rules/b"


def test_leftovers_of_a_killed_process_are_removed(scripted: Scripted, tmp_path: Path) -> None:
    left = tmp_path / "cache" / "asking" / "asking-999999999-x"
    left.mkdir(parents=True)
    scripted("exit 0").verdict("client", FILES)
    assert not left.exists()


class TestRemembering:
    def test_the_same_question_is_asked_once(self, scripted: Scripted, tmp_path: Path) -> None:
        check = scripted(f"echo x >> {tmp_path}/runs; {REFUSES}")
        assert check.verdict("client", FILES) == check.verdict("client", FILES)
        assert (tmp_path / "runs").read_text() == "x\n"

    def test_the_answer_outlives_the_process(self, scripted: Scripted, tmp_path: Path) -> None:
        scripted(f"echo x >> {tmp_path}/runs").verdict("client", FILES)
        another = ClientCheck({"client": (READS_SETTINGS,)}, tmp_path / "cache", f"{tmp_path}/bin:/bin")
        another.verdict("client", FILES)
        assert (tmp_path / "runs").read_text() == "x\n"

    def test_another_content_is_another_question(self, scripted: Scripted) -> None:
        check = scripted("grep -q bad settings && exit 1; exit 0")
        assert check.verdict("client", FILES).reasons == ()
        assert check.verdict("client", {RelPath("settings"): b"bad"}).reasons

    def test_another_program_is_another_question(self, scripted: Scripted) -> None:
        assert scripted("exit 0").verdict("client", FILES).reasons == ()
        assert scripted(REFUSES).verdict("client", FILES).reasons

    def test_a_question_without_an_answer_is_asked_again(self, scripted: Scripted, tmp_path: Path) -> None:
        check = scripted(f"test -e {tmp_path}/repaired || exit 9")
        assert check.verdict("client", FILES).reasons
        (tmp_path / "repaired").touch()
        assert check.verdict("client", FILES).reasons == ()

    def test_no_content_of_a_file_is_kept(self, scripted: Scripted, tmp_path: Path) -> None:
        secret = "fake-not-a-" + "secret"
        scripted(f'echo "Error: settings:1:1: bad value {secret}"').verdict("client", {RelPath("settings"): f'a = "{secret}"'.encode()})
        kept = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
        assert kept
        assert not any(secret in file.read_text() for file in kept)

    def test_what_is_kept_is_for_this_user_alone(self, scripted: Scripted, tmp_path: Path) -> None:
        scripted("exit 0").verdict("client", FILES)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "cache" / "verdicts").rglob("*")}
        assert modes == {0o600}

    def test_a_damaged_answer_is_no_answer(self, scripted: Scripted, tmp_path: Path) -> None:
        check = scripted("exit 0")
        check.verdict("client", FILES)
        for kept in (tmp_path / "cache" / "verdicts").iterdir():
            kept.write_text('[{"no": 1}]')
        assert check.verdict("client", FILES).reasons == ()
