"""Commands that take an answer apart: explain, revisions, diff, sensitivity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

import reconcile.plot as plot  # loads matplotlib when a figure is asked for
from reconcile.batch.progress_line import under_way
from reconcile.cli import options
from reconcile.cli.asking import arguments, drawable
from reconcile.cli.fit_cache import asked_of
from reconcile.cli.narrowing import told_next
from reconcile.cli.next_step import suggest
from reconcile.cli.paths import ExistingPath
from reconcile.cli.sections import command
from reconcile.cli.terminal import bold, paragraph, print_json, table, warn
from reconcile.ledger import read_ledger
from reconcile.model.scale import from_scale, unit_of
from reconcile.questions.diff import diff as ask_diff
from reconcile.questions.revisions import revisions as ask_revisions
from reconcile.questions.sensitivity import sensitivity as ask_sensitivity
from reconcile.values.likelihood import worth_words
from reconcile.values.wording import counted, day_words, number_words, share_words, spread_words

if TYPE_CHECKING:
    import pandas as pd

    from reconcile.ledger import Change, Changes, Ledger
    from reconcile.values import Estimate

_FIGURE = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=lambda _, __, target: None if target is None else drawable(target),
    help="Also draw the figure: SVG, PNG or PDF.",
)
# What is read from the words of a claim; with them it changes.
_READING = frozenset(
    {"lower", "upper", "closed", "kind", "nominal", "unit", "digits", "rule", "span", "convention"}
)
# Terms that move the median by less than half a percent stand together in one row.
_SMALL = 0.005
_MOST_STEPS = 25  # lines: a terminal shows them at once


@command
@click.argument("quantity")
@click.argument("date", required=False)
@click.option(
    "--by",
    type=click.Choice(["claim", "source", "origin"]),
    default="claim",
    show_default=True,
    help="One line for each claim, source or origin.",
)
@options.since
@options.asked
@options.cache
@options.json_output
@options.example(
    "reconcile explain casualties 2024-12-17",
    "reconcile explain casualties 2024-12-17 --by source",
)
def explain(quantity: str, date: str | None, by: str, as_json: bool, **settings: Any) -> None:
    """Why the answer for QUANTITY at DATE is what it is: how each claim moved it.

    The first line is the median of the prior. Each further line is a step: a factor by which
    the median is multiplied (for shares and differences, an amount that is added on the model's
    scale). The column "median" is the median after that step. The largest steps come first.
    """
    since = settings.pop("since")
    with asked_of(settings) as known:
        _explained(known.estimate(quantity, date, since=since), by, as_json, known.ledger)
    if not as_json:
        suggest("sensitivity", quantity, date, "--next", why="whom to ask next")


def _explained(answer: Estimate, by: str, as_json: bool, ledger: Ledger) -> None:
    """Why an answer is what it is, on the terminal or as JSON."""
    frame = answer.explain(by=by)
    if as_json:
        print_json(
            {
                "quantity": answer.quantity,
                "date": answer.date,
                "as_of": answer.as_of,
                "estimate": str(answer),
                "median": answer.median,
                "lower": answer.lower,
                "upper": answer.upper,
                "level": answer.level,
                "by": by,
                "terms": frame.to_dict("records"),
                "variance_shares": dict(answer.variance_shares),
                "n_claims": answer.n_claims,
                "n_origins": answer.n_origins,
                "n_effective": answer.n_effective,
                "warnings": list(answer.warnings),
                "settings": dict(answer.settings),
            }
        )
        return
    click.echo(bold(paragraph(str(answer))) + "\n")
    click.echo(_walk(answer, frame, by, ledger) if len(frame) > 1 else frame["term"].iloc[0])
    if answer.variance_shares:
        told = share_words(answer.variance_shares)
        which = " (priors: also which explanation holds)" if answer.several_explanations else ""
        click.echo("\n" + paragraph(f"What the width of the interval comes from: {told}{which}."))
    claims, origins = _counted(answer.n_claims), answer.n_origins
    worth = worth_words(origins, answer.n_effective) or ", of about equal weight"
    if origins > 1:
        click.echo(paragraph(f"{claims} of {origins:,} independent origins{worth}."))
    warn(answer.warnings)


@command
@click.argument("quantity")
@click.argument("date", required=False)
@click.option(
    "--as-of",
    metavar="DATE",
    multiple=True,
    help="Stop at what was public on that day. Given several times: one row for what was "
    "public on each of these days.",
)
@click.option("--freq", metavar="W|MS", help="One row for each week or month.")
@options.ledger
@options.level
@options.convention
@options.exclude
@options.seed
@options.workers
@_FIGURE
@options.json_output
@options.example(
    "reconcile revisions casualties 2024-12-17",
    "reconcile revisions casualties 2024-12-17 -o what-we-knew-when.pdf",
    "reconcile revisions casualties --as-of 2024-12-18 --as-of 2024-12-31",
)
def revisions(
    quantity: str,
    date: str | None,
    as_of: tuple[str, ...],
    freq: str | None,
    output: Path | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """How the answer for QUANTITY at DATE moved as claims came in.

    One row for each day on which a claim about it became public, fitted with the claims that
    were public on that day.
    """
    if len(as_of) > 1 and freq:
        raise click.UsageError("give one --as-of with --freq, or several without")
    known = as_of if len(as_of) > 1 else next(iter(as_of), None)
    asked = arguments(settings)
    found = ask_revisions(quantity, date, as_of=known, freq=freq, progress=True, **asked)
    frame = found.to_frame()
    if as_json:
        print_json(found.to_dict())
    else:
        when = "" if found.date is None else f" for {day_words(found.date)}"
        click.echo(bold(paragraph(f"{found.about.label or quantity}{when}, by what was known")))
        headers = ["known on", "median", "lower", "upper", "claims", "origins", "change"]
        rows, scale = frame.to_dict("records"), found.about.scale
        click.echo(table(headers, (_vintage(row, scale) for row in rows)) + "\n")
        for row in rows:
            if row["news"]:
                click.echo(paragraph(f"{row['as_of'].date()}: {row['news']}"))
    if output is not None:
        click.echo(str(plot.save(found.plot(), output)), err=as_json)
    warn(found.warnings)
    if output is None:
        suggest("revisions", quantity, date, "-o", f"{quantity}.svg", why="the same as a figure")


@command
@click.argument("before", type=ExistingPath())
@click.argument("after", type=ExistingPath())
@click.option("--quantity", metavar="ID", multiple=True, help="Effects on this one; repeatable.")
@click.option("--date", metavar="DATE", help="Day of the effects. [default: the last claimed]")
@options.as_of
@options.level
@options.convention
@options.seed
@options.json_output
@options.example(
    "reconcile diff ledger-2024-12/ ledger-2025-01/",
    "reconcile diff old.csv new.csv --quantity casualties --date 2024-12-18",
)
def diff(
    before: str,
    after: str,
    quantity: tuple[str, ...],
    date: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """What changed from the ledger BEFORE to AFTER, and what that did to the estimates."""
    ledgers = [read_ledger(path, convention=settings["convention"]) for path in (before, after)]
    warn(dict.fromkeys(text for ledger in ledgers for text in ledger.warnings))
    with under_way("differences of the answers"):
        found = ask_diff(*ledgers, quantity=quantity or None, date=date, **settings)
    if as_json:
        click.echo(found.to_json())
        return
    if not found:
        click.echo("the two ledgers are the same")
        return
    told = ", ".join(_things(number, name) for name, number in found.changes.counts.items())
    click.echo(bold(paragraph(told)))
    for change in _told(found.changes):
        click.echo(paragraph(f"- {change}"))
    if len(found.effects):
        headers = ["quantity", "on", "before", "after", "change"]
        rows = (_effect(row) for row in found.effects.to_dict("records"))
        click.echo("\n" + table(headers, rows))


@command
@click.argument("quantity")
@click.argument("date", required=False)
@click.option(
    "--source", "sources", metavar="ID", multiple=True, help="Only without this one; repeatable."
)
@click.option(
    "--stress",
    metavar="SOURCE",
    help="Also show the answer if this source were repeated 1, 2, 5 and 10 times.",
)
@click.option(
    "--next",
    "ask_next",
    is_flag=True,
    help="Show instead which source's next number would narrow the interval most.",
)
@options.asked
@options.workers
@_FIGURE
@options.json_output
@options.example(
    "reconcile sensitivity casualties 2024-12-17",
    "reconcile sensitivity casualties 2024-12-17 --next",
    "reconcile sensitivity casualties 2024-12-17 --stress kirby -o sources.svg",
)
def sensitivity(
    quantity: str,
    date: str | None,
    sources: tuple[str, ...],
    stress: str | None,
    ask_next: bool,
    output: Path | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """What the answer depends on: each source, the meaning of words, the priors.

    Each line needs a fit of its own, with --next three: this takes time.
    """
    if ask_next and (stress is not None or output is not None):
        raise click.UsageError("--next stands alone: without --stress and without --output")
    asked = arguments(settings)
    if ask_next:
        asked.pop("workers")
        told_next(quantity, date, sources or None, asked, as_json)
        return
    if stress is not None:
        asked["ledger"].source(stress)
    found = ask_sensitivity(quantity, date, sources=sources or None, progress=True, **asked)
    copied = None if stress is None else found.copied(stress, workers=settings["workers"])
    if as_json:
        told = found.to_dict()
        print_json(told if copied is None else told | {"copied": copied.to_dict("records")})
    else:
        click.echo(bold(paragraph(str(found.answer))))
        told = share_words(found.shares)
        click.echo(paragraph(f"What its variance comes from: {told}.") if told else "")
        scale = found.about.scale
        click.echo("\n" + _varied("without", found.sources, "source", scale))
        click.echo("\n" + _varied("words read by", found.conventions, "convention", scale))
        scaled = found.priors.assign(prior_scale=[f"x {x:g}" for x in found.priors["prior_scale"]])
        click.echo("\n" + _varied("sd of the priors", scaled, "prior_scale", scale))
        if copied is not None:
            click.echo("\n" + _varied(f"{stress} copied", _named_copies(copied), "copies", scale))
    if output is not None:
        click.echo(str(plot.save(found.plot(), output)), err=as_json)
    warn(found.answer.warnings)


# ---------------------------------------------------------------- rows and tables


def _told(changes: Changes) -> list[Change]:
    """The changes without what merely follows from other words: how they are read."""
    reworded = {change.id for change in changes if change.field == "phrase"}
    return [
        change
        for change in changes
        if change.field not in _READING
        or (change.id not in reworded and change.field in ("lower", "upper"))
    ]


def _walk(answer: Estimate, frame: pd.DataFrame, by: str, ledger: Ledger) -> str:
    """The terms as steps from the prior's median to the answer, the largest first."""
    first, *terms = frame.to_dict("records")
    terms.sort(key=lambda term: (not term["claims"], -abs(term["contribution"])))
    steps: list[tuple[str, str, float | None, float]] = [
        (first["term"], "", None, first["contribution"])
    ]
    small: list[float] = []
    for term in terms:
        step = float(term["contribution"])
        if abs(step) < _SMALL or (term["claims"] and len(steps) > _MOST_STEPS):
            small.append(step)
            continue
        words = _said(term["term"], answer, ledger) if by == "claim" else _counted(term["claims"])
        steps.append((term["term"], words, step, step))
    if small:
        steps.append((counted(len(small), "smaller term"), "", sum(small), sum(small)))
    at, rows = 0.0, []
    for name, words, step, value in steps:
        at += value
        rows.append((name, words, _step(step, answer), _shown(at, answer)))
    return table([by, "says" if by == "claim" else "of", "step", "median"], rows)


