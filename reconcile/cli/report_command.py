"""The command that writes a report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from reconcile.cli import options
from reconcile.cli.asking import arguments
from reconcile.cli.sections import command
from reconcile.cli.terminal import print_json, told_warnings
from reconcile.report.folder import PAGE_FORMATS, write_report
from reconcile.report.gathering import Progress

_BAR = 30
_STEPS = 10  # off a terminal a line is printed each tenth of the way


@command
@click.argument("quantity", nargs=-1)
@click.option(
    "-o",
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write into; a new one is made.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(PAGE_FORMATS),
    multiple=True,
    default=("html",),
    show_default=True,
    help="Format of the page; repeatable. PDF needs Chromium.",
)
@click.option("--date", metavar="DATE", help="Date of the answers. [default: the last day claimed]")
@click.option(
    "--leave-out",
    metavar="N",
    type=click.IntRange(0),
    help="Show the answer without each of the N sources of most weight. [default: as many as "
    "are fast]",
)
@click.option(
    "--quick",
    is_flag=True,
    help="Make one fit only: no answers without a source, no revisions.",
)
@options.workers
@click.option("--title", metavar="TEXT", default="", help="Title of the page.")
@options.answered
@options.json_output
@options.example(
    "reconcile report casualties --out report/",
    "reconcile report --ledger my-ledger/ --out report/ --format pdf",
    "reconcile report killed wounded --out report/ --as-of 2024-12-31",
)
def report(
    quantity: tuple[str, ...], out: Path, formats: tuple[str, ...], as_json: bool, **settings: Any
) -> None:
    """Write a page about each QUANTITY. [default: all that have claims]

    The page is one file that needs no network: answers, figures, sensitivity, contradictions,
    revisions, claims, sources and methods. Figures and data are also written as files, in
    figures/ and data/.
    """
    asked = arguments(settings)
    with told_warnings():
        pages = write_report(
            asked.pop("ledger"), quantity, out=out, formats=formats, progress=_progress(), **asked
        )
    if as_json:
        print_json({"pages": [str(page) for page in pages]})
        return
    for page in pages:
        click.echo(str(page))


def _progress() -> Progress:
    """A bar on a terminal's stderr; elsewhere a line each tenth of the way."""
    told = {"tenth": 0}

    def bar(done: float, what: str) -> None:
        full = round(_BAR * done)
        line = f"{'█' * full}{'·' * (_BAR - full)} {done:4.0%} {what[:40]:40}"
        click.echo(f"\r{line}", err=True, nl=done >= 1)

    def lines(done: float, what: str) -> None:
        tenth = int(_STEPS * done)
        if tenth > told["tenth"]:
            told["tenth"] = tenth
            click.echo(f"{done:.0%} {what}", err=True)

    return bar if sys.stderr.isatty() else lines
