"""The program's entry: all commands, and the one place that tells a person what went wrong."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import typer

from reconciler.cli import changing, looking, running, secrets
from reconciler.errors import ReconcilerError

app = typer.Typer(
    name="reconciler",
    help="Keep the configuration of your AI coding clients in step, through a Git repository.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running.COMMANDS, looking.COMMANDS, changing.COMMANDS):
    for command in group:
        app.command()(command)
app.add_typer(secrets.app, name="secrets")
app.add_typer(changing.gap, name="gap")


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 error, 2 usage, 3 differences, conflicts or held changes remain."""
    try:
        app()
    except ReconcilerError as error:
        _tell(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # the last place: a bug must not show a traceback, which may hold values
        _tell(f"unexpected error ({type(error).__name__}); nothing more was done. Details: {_written(error)}")


def _tell(message: str) -> None:
    if "--json" in sys.argv:
        print(json.dumps({"error": message}))
    print(f"error: {message}", file=sys.stderr)
    sys.exit(1)


def _written(error: Exception) -> Path:
    """Where the traceback is kept, for this user's eyes alone. Its lines hold code, never values."""
    import traceback

    from reconciler.settings import settings_from

    folder = settings_from(os.environ).state
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "last-error.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(traceback.format_tb(error.__traceback__))
    return path


if __name__ == "__main__":
    main()
