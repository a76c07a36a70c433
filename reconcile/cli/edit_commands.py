"""Commands that write into a ledger: init, add, edit."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from reconcile.cli import options
from reconcile.cli.next_step import suggest
from reconcile.cli.part_words import parts_told
from reconcile.cli.paths import ExistingPath
from reconcile.cli.questionnaire import ask_missing
from reconcile.cli.sections import command, together
from reconcile.cli.table_options import existing_all, is_ledger, opened, table_options
from reconcile.cli.terminal import bounds, days, interactive, paragraph, print_json, warn
from reconcile.errors import DataProblem, LedgerError, OptionError, ReconcileError
from reconcile.ledger import Ledger, read_ledger, write_ledger
from reconcile.ledger.io.append import append_claim
from reconcile.ledger.io.edit import edit_claim
from reconcile.ledger.io.ledger_checks import odd_dates, without_far
from reconcile.ledger.io.records import CLAIM_KEYS, claim_record
from reconcile.ledger.io.starter import empty_folder, write_example, write_starter
from reconcile.questions.draft_entries import free_name
from reconcile.values import Claim
from reconcile.values.grades import read_credibility

_ISO = re.compile(r"\d{4}-\d\d-\d\d\Z")
_FOLDER = click.Path(file_okay=False, path_type=Path)
_LEDGER = ExistingPath(path_type=Path)
_fields = together(
    click.option("--quantity", metavar="ID", help="What is counted."),
    click.option("--source", metavar="ID", help="Who says it."),
    click.option("--phrase", metavar="TEXT", help='The words ("about 200").'),
    click.option("--on", metavar="DATE", help="The day of a level, or the last day of a total."),
    click.option("--during-start", metavar="DATE", help="First day of the window of a flow."),
    click.option(
        "--during-end", metavar="DATE", help="Last day of the window; both days are in it."
    ),
    click.option("--days", type=click.IntRange(1), help="Length of a window with vague ends."),
    click.option("--said", metavar="DATE", help="When it became public."),
    click.option("--report", metavar="ID", help="The report that carries it."),
    click.option("--scope", type=click.Choice(["whole", "part"]), help="A part: a lower bound."),
    click.option("--additional", is_flag=True, default=None, help="Adds to a total; is not one."),
    click.option("--origin", metavar="ID", help="The claim that it repeats."),
    click.option(
        "--credibility",
        metavar="1-6",
        callback=lambda _ctx, _param, text: None if text is None else read_credibility(text),
        help="Admiralty digit (1 confirmed, 6 unknown) or a MISP tag.",
    ),
    click.option("--credibility-reason", metavar="TEXT", help="The reason for it."),
    click.option("--unsupported", is_flag=True, default=None, help="It showed no evidence."),
    click.option("--note", metavar="TEXT", help="A note, such as the reason of a judgement."),
)


@command
@click.argument("folder", type=_FOLDER)
@click.option(
    "--example",
    metavar="NAME",
    help="A complete, made-up ledger: flood (a toll that two governments dispute), war (two "
    "sides and neutral counts), poll (a share).",
)
@click.option(
    "--from",
    "taken",
    metavar="PATH",
    multiple=True,
    callback=existing_all,
    help="Begin with the claims of a table or ledger; repeatable: they are joined.",
)
@table_options
@options.json_output
@options.example(
    "reconcile init my-ledger",
    "reconcile init flood --example flood",
    "reconcile init case --from counts.xlsx --columns source=Who",
    "reconcile extract *.txt --ledger case -o case/articles.toml",
)
def init(folder: Path, example: str | None, taken: tuple[str, ...], as_json: bool) -> None:
    """Begin a ledger of your own: a new FOLDER with commented files that validate.

    With --from it holds the claims of your tables, so that you can set epochs and grades, add
    claims, and extract texts into it; --columns and the like say how the tables are read.
    """
    if example is not None and taken:
        raise click.UsageError("give --example or --from, not both")
    if taken:
        files = _written_from(folder, taken)
    else:
        files = write_starter(folder) if example is None else write_example(folder, example)
    if as_json:
        print_json({"folder": str(folder), "example": example, "files": [str(f) for f in files]})
        return
    for file in files:
        click.echo(str(file))
    told = "To check them" if example or taken else "Edit these, then run"
    click.echo(f"{told}: reconcile validate {folder}", err=True)
    if taken:
        texts = f"reconcile extract TEXTS --ledger {folder} -o {folder}/articles.toml"
        click.echo(f"To add the numbers of texts:\n  {texts}", err=True)


def _written_from(folder: Path, taken: tuple[str, ...]) -> tuple[Path, ...]:
    """The files of a new ledger with the claims of all that is `taken`."""
    empty_folder(folder)
    try:
        ledgers = [read_ledger(path) if is_ledger(path) else opened(path) for path in taken]
    except OptionError as error:
        if len(taken) < 2:
            raise
        raise OptionError(
            f"{error}\nThe options of tables go for all of them: where one needs its own, make a "
            "ledger of it (reconcile init NAME --from TABLE ...) and give that with --from"
        ) from None
    whole = ledgers[0]
    for more in ledgers[1:]:
        whole = whole + more
    warn(whole.warnings)
    write_ledger(whole, folder)
    return tuple(sorted(folder.glob("*.toml")))


@command
@click.argument("path", type=_LEDGER)
@_fields
@click.option(
    "--new-source",
    metavar="LABEL",
    help="The name of a new source; its grade is F at first.",
)
@click.option("--id", "claim_id", metavar="ID", help="Id of the claim. [default: SOURCE-PHRASE]")
@click.option("--file", metavar="NAME", default="claims.toml", help="File in the folder to write.")
@options.json_output
@options.example(
    "reconcile add my-ledger",
    "reconcile add my-ledger --quantity losses --source ministry \\",
    '    --phrase "at least 30" --on 2024-12-16 --said 2024-12-17',
)
def add(
    path: Path,
    claim_id: str | None,
    file: str,
    new_source: str | None,
    as_json: bool,
    **fields: Any,
) -> None:
    """Add a claim to the ledger at PATH, a folder of TOML files or one TOML file.

    On a terminal you are asked for what is missing. The whole ledger is checked together with
    the new claim; if anything is wrong, nothing is written. A DATE may be a month (2024-12) or a
    range (2024-12-21/2024-12-31).
    """
    given = _given(fields)
    if interactive(sys.stdin, sys.stderr) and not as_json:
        given, new_source = ask_missing(path, given, new_source)
    missing = [f"--{key}" for key in ("quantity", "source", "phrase") if key not in given]
    if missing:
        raise click.UsageError(
            f"expected {', '.join(missing)}; on a terminal you are asked for what is missing"
        )
    chosen = claim_id or ""

    def record() -> dict[str, Any]:
        nonlocal chosen
        chosen = chosen or _new_id(path, given["source"], given["phrase"])
        return {"id": chosen} | given

    source = None if new_source is None else {"id": given["source"], "label": new_source}
    target = path / file if path.is_dir() else path
    length = len(target.read_bytes().splitlines()) if target.is_file() else 0
    try:
        ledger = append_claim(path, record, file, source=source and source | {"reliability": "F"})
    except LedgerError as error:
        own = [p for p in error.problems if p.file == str(target) and (p.line or 0) > length]
        raise _of_options(error, own, adding=True) from None
    _told(ledger, chosen, as_json)
    suggest("estimate", given["quantity"], _day_of(ledger[chosen]), ledger=path)


@command
@click.argument("claim_id", metavar="ID")
@click.option("--ledger", "path", type=_LEDGER, required=True, help="The ledger: TOML.")
@_fields
@click.option("--retracted-on", metavar="DATE", help="When the source withdrew it.")
@click.option("--superseded-by", metavar="ID", help="The claim of the ledger that corrects it.")
@click.option("--unset", metavar="FIELD", multiple=True, help="Remove this field; repeatable.")
@click.option(
    "--supersede",
    is_flag=True,
    help="Keep the claim and write a new one with the changes: its source corrected itself.",
)
@click.option("--new-id", metavar="ID", help="Id of the new claim. [default: ID-2]")
@options.json_output
@options.example(
    'reconcile edit agency-95 --ledger my-ledger --phrase "at least 95"',
    "reconcile edit agency-95 --ledger my-ledger --unset credibility",
    "reconcile edit agency-95 --ledger my-ledger --supersede --phrase 97 \\",
    "    --said 2024-11-02",
)
def edit(
    claim_id: str,
    path: Path,
    unset: tuple[str, ...],
    supersede: bool,
    new_id: str | None,
    as_json: bool,
    **fields: Any,
) -> None:
    """Change the claim ID in its file; the rest of the file stays as it is.

    If the mistake is yours, change the claim. If the source corrected its number, use
    --supersede: the old claim stays, so that an answer --as-of an earlier day still uses it. The
    whole ledger is checked with the change; if anything is wrong, nothing is written.
    """
    changes = _given(fields) | dict.fromkeys(map(_field, unset))
    if not changes:
        raise click.UsageError("expected a field to change, such as --phrase or --unset FIELD")
    if new_id and not supersede:
        raise click.UsageError("--new-id is the id of the claim that --supersede writes")
    successor = _successor(path, claim_id, new_id, changes) if supersede else None
    try:
        ledger = edit_claim(path, claim_id, changes, successor=successor)
    except LedgerError as error:
        own = [problem for problem in error.problems if problem.field in changes]
        raise _of_options(error, own) from None
    _told(ledger, successor or claim_id, as_json)
    suggest("estimate", ledger[claim_id].quantity, _day_of(ledger[claim_id]), ledger=path)


def _of_options(
    error: LedgerError, problems: Collection[DataProblem], *, adding: bool = False
) -> ReconcileError:
    """What the options got wrong, by their names, where the ledger has no fault of its own."""
    if len(problems) < len(error.problems):
        return error
    lines = [
        f"--{p.field.replace('_', '-')}: expected {p.expected}, got {p.came}{_new(p, adding)}"
        for p in problems
    ]
    return OptionError("\n".join([*lines, "nothing was written"]))


def _new(problem: DataProblem, adding: bool) -> str:
    """How what is not known is made known."""
    field = problem.field
    if field not in ("source", "quantity", "report") or "a known" not in problem.expected:
        return ""
    if adding and field == "source":
        return '; a new one: add --new-source "ITS FULL NAME"'
    file = {"source": "sources.toml", "quantity": "quantities.toml"}.get(field, "a TOML file")
    name = problem.came.strip("'\"")
    return f'; a new one: [[{field}]] with id = "{name}" in {file} of the ledger'


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, a plain day as the date that a ledger file has."""
    given = {key: value for key, value in fields.items() if value is not None}
    return {key: _day(value) for key, value in given.items()}


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not _ISO.match(value):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:  # the ledger says what is wrong with it
        return value


