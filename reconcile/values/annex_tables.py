"""What an annex prints of an answer: the number, its timeline, its claims, its sources."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.values.annex import Annex, Cell, Number, figure, share

if TYPE_CHECKING:
    from reconcile.values.estimate import Estimate, Timeline

__all__ = ["claims_annex", "estimate_annex", "sources_annex", "timeline_annex"]

_CLAIM_NOTES = (
    "lower and upper: what the words allow; ∞: no bound was said. said: when it became public.",
    "weight: the claim's share of the variance of the answer. influence: how far the answer would "
    "move without the claim, on the model's scale (for counts: natural log).",
)


def estimate_annex(answer: Estimate) -> Annex:
    """One row: the answer, its interval, and what it rests on."""
    span = answer.interval()
    width = span.upper - span.lower
    row: tuple[Cell, ...] = (
        answer.about.label or answer.quantity,
        "" if answer.date is None else answer.date.isoformat(),
        figure(answer.median, width),
        figure(span.lower, width),
        figure(span.upper, width),
        figure(float(answer.n_claims)),
        figure(float(answer.n_origins)),
        "" if answer.as_of is None else answer.as_of.isoformat(),
        answer.method,
    )
    headers = (
        *("quantity", "date", "median", *_bounds(answer.level), "claims", "origins"),
        *("as known on", "method"),
    )
    return Annex(f"{_title(answer)}: the answer", headers, (row,), (str(answer), *answer.warnings))


def timeline_annex(answer: Timeline) -> Annex:
    """A row a date."""
    rows = tuple(
        (
            row["date"].date().isoformat(),
            *_spread(row),
            figure(float(row["n_claims"])),
        )
        for row in answer.to_frame().to_dict("records")
    )
    title = f"{_title(answer)}, {answer.dates[0]} to {answer.dates[-1]}"
    notes = (
        "claims: how many speak of the time up to the date.",
        *answer.warnings,
    )
    return Annex(title, ("date", "median", *_bounds(answer.level), "claims"), rows, notes)


def claims_annex(claims: pd.DataFrame, title: str = "Claims", weighed: bool = True) -> Annex:
    """A row a claim of a claims table; `weighed`: with its part in the answer."""
    headers = ("claim", "source", "says", "of", "lower", "upper", "period", "said", "status")
    headers = (*headers, "weight", "influence") if weighed else headers
    rows = tuple(_claim_row(row, weighed) for row in claims.to_dict("records"))
    return Annex(title, headers, rows, _CLAIM_NOTES if weighed else _CLAIM_NOTES[:1])


def sources_annex(sources: pd.DataFrame, level: float, title: str = "Sources") -> Annex:
    """A row a source (and whole): its house effect as a factor, and its grades."""
    headers = (
        *("source", "who", "side", "of", "claims", "factor", *_bounds(level)),
        *("given grade", "earned grade"),
    )
    rows = tuple(
        (
            *(str(row["source"]), str(row["label"]), str(row["side"]), str(row["quantity"])),
            figure(float(row["n_claims"])),
            *(_factor(float(row[key])) for key in ("factor", "factor_lower", "factor_upper")),
            *(str(row["grade"]), str(row["posterior_grade"])),
        )
        for row in sources.to_dict("records")
    )
    notes = (
        "factor: what the source says over what is true (2: twice the truth), with its interval; "
        "on linear and logit scales a difference.",
        "grades: Admiralty, A (completely reliable) to E; F: cannot be judged. earned: the one "
        "that its claims bear out.",
    )
    return Annex(title, headers, rows, notes)


def _title(answer: Estimate | Timeline) -> str:
    known = "" if answer.as_of is None else f", as known on {answer.as_of.isoformat()}"
    return f"{answer.about.label or answer.quantity}{known}"


def _bounds(level: float) -> tuple[str, str]:
    return f"lower {100 * level:.3g}%", f"upper {100 * level:.3g}%"


def _spread(row: Mapping[Any, Any]) -> Iterable[Number]:
    width = row["upper"] - row["lower"]
    return (figure(float(row[key]), width) for key in ("median", "lower", "upper"))


def _claim_row(row: Mapping[Any, Any], weighed: bool) -> tuple[Cell, ...]:
    said: tuple[Cell, ...] = (
        *(str(row["claim"]), str(row["source_label"]), str(row["phrase"]), str(row["quantity"])),
        *(_said(float(row[key])) for key in ("lower", "upper")),
        *(str(row["period"]), _day(row["said"]), _status(row)),
    )
    if not weighed:
        return said
    return (*said, share(float(row["weight"])), _signed(float(row["influence"])))


def _said(value: float) -> Number:
    """A bound as it was said: no digit is rounded away from a whole number."""
    if not math.isfinite(value):
        return figure(value)
    shown = f"{value:,.0f}" if value == round(value) else f"{value:,.6g}"
    return Number(shown.replace("-", "−"), f"{value:.15g}")


def _status(row: Mapping[Any, Any]) -> str:
    if row["status"] != "active":
        return str(row["status"])
    return f"repeats {row['repeats']}" if row["repeats"] else ""


def _signed(value: float) -> Number:
    return Number(f"{value:+.2f}".replace("-", "−") if value else "", f"{value:.3g}")


def _factor(value: float) -> Number:
    return Number("" if math.isnan(value) else f"{value:,.2f}".replace("-", "−"), f"{value:.3g}")


def _day(value: Any) -> str:
    return "" if pd.isna(value) else str(pd.Timestamp(value).date())
