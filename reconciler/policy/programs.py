"""Programs that take code, or another program to run, as an argument, and by which option. Knows nothing of what it does."""

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
_AWK = _Inline(r"[^-].*|--?(e|source)(=.*)?", "an interpreter runs text", values=("-F", "-v", "--assign"), stops=("-f", "--file"))
_SED = _Inline(r"[^-].*|-[a-zA-Z]*e.*|--expression(=.*)?", "an interpreter runs text", stops=("-f", "--file"))
_WATCH = _Inline(r"[^-]\S*\s.*", "a shell runs text", looks_everywhere=True)  # others have a "watch" too, of one file
_GIT = _Inline(r"(?i).*=\s*!.*|(-c)?(core|diff|credential|gpg|filter|merge|sequence)\..*=.*|ext::.*|--(upload|receive)-pack.*", "git runs text", looks_everywhere=True)
_TAR = _Inline(r"--(checkpoint-action|to-command|use-compress-program|rsh-command|info-script).*|-I.*", "it runs another program", looks_everywhere=True)
_EDITOR = _Inline(r"-[ces].*|\+.*|--(cmd|eval|execute|funcall|load)(=.*)?|-l", "an editor runs text", looks_everywhere=True)
_DEBUGGER = _Inline(r"--?(ex|eval-command|iex|x|o|s|one-line|source|command)(=.*)?", "a debugger runs text", looks_everywhere=True)
_MAKE = _Inline(r"--eval(=.*)?|-E.*|SHELL=.*", "make runs text", looks_everywhere=True)
_EXPECT = _Inline(r"-c.*", "an interpreter runs text (-c)", looks_everywhere=True)
_SSH = _Inline(r"(?i)(-o\s*)?(proxy|local|knownhosts)command[=\s].*", "ssh runs text here", looks_everywhere=True)
_NETCAT = _Inline(r"-[a-zA-Z]*[ec].*|--(sh-|lua-)?exec(=.*)?", "it gives a program to the network", looks_everywhere=True)
_SOCAT = _Inline(r"(?i).*(exec|system|shell):.*", "it gives a program to the network", looks_everywhere=True)
_CERTUTIL = _Inline(r"(?i)[-/](urlcache|decode|verifyctl).*", "it runs what it downloads", looks_everywhere=True)
_WINDOWS = _Inline(r".+", "it runs text", looks_everywhere=True)
_ROOT = r"(/|[a-z]:[\\/]?|/(var/)?run/docker\.sock):.*"
_CONTAINER = _Inline(
    rf"(?i)--privileged(=true)?|(-v|--volume=)?{_ROOT}|(--mount=)?.*\b(source|src)=/(,.*)?|--(pid|ipc|userns)=host|--cap-add=(all|sys_admin)",
    "a container is given the machine",
    looks_everywhere=True,
)

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
    r"[gmn]?awk": _AWK,
    r"g?sed": _SED,
    r"watch": _WATCH,
    r"git": _GIT,
    r"(g|bsd)?tar": _TAR,
    r"n?vim?|emacs": _EDITOR,
    r"gdb|lldb": _DEBUGGER,
    r"g?make": _MAKE,
    r"expect": _EXPECT,
    r"ssh": _SSH,
    r"nc|ncat|netcat": _NETCAT,
    r"socat": _SOCAT,
    r"certutil": _CERTUTIL,
    r"rundll|mshta|regsvr|[wc]script": _WINDOWS,
    r"docker|podman|nerdctl": _CONTAINER,
}
_NO_VALUE = frozenset({"--yes", "--no", "--no-install", "--quiet", "--login", "--norc", "--noprofile", "--posix", "--enable-source-maps", "--no-warnings"})
_NAMED_BY_VARIABLE = frozenset({"$shell", "${shell}", "${env:shell}", "%comspec%"})
_version = re.compile(r"-?[\d.]+$")


def program_name(word: str) -> str:
    """``python`` of ``/usr/bin/Python3.11`` or ``C:\\tools\\python.exe``."""
    name = re.split(r"[/\\]", re.sub(r"[\"'^`]", "", word.strip()).lower())[-1]
    if name in _NAMED_BY_VARIABLE:
        return "sh"
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
