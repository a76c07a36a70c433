"""What the tables of the page show, line by line: words for people, keys to sort by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from reconcile.ledger import Ledger
from reconcile.plot.figures.forest import influence_label
from reconcile.report.contents import Contents, Section, Without
from reconcile.values import Estimate
from reconcile.values.annex import figure, one_line, share
from reconcile.values.wording import day_words, number_words


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A row of the claims table; `keys` sort its columns, numbers as numbers."""

    id: str
    quantity: str
    quantity_label: str
    source: str
    source_label: str
    phrase: str
    reads: str
    period: str
    said: str
    publisher: str
    title: str
    link: str
    weight: str
    influence: str
    status: str
    keys: Mapping[str, float | str]


def claim_lines(contents: Contents) -> list[ClaimLine]:
    """The claims that bear on any section, those first that weigh most."""
    table = contents.claims()
    order = table["weight"].abs().sort_values(ascending=False, kind="stable").index
    answers = {section.id: section.answer for section in contents.sections}
    rows = table.loc[order].to_dict("records")
    return [_claim_line(row, contents.ledger, answers.get(row["answer"])) for row in rows]


def _claim_line(row: Mapping[Any, Any], ledger: Ledger, answer: Estimate | None) -> ClaimLine:
    report = ledger.reports.get(row["report"])
    lower, upper = float(row["lower"]), float(row["upper"])
    public = None if pd.isna(row["said"]) else row["said"].date()
    return ClaimLine(
        id=str(row["claim"]),
        quantity=str(row["quantity"]),
        quantity_label=ledger.quantities[row["quantity"]].label or str(row["quantity"]),
        source=str(row["source"]),
        source_label=str(row["source_label"]),
        phrase=one_line(str(row["phrase"])) + (" (additional)" if row["additional"] else ""),
        reads=reading(lower, upper),
        period=window(row["start"], row["end"], bool(row["during"])),
        said=day_words(public) if public else "",
        publisher=str(row["publisher"]) or ("" if report is None else report.title),
        title="" if report is None else report.title,
        link=safe_link("" if report is None else report.link),
        weight=share(float(row["weight"])).shown,
        influence=_influence(float(row["influence"]), answer),
        status=_status(row),
        keys={
            "reads": lower if math.isfinite(lower) else upper,
            "period": row["start"].date().isoformat(),
            "said": public.isoformat() if public else "",
            "weight": round(float(row["weight"]), 6),
            "influence": round(abs(float(row["influence"])), 6),
        },
    )


def reading(lower: float, upper: float) -> str:
    """An interval as a table shows it.

    >>> reading(150, 300), reading(1000, math.inf), reading(-math.inf, 6), reading(5, 5)
    ('150–300', '1,000 or more', '6 or less', '5')
    """
    if math.isinf(lower) and math.isinf(upper):
        return "any number"
    low, high = (f"{x:,.0f}" if x == round(x) else f"{x:,.6g}" for x in _finite(lower, upper))
    if math.isinf(upper):
        return f"{low} or more"
    if math.isinf(lower):
        return f"{high} or less"
    return low if lower == upper else f"{low}–{high}" if lower >= 0 else f"{low} to {high}"


def _finite(*values: float) -> Iterator[float]:
    return (value if math.isfinite(value) else 0.0 for value in values)


def window(start: pd.Timestamp, end: pd.Timestamp, during: bool) -> str:
    """The time a claim speaks of, in words.

    >>> window(pd.Timestamp("2024-12-16"), pd.Timestamp("2024-12-18"), True)
    'within 16–18 Dec 2024'
    >>> window(pd.Timestamp("2024-12-30"), pd.Timestamp("2025-01-02"), False)
    '30 Dec 2024 – 2 Jan 2025'
    """
    first, last = day_words(start.date()), day_words(end.date())
    if first == last:
        told = first
    elif (start.year, start.month) == (end.year, end.month):
        told = f"{start.day}–{last}"
    else:
        told = f"{first} – {last}"
    return f"within {told}" if during else told


