"""Why a command line is dangerous: it hands text to a shell or an interpreter, or runs what it downloads.

Every word is looked at, not only the first: ``env``, ``sudo``, ``docker run`` and the like may stand before it.
A false alarm asks a person once; a miss runs a stranger's code on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reconciler.policy.packages import package_dangers
from reconciler.policy.programs import program_name, text_dangers

_downloads = re.compile(r"(?:^|[\s/\\|;&(`\"'=])(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|aria2c|bitsadmin)(?:\.exe)?(?=[\s\"']|$)", re.I)
_runs_on = re.compile(r"[|;&`<]|\$\(|\s-o\s|\s-O\s|--output")
_runs_text = re.compile(r"downloadstring|downloadfile|\biex\b|invoke-expression|data:(?:text|application)/(?:javascript|x-javascript|typescript)", re.I)


def command_dangers(words: Sequence[str]) -> list[str]:
    """Why these words are dangerous to run; empty for a plain program with plain arguments."""
    found: dict[str, None] = {}
    for line in _lines(words):
        for at, word in enumerate(line):
            program, rest = program_name(word), line[at + 1 :]
            found.update(dict.fromkeys([*text_dangers(program, rest), *package_dangers(program, rest)]))
    text = " ".join(words)
    if (_downloads.search(text) and _runs_on.search(text)) or _runs_text.search(text):
        found["it runs what it downloads"] = None
    return list(found)


def _lines(words: Sequence[str]) -> list[list[str]]:
    """The words themselves, and each word that is a command line of its own (``env -S "sh -c …"``)."""
    inner = [_clean(re.split(r"[\s;|&()`]+", word)) for word in words if re.search(r"\s", word.strip())]
    as_one = [_clean(" ".join(words).split())] if words and re.search(r"\s", words[0].strip()) else []
    return [_clean(words), *inner, *as_one]


def _clean(words: Sequence[str]) -> list[str]:
    return [bare for word in words if (bare := word.strip().strip("\"'"))]
