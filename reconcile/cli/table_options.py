"""The options that say how a table is read: `--columns`, `--dates`, `--decimal`, registries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from reconcile.cli.paths import ExistingPath, missing
from reconcile.cli.sections import together
from reconcile.cli.terminal import warn
from reconcile.errors import LedgerError
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.io.read import read_registered

_KEY = "reconcile.table"
_LARGE = 2_000_000  # bytes from which on a table is not read again to ask all at once


def read(path: str | None, convention: str = "default", as_of: str | None = None) -> Ledger:
    """The ledger as `opened` gives it, as known on `as_of`; its warnings are printed."""
    ledger = opened(path, convention)
    warn(ledger.warnings)
    return ledger if as_of is None else ledger.as_of(as_of)


def opened(path: str | None, convention: str = "default") -> Ledger:
    """The ledger at `path`, read as the table options of the running command say."""
    given: dict[str, Any] = click.get_current_context().meta.get(_KEY, {})
    try:
        return read_ledger(path, convention=convention, **given)
    except LedgerError as error:
        if path is None or not Path(path).is_file() or Path(path).stat().st_size > _LARGE:
            raise
        if is_ledger(path):
            raise
        from reconcile.cli.table_questions import all_asked  # only where a table is not understood

        def read_with(options: Mapping[str, Any]) -> Ledger:
            return read_ledger(path, convention=convention, **options)

        raise all_asked(error, path, given, read_with) from None


def registered(path: str | None) -> Ledger:
    """The ledger that texts are read with: as `opened` gives it, or registries alone."""
    given: dict[str, Any] = click.get_current_context().meta.get(_KEY, {})
    if given.keys() <= {"quantities", "sources"} and (path is None or is_ledger(path)):
        return read_registered(path, **given)
    return opened(path)


def given_options(context: click.Context) -> list[str]:
    """The options of tables that the running command was given, as words of a command line."""
    given: dict[str, Any] = context.meta.get(_KEY, {})
    found: list[str] = []
    for name, value in given.items():
        option = "--quantity-by" if name == "by" else f"--{name}"
        if name == "columns":
            pairs = ((ours, theirs) for ours, theirs in value.items())
            value = ",".join(f"{ours}={each}" for ours, theirs in pairs for each in _listed(theirs))
        found += [option, str(value)]
    return found


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _kept(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Keep what was given for `opened`; the command itself need not know of it."""
    if value is not None and value != ():
        ctx.meta.setdefault(_KEY, {})[str(param.name).removeprefix("table_")] = value
    return value


def _columns(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> Any:
    """``on=event_date,value=deaths`` as a mapping; a name may come several times."""
    found: dict[str, list[str]] = {}
    for piece in ",".join(value).split(","):
        ours, mark, theirs = piece.partition("=")
        if not piece.strip():
            continue
        if not mark or not theirs.strip():
            raise click.BadParameter(f"expected OURS=THEIRS (on=event_date), got {piece!r}")
        found.setdefault(ours.strip(), []).append(theirs.strip())
    return _kept(ctx, param, {k: v[0] if len(v) == 1 else v for k, v in found.items()} or None)


table_options = together(
    click.option(
        "--columns",
        "table_columns",
        metavar="OURS=THEIRS,...",
        multiple=True,
        callback=_columns,
        expose_value=False,
        help="What a table's columns mean: on=event_date,value=deaths. [see: reconcile columns]",
    ),
    click.option(
        "--dates",
        "table_dates",
        metavar="ORDER",
        callback=_kept,
        expose_value=False,
        help="How dates are written: ISO, DMY, MDY, YMD, excel or unix; the year of dates that "
        "have none (2024 or DMY,2024); 'far' accepts dates far from all others.",
    ),
    click.option(
        "--decimal",
        "table_decimal",
        type=click.Choice([".", ","]),
        callback=_kept,
        expose_value=False,
        help="The decimal mark of a table.",
    ),
    click.option(
        "--quantity-by",
        "table_by",
        metavar="COLUMN",
        callback=_kept,
        expose_value=False,
        help="For a table of events: the column that tells quantities apart (country, ...).",
    ),
    click.option(
        "--quantities",
        "table_quantities",
        metavar="FILE",
        type=ExistingPath(dir_okay=False),
        callback=_kept,
        expose_value=False,
        help="The registry of a table's quantities (TOML).",
    ),
    click.option(
        "--sources",
        "table_sources",
        metavar="FILE",
        type=ExistingPath(dir_okay=False),
        callback=_kept,
        expose_value=False,
        help="The registry of a table's sources (TOML).",
    ),
)
"""The options of tables; `opened` uses what they were given."""


def existing(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A path that is there; ``-`` is the standard input, ``book.xlsx#Sheet`` a part of a file."""
    if value is None or value == "-" or Path(value).exists():
        return value
    stem = value.rpartition("#")[0]
    if stem and Path(stem).exists():
        return value
    raise click.BadParameter(missing(value), ctx=ctx, param=param)


def existing_all(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Several paths, each as `existing`."""
    return tuple(path for each in value for path in [existing(ctx, param, each)] if path)


def is_ledger(path: str) -> bool:
    """Whether a path is a ledger of TOML files, to which the options of tables do not apply."""
    return Path(path).is_dir() or path.lower().endswith(".toml")
