"""Commands that read ledgers: claims, sources, validate."""

from __future__ import annotations

from collections import Counter
from datetime import date

import click

from reconcile.cli import options
from reconcile.cli.audit_commands import explained
from reconcile.cli.next_step import suggest
from reconcile.cli.sections import command
from reconcile.cli.table_options import opened, read
from reconcile.cli.terminal import bounds, days, heading, print_json, table, warn
from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger import Ledger
from reconcile.ledger.io.ledger_checks import odd_dates, without_far
from reconcile.ledger.io.records import claim_record, source_record
from reconcile.values.annex import safe_csv
from reconcile.values.wording import counted

_DATES = 10  # odd ones that are told one by one


@command
@options.ledger_or_path
@options.as_of
@options.convention
@click.option("--quantity", metavar="ID", multiple=True, help="Only about this one; repeatable.")
@click.option("--source", metavar="ID", multiple=True, help="Only by this source; repeatable.")
@options.exclude
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV: a ledger table, one row for each claim."
)
@options.json_output
@options.example(
    "reconcile claims --quantity casualties",
    "reconcile claims --source gur --as-of 2024-12-01 --json",
    "reconcile claims --csv > claims.csv",
)
def claims(
    ledger_path: str | None,
    as_of: str | None,
    convention: str,
    quantity: tuple[str, ...],
    source: tuple[str, ...],
    exclude: tuple[str, ...],
    as_csv: bool,
    as_json: bool,
) -> None:
    """List the claims of a ledger: who said what, of which time."""
    if as_csv and as_json:
        raise click.UsageError("give --csv or --json, not both")
    whole = read(ledger_path, convention, as_of)
    found = whole.select(quantity=quantity or None, source=source or None, exclude=exclude)
    if as_json:
        print_json([claim_record(claim, complete=True) for claim in found])
        return
    if as_csv:
        click.echo(safe_csv(found.to_frame()), nl=False)
        return
    for name in dict.fromkeys(claim.quantity for claim in found):
        click.echo(heading(f"{name}: {found.quantities[name].label}"))
        click.echo(_claims_table(found.select(quantity=name)) + "\n")
    sources = counted(len({claim.source for claim in found}), "source")
    click.echo(f"{counted(len(found), 'claim')} by {sources}", err=True)


@command
@options.ledger_or_path
@options.as_of
@click.option("--all", "everyone", is_flag=True, help="List sources without claims too.")
@click.option(
    "--fit", "fitted", is_flag=True, help="Show house effects, and the grade that claims support."
)
@options.json_output
@options.example("reconcile sources", "reconcile sources --fit", "reconcile sources --all --json")
def sources(
    ledger_path: str | None, as_of: str | None, everyone: bool, fitted: bool, as_json: bool
) -> None:
    """List the sources: Admiralty grade, side, parent, number of claims.

    With --fit, one row for each source and quantity (parts are counted to their whole): the factor
    by which its numbers exceed the truth, the grade that was given, and the grade that its claims
    support.
    """
    ledger = read(ledger_path, as_of=as_of)
    if fitted:
        _earned(ledger, as_json)
        return
    said = Counter(claim.source for claim in ledger)
    found = [source for source in ledger.sources.values() if everyone or said[source.id]]
    if as_json:
        full = (source_record(source, complete=True) for source in found)
        print_json([record | {"claims": said[record["id"]]} for record in full])
        return
    rows = [
        [source.id, source.reliability, source.side, source.parent, said[source.id], source.label]
        for source in found
    ]
    click.echo(table(["id", "grade", "side", "parent", "claims", "who"], rows))


@command
@options.ledger_or_path
@click.option(
    "--explain", is_flag=True, help="Show what was assumed and the first claims, in words."
)
@options.convention
@options.json_output
@options.example(
    "reconcile validate my-ledger/",
    "reconcile validate claims.csv --columns on=event_date --explain",
)
def validate(ledger_path: str | None, explain: bool, convention: str, as_json: bool) -> None:
    """Check a ledger and name every problem with its file, line and field.

    The exit code is 1 if there are problems.
    """
    try:
        ledger = opened(ledger_path, convention)
    except LedgerError as error:
        if not as_json:
            raise
        print_json({"valid": False, "problems": [_problem_record(p) for p in error.problems]})
        raise click.exceptions.Exit(1) from None
    warnings = [*without_far(ledger), *_odd_days(ledger)]
    warn(warnings)
    if as_json:
        counts = {"claims": len(ledger), "origins": len(ledger.origins), "hash": ledger.hash}
        print_json({"valid": True, "problems": [], "warnings": warnings} | counts)
        return
    if explain:
        click.echo(explained(ledger))
    click.echo(f"valid: {_counted(ledger)}")
    most = Counter(claim.quantity for claim in ledger).most_common(1)
    if most:
        suggest("estimate", most[0][0], why="the answer from all claims")


def _odd_days(ledger: Ledger) -> list[str]:
    """The claims whose dates are odd, a line each; of many the first."""
    told = [f"claim {name!r} {why}" for name, why in odd_dates(ledger, date.today()).items()]
    more = f"dates of {counted(len(told) - _DATES, 'more claim')} are odd (see: reconcile audit)"
    return [*told[:_DATES], *([more] if len(told) > _DATES else [])]


def _earned(ledger: Ledger, as_json: bool) -> None:
    """House effects with the given and the posterior grade of every source that claims."""
    from reconcile.questions.fit import fit  # the other commands here need no model

    found = fit(ledger, progress=True).sources()
    if as_json:
        print_json(found.to_dict("records"))
        return
    rows = [
        [
            row["source"],
            row["quantity"],
            row["n_claims"],
            f"{row['factor']:.2f}",
            f"{row['factor_lower']:.2f}–{row['factor_upper']:.2f}",
            row["grade"],
            row["posterior_grade"] if row["n_claims"] > 1 else "-",
        ]
        for row in found.to_dict("records")
    ]
    heads = ["source", "of", "claims", "factor", "90 %", "given", "earned"]
    click.echo(table(heads, rows))
    if any(row[2] == 1 for row in rows):
        click.echo("earned: - where one claim earns nothing; the grade given stands")


def _claims_table(found: Ledger) -> str:
    rows = [
        (c.id, c.source, c.phrase.text, bounds(c.lower, c.upper), days(c.period)) for c in found
    ]
    return table(["id", "source", "says", "reads", "of"], rows)


def _problem_record(problem: DataProblem) -> dict[str, object]:
    keys = ("file", "line", "field", "came", "expected")
    return {key: getattr(problem, key) for key in keys}


def _counted(ledger: Ledger) -> str:
    quantities = len({claim.quantity for claim in ledger})
    repeats = len(ledger) - len(ledger.origins)
    again = f" ({repeats:,} of them repeat{'s' * (repeats == 1)} another)" if repeats else ""
    return (
        f"{counted(len(ledger), 'claim')} on {counted(quantities, 'quantity', 'quantities')} by "
        f"{counted(len({claim.source for claim in ledger}), 'source')}{again}"
    )
