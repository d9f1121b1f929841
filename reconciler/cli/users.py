"""`reconciler users` and `reconciler open`: who may sign in to the dashboard and the API, and entering without a password."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from reconciler.cli.showing import JsonFlag, show
from reconciler.errors import Stalled
from reconciler.model.accounts import ROLES, Role
from reconciler.settings import settings_from

app = typer.Typer(help="Who may sign in to the dashboard and the API.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input; left out: asked for.")]


@app.command("add")
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, operator, approver or admin; each may do what those before it may.")] = "viewer",
    password_stdin: FromStdin = False,
    as_json: bool = JsonFlag,
) -> None:
    """Add a user.

    Example: printf %s "$PASSWORD" | reconciler users add ann --role approver --password-stdin
    """
    from reconciler.cli import people

    show(people.add(settings_from(os.environ), name, _role(role), _password(password_stdin)), as_json, _lines)


@app.command("passwd")
def passwd(name: Name, password_stdin: FromStdin = False, as_json: bool = JsonFlag) -> None:
    """Change a user's password; whatever was signed in with the old one is signed out.

    Example: reconciler users passwd ann
    """
    from reconciler.cli import people

    show(people.passwd(settings_from(os.environ), name, _password(password_stdin)), as_json, _lines)


@app.command("list")
def list_(as_json: bool = JsonFlag) -> None:
    """List who may sign in, and in which role.

    Example: reconciler users list --json
    """
    from reconciler.cli import people

    rows = people.listed(settings_from(os.environ))
    show(rows, as_json, lambda found: [f"{r['username']:<20} {r['role']}" for r in found] or ["no users"])


def open_(
    user: Annotated[str | None, typer.Option(help="As whom; left out: you, else the only admin.")] = None,
    print_only: Annotated[bool, typer.Option("--print", help="Only print the link; start no browser.")] = False,
    as_json: bool = JsonFlag,
) -> None:
    """Open the dashboard of the running `reconciler up` (or `serve --role api`) in a browser, by a link that signs you in once.

    Example: reconciler open --print
    """
    from reconciler.cli import people

    data = people.link(settings_from(os.environ), user)
    if not (print_only or as_json):
        import webbrowser

        webbrowser.open(data["link"])
    show(data, as_json, lambda d: [d["link"]])


open_.__name__ = "open"


def _role(word: str) -> Role:
    for role in ROLES:
        if role == word:
            return role
    raise Stalled(f"{word}: a role is {', '.join(ROLES)}")


def _password(from_stdin: bool) -> str:
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.read().rstrip("\r\n")
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))


def _lines(data: dict[str, Any]) -> list[str]:
    return [f"{data['username']}: {data['role']}"]
