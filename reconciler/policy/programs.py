"""Programs that take code as an argument, and by which option. Knows nothing of what the code does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class _Inline:
    """``flag`` is followed by code. ``values`` are options that swallow the next word, ``flags`` those that do not."""

    flag: str
    reason: str
    values: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    looks_everywhere: bool = False


_SHELL = _Inline(r"[-+][a-zA-Z]*c.*|--command(=.*)?", "a shell runs text (-c)", values=("-o", "+o", "-O", "+O", "--rcfile", "--init-file"))
_SU = _Inline(r"-[a-zA-Z]*c.*|--(session-)?command(=.*)?", "a shell runs text (-c)", looks_everywhere=True)
_POWERSHELL = _Inline(r"(?i)[-/–—](c|co|com\w*|cwa|e|ec|en\w*)(:.*)?", "PowerShell runs text", looks_everywhere=True)
_CMD = _Inline(r"(?i)(/[a-z])*/[ckr]([\s\"'&|].*)?", "a shell runs text (/c)", looks_everywhere=True)
_PYTHON = _Inline(r"-[a-zA-Z]*c.*", "an interpreter runs text (-c)", values=("-X", "-W", "--check-hash-based-pycs"), stops=("-m",))
_NODE = _Inline(r"-[a-z]*[ep].*|--(eval|print)(=.*)?", "an interpreter runs text (-e)", values=("-r", "-C"))
_PERL = _Inline(r"-[a-zA-Z0-9]*[eE].*", "an interpreter runs text (-e)")
_PHP = _Inline(r"-[rBRE].*|--(run|process-begin|process-code|process-end)(=.*)?", "an interpreter runs text (-r)")
_DENO = _Inline(r"eval", "an interpreter runs text (eval)", looks_everywhere=True)
_NPX = _Inline(r"-c.*|--call(=.*)?|--shell-mode", "a shell runs text (npx -c)", values=("-p", "-w"), stops=("--",))

_SHELLS = r"(?:ba|da|z|k|a|fi|c|tc|mk|rba|ba)?sh|elvish|nu"
_PROGRAMS: Mapping[str, _Inline] = {
    _SHELLS: _SHELL,
    r"su|runuser|script|flock": _SU,
    r"powershell|pwsh": _POWERSHELL,
    r"cmd": _CMD,
    r"pythonw?|pypy|pyw?": _PYTHON,
    r"node|nodejs|bun|electron|tsx": _NODE,
    r"perl|ruby|lua|luajit|osascript|groovy|rscript|elixir|julia": _PERL,
    r"php": _PHP,
    r"deno": _DENO,
    r"npx|pnpx|bunx": _NPX,
}
_NO_VALUE = frozenset({"--yes", "--no", "--no-install", "--quiet", "--login", "--norc", "--noprofile", "--posix", "--enable-source-maps", "--no-warnings"})
_version = re.compile(r"-?[\d.]+$")


def program_name(word: str) -> str:
    """``python`` of ``/usr/bin/Python3.11`` or ``C:\\tools\\python.exe``."""
    name = re.split(r"[/\\]", word.strip().strip("\"'").lower())[-1]
    for ending in (".exe", ".cmd", ".bat", ".com"):
        name = name.removesuffix(ending)
    return _version.sub("", name) or name


def text_dangers(program: str, rest: Sequence[str]) -> list[str]:
    """Why the program, given these words, runs text; empty when it does not."""
    if program in ("npm", "pnpm") and (called := next((n for n, word in enumerate(rest) if word in ("exec", "x", "dlx")), None)) is not None:
        program, rest = "npx", rest[called + 1 :]
    how = next((how for names, how in _PROGRAMS.items() if re.fullmatch(names, program)), None)
    return [how.reason] if how and _takes_text(how, rest) else []


def _takes_text(how: _Inline, rest: Sequence[str]) -> bool:
    """True when code stands among the options; what comes after the program's own script is the script's business."""
    is_value = False
    for word in rest:
        if re.fullmatch(how.flag, word, re.DOTALL):
            return True
        if how.looks_everywhere:
            continue
        if word in how.stops or (not is_value and not word.startswith(("-", "+"))):
            return False
        # A long option that is not known may have a value too: looking one word too far only asks a person.
        is_value = word in how.values or (word.startswith("--") and "=" not in word and not is_value and word not in _NO_VALUE)
    return False
