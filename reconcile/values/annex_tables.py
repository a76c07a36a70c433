"""What an annex prints of an answer: the number, its timeline, its claims, its sources."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from reconcile.intervals import Interval
from reconcile.values.annex import Annex, Cell, Number, figure, share
from reconcile.values.distribution import Distribution
from reconcile.values.registry import Quantity

_CLAIM_NOTES = (
    "lower and upper: what the words allow; ∞: no bound was said. said: when it became public.",
    "weight: the claim's share of the variance of the answer. influence: how far the answer would "
    "move without the claim, on the model's scale (for counts: natural log).",
)


def claims_annex(claims: pd.DataFrame, title: str = "Claims", weighed: bool = True) -> Annex:
    """One row for each claim of a claims table; `weighed`: with its part in the answer."""
    headers = ("claim", "source", "says", "of", "lower", "upper", "period", "said", "status")
    headers = (*headers, "weight", "influence") if weighed else headers
    rows = tuple(_claim_row(row, weighed) for row in claims.to_dict("records"))
    return Annex(title, headers, rows, _CLAIM_NOTES if weighed else _CLAIM_NOTES[:1])


def sources_annex(sources: pd.DataFrame, level: float) -> Annex:
    """One row for each source (and whole): its house effect as a factor, and its grades."""
    headers = (
        *("source", "who", "side", "of", "claims", "factor", *bound_headers(level)),
        *("given grade", "earned grade"),
    )
    rows = tuple(
        (
            *(str(row["source"]), str(row["label"]), str(row["side"]), str(row["quantity"])),
            figure(float(row["n_claims"])),
            *(_factor(float(row[key])) for key in ("factor", "factor_lower", "factor_upper")),
            *(str(row["grade"]), _earned(row)),
        )
        for row in sources.to_dict("records")
    )
    notes = (
        "factor: what the source says over what is true (2: twice the truth), with its interval; "
        "on linear and logit scales a difference.",
        "grades: Admiralty, A (completely reliable) to E; F: cannot be judged. earned: the one "
        "that its claims bear out (-: there is one claim, and the given one stands).",
    )
    return Annex("Sources", headers, rows, notes)


def _earned(row: Mapping[Any, Any]) -> str:
    """The letter that the claims bear out; one claim bears out none."""
    return str(row["posterior_grade"]) if row["n_claims"] > 1 else "-"


def known_title(about: Quantity, as_of: date | None) -> str:
    """The quantity in words, and the day of knowledge if there is one."""
    known = "" if as_of is None else f", as known on {as_of.isoformat()}"
    return f"{about.label or about.id}{known}"


def spread_row(day: date | None, spread: Distribution, level: float) -> dict[str, Any]:
    """The columns of `Timeline.to_frame` that a distribution fills."""
    tails = [(1 - each) / 2 for each in (0.5, 0.8, 0.95, level)]
    found = spread.quantile([0.5, *tails, *(1 - tail for tail in tails)]).tolist()
    row: dict[str, Any] = {"date": pd.Timestamp(day) if day else pd.NaT, "median": found[0]}
    for k, name in enumerate(("50", "80", "95", "")):
        row |= {f"lower{name}": found[1 + k], f"upper{name}": found[5 + k]}
    return row | {"level": level}


def envelope_row(envelope: Interval, count: int) -> dict[str, Any]:
    """The columns of `Timeline.to_frame` that the claims fill by themselves."""
    return {"envelope_lower": envelope.lower, "envelope_upper": envelope.upper, "n_claims": count}


def bound_headers(level: float) -> tuple[str, str]:
    """The headers of an interval's bounds at `level`."""
    return f"lower {100 * level:.3g}%", f"upper {100 * level:.3g}%"


def spread_figures(row: Mapping[Any, Any]) -> Iterable[Number]:
    """Median, lower and upper, rounded by the width of their interval."""
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
