"""The textbook methods on a ledger: a snapshot of what was said about one quantity near a date.

They know neither time nor flows, parts or shared origins beyond this: of each source the latest
claim counts, of each origin one, and what is older than the window is left out. For comparison
and for readers who want them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
from scipy.special import expit, logit

from reconcile.constraints.hull_intersection import EMPTY, hull, intersection
from reconcile.constraints.marzullo import agreement
from reconcile.errors import FitError, OptionError, one_of
from reconcile.intervals import Interval
from reconcile.ledger.origins import roots
from reconcile.model.observations import TRUE_KIND
from reconcile.numerics.arrays import Array
from reconcile.textbook.averages import mean_interval, median_interval, normal_mean, normals_of
from reconcile.textbook.learnt import (
    Question,
    beta_transformed,
    questions,
    weighted_by_performance,
)
from reconcile.textbook.meta_analysis import PooledEffect, common_effect, random_effects
from reconcile.textbook.method_names import LEARNT, TEXTBOOK
from reconcile.textbook.pools import linear_pool, log_pool, quantile_average
from reconcile.values import Claim, Distribution, Quantity

_BOUNDS = {"hull", "intersection", "agreement"}


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a textbook `method` makes of `used` (ids), and what it could not use, in `warnings`."""

    method: str
    distribution: Distribution
    used: tuple[str, ...]
    warnings: tuple[str, ...]


def said_about(
    claims: Iterable[Claim], about: Quantity, day: date | None, window: int = 30
) -> tuple[Claim, ...]:
    """The claims of a snapshot: whole totals or levels of the `window` days up to `day`.

    One of each origin (its first) and the latest of each source; of constants all days count. A
    truth that became known is no claim here: what would the method be compared with?
    """
    timeless = about.kind == "constant"
    if day is None and not timeless:
        raise OptionError(f"expected a date, got none: {about.id} is not a constant")
    every = sorted(claims, key=lambda claim: (claim.period.last, claim.id))
    origin = roots(every)
    found: dict[str, Claim] = {}
    for claim in every:
        apt = (
            claim.quantity == about.id
            and claim.source != TRUE_KIND
            and claim.status == "active"
            and claim.scope == "whole"
            and not claim.additional
            and (timeless or claim.period.kind == "on")
            and origin[claim.id] == claim.id
        )
        if apt and (timeless or (day is not None and _near(claim, day, window))):
            found[claim.source] = claim
    return tuple(sorted(found.values(), key=lambda claim: claim.id))


def _near(claim: Claim, day: date, window: int) -> bool:
    return day - timedelta(days=window) <= claim.period.last and claim.period.first <= day


def textbook(
    method: str,
    claims: Iterable[Claim],
    about: Quantity,
    day: date | None,
    *,
    level: float = 0.9,
    window: int = 30,
    quantities: Mapping[str, Quantity] | None = None,
) -> Snapshot:
    """`about` on `day` by a textbook `method` of `TEXTBOOK`, from `said_about` the claims.

    On the quantity's scale (counts: logarithms). A claim of both bounds is a normal (for the
    effects and pools) whose central 90 % are those bounds, an exact number the cell of half a unit
    around it; claims of one bound count for hull, intersection and agreement alone, whose result
    is spread evenly so that its `level` interval are the bounds. The methods of `LEARNT` look at
    claims by the truth (`model.truth`) about any of `quantities`, and what was said before them.

    Raises `OptionError` for an unknown method, and `FitError` where the claims give no answer:
    none near the date, none with both bounds, or bounds that are empty or unbounded.
    """
    one_of("method", method, TEXTBOOK)
    claims = tuple(claims)
    near = said_about(claims, about, day, window)
    whole = [claim for claim in near if np.isfinite([claim.lower, claim.upper]).all()]
    used = near if method in _BOUNDS else whole
    if not used:
        what = "" if method in _BOUNDS else " with both bounds"
        raise FitError(
            f"{method} finds no claim{what} about {about.id} in the {window} days up to {day}; "
            "the state-space method uses claims of all times"
        )
    log = about.scale == "log"
    warnings = [
        f"{method} knows no time, flows or parts: the claims of {window} days as one moment"
    ]
    if method in LEARNT:
        made, note = _learnt(method, claims, used, quantities or {about.id: about}, log, window)
        warnings.append(note)
    elif method in _BOUNDS:
        made = _spread(_BOUND_RULES[method](used), log, level)
        warnings += _alone(used) if method == "agreement" else []
    elif about.scale == "logit":
        made = _RULES[method](_odds(used), False, level)
    else:
        made = _RULES[method](_cells(used, log), log, level)
    if about.scale == "logit":
        shares = np.clip(made.points, 0, 1) if method in _BOUNDS else expit(made.points)
        made = Distribution(shares, made.cdf)
    left = len(near) - len(used)
    warnings += [f"{left} claims of one bound could not be used by {method}"] if left else []
    return Snapshot(method, made, tuple(claim.id for claim in used), tuple(warnings))


def _learnt(
    method: str,
    claims: Sequence[Claim],
    used: Sequence[Claim],
    quantities: Mapping[str, Quantity],
    log: bool,
    window: int,
) -> tuple[Distribution, str]:
    """The answer of a method that learns from truths, and what it has learnt, in words."""

    def said(true: Claim) -> list[Claim]:
        about = quantities[true.quantity]
        near = said_about(claims, about, true.period.last, window)
        return [one for one in near if np.isfinite([one.lower, one.upper]).all()]

    true = [c for c in claims if c.source == TRUE_KIND and c.quantity in quantities]
    logs = {name: quantity.scale == "log" for name, quantity in quantities.items()}
    known = questions(true, said, _cells, logs)
    asked = Question(tuple(claim.source for claim in used), _cells(used, log), log)
    if method == "performance-weighted":
        made, weights = weighted_by_performance(asked, known)
        told = ", ".join(f"{name} {share:.2f}" for name, share in weights.items())
        return made, f"weights from {len(known)} truths that became known: {told}"
    made, (alpha, beta) = beta_transformed(asked, known)
    return made, f"from {len(known)} truths: alpha {alpha:.2f}, beta {beta:.2f}"


