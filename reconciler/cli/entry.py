"""Where the program starts. A `sync` with nothing to do is answered here, before anything heavy is imported."""

from __future__ import annotations

import json
import os
import sys

from reconciler.fault_points import arm_from

_PLAIN, _JSON = ["sync"], ["sync", "--json"]


def main() -> None:
    """Run a command; see ``reconciler.cli.main``."""
    arm_from(os.environ)
    os.umask(0o077)  # whatever is made, and every folder on the way to it, is for this user alone
    code = _nothing_to_do(sys.argv[1:])
    if code is not None:
        sys.exit(code)
    from reconciler.cli.main import main as every_command

    every_command()


def _nothing_to_do(words: list[str]) -> int | None:
    """The exit code of a `sync` whose answer is known from the last one; None for everything else."""
    if words not in (_PLAIN, _JSON):
        return None
    from reconciler.cli import quick
    from reconciler.errors import ReconcilerError
    from reconciler.settings import settings_from

    try:
        known = quick.unchanged(settings_from(os.environ))
    except (ReconcilerError, OSError):
        return None  # the whole command tells it better
    if known is None:
        return None
    if words == _JSON:
        print(json.dumps(known["report"], ensure_ascii=False))
    else:
        from reconciler.cli.text import pass_lines

        lines = list(pass_lines(known["report"]))
        if not all(line.isascii() and line.isprintable() for line in lines):
            from reconciler.mapping.hidden_text import revealed

            lines = [revealed(line) for line in lines]
        print(*lines, sep="\n")
    return int(known["code"])