def safe_link(link: str) -> str:
    """The link if it leads to the web, else nothing: "javascript:" and the like never run.

    >>> safe_link("https://example.org/a"), safe_link("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    return link.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def _influence(value: float, answer: Estimate | None) -> str:
    """How far the claim moves the answer, as the forest plot tells it."""
    if answer is None:
        return ""
    span = answer.interval()
    return influence_label(value, answer.about, width=span.upper - span.lower)


def _status(row: Mapping[Any, Any]) -> str:
    if row["status"] != "active":
        return {"retracted": "withdrawn"}.get(str(row["status"]), "corrected")
    part = "part of the whole" if row["scope"] == "part" else ""
    return f"repeats {row['repeats']}" if row["repeats"] else part


# ---------------------------------------------------------------- the answer without a source


@dataclass(frozen=True, slots=True)
class Choice:
    """One position of the switch: the answer in words, and where it lies on the strip (in %)."""

    source: str
    label: str
    words: str
    change: str
    start: float = 0.0
    middle: float = 0.0
    end: float = 0.0
    known: bool = True


def choices(section: Section) -> list[Choice]:
    """The answer with all sources and without each, on one strip from 0 to 100."""
    spans = [
        (*each.spread.quantile([tail, 0.5, 1 - tail]),)
        for each in section.without
        if each.spread is not None
        for tail in [(1 - section.answer.level) / 2]
    ]
    place = _strip([value for span in spans for value in span], section.answer.about.scale == "log")
    return [_choice(each, section.answer, place) for each in section.without]


def _choice(each: Without, answer: Estimate, place: Any) -> Choice:
    if each.spread is None:
        told = "no claim is left without this source: there is no answer"
        return Choice(each.source, each.label, told, "", known=False)
    tail = (1 - answer.level) / 2
    lower, median, upper = (float(v) for v in each.spread.quantile([tail, 0.5, 1 - tail]))
    width = upper - lower
    kind = "credible" if answer.method == "state-space" else f"by {answer.method}"
    words = (
        f"about {number_words(median, width)} ({100 * answer.level:.3g}% {kind} "
        f"{number_words(lower, width)} to {number_words(upper, width)})"
    )
    change = "" if not each.source else _change(each.change, answer)
    return Choice(each.source, each.label, words, change, place(lower), place(median), place(upper))


def _change(change: float, answer: Estimate) -> str:
    if answer.about.scale == "log" and answer.median > 0:
        percent = 100 * (change - 1)
        if abs(percent) < 0.5:
            return "as good as unchanged"
        if change >= 2:
            return f"{change:.1f} times the answer with all sources"
        return f"{abs(percent):.0f}% {'higher' if percent > 0 else 'lower'} than with all sources"
    span = answer.interval()
    moved = number_words(abs(change), span.upper - span.lower)
    return f"{moved} {'higher' if change > 0 else 'lower'} than with all sources"


def _strip(values: list[float], log: bool) -> Any:
    """Places on a strip of 100; on the log scale where all values are above 0."""
    log = log and min(values, default=0.0) > 0
    scaled = [math.log(value) for value in values] if log else values
    low, high = min(scaled, default=0.0), max(scaled, default=1.0)
    wide = (high - low) or 1.0

    def place(value: float) -> float:
        return round(2 + 96 * ((math.log(value) if log else value) - low) / wide, 2)

    return place


# ---------------------------------------------------------------- what was known when


def step_lines(section: Section) -> list[tuple[str, str, str, str]]:
    """Day of knowledge, answer, claims so far, and what came in."""
    if section.revisions is None:
        return []
    return [
        (
            day_words(row["as_of"].date()),
            _span_words(row),
            figure(float(row["n_claims"])).shown,
            one_line(str(row["news"])),
        )
        for row in section.revisions.to_dict("records")
    ]


def _span_words(row: Mapping[Any, Any]) -> str:
    width = row["upper"] - row["lower"]
    median, lower, upper = (number_words(row[key], width) for key in ("median", "lower", "upper"))
    return f"about {median} ({lower} to {upper})"