def _said(name: str, answer: Estimate, ledger: Ledger) -> str:
    """The words of a claim, and what they are of where that is not what was asked about."""
    if name not in ledger:
        return ""
    claim = ledger[name]
    return claim.phrase.text + ("" if claim.quantity == answer.quantity else f" {claim.quantity}")


def _step(step: float | None, answer: Estimate) -> str:
    """A factor; on a linear scale a difference, on the logit scale one of log odds."""
    if step is None:
        return ""
    if answer.about.scale == "log":
        return f"x {np.exp(step):.2f}"
    return f"{step * unit_of(answer.about):+.3g}"


def _shown(at: float, answer: Estimate) -> str:
    value = float(from_scale(np.array(at), answer.about))
    return number_words(value, answer.upper - answer.lower)


def _counted(claims: int) -> str:
    return counted(claims, "claim") if claims else ""


def _interval(row: Mapping[Any, Any]) -> tuple[str, str, str]:
    """Median and bounds, rounded to what is known."""
    values = [float(row[name]) for name in ("median", "lower", "upper")]
    median, lower, upper = (number_words(value, values[2] - values[1]) for value in values)
    return median, lower, upper


def _change(row: Mapping[Any, Any], scale: str) -> str:
    change = row["change"]
    if change is None or np.isnan(change):
        return ""
    return f"x {change:.2f}" if scale == "log" else f"{change:+.3g}"


