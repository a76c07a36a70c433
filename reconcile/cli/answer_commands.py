"""Commands that answer: estimate, combine, timeline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from reconcile.cli import options
from reconcile.cli.fit_cache import asked_of
from reconcile.cli.next_step import suggest
from reconcile.cli.part_words import parts_told
from reconcile.cli.sections import command
from reconcile.cli.terminal import bold, bounds, paragraph, print_json, table, warn
from reconcile.values import Days
from reconcile.values.likelihood import probability_words
from reconcile.values.wording import counted, day_words, number_words, percent

if TYPE_CHECKING:
    import pandas as pd

    from reconcile.ledger import Ledger
    from reconcile.questions.fit import Fit
    from reconcile.values import Estimate, Timeline

# Of many claims and contradictions the first ones are shown.
_MOST_ROWS, _MOST_CONFLICTS = 30, 2
_ABOVE = click.option(
    "--above",
    metavar="N",
    type=float,
    callback=options.finite,
    multiple=True,
    help="Say how likely more than N is, in the words of ICD 203; repeatable.",
)


@command
@click.argument("quantity")
@click.argument("date", required=False)
@options.since
@options.answered
@options.cache
@_ABOVE
@options.json_output
@options.example(
    "reconcile estimate casualties 2024-12-18",
    "reconcile estimate casualties 2024-12-18 --as-of 2024-12-01 --above 100",
    "reconcile estimate casualties 2024-12-18 --since 2024-12-01",
    "reconcile estimate troops_deployed 2024-12-18 --level 0.8 --json",
)
def estimate(
    quantity: str, date: str | None, above: tuple[float, ...], as_json: bool, **settings: Any
) -> None:
    """What is known about QUANTITY at DATE, with the claims behind it.

    DATE is a day (2024-12-18) or a month (2024-12): a total is given at the end of the
    month, a level as its mean. A constant needs no DATE.
    """
    since, method = settings.pop("since"), settings.pop("method")
    with asked_of(settings) as known:
        answer = known.estimate(quantity, date, since=since, method=method)
        _tell(answer, above, as_json, known.ledger)
    kept = () if since is None else ("--since", str(since))
    suggest("explain", quantity, date, *kept, why="how much each claim moved it")


@command
@click.argument("expression")
@click.argument("date", required=False)
@options.since
@options.asked
@options.cache
@_ABOVE
@options.json_output
@options.example(
    'reconcile combine "killed / casualties" 2024-12-18',
    'reconcile combine "wounded - killed" 2024-12-18 --since 2024-12-01',
    'reconcile combine "killed > 0.5 * wounded" 2024-12-18',
)
def combine(
    expression: str, date: str | None, above: tuple[float, ...], as_json: bool, **settings: Any
) -> None:
    """The value of a formula of quantities at DATE, with the claims behind it.

    EXPRESSION joins quantities and numbers by + - * / and parentheses. With < or > the answer
    is the probability that it holds.
    """
    since, compares = settings.pop("since"), any(sign in expression for sign in "<>")
    if compares and since is not None:
        raise click.UsageError("expected no --since with a comparison: it is asked of one day")
    with asked_of(settings) as known:
        if compares:
            _tell_how_likely(known, expression, date, as_json)
        else:
            answer = known.combine(expression, date, since=since)
            _tell(answer, above, as_json, known.ledger)


def _tell_how_likely(known: Fit, comparison: str, date: str | None, as_json: bool) -> None:
    """How probable what a comparison says is, in numbers and in the words of ICD 203."""
    p = known.probability(comparison, date)
    when = "" if date is None else f" on {day_words(Days.of(date).last)}"
    told = f"{comparison}{when}: {probability_words(p)}"
    if as_json:
        print_json({"expression": comparison, "date": date, "probability": p, "text": told})
        return
    click.echo(bold(paragraph(f"{told}; {p:.1%}.")))


def _tell(answer: Estimate, above: tuple[float, ...], as_json: bool, ledger: Ledger) -> None:
    """An estimate on the terminal, or as JSON."""
    if as_json:
        print_json(json.loads(answer.to_json()) | _judged(answer, above))
        return
    click.echo(bold(paragraph(str(answer))))
    for sentence in _sentences(answer, above):
        click.echo(paragraph(sentence))
    click.echo(_support(answer, ledger))
    for conflict in answer.conflicts[:_MOST_CONFLICTS]:
        click.echo("\n" + paragraph(f"Contradiction: {conflict.text}."))
    click.echo(_in_common(answer), nl=False)
    if len(answer.conflicts) > _MOST_CONFLICTS:
        more = len(answer.conflicts) - _MOST_CONFLICTS
        click.echo(f"\n... and {counted(more, 'more contradiction')} (`reconcile conflicts`)")
    click.echo(_allowed_for(answer), nl=False)
    warn(answer.warnings)


def _in_common(answer: Estimate) -> str:
    """The claim that most contradictions share, where more stand there than are shown."""
    counts = Counter(claim for conflict in answer.conflicts for claim in conflict.claims)
    total = len(answer.conflicts)
    if total <= _MOST_CONFLICTS:
        return ""
    claim, most = counts.most_common(1)[0]
    if most < 3 or most * 3 <= total:
        return ""
    told = f"The claim {claim} is in {most} of the {total:,} contradictions (--exclude {claim})."
    return "\n" + paragraph(told) + "\n"


def _allowed_for(answer: Estimate) -> str:
    """That contradictions smaller than the interval is wide are no quarrel with it."""
    gap = max((conflict.gap for conflict in answer.conflicts), default=0.0)
    span = answer.interval()
    if (
        not 0 < gap < span.upper - span.lower
        or answer.since is not None
        or answer.several_explanations
    ):
        return ""
    which = "It is" if len(answer.conflicts) == 1 else "All are"
    told = f"{which} smaller than the interval, which allows for such errors."
    return "\n" + paragraph(told) + "\n"


def _sentences(answer: Estimate, above: tuple[float, ...]) -> list[str]:
    """Likelihoods, a sentence each; confidence, which is another matter, in one of its own."""
    if not above:
        return []
    return [*map(answer.likelihood_words, above), answer.confidence_words()]


def _judged(answer: Estimate, above: tuple[float, ...]) -> dict[str, Any]:
    """The same for JSON, with the probabilities; nothing where nothing was asked."""
    if not above:
        return {}
    likelihoods = [
        {"above": n, "probability": answer.probability(n), "text": answer.likelihood_words(n)}
        for n in above
    ]
    return {"likelihoods": likelihoods, "confidence": answer.confidence_words()}


@command
@click.argument("quantity")
@click.argument("start", required=False)
@click.argument("end", required=False)
@options.freq
@options.answered
@options.cache
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with every column and digit.")
@options.json_output
@options.example(
    "reconcile timeline casualties 2024-12-01 2025-01-05",
    "reconcile timeline casualties --freq W --csv > casualties.csv",
)
def timeline(
    quantity: str,
    start: str | None,
    end: str | None,
    freq: str,
    as_csv: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """The estimate of QUANTITY for each date from START to END.

    Without START and END: from the epoch, or the first claim, to the last day that a claim is
    about.
    """
    method = settings.pop("method")
    with asked_of(settings) as known:
        answer = known.timeline(quantity, start, end, freq=freq, method=method)
        frame = answer.to_frame()
    if as_csv:
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
    elif as_json:
        print_json(_records(frame))
    else:
        click.echo(_days(answer, frame))
    warn(answer.warnings)
    if not as_csv:
        suggest("plot", "timeline", quantity, why="the same as a figure")


def _support(answer: Estimate, ledger: Ledger) -> str:
    """The claims behind an estimate, those that weigh most first."""
    frame = answer.claims.sort_values("weight", ascending=False, kind="stable")
    if not len(frame):
        return "" if answer.median == 0 else "(no claim is about it: this is the prior)"
    rows = [
        (
            *(row["source"], _said(row, answer), bounds(row["lower"], row["upper"]), _when(row)),
            _part(row),
        )
        for row in frame.head(_MOST_ROWS).to_dict("records")
    ]
    told = "\n" + table(["source", "says", "reads", "of", "weight"], rows)
    if len(frame) > _MOST_ROWS:
        told += f"\n... and {counted(len(frame) - _MOST_ROWS, 'more claim')} (--json has them all)"
    rest = percent(1 - float(frame["weight"].sum()))
    of = "the variance of each explanation" if answer.several_explanations else "the variance"
    note = f"weight: share of {of}; the other {rest} is house effects, time and priors"
    notes = [note] if answer.variance_shares else []
    notes += parts_told([answer.quantity], ledger)
    return "\n".join([told, *map(paragraph, notes)])


def _said(row: Mapping[Any, Any], answer: Estimate) -> str:
    """The words, and what they are of where that is not what was asked about."""
    of = "" if row["quantity"] == answer.quantity else f" {row['quantity']}"
    return f"{row['phrase']}{of}{' (a part)' if row['scope'] == 'part' else ''}"


def _part(row: Mapping[Any, Any]) -> str:
    if row["status"] != "active":
        return "withdrawn" if row["status"] == "retracted" else "corrected"
    return "repeat" if row["repeats"] else f"{percent(row['weight'])}"


def _when(row: Mapping[Any, Any]) -> str:
    """The days that a claim may speak of: 2024-12-16/18."""
    first, last = row["start"].date().isoformat(), row["end"].date().isoformat()
    return first if first == last else f"{first}/{last[8:] if first[:8] == last[:8] else last[5:]}"


def _days(answer: Timeline, frame: pd.DataFrame) -> str:
    level = f"{100 * answer.level:g}%"
    headers = ["date", "median", f"lower {level}", f"upper {level}", "claims"]
    rows = [
        (
            row["date"].date().isoformat(),
            *(number_words(row[key], row["upper"] - row["lower"]) for key in _SPREAD),
            int(row["n_claims"]),
        )
        for row in frame.to_dict("records")
    ]
    return table(headers, rows)


_SPREAD = ("median", "lower", "upper")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.assign(date=frame["date"].dt.strftime("%Y-%m-%d"))
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
