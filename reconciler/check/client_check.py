"""The ``Check`` port over the real clients: a copy of the files, a scratch home, one command, a remembered answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reconciler.adapters.validation import Validation
from reconciler.check.program import Ran, bare_path, found, run
from reconciler.check.reading import problems
from reconciler.check.scratch import put, scratch_folder
from reconciler.check.verdicts import Verdicts, question
from reconciler.model.names import RelPath
from reconciler.model.results import Problem
from reconciler.ports import Verdict

Files = Mapping[RelPath, bytes]


class ClientCheck:
    """Asks the programs that ``commands`` names for each client and that ``search_path`` holds."""

    def __init__(
        self, commands: Mapping[str, Sequence[Validation]], cache_folder: Path, search_path: str, time_limit_s: float = 30
    ) -> None:
        self._commands = commands
        self._scratch = cache_folder / "asking"
        self._verdicts = Verdicts(cache_folder / "verdicts")
        self._search_path = search_path
        self._time_limit_s = time_limit_s

    def verdict(self, client: str, files: Files) -> Verdict:
        asked: dict[str, None] = {}
        reasons: list[Problem] = []
        for validation in self._commands.get(client, ()):
            program = found(validation.program, self._search_path)
            for part in _parts(validation, files) if program else ():
                asked[_shown(validation, part)] = None
                reasons += self._remembered(validation, program, part) if program else ()
        return Verdict(tuple(reasons), "; ".join(asked))

    def _remembered(self, validation: Validation, program: Path, files: Files) -> tuple[Problem, ...]:
        key = question(program, validation, files)
        answer = self._verdicts.get(key)
        if answer is not None:
            return answer
        ran = self._ran(validation, program, files)
        answer = self._answer(validation, program, files, ran)
        if answer is None:  # may be otherwise next time, so it is not remembered
            return (_could_not_be_asked(validation, files, ran, self._time_limit_s),)
        self._verdicts.put(key, answer)
        return answer

    def _answer(self, validation: Validation, program: Path, files: Files, ran: Ran) -> tuple[Problem, ...] | None:
        """What the client holds against the files, or None when it did not say."""
        if ran.exit_code != 0 and ran.exit_code not in validation.refused:
            return None
        said = problems(validation, ran.output, files)
        if ran.exit_code == 0 or said:
            return said
        # It failed in words that we do not know: about these files, or always?
        if self._ran(validation, program, _emptied(validation, files)).exit_code != 0:
            return None
        return (Problem(next(iter(files)), f"{validation.program} refuses this (exit code {ran.exit_code})", advice=_advice(validation)),)

    def _ran(self, validation: Validation, program: Path, files: Files) -> Ran:
        with scratch_folder(self._scratch) as folder:
            home = folder / "home"
            home.mkdir(mode=0o700)
            put(home, files)
            environ = {"HOME": str(home), "NO_COLOR": "1", "TERM": "dumb", **dict(validation.environ)}
            environ["PATH"] = bare_path(program, self._search_path, folder / "bin")
            command = [str(program), *_arguments(validation, files, str(home))]
            ran = run(command, environ=environ, folder=home, time_limit_s=self._time_limit_s)
            return Ran(ran.exit_code, ran.output.replace(f"{home}/", "").replace(str(home), "~"))


def _parts(validation: Validation, files: Files) -> Iterator[Files]:
    """The files of each run: those that the command reads, together or one by one."""
    read = {path: data for path, data in files.items() if validation.concerns(path)}
    if validation.is_per_file:
        yield from ({path: data} for path, data in read.items())
    elif read:
        yield read


def _emptied(validation: Validation, files: Files) -> Files:
    return dict.fromkeys(files, b"") if validation.is_per_file else {}


def _arguments(validation: Validation, files: Files, home: str) -> list[str]:
    return [arg.replace("{home}", home).replace("{file}", next(iter(files), "")) for arg in validation.args]


def _shown(validation: Validation, files: Files) -> str:
    return " ".join([validation.program, *_arguments(validation, files, "~")])


def _could_not_be_asked(validation: Validation, files: Files, ran: Ran, time_limit_s: float) -> Problem:
    why = f"no answer within {time_limit_s:g} s" if ran.exit_code is None else f"it ended with code {ran.exit_code}"
    return Problem(next(iter(files)), f"{validation.program} could not be asked: {why}", advice=_advice(validation), is_stalling=False)


def _advice(validation: Validation) -> str:
    return f"run `{validation.program}` yourself to see what it says"
