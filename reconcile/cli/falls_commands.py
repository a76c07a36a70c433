"""Commands that look for what a ledger does not say of itself: conflicts, falls, origins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import fill, indent

import click

from reconcile.cli import options
from reconcile.cli.next_step import suggest
from reconcile.cli.sections import command
from reconcile.cli.table_options import read
from reconcile.cli.terminal import bold, heading, line_width, paragraph, print_json, table, warn
from reconcile.constraints import conflicts as ask_conflicts
from reconcile.constraints.conflict_words import none_words
from reconcile.ledger import (
    Falls,
    ProposedOrigins,
    apply_origins,
    propose_origins,
    write_ledger,
)
from reconcile.ledger import falls as falls_of
from reconcile.values.wording import counted


@command
@click.argument("quantity", required=False)
@click.argument("date", required=False)
@options.ledger
@options.as_of
@options.convention
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Show at most this many."
)
@options.json_output
@options.example(
    "reconcile conflicts",
    "reconcile conflicts casualties 2024-12-18 --as-of 2024-12-31",
)
def conflicts(
    quantity: str | None,
    date: str | None,
    ledger_path: str | None,
    as_of: str | None,
    convention: str,
    limit: int,
    as_json: bool,
) -> None:
    """Which claims can't all be true: the smallest sets, the widest gaps first.

    Each set is minimal: without any one of its claims, the others can be true together. With
    QUANTITY, only sets with a claim about it, its parts or its whole are shown; with DATE, only
    claims about the time up to that day are used.
    """
    known = read(ledger_path, convention)
    found = ask_conflicts(known, quantity=quantity, date=date, as_of=as_of, limit=limit)
    if as_json:
        rows = [{"claims": list(c.claims), "gap": c.gap, "text": c.text} for c in found]
        print_json({"conflicts": rows, "note": found.note})
        return
    if not found:
        asked = (known if as_of is None else known.as_of(as_of)).select(quantity=quantity)
        told = none_words(asked, asked.quantities)
        click.echo(paragraph(f"no contradictions: {told}"))
    for number, conflict in enumerate(found, 1):
        click.echo(("" if number == 1 else "\n") + bold(f"{number}. gap {conflict.gap:,.6g}"))
        click.echo(paragraph(conflict.text + "."))
        click.echo(paragraph("claims: " + ", ".join(conflict.claims)))
    warn([found.note] if found.note else [])
    if found and quantity:
        suggest("estimate", quantity, date, why="the answer from all claims")


@command
@options.ledger_or_path
@options.as_of
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Propose only repeats of at least this probability.",
)
@click.option(
    "--write",
    "target",
    metavar="PATH",
    type=click.Path(),
    help="Write a copy of the ledger with these origins, to a new place.",
)
@options.overwrite
@options.json_output
@options.example(
    "reconcile origins",
    "reconcile origins claims.csv --least 0.9 --write checked.toml",
)
def origins(
    ledger_path: str | None,
    as_of: str | None,
    least: float,
    target: str | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Propose origins: the claims that seem to repeat an earlier one.

    Evidence is the same number, agencies of one parent, and news agencies or sources that the
    texts name. The ledger is not changed; --write makes a copy with these origins.
    """
    if target is not None:
        options.must_be_a_copy(Path(target), overwrite, ledger_path)
    ledger = read(ledger_path, as_of=as_of)
    found = propose_origins(ledger, least=least)
    if target is not None:
        write_ledger(apply_origins(ledger, found, least=least), target)
        click.echo(f"wrote {target}", err=True)
    if as_json:
        chance = {"coincidences": found.coincidences, "by_chance": found.by_chance}
        print_json({"proposals": [asdict(proposal) for proposal in found]} | chance)
        return
    if found:
        click.echo(_origins_table(found))
    click.echo(paragraph(_chance_words(found)), err=True)


def _origins_table(found: ProposedOrigins) -> str:
    rows = [(p.claim, p.origin, p.quantity, f"{p.strength:.2f}") for p in found]
    shown = table(["claim", "seems to repeat", "quantity", "strength"], rows)
    return with_reasons(shown, ["; ".join(p.evidence) for p in found])


def _chance_words(found: ProposedOrigins) -> str:
    return (
        f"{counted(len(found), 'proposal')}. For {counted(found.coincidences, 'claim')} another "
        "source had given the same number within two weeks before; by chance it would be about "
        f"{found.by_chance:.2g}."
    )


@command
@options.ledger_or_path
@options.as_of
@click.option("--quantity", metavar="ID", multiple=True, help="Only of this quantity; repeatable.")
@click.option(
    "--by",
    type=click.Choice(["quantity", "source"]),
    default="quantity",
    show_default=True,
    help="Whose total: the highest of all sources, or each source's own.",
)
@options.json_output
@options.example("reconcile falls", "reconcile falls claims.csv --quantity killed --json")
def falls(
    ledger_path: str | None, as_of: str | None, quantity: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Classify every fall of a running total, which by definition can't fall.

    The classes are correction, redefinition, another source, duplicate, typo and restart. Only the
    numbers decide.
    """
    ledger = read(ledger_path)
    found = falls_of(ledger, quantity or None, as_of=as_of, by=by)  # pyright: ignore[reportArgumentType]
    if as_json:
        print_json([asdict(fall) | {"drop": fall.drop} for fall in found])
        return
    for name in dict.fromkeys(fall.quantity for fall in found):
        click.echo(heading(f"{name}: {ledger.quantities[name].label}"))
        click.echo(_falls_table(found, name) + "\n")
    counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items() if count)
    click.echo(f"{counted(len(found), 'fall')}{': ' if counts else ''}{counts}", err=True)


def _falls_table(found: Falls, name: str) -> str:
    listed = [fall for fall in found if fall.quantity == name]
    rows = [
        (fall.date, f"{fall.previous:,.15g} -> {fall.value:,.15g}", fall.kind) for fall in listed
    ]
    shown = table(["day", "from -> to", "class"], rows)
    return with_reasons(shown, [fall.reason for fall in listed])


def with_reasons(shown: str, reasons: Sequence[str]) -> str:
    """A table with the reason of each row: beside it where all of it fits, else below."""
    head, rule, *body = shown.splitlines()
    room = line_width() - len(rule) - 2
    lines = [head, rule]
    for row, reason in zip(body, reasons, strict=True):
        fits = len(reason) <= room
        lines.append(f"{row.ljust(len(rule))}  {reason}" if fits else row)
        lines += [] if fits else indent(fill(reason, line_width() - 4), "    ").splitlines()
    return "\n".join(lines)
