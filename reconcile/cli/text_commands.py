"""Commands about texts: parse and extract."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from reconcile.cli import options
from reconcile.cli.mentions import (
    ReadFile,
    draft_ledger,
    mention_record,
    mentions_table,
    phrase_record,
)
from reconcile.cli.next_step import suggest
from reconcile.cli.paths import ExistingPath
from reconcile.cli.sections import command
from reconcile.cli.streams import visible
from reconcile.cli.table_options import given_options, registered
from reconcile.cli.terminal import bold, paragraph, print_json
from reconcile.errors import LedgerError, OptionError, PhraseError
from reconcile.language.document.dateline import Dateline, dateline_of
from reconcile.language.document.markup import is_html, read_html
from reconcile.language.phrase.convention import read_convention
from reconcile.language.phrase.parsing import parse as parse_phrase
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.io.storing import new_file
from reconcile.questions.extract import extract as extract_mentions
from reconcile.questions.new_ledger import Article, draft_new_ledger
from reconcile.values import Days
from reconcile.values.wording import counted


@command
@click.argument("text", nargs=-1, required=True)
@options.convention
@options.json_output
@options.example(
    'reconcile parse "no fewer than two dozen"',
    "reconcile parse several hundred --convention acled",
)
def parse(text: tuple[str, ...], convention: str, as_json: bool) -> None:
    """Read one numeric expression and say which rule decided.

    A convention decides what vague words and hedges mean; it is printed with the source of its
    values. The exit code is 1 if TEXT has no number, or several.
    """
    words = " ".join(text)
    phrase = parse_phrase(words, convention=convention)
    source = read_convention(convention).provenance(phrase.rule, phrase.digits or 1)
    record = phrase_record(phrase) | {"digits": phrase.digits, "span": list(phrase.span)}
    if as_json:
        print_json(record | {"provenance": source or None})
        return
    rows = [(key, _shown(value)) for key, value in record.items()]
    if source:
        rows.append(("provenance", source))
    width = max(len(key) for key, _ in rows)
    click.echo("\n".join(f"{bold(key.ljust(width))}  {value}" for key, value in rows))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.12g}"
    if isinstance(value, list):
        return " to ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return "none" if value is None else visible(str(value))


@command
@click.argument(
    "files", nargs=-1, required=True, type=ExistingPath(dir_okay=False, allow_dash=True)
)
@click.option(
    "--published",
    metavar="DATE",
    help='Day of publication, for words like "Tuesday"; FIRST/LAST if it is not certain. [default: '
    "what the text or the file name says]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the claims into a new TOML ledger, to edit.",
)
@options.overwrite
@click.option(
    "--new",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Draft a whole ledger in this folder, about everything that the texts count, with a "
    "file to review.",
)
@click.option(
    "--publisher",
    metavar="NAME",
    default="",
    help="The outlet: the source of claims that name no other.",
)
@options.ledger
@options.convention
@options.json_output
@options.example(
    "reconcile extract article.txt --published 2024-12-18",
    "reconcile extract page.html --json",
    "reconcile extract a.txt b.txt --published 2024-12-18 -o claims.toml",
    "reconcile extract 2024-*.txt --new my-ledger/",
)
def extract(
    files: tuple[str, ...],
    published: str | None,
    output: str | None,
    overwrite: bool,
    folder: str | None,
    publisher: str,
    ledger_path: str | None,
    convention: str,
    as_json: bool,
) -> None:
    """Find the numeric claims in texts or HTML pages.

    Prints for each claim the number, the quantity, the source and the time, with its words
    marked in their context. A "?" marks what was inferred and not read; what is not known stays
    empty. FILE "-" is the standard input.

    The day of publication is that of --published, else what the page or its first lines say,
    else that of the file's name (2024-12-18-outlet.txt).
    """
    if output:
        options.must_be_new(Path(output), overwrite)
    ledger = registered(ledger_path)
    day = Days.of(published) if published else None
    if folder is not None:
        articles = [_article(name, day, publisher) for name in files]
        own = ledger_path or given_options(click.get_current_context())
        _write_new(Path(folder), articles, ledger if own else None, convention, as_json)
        return
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
) -> ReadFile:
    text, told = _text(name)
    if day is None and told.published is not None:
        day = told.published
        click.echo(paragraph(f"{name}: published {day}, {_AS_SAID[told.told]}"), err=True)
    mentions = extract_mentions(text, published=day, ledger=ledger, convention=convention)
    return ReadFile(name, told.title, publisher, day, text, tuple(mentions), convention)


_AS_SAID = {
    "page": "as the page says",
    "first lines": "as its first lines say",
    "file name": "as the name of the file says",
}


def _text(name: str) -> tuple[str, Dateline]:
    """What a file says, and when, by whom and under what title it was published."""
    raw = _read(name)
    if name.lower().endswith((".html", ".htm", ".xhtml")) or is_html(raw):
        page = read_html(raw)
        told = dateline_of("", name)
        if page.published:
            told = told._replace(published=Days.of(page.published), told="page")
        return page.text, told._replace(title=page.title)
    return raw, dateline_of(raw, name)


def _article(name: str, day: Days | None, publisher: str) -> Article:
    """A text with its day of publication, which is asked for where nothing tells it."""
    text, told = _text(name)
    day = day or told.published or _asked(name)
    return Article(name, text, day, publisher or told.publisher, told.title)


def _asked(name: str) -> Days:
    if sys.stdin.isatty():
        return Days.of(click.prompt(f"{name}: day of publication (YYYY-MM-DD)", err=True))
    raise OptionError(
        f"{name}: no day of publication is known. Give --published 2024-12-18, write the date in "
        "one of the first lines, or name the file 2024-12-18-outlet.txt."
    )


def _write_new(
    folder: Path, articles: list[Article], ledger: Ledger | None, convention: str, as_json: bool
) -> None:
    """Write a draft ledger; it is read as one first, and takes its place only if it can be."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OptionError(
            f"expected a new or empty folder, got {folder}, which holds files already"
        )
    draft = draft_new_ledger(articles, ledger=ledger, convention=convention)
    if not draft.claims:
        aside = f"{counted(draft.set_aside, 'number')} set aside, {draft.unread} that count nothing"
        why = f". Set aside: {'; '.join(draft.reasons)}" if draft.reasons else ""
        raise PhraseError(f"found no claim, so nothing is written: {aside}{why}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as beside:
        made = Path(beside) / "ledger"
        made.mkdir(mode=0o755)
        for name, text in draft.files.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        read_ledger(made, convention=convention)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    if as_json:
        counts = {"set_aside": draft.set_aside, "unread": draft.unread}
        about = {"claims": draft.claims, "quantities": list(draft.quantities)}
        print_json({"folder": os.fspath(folder), "files": sorted(draft.files)} | about | counts)
        return
    claims = counted(draft.claims, "claim")
    about = counted(len(draft.quantities), "quantity", "quantities")
    aside = counted(draft.set_aside, "number")
    click.echo(
        paragraph(
            f"wrote {os.fspath(folder)}: {claims} about {about}, {aside} set aside, "
            f"{draft.unread} that count nothing. Check review.csv."
        )
    )
    suggest("validate", os.fspath(folder), why="after a look at review.csv")


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    return Path(name).read_text(encoding="utf-8-sig", errors="replace")


def _report(documents: list[ReadFile]) -> None:
    """What the reader of the table must know, on stderr."""
    for document in documents:
        about = sum(m.quantity is not None for m in document.mentions)
        told = f"{counted(len(document.mentions), 'numeric claim')}, {about} about a quantity"
        click.echo(paragraph(f"{document.name}: {told} of the ledger"), err=True)
        if document.published is None:
            unknown = "no day of publication is known (--published), so words like"
            click.echo(paragraph(f'{document.name}: {unknown} "Tuesday" stay unresolved'), err=True)


_REGISTRIES = ("quantities.toml", "sources.toml", "registry.toml")


def _ledger_around(target: Path) -> Path:
    """The ledger to validate a draft in: its folder, where that brings registries of its own."""
    folder = target.parent
    own = any((folder / name).exists() for name in _REGISTRIES)
    return folder if own else target


def _write(target: Path, documents: list[ReadFile], ledger: Ledger, *, overwrite: bool) -> None:
    """Write the draft; it is read back first, and what a ledger would refuse is commented out."""
    text, kept, left = draft_ledger(documents, ledger)
    new_file(target, text.encode(), replace=overwrite)
    try:
        read_ledger(_ledger_around(target))
    except LedgerError as error:
        if kept:
            if _ledger_around(target) == target:
                error.add_note(f"If {target.name} is part of a ledger, write it into its folder.")
            raise
        click.echo(f"{target}: {error.problems[0]}", err=True)
    click.echo(
        f"wrote {os.fspath(target)}: {counted(kept, 'claim')} to check, {left} left out", err=True
    )
    suggest("validate", os.fspath(_ledger_around(target)), why="after a look at its notes")
