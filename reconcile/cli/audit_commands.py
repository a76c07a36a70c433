"""Commands that look at a table or ledger as a whole: columns, audit."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from textwrap import fill

import click

from reconcile.cli import options
from reconcile.cli.next_step import suggest
from reconcile.cli.part_words import parts_told
from reconcile.cli.sections import command
from reconcile.cli.table_options import read
from reconcile.cli.terminal import heading, line_width, paragraph, print_json, table
from reconcile.ledger import Audit, Ledger, write_ledger
from reconcile.ledger.audit.auditing import audit as audit_of
from reconcile.ledger.tables.column_names import COUNTED, MEANINGS, PLACES
from reconcile.values import Claim
from reconcile.values.wording import counted, day_words

_SHOWN = 10  # claims that are told in words
_NOUNS = {"one body": "second name"}  # whose plural is no s behind the check's own name
_GROUPS = {
    "claim": "Of the claim",
    "quantity": "Of its quantity",
    "source": "Of its source",
}


@command
@options.json_output
@options.example("reconcile columns", "reconcile columns --json")
def columns(as_json: bool) -> None:
    """List the table columns that are understood, and the other names they may have."""
    if as_json:
        print_json([asdict(meaning) for meaning in MEANINGS])
        return
    for group, title in _GROUPS.items():
        rows = [
            (meaning.name, meaning.says, ", ".join(meaning.also))
            for meaning in MEANINGS
            if meaning.group == group
        ]
        click.echo(heading(title))
        click.echo(table(["column", "says", "also understood"], rows) + "\n")
    for words, names in (
        ("A column of numbers with one of these names is a quantity of its own: ", COUNTED),
        ("A column with one of these names says where, and makes quantities: ", PLACES),
    ):
        click.echo(fill(words + ", ".join(sorted(names)), line_width()) + "\n")


@command
@options.ledger_or_path
@options.as_of
@click.option(
    "--write", "target", metavar="PATH", help="Write a copy with these edits to a new place."
)
@options.json_output
@options.example(
    "reconcile audit claims.csv",
    "reconcile audit claims.csv --write checked.toml",
)
def audit(ledger_path: str | None, as_of: str | None, target: str | None, as_json: bool) -> None:
    """Run every check of a ledger: falls, restarts, repeats, contradictions, far
    dates, doubtful numbers, missing priors; and propose edits.

    The ledger is not changed; --write makes a copy with the edits, for you to check.
    """
    ledger = read(ledger_path)
    found = audit_of(ledger, as_of=as_of)
    if target is not None:
        options.must_be_a_copy(Path(target), False, ledger_path)
        write_ledger(found.apply(ledger), target)
        click.echo(f"wrote {target}: {counted(len(found.edits), 'edit')}", err=True)
    if as_json:
        print_json({"findings": [asdict(finding) for finding in found]})
        return
    if found:
        click.echo(_audit_table(found))
    counts = Counter(finding.check for finding in found)
    told = ", ".join(counted(count, _NOUNS.get(check, check)) for check, count in counts.items())
    told = f"{counted(len(found), 'finding')}{': ' if told else ''}{told}"
    click.echo(paragraph(told), err=True)
    if found.edits and target is None:
        suggest("audit", "--write", "checked.toml", why="a copy with the edits made")


def _audit_table(found: Audit) -> str:
    """The findings by check, each in words with its edit."""
    lines: list[str] = []
    for check in dict.fromkeys(finding.check for finding in found):
        lines.append(heading(check))
        for finding in (f for f in found if f.check == check):
            text = finding.text + (f" -> {finding.edit}" if finding.edit else "")
            lines.append(
                fill(
                    text,
                    line_width(),
                    initial_indent="  ",
                    subsequent_indent="    ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
    return "\n".join(lines)


def explained(ledger: Ledger) -> str:
    """The first claims in words, as they were understood."""
    lines = [_in_words(claim, ledger) for claim in ledger.claims[:_SHOWN]]
    if len(ledger) > _SHOWN:
        lines.append(f"... and {counted(len(ledger) - _SHOWN, 'more claim')}")
    lines += parts_told((claim.quantity for claim in ledger), ledger)
    return "\n".join(fill(line, line_width(), subsequent_indent="    ") for line in lines)


def _in_words(claim: Claim, ledger: Ledger) -> str:
    """``mayor: at least 30 of dead, a running total by the end of 29 Oct 2024``."""
    quantity = ledger.quantities[claim.quantity]
    number = claim.phrase.nominal
    low, high = claim.lower, claim.upper
    said = claim.phrase.text if number is None else f"{number:,.15g}"
    if claim.phrase.kind == "approx" and claim.phrase.text:
        said = claim.phrase.text
    if claim.phrase.kind not in ("exact", "range", "vague", "approx"):
        said = f"{claim.phrase.kind.replace('_', ' ')} {said}"
    elif low != high:
        said += f" (from {low:,.6g} to {high:,.6g})"
    of = f"{'a part of ' if claim.scope == 'part' else ''}{quantity.id}"
    who = "somebody not named" if claim.source == "unnamed" else claim.source
    return f"{claim.id}: {who} says {said} of {of}, {_when(claim, quantity.kind)}"


def _when(claim: Claim, kind: str) -> str:
    if kind == "constant":
        return "which does not depend on time"
    first, last = day_words(claim.period.first), day_words(claim.period.last)
    span = first if first == last else f"{first} to {last}"
    if claim.period.kind == "during":
        return f"added on {span}" if first == last else f"added in all from {span}"
    if kind == "stock":
        return f"a level on {span}" if first == last else f"a level on some day from {span}"
    return (
        f"a running total by the end of {last}"
        if first == last
        else (f"a running total by the end of some day from {span}")
    )
