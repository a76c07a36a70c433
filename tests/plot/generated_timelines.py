"""Timelines of all sizes and kinds, built without a fit: what other people's data look like."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
from plot_cases import INF, KINDS, bounds_of, log_normal, normal, row

from reconcile.intervals import Interval
from reconcile.values import Distribution, Quantity, Timeline

COUNTS = (1, 2, 3, 5, 9, 14, 24, 40, 41, 70, 150, 300, 301, 816)
SPANS = (0, 1, 6, 29, 90, 400, 2500, 7300)  # days
SOURCES = (1, 2, 3, 8, 20, 33, 60)
SCALES = ("total", "zeros", "level", "share", "huge")
NAMES = (
    "Ukraine's HUR",
    "Генеральний штаб",
    "Εθνική Υπηρεσία",
    "Ministère de la Défense",
    "the standing committee of the general assembly of independent observers",
    "Jane Roe, spokeswoman",
    "Comité international de la Croix-Rouge (CICR)",
    "X",
)
LOCALES = ("en", "de", "fr", "es")


def generated(seed: int, count: int | None = None) -> Timeline:
    """A timeline that the seed chooses: how many claims and sources, how long, of what."""
    rng = np.random.default_rng(seed)
    claims = count or int(COUNTS[seed % len(COUNTS)])
    span, kind = int(rng.choice(SPANS)), str(SCALES[seed % len(SCALES)])
    about = _quantity(kind)
    first = pd.Timestamp("2003-05-11") + pd.Timedelta(days=int(rng.integers(0, 5000)))
    days = _days(first, span, beyond=bool(rng.random() < 0.5))
    table = _claims(rng, kind, claims, int(rng.choice(SOURCES)), first, span)
    spreads = [_spread(kind, (day - first) / pd.Timedelta(days=max(span, 1))) for day in days]
    asked = tuple(day.date() for day in days)
    return Timeline(
        about=about,
        dates=asked,
        level=float(rng.choice([0.9, 0.9, 0.95])),
        as_of=asked[-1] if rng.random() < 0.5 else None,
        method="state-space",
        distributions=tuple(spreads),
        envelopes=tuple(_bounds(kind, spread, bool(seed % 3 == 0)) for spread in spreads),
        counts=(claims,) * len(days),
        claims=table,
        warnings=(),
        answer=_no_answer,
    )


def _no_answer(day: date):
    raise AssertionError(f"a figure asked for the estimate of {day}")


def _quantity(kind: str) -> Quantity:
    if kind == "level":
        return Quantity("level", "river level", unit="m", kind="stock", scale="linear")
    if kind == "share":
        return Quantity("share", "turnout", unit="share", kind="stock", scale="logit")
    return Quantity("total", "people counted")


def _days(first: pd.Timestamp, span: int, beyond: bool) -> list[pd.Timestamp]:
    """At most some 120 days, and a tail after the last claim where asked for."""
    step = max(1, span // 110)
    days = [first + pd.Timedelta(days=k) for k in range(0, span + 1, step)]
    last = first + pd.Timedelta(days=span)
    days += [] if days[-1] == last else [last]
    tail = max(1, span // 12)
    return [*days, *(last + pd.Timedelta(days=k) for k in (1, tail + 1) if beyond)]


def _middle(kind: str, share: float) -> float:
    grown = 1 - math.exp(-4 * min(max(share, 0.0), 1.5))
    return {
        "total": 3 + 2400 * grown,
        "zeros": 25 * max(grown - 0.3, 0.0),
        "level": 12 + 5 * math.sin(7 * share) - 8 * share,
        "share": 0.3 + 0.2 * grown,
        "huge": 2e6 + 4e12 * grown**3,
    }[kind]


def _spread(kind: str, share: float) -> Distribution:
    middle, late = _middle(kind, share), max(share - 1, 0.0)
    if kind == "level":
        return normal(middle, 0.8 + 4 * late)
    if kind == "share":
        return normal(middle, 0.02 + 0.1 * late)
    if middle == 0:
        return Distribution.point(0.0)
    return log_normal(middle, 1.4 + 3 * late + (2.0 if share < 0.1 else 0.0))


def _bounds(kind: str, spread: Distribution, wanted: bool) -> Interval:
    if not wanted or kind not in ("total", "huge"):
        return Interval(-INF, INF)
    return Interval(0.6 * spread.median, 3.0 * spread.median)


def _claims(
    rng: np.random.Generator, kind: str, count: int, sources: int, first: pd.Timestamp, span: int
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for k in range(count):
        share = 0.0 if k == 0 else 1.0 if k == 1 else float(rng.random())
        day = first + pd.Timedelta(days=round(share * span))
        value = _said(rng, kind, share)
        form = str(rng.choice(KINDS)) if kind in ("total", "huge") else "exact"
        lower, upper = bounds_of(form, value)
        flow = kind == "total" and rng.random() < 0.12
        long = int(rng.integers(0, max(span // 15, 1) + 1)) if rng.random() < 0.2 else 0
        end = min(day + pd.Timedelta(days=long), first + pd.Timedelta(days=span))
        number = int(rng.integers(sources))
        made = row(
            f"c{k}", f"s{number}", _phrase(form, value), form, lower, upper,
            f"{day:%Y-%m-%d}/{end:%Y-%m-%d}", float(rng.random() / count),
            math.nan if form in ("vague", "range") else value, _quantity(kind).id, flow,
        )  # fmt: skip
        name = NAMES[number % len(NAMES)]
        made["source_label"] = name if number < len(NAMES) else f"{name} {number}"
        made["status"] = "retracted" if rng.random() < 0.03 else "active"
        rows.append(made)
    return pd.DataFrame(rows)


def _said(rng: np.random.Generator, kind: str, share: float) -> float:
    middle, far = _middle(kind, share), 3.0 if rng.random() < 0.05 else 1.0
    if kind == "level":
        return round(middle + far * float(rng.normal()), 2)
    if kind == "share":
        return round(min(max(middle + 0.03 * far * float(rng.normal()), 0.0), 1.0), 3)
    return float(round(middle * math.exp(0.25 * far * float(rng.normal()))))


def _phrase(form: str, value: float) -> str:
    words = {"at_least": "at least ", "at_most": "up to ", "approx": "about "}.get(form, "")
    return f"{words}{value:,.0f}" if value >= 100 else f"{words}{value:g}"