def _field(name: str) -> str:
    key = name.replace("-", "_")
    if key not in CLAIM_KEYS or key in ("id", "quantity", "source", "phrase"):
        kept = ", ".join(k for k in CLAIM_KEYS if k not in ("id", "quantity", "source", "phrase"))
        raise click.BadParameter(f"expected one of {kept}; got {name!r}", param_hint="--unset")
    return key


def _successor(path: Path, name: str, new_id: str | None, changes: Mapping[str, Any]) -> str:
    """The id of the claim that corrects another; when it became public must be said."""
    if not {"said", "report"} & {key for key, value in changes.items() if value is not None}:
        raise click.UsageError(
            "expected --said DATE (or --report): the day on which the correction became public"
        )
    return new_id or _free(f"{name}-2", path, name)


def _told(ledger: Ledger, name: str, as_json: bool) -> None:
    """The claim as it was read, and what is doubtful about it."""
    claim = ledger[name]
    if as_json:
        print_json(claim_record(claim, complete=True))
    else:
        reading = bounds(claim.lower, claim.upper)
        part = "a part of " if claim.scope == "part" else ""
        of = f" of {part}{claim.quantity}, {days(claim.period)}"
        told = f"{name}: {claim.phrase.text!r} reads {reading} ({claim.phrase.kind}){of}"
        click.echo(paragraph(told))
        for text in parts_told([claim.quantity], ledger):
            click.echo(paragraph(text))
    warn(_doubts(ledger, claim))


def _doubts(ledger: Ledger, claim: Claim) -> list[str]:
    """What is asked about the claim, or about its source, and days that are still to come."""
    found = [text for text in without_far(ledger) if f"claim {claim.id!r}" in text]
    found += [
        text for text in ledger.warnings if "one body" in text and f"{claim.source!r}" in text
    ]
    why = odd_dates(ledger, date.today()).get(claim.id)
    found += [f"claim {claim.id!r} {why}"] if why else []
    if found:
        found.append("it was written; to change it: reconcile edit")
    return found


def _day_of(claim: Claim) -> str:
    return claim.period.last.isoformat()


def _new_id(path: Path, source: str, phrase: str) -> str:
    """An id that no claim has yet, made from who says what."""
    stem = re.sub(r"[^0-9a-z]+", "-", f"{source} {phrase}".casefold()).strip("-") or "claim"
    return _free(stem, path)


def _free(name: str, path: Path, stem: str = "") -> str:
    try:
        taken = {claim.id for claim in read_ledger(path)}
    except LedgerError:  # no claim yet; what else is wrong stops the writing itself
        taken = set[str]()
    return free_name(name, taken, stem)