def _cells(claims: Sequence[Claim], log: bool) -> Array:
    """Bounds (k, 2), never without width, and above 0 on a log scale."""
    bounds = np.array([[claim.lower, claim.upper] for claim in claims])
    exact = bounds[:, 0] == bounds[:, 1]
    bounds[exact] += [-0.5, 0.5]
    return np.maximum(bounds, [0.25, 0.5]) if log else bounds


def _odds(claims: Sequence[Claim]) -> Array:
    """Bounds (k, 2) of shares as log odds; an exact share is a cell of a hundredth."""
    bounds = np.array([[claim.lower, claim.upper] for claim in claims])
    bounds[bounds[:, 0] == bounds[:, 1]] += [-0.005, 0.005]
    return logit(np.clip(bounds, 0.001, 0.999))


def _alone(claims: Sequence[Claim]) -> list[str]:
    """A caution where the interval that most origins allow is that of one alone."""
    found = agreement(claims)
    if found.agreeing > 1 or found.origins < 2:
        return []
    return [f"no two of {found.origins} origins agree: this is the interval of one of them"]


def _counts(points: Array) -> Array:
    """Logarithms as counts; what few degrees of freedom put beyond all numbers, at e^300."""
    return np.exp(np.minimum(points, 300.0))


def _effect(
    bounds: Array,
    log: bool,
    _: float,
    how: Callable[[Array, Array], PooledEffect],
    *,
    new: bool = False,
) -> Distribution:
    found = how(*normals_of(bounds, log=log))
    if new and found.df < 2:
        raise FitError(f"expected 3 claims or more for a prediction interval, got {len(bounds)}")
    found = found.distribution(new=new)
    return Distribution(_counts(found.points), found.cdf) if log else found


def _average(
    bounds: Array,
    log: bool,
    level: float,
    how: Callable[[Array, float], tuple[float, Interval]],
) -> Distribution:
    """A quantile function from the intervals of many levels."""
    value = normals_of(bounds, log=log)[0]
    if not how(value, level)[1].is_bounded:
        raise FitError(
            f"expected more claims for a {100 * level:g}% interval of a mean or median, got "
            f"{len(value)}"
        )
    levels = np.linspace(0.99, 0.01, 99)
    spans = [how(value, float(at))[1] for at in levels]
    # beyond the levels that so few values can tell, the outermost of them
    low = np.array([span.lower if span.is_bounded else value.min() for span in spans])
    high = np.array([span.upper if span.is_bounded else value.max() for span in spans])
    points = np.r_[low[0], low, high[::-1], high[0]]
    cdf = np.r_[0.0, (1 - levels) / 2, (1 + levels[::-1]) / 2, 1.0]
    return Distribution(_counts(points) if log else points, cdf)


def _pooled(bounds: Array, log: bool, _: float, how: Callable[..., Distribution]) -> Distribution:
    centre, variance = normals_of(bounds, log=log)
    each = [normal_mean(m, v**0.5, log=log) for m, v in zip(centre, variance, strict=True)]
    return how(each)


def _spread(span: Interval, log: bool, level: float) -> Distribution:
    """Even between the bounds (on the scale), with `level` of the probability inside them."""
    if span == EMPTY:
        raise FitError(
            "expected a number that lies in the intervals of all claims, got none: they contradict "
            "each other (see the conflicts)"
        )
    if not span.is_bounded:
        raise FitError(
            f"expected claims that bound the number from both sides, got {span}: no distribution "
            "has that for an interval"
        )
    lower, upper = (
        (max(span.lower, 0.25), max(span.upper, 0.5)) if log else (span.lower, span.upper)
    )
    ends = np.log([lower, upper]) if log else np.array([lower, upper])
    if ends[0] == ends[1]:
        return Distribution.point(span.lower)
    beyond = (ends[1] - ends[0]) * (1 / level - 1) / 2
    points = np.linspace(ends[0] - beyond, ends[1] + beyond, 201)
    return Distribution(_counts(points) if log else points, np.linspace(0, 1, 201))


def _agreed(claims: Sequence[Claim]) -> Interval:
    return agreement(claims).interval


_REML = partial(random_effects, method="REML", test="adhoc")
_RULES: dict[str, Callable[[Array, bool, float], Distribution]] = {
    "mean": partial(_average, how=mean_interval),
    "median": partial(_average, how=median_interval),
    "common-effect": partial(_effect, how=common_effect),
    "random-effects": partial(_effect, how=_REML),
    "random-effects-dl": partial(_effect, how=partial(random_effects, method="DL")),
    "random-effects-pm": partial(_effect, how=partial(random_effects, method="PM", test="knha")),
    "random-effects-ml": partial(_effect, how=partial(random_effects, method="ML")),
    "random-effects-prediction": partial(_effect, how=_REML, new=True),
    "linear-pool": partial(_pooled, how=linear_pool),
    "log-pool": partial(_pooled, how=log_pool),
    "quantile-average": partial(_pooled, how=quantile_average),
}
_BOUND_RULES: dict[str, Callable[[Sequence[Claim]], Interval]] = {
    "hull": hull,
    "intersection": intersection,
    "agreement": _agreed,
}
