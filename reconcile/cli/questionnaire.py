"""What `reconcile add` asks for on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from reconcile.cli.terminal import bounds
from reconcile.errors import DateError, LedgerError, PhraseError, near_misses
from reconcile.language import parse
from reconcile.ledger import read_ledger
from reconcile.values import Days, Quantity, Source

_MOST = 8  # names that are shown


def ask_missing(
    path: Path, given: Mapping[str, Any], new_source: str | None
) -> tuple[dict[str, Any], str | None]:
    """The fields of the claim with those that were missing, and the name of a new source.

    Nothing is asked where quantity, source, phrase and time are given.
    """
    found = dict(given)
    (quantities, counted), (sources, speaking) = _registries(path)
    asked = False
    if "quantity" not in found:
        found["quantity"], asked = _what(quantities, counted), True
    if "source" not in found:
        found["source"], new_source = _speaker(sources, speaking, new_source)
        asked = True
    if "phrase" not in found:
        found["phrase"], asked = _words(), True
    about = quantities.get(found["quantity"])
    timed = {"on", "during_start", "during_end"} & found.keys()
    if not timed and (about is None or about.kind != "constant"):
        found |= _time(about)
        asked = True
    if asked and not {"said", "report"} & found.keys():
        found |= _published()
    return found, new_source


def _registries(
    path: Path,
) -> tuple[tuple[Mapping[str, Quantity], list[str]], tuple[Mapping[str, Source], list[str]]]:
    """The quantities that are known, and which of them have claims here; the same of sources.

    The registries that come with the package are known too, but only names of the ledger are shown.
    """
    try:
        ledger = read_ledger(path)
    except LedgerError:  # no claim yet: any name is taken, and checked when it is written
        return ({}, []), ({}, [])
    quantities = list(dict.fromkeys(claim.quantity for claim in ledger))
    sources = list(dict.fromkeys(claim.source for claim in ledger))
    return (ledger.quantities, quantities), (ledger.sources, sources)


def _shown(names: list[str]) -> str:
    more = ", ..." if len(names) > _MOST else ""
    return f" ({', '.join(names[:_MOST])}{more})" if names else ""


def _what(known: Mapping[str, Any], shown: list[str]) -> str:
    while True:
        name = _prompt(f"What is counted{_shown(shown)}")
        if name in known or not known:
            return name
        click.echo(_unknown(name, known), err=True)


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = near_misses(name, known)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"{name!r} is not known.{hint}"


def _speaker(
    known: Mapping[str, Source], shown: list[str], label: str | None
) -> tuple[str, str | None]:
    """The id of a source, and its name where it is new."""
    if label is not None:
        return _prompt(f"An id for {label}"), label
    while True:
        name = _prompt(f"Who says it{_shown(shown)}")
        if name in known or not known:
            return name, None
        click.echo(_unknown(name, known), err=True)
        if click.confirm("Add it as a new source, of grade F until you judge it?", err=True):
            return name, _prompt("Its full name", default=name)


def _words() -> str:
    while True:
        text = _prompt('The words ("at least 30")')
        try:
            phrase = parse(text)
        except PhraseError as error:
            click.echo(str(error), err=True)
            continue
        click.echo(f"  reads {bounds(phrase.lower, phrase.upper)} ({phrase.kind})", err=True)
        return text


def _time(about: Quantity | None) -> dict[str, Any]:
    """A day, or a window written FIRST..LAST."""
    level = about is not None and about.kind == "stock"
    what = "On which day" if level else "By the end of which day, or in which days FIRST..LAST"
    while True:
        first, window, last = _prompt(f"{what} (2024-12-17)").partition("..")
        try:
            if window:
                return {"during_start": _days(first), "during_end": _days(last)}
            return {"on": _days(first)}
        except DateError as error:
            click.echo(str(error), err=True)


def _published() -> dict[str, Any]:
    while True:
        text = _prompt("When did it become public (Enter: that day)", default="")
        try:
            return {"said": _days(text)} if text else {}
        except DateError as error:
            click.echo(str(error), err=True)


def _days(text: str) -> date | str:
    """A day as a date, a range of days as its text."""
    found = Days.of(text.strip())
    return found.first if found.exact else str(found)


def _prompt(text: str, default: str | None = None) -> str:
    shown = bool(default)
    return str(click.prompt(text, default=default, show_default=shown, err=True)).strip()
