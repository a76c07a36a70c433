"""The options that commands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import wraps
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from reconcile.cli.sections import together
from reconcile.cli.table_options import existing, table_options

_ledger = click.option(
    "--ledger",
    "ledger_path",
    metavar="PATH",
    callback=existing,
    help="A folder or file of claims (TOML, CSV, Excel, JSON, Parquet, SQLite); - "
    "is the standard input. [default: the bundled ledger]",
)


def ledger(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--ledger`, with those that say how a table is read."""
    return _ledger(table_options(command))


def ledger_or_path(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ledger of a command that is about a whole one: PATH, or the option `--ledger` that all
    commands have; the command is given it as `ledger_path`."""

    @wraps(command)
    def told(*args: Any, path: str | None, ledger_path: str | None, **more: Any) -> Any:
        if path is not None and ledger_path is not None:
            raise click.UsageError(f"give the ledger once: {path}, or --ledger {ledger_path}")
        found = ledger_path if path is None else path
        click.get_current_context().params["ledger_path"] = found
        return command(*args, ledger_path=found, **more)

    return ledger(click.argument("path", callback=existing, required=False)(told))


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


workers = click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1),
    default=cores,
    help="Number of processes. [default: one for each core]",
)
as_of = click.option("--as-of", metavar="DATE", help="Use only what was public on that day.")
since = click.option(
    "--since",
    metavar="DATE",
    help="Ask what was added after that day; for a level, by how much it changed.",
)
level = click.option(
    "--level",
    metavar="P",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
    help="The probability of the interval.",
)
method = click.option(
    "--method",
    metavar="NAME",
    default="state-space",
    show_default=True,
    help="How the claims are combined: state-space (the model), or for comparison random-effects, "
    "linear-pool, median, hull, ...",
)
convention = click.option(
    "--convention",
    metavar="NAME",
    default="default",
    show_default=True,
    help='How vague words ("dozens") are read: default, acled, crowd, experiment, survey, or a '
    "TOML file.",
)
exclude = click.option(
    "--exclude", metavar="ID", multiple=True, help="Leave out a claim or a source; repeatable."
)
seed = click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of random numbers.",
)
cache = click.option(
    "--cache",
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    envvar="RECONCILE_CACHE",
    help="Keep the fit in that folder: the next question about the same claims is fast and has the "
    "same answer. [env: RECONCILE_CACHE]",
)
overwrite = click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
json_output = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
freq = click.option(
    "--freq",
    metavar="D|W|MS",
    default="D",
    show_default=True,
    help="One row for each day, week or month.",
)
asked = together(ledger, as_of, level, convention, exclude, seed)
"""The options of every question."""
answered = together(ledger, as_of, level, method, convention, exclude, seed)
"""The options of questions that other methods answer too."""


def finite(ctx: click.Context, param: click.Parameter, value: tuple[float, ...]) -> Any:
    """The numbers themselves; a usage error for one that is none, or has no end."""
    for number in value:
        if not math.isfinite(number):
            raise click.BadParameter(f"expected a number, got {number}", ctx, param)
    return value


def must_be_new(target: Path, overwrite: bool) -> None:
    """A usage error where something stands at `target`, unless it may be replaced."""
    if os.path.lexists(target) and not overwrite:
        raise click.UsageError(f"{target} is there already; --overwrite replaces it")


def must_be_a_copy(target: Path, overwrite: bool, ledger: str | None) -> None:
    """A usage error where a ledger written to `target` would replace a file of the user's.

    A table has its registries beside it, which count too; `overwrite` replaces them, but never
    the `ledger` that was read, or a part of it.
    """
    from reconcile.ledger.io.write import written_files  # --help loads click alone

    for file in written_files(target):
        must_be_new(file, overwrite)
    if ledger is None or ledger == "-" or not target.exists():
        return
    read, written = Path(ledger).resolve(), target.resolve()
    if read == written or read in written.parents or written in read.parents:
        raise click.UsageError(f"{target} is the ledger that was read; give a new file or folder")


def example(*lines: str) -> Callable[[Any], Any]:
    """Put the examples of a command before the rest of its help."""

    def add(function: Any) -> Any:
        shown = "\n".join(f"  {line}" for line in lines)
        about = cleandoc(function.__doc__ or "")
        function.__doc__ = f"\b\nExamples:\n{shown}\n\n{about}"
        return function

    return add
