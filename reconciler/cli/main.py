"""The program's entry: all commands, and the one place that tells a person what went wrong."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import typer
from typer.exceptions import TyperException

from reconciler.cli import (
    changing,
    clients,
    doctoring,
    ignoring,
    looking,
    mirror,
    moving,
    past,
    pausing,
    planning,
    remote,
    running,
    secrets,
    serving,
    users,
)
from reconciler.errors import Proposed, ReconcilerError
from reconciler.mapping.hidden_text import revealed

if TYPE_CHECKING:
    from reconciler.settings import Settings

app = typer.Typer(
    name="reconciler",
    help="Keep the configuration of your AI coding clients in step, through a Git repository.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running.COMMANDS, looking.COMMANDS, planning.COMMANDS, past.COMMANDS, doctoring.COMMANDS, changing.COMMANDS, moving.COMMANDS, pausing.COMMANDS, serving.COMMANDS):
    for command in group:
        app.command(short_help=(command.__doc__ or "").split("\n", 1)[0])(command)  # whole: else cut off after 45 characters
app.add_typer(clients.app, name="clients", short_help="List clients and projects; add a project.")
app.add_typer(secrets.app, name="secrets", short_help=secrets.app.info.help)
app.add_typer(serving.service, name="service", short_help=serving.service.info.help)
app.add_typer(users.app, name="users", short_help=users.app.info.help)
app.add_typer(mirror.app, name="mirror", short_help=mirror.app.info.help)
app.command(short_help="Open the dashboard in a browser, by a link that signs you in once.")(users.open_)
app.add_typer(remote.app, name="remote", short_help=remote.app.info.help)
app.add_typer(changing.gap, name="gap", short_help=changing.gap.info.help)
app.add_typer(ignoring.app, name="ignore", short_help=ignoring.app.info.help)


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 error, 2 usage, 3 differences, conflicts or held changes remain."""
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()  # here, where a reader that went away is no bug
        sys.exit(code)
    except TyperException as error:
        _usage(error)
    except Proposed as found:
        _wait_for(found)
    except ReconcilerError as error:
        _tell(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except OSError as error:
        _tell(_refused(error))
    except Exception as error:  # the last place: a bug must not show a traceback, which may hold values
        _tell(f"unexpected error ({type(error).__name__}); nothing more was done. {_written(error)}")


def _usage(error: TyperException) -> NoReturn:
    if "--json" in sys.argv:
        print(json.dumps({"error": error.format_message()}))
    getattr(error, "show", lambda: print(f"error: {error}", file=sys.stderr))()
    sys.exit(error.exit_code)


def _wait_for(found: Proposed) -> NoReturn:
    """What was asked for waits for people on the Git host."""
    print(json.dumps({"proposed": found.branch}) if "--json" in sys.argv else str(found))
    sys.exit(3)


def _tell(message: str) -> NoReturn:
    if "--json" in sys.argv:
        print(json.dumps({"error": message}))
    print(f"error: {revealed(message)}", file=sys.stderr)
    sys.exit(1)


def _refused(error: OSError) -> str:
    """What the system did not allow; the clients' own files never come here, they are problems of their target."""
    from reconciler.settings import settings_from

    state = settings_from(os.environ).state
    where = str(error.filename or state)
    mend = f"; RECONCILER_HOME ({state}) must be a folder of this user's own, with free space" if where.startswith(str(state)) else ""
    return f"{where}: {error.strerror or type(error).__name__}{mend}"


def _written(error: Exception) -> str:
    """Keeps the traceback for this user's eyes alone, and says where. Its lines hold code, never values."""
    import traceback

    from reconciler.settings import settings_from

    settings = settings_from(os.environ)
    path = settings.state / "last-error.txt"
    _reported(settings, error)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(traceback.format_tb(error.__traceback__))
    except OSError:
        return f"Its details could not be kept in {path}"
    return f"Details: {path}"


def _reported(settings: Settings, error: Exception) -> None:
    """Where such errors are looked at, if that is set up. It must not stand in the way of telling the person."""
    from reconciler.wiring.telemetry import report_once

    with suppress(Exception):
        report_once(settings, error, sys.argv[1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    main()
