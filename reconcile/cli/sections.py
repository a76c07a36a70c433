"""The help of a command: its own options first, then those it shares with others, in sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_SECTIONS = {
    "Claims": ("ledger_path", "as_of", "exclude", "convention"),
    "A table as ledger": (
        *("table_columns", "table_dates", "table_decimal", "table_by"),
        *("table_quantities", "table_sources"),
    ),
    "Figure": (
        *("output", "size", "title", "subtitle", "xlabel", "ylabel", "colours", "no_labels"),
        *("named", "drawn", "no_claims", "bands", "scale", "locale", "style"),
    ),
    "Computation": ("level", "method", "seed", "cache", "workers", "dask"),
    "Output": ("as_csv", "as_json", "help"),
}
"""The parameters that commands share, by section."""


class _Command(click.Command):
    """A command whose help has its own options before those that it shares with others."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options by section; a section without options is left out."""
        parameters = self.get_params(ctx)
        draws = any(parameter.name == "size" for parameter in parameters)
        sections = {t: names for t, names in _SECTIONS.items() if draws or t != "Figure"}
        shared = {name: title for title, names in sections.items() for name in names}
        found: dict[str, list[tuple[str, str]]] = {"Options": []} | {t: [] for t in sections}
        for parameter in parameters:
            shown = parameter.get_help_record(ctx)
            if shown is not None and isinstance(parameter, click.Option):
                name = "help" if "--help" in parameter.opts else str(parameter.name)
                found[shared.get(name, "Options")].append(shown)
        for title, rows in found.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def together(*options: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Several options as one decorator, in this order in the help."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def command(function: Callable[..., Any]) -> _Command:
    """Make a function a command of the program."""
    return click.command(cls=_Command)(function)
