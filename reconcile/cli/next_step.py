"""The command that may come next, at the end of an answer: on a terminal alone."""

from __future__ import annotations

import os
import shlex
import sys
from typing import Any

import click

from reconcile.cli.table_options import given_options
from reconcile.cli.terminal import interactive

# Options that make a question what it is: the next command asks under the same.
_KEPT = {"as_of": "--as-of", "convention": "--convention", "level": "--level"}


def suggest(command: str, *words: str | None, why: str = "", ledger: Any = None) -> None:
    """Say on stderr which command may come next, with the ledger and options of this one.

    Nothing is said where the output goes to a file or another program, or is JSON. `ledger` is a
    path that this command made or was given as an argument.
    """
    context = click.get_current_context()
    if not interactive(sys.stdout, sys.stderr) or context.params.get("as_json"):
        return
    asked = [word for word in words if word]
    line = shlex.join(["reconcile", command, *asked, *_options(context, ledger)])
    told = f"next: {line}" + (f"   ({why})" if why else "")
    plain = bool(os.environ.get("NO_COLOR"))
    click.echo("\n" + (told if plain else click.style(told, dim=True)), err=True)


def _options(context: click.Context, ledger: Any) -> list[str]:
    path = ledger or context.params.get("ledger_path")
    found = ["--ledger", str(path)] if path else []
    found += given_options(context) if path else []
    defaults = {parameter.name: parameter.default for parameter in context.command.params}
    for name, option in _KEPT.items():
        value = context.params.get(name)
        if value is not None and value != defaults.get(name):
            found += [option, str(value)]
    for name in context.params.get("exclude") or ():
        found += ["--exclude", name]
    return found