def _vintage(row: Mapping[Any, Any], scale: str) -> tuple[object, ...]:
    known, change = row["as_of"].date().isoformat(), _change(row, scale)
    return known, *_interval(row), row["n_claims"], row["n_origins"], change


def _things(number: int, name: str) -> str:
    """``2 claims added``, of 2 and "claim added"."""
    what, _, how = name.partition(" ")
    return f"{counted(number, what, 'quantities' if what == 'quantity' else '')} {how}"


def _effect(row: Mapping[Any, Any]) -> tuple[object, ...]:
    day = row["date"].date().isoformat() if row["date"] == row["date"] else ""
    spans = [
        spread_words(*(float(row[f"{name}_{side}"]) for name in ("median", "lower", "upper")))
        for side in ("a", "b")
    ]
    return row["quantity"], day, *spans, _change(row, row["scale"])


def _varied(header: str, frame: pd.DataFrame, name: str, scale: str) -> str:
    rows = [
        (row[name] or "(the answer as it is)", *_interval(row), _change(row, scale))
        for row in frame.to_dict("records")
    ]
    return table([header, "median", "lower", "upper", "change"], rows)


def _named_copies(frame: pd.DataFrame) -> pd.DataFrame:
    told = [
        f"{counted(copies, 'copy', 'copies')}, as {'repeats' if declared else 'new sources'}"
        if copies
        else ""
        for copies, declared in zip(frame["copies"], frame["declared"], strict=True)
    ]
    return frame.assign(copies=told)
