"""Commands about texts: parse and extract."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from reconcile.cli import options
from reconcile.cli.mentions import Document, draft_ledger, mention_record, mentions_table
from reconcile.cli.terminal import bold, print_json
from reconcile.errors import LedgerError
from reconcile.language.document.markup import is_html, read_html
from reconcile.language.phrase.convention import read_convention
from reconcile.language.phrase.parsing import parse as parse_phrase
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.io.storing import new_file
from reconcile.questions.extract import extract as extract_mentions
from reconcile.values import Days, Phrase

__all__ = ["extract", "parse"]


@click.command()
@click.argument("text", nargs=-1, required=True)
@options.convention
@options.json_output
@options.example(
    'reconcile parse "no fewer than two dozen"',
    "reconcile parse several hundred --convention acled",
)
def parse(text: tuple[str, ...], convention: str, as_json: bool) -> None:
    """Read one numeric expression and say which rule decided.

    Vague words and hedges are read under a convention, which is named with where its values come
    from. Exit code 1 if TEXT holds no number, or several.
    """
    words = " ".join(text)
    phrase = parse_phrase(words, convention=convention)
    source = read_convention(convention).provenance(phrase.rule)
    if as_json:
        print_json({**_phrase_record(phrase), "provenance": source or None})
        return
    rows = [(key, _shown(value)) for key, value in _phrase_record(phrase).items()]
    if source:
        rows.append(("provenance", source))
    width = max(len(key) for key, _ in rows)
    click.echo("\n".join(f"{bold(key.ljust(width))}  {value}" for key, value in rows))


def _phrase_record(phrase: Phrase) -> dict[str, object]:
    return {
        "phrase": phrase.text,
        "kind": phrase.kind,
        "lower": phrase.lower,
        "upper": phrase.upper,
        "closed": phrase.interval.closed,
        "nominal": phrase.nominal,
        "unit": phrase.unit,
        "digits": phrase.digits,
        "rule": phrase.rule,
        "convention": phrase.convention,
        "span": list(phrase.span),
    }


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.12g}"
    if isinstance(value, list):
        return " to ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return "none" if value is None else str(value)


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option(
    "--published",
    metavar="DATE",
    help='The day of publication, from which "Tuesday" is resolved; a range FIRST/LAST where it '
    "is not sure. [default: what an HTML page says]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the claims as a TOML ledger, ready to edit; a new file.",
)
@options.overwrite
@click.option(
    "--publisher", metavar="NAME", default="", help="The outlet: who says what nobody is named for."
)
@options.ledger
@options.convention
@options.json_output
@options.example(
    "reconcile extract article.txt --published 2024-12-18",
    "reconcile extract page.html --json",
    "reconcile extract a.txt b.txt --published 2024-12-18 -o claims.toml",
)
def extract(
    files: tuple[str, ...],
    published: str | None,
    output: str | None,
    overwrite: bool,
    publisher: str,
    ledger_path: str | None,
    convention: str,
    as_json: bool,
) -> None:
    """Find the numeric claims in texts or HTML pages.

    Prints for each claim what it says, of what, by whom and when, with its words marked in their
    context; what was inferred and not read carries a "?", what is not known stays empty. FILE "-"
    is the standard input.
    """
    if output:
        options.must_be_new(Path(output), overwrite)
    ledger = read_ledger(ledger_path)
    day = Days.of(published) if published else None
    documents = [_document(name, day, ledger, convention, publisher) for name in files]
    if as_json:
        print_json([mention_record(d, m) for d in documents for m in d.mentions])
    else:
        for document in documents:
            click.echo(mentions_table(document, heading=len(documents) > 1))
    _report(documents)
    if output:
        _write(Path(output), documents, ledger, overwrite=overwrite)


def _document(
    name: str, day: Days | None, ledger: Ledger, convention: str, publisher: str
) -> Document:
    raw = _read(name)
    title, stated, text = "", None, raw
    if name.lower().endswith((".html", ".htm", ".xhtml")) or is_html(raw):
        page = read_html(raw)
        title, stated, text = page.title, page.published, page.text
    if day is None and stated:
        day = Days.of(stated)
        click.echo(f"{name}: published {day}, as the page says", err=True)
    mentions = extract_mentions(text, published=day, ledger=ledger, convention=convention)
    return Document(name, title, publisher, day, text, tuple(mentions))


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    return Path(name).read_text(encoding="utf-8-sig", errors="replace")


def _report(documents: list[Document]) -> None:
    """What the reader of the table must know, on stderr."""
    for document in documents:
        about = sum(m.quantity is not None for m in document.mentions)
        click.echo(
            f"{document.name}: {len(document.mentions)} numeric claims, {about} about a quantity "
            "of the ledger",
            err=True,
        )
        if document.published is None:
            click.echo(
                f"{document.name}: no day of publication is known (--published), so words like "
                '"Tuesday" stay unresolved',
                err=True,
            )


def _write(target: Path, documents: list[Document], ledger: Ledger, *, overwrite: bool) -> None:
    """Write the draft; it is read back first, and what a ledger would refuse is commented out."""
    text, kept, left = draft_ledger(documents, ledger)
    new_file(target, text.encode(), replace=overwrite)
    try:
        read_ledger(target)
    except LedgerError as error:
        if kept:
            raise
        click.echo(f"{target}: {error.problems[0]}", err=True)
    click.echo(f"wrote {os.fspath(target)}: {kept} claims to check, {left} left out", err=True)
