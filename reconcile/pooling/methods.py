"""The textbook methods on tables of repeated questions: the items' claims handed to `combine`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from reconcile.constraints import agreement, hull, intersection
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.answer import PROBABILITIES
from reconcile.pooling.heterogeneity import EFFECTS, effect_of, variances
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import LEVELS, TAIL
from reconcile.textbook import (
    Panel,
    catd,
    crh,
    fit_beta_transform,
    gtm,
    linear_pool,
    performance_weights,
    quantile_average,
)
from reconcile.textbook.learnt import SHRINK
from reconcile.values import Distribution

Answer = Callable[[Array, Flags, float], Array]


def textbook(
    items: Items, method: str, level: float, learn: str | None
) -> tuple[Array, pd.DataFrame, list[str]]:
    """Quantiles (I, P) of each item by a textbook `method`, a table of sources, and warnings.

    An item is answered from its own claims, on its scale; "performance-weighted" and
    "beta-transformed-linear-pool" also learn from truths: those known by the item's latest claim
    ("past"), or of all other items.
    """
    sources = pd.DataFrame({"source": items.source_ids})
    if method in _DISCOVERY:
        return _discovered(items, method)
    if method == "performance-weighted":
        return _performance(items, learn), sources, []
    if method == "beta-transformed-linear-pool":
        return _beta_transformed(items, learn, level), sources, []
    quantiles = _each(items, _PER_ITEM[method], level)
    bare = [f"{method} knows points or intervals only; the rest is uniform between its bounds"]
    return quantiles, sources, bare if method in _BOUNDS else []


def _each(items: Items, answer: Answer, level: float) -> Array:
    """Each item from its own claims alone (I, P)."""
    quantiles = np.full((len(items.item_ids), len(PROBABILITIES)), np.nan)
    told = items.witnesses
    for item, rows in _by_item(items):
        quantiles[item] = answer(told.x[rows], told.stated[rows], level)
    return quantiles


def _by_item(items: Items) -> Iterator[tuple[int, slice]]:
    """Each item that somebody speaks of, with the slice of its witnesses."""
    item: Ints = items.witnesses.item
    starts = np.searchsorted(item, np.unique(item))
    ends = np.r_[starts[1:], len(item)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield int(item[start]), slice(start, end)


def _student(centre: float, spread: float, dof: float) -> Array:
    """Quantiles of centre + spread * t; without degrees of freedom, all there is."""
    if dof <= 0:
        ends = np.where(PROBABILITIES < 0.5, -np.inf, np.inf)
        return np.where(PROBABILITIES == 0.5, centre, ends)
    return centre + spread * np.asarray(stats.t.ppf(PROBABILITIES, dof))


def _mean(x: Array, stated: Flags, level: float) -> Array:
    value = x[:, 2]
    k = len(value)
    spread = float(value.std(ddof=1)) / np.sqrt(k) if k > 1 else 0.0
    return _student(float(value.mean()), spread, k - 1)


def _median(x: Array, stated: Flags, level: float) -> Array:
    """The median, with the order statistics that bound it (sign test)."""
    value = np.sort(x[:, 2])
    k = len(value)
    tail = np.minimum(PROBABILITIES, 1 - PROBABILITIES)
    below = np.asarray(stats.binom.ppf(tail, k, 0.5)).astype(int)
    below = below - (stats.binom.cdf(below, k, 0.5) > tail).astype(int)
    low, high = PROBABILITIES < 0.5, PROBABILITIES > 0.5
    found = np.full(len(PROBABILITIES), np.median(value))
    ranks = np.clip(below, 0, k - 1)
    found[low] = np.minimum(np.where(below < 0, -np.inf, value[ranks])[low], np.median(value))
    upper = np.where(below < 0, np.inf, value[k - 1 - ranks])
    found[high] = np.maximum(upper[high], np.median(value))
    return found


def _effect(x: Array, stated: Flags, level: float, *, method: str, new: bool = False) -> Array:
    """The pooled mean by a common effect or random effects; `new`: a further value's truth (k - 2
    degrees of freedom), which fewer than three claims can't tell."""
    found = effect_of(x, stated, *EFFECTS[method])
    k = len(found.values)
    if new:
        spread = float(np.hypot(found.se, np.sqrt(found.tau2)))
        return _student(found.estimate, spread, k - 2)
    if found.test == "z":
        return found.estimate + found.se * np.asarray(stats.norm.ppf(PROBABILITIES))
    return _student(found.estimate, found.se, k - 1)


def _log_pool(x: Array, stated: Flags, level: float) -> Array:
    """The log pool of normals, in closed form: the mean precision at the precision-weighted mean.

    (`combine.log_pool` takes any distributions; bounded ones veto each other.)
    """
    precision = 1 / variances(x, stated)
    centre = float((precision * x[:, 2]).sum() / precision.sum())
    return centre + np.asarray(stats.norm.ppf(PROBABILITIES)) / np.sqrt(precision.mean())


def _distribution(x: Array) -> Distribution:
    """A claim's own distribution from its five quantiles (5,), linear between them."""
    low, high = x[0] - TAIL * (x[2] - x[0]), x[4] + TAIL * (x[4] - x[2])
    return Distribution(np.r_[low, x, high], np.r_[0.0, LEVELS, 1.0])


def _pooled(x: Array, stated: Flags, level: float, *, rule: Callable[..., Distribution]) -> Array:
    return np.asarray(rule([_distribution(row) for row in x]).quantile(PROBABILITIES))


def _bounds(
    x: Array, stated: Flags, level: float, *, rule: Callable[[list[Interval]], Interval]
) -> Array:
    """Uniform between the bounds that `rule` finds, scaled so that `level` lies inside them."""
    low, high = (1 - level) / 2, (1 + level) / 2
    ends = [np.interp([low, high], LEVELS, row) for row in x]
    found = rule([Interval(float(a), float(b)) for a, b in ends])
    if found.is_empty:
        return np.full(len(PROBABILITIES), np.nan)
    middle, half = (found.lower + found.upper) / 2, (found.upper - found.lower) / 2
    return middle + np.clip((2 * PROBABILITIES - 1) / level, -1, 1) * half


def _agreed(intervals: list[Interval]) -> Interval:
    return agreement(intervals).interval


_PER_ITEM: dict[str, Answer] = {
    "mean": _mean,
    "median": _median,
    **{name: partial(_effect, method=name, new=name.endswith("prediction")) for name in EFFECTS},
    "linear-pool": partial(_pooled, rule=linear_pool),
    "log-pool": _log_pool,
    "quantile-average": partial(_pooled, rule=quantile_average),
    "hull": partial(_bounds, rule=hull),
    "intersection": partial(_bounds, rule=intersection),
    "agreement": partial(_bounds, rule=_agreed),
}
_BOUNDS = ("hull", "intersection", "agreement")
_DISCOVERY = {
    "crh": crh,
    "crh-absolute": partial(crh, loss="absolute"),
    "catd": catd,
    "gtm": gtm,
}
TEXTBOOK = (
    *_PER_ITEM,
    "beta-transformed-linear-pool",
    "performance-weighted",
    *_DISCOVERY,
)


def _discovered(items: Items, method: str) -> tuple[Array, pd.DataFrame, list[str]]:
    """Truth discovery over all items at once; intervals only where the method has a spread."""
    told = items.witnesses
    found = _DISCOVERY[method](told.item, told.source, told.x[:, 2])
    quantiles = np.full((len(items.item_ids), len(PROBABILITIES)), np.nan)
    at = found.items.astype(int)
    reach = found.spread[:, None] * np.asarray(stats.norm.ppf(PROBABILITIES))
    reach[:, PROBABILITIES == 0.5] = 0.0
    quantiles[at] = found.truths[:, None] + reach
    sources = pd.DataFrame({"source": items.source_ids, "weight": 0.0})
    sources.loc[found.sources.astype(int), "weight"] = found.weights
    notes = [f"{method} gives points, no intervals"] if np.isnan(found.spread).all() else []
    return quantiles, sources, notes


def _performance(items: Items, learn: str | None) -> Array:
    """Cooke's classical model, each item by weights from the items it may know."""
    if learn is None:
        raise OptionError("performance-weighted learns from truths: expected learn past or others")
    told = items.witnesses
    quantiles = np.full((len(items.item_ids), len(PROBABILITIES)), np.nan)
    said = np.full((len(items.source_ids), len(items.item_ids), 3), np.nan)
    said[told.source, told.item] = told.x[:, [0, 2, 4]]
    weights: dict[bytes, Array] = {}
    for item, rows in _by_item(items):
        know = _may_know(items, item, learn)
        key = know.tobytes()
        if key not in weights:
            weights[key] = _weights(said, items.truth, know)
        shares = weights[key]
        mine = shares[told.source[rows]]
        panel = Panel.of(said[told.source[rows]][:, [item]])
        pooled = panel.pool(mine, 0)
        quantiles[item] = pooled.quantile(PROBABILITIES)
    return quantiles


def _beta_transformed(items: Items, learn: str | None, level: float) -> Array:
    """B(F; alpha, beta) of the linear pool F, alpha and beta from the items it may know."""
    if learn is None:
        raise OptionError(
            "beta-transformed-linear-pool learns from truths: expected learn past or others"
        )
    plain = _each(items, _PER_ITEM["linear-pool"], level)
    pit = np.full(len(plain), np.nan)
    for item in np.flatnonzero(~np.isnan(items.truth) & ~np.isnan(plain[:, 0])).tolist():
        pit[item] = np.interp(items.truth[item], plain[item], PROBABILITIES)
    moved: dict[bytes, Array] = {}
    found = np.full_like(plain, np.nan)
    for item, _ in _by_item(items):
        know = _may_know(items, item, learn) & ~np.isnan(pit)
        key = know.tobytes()
        if key not in moved:
            a, b = fit_beta_transform(pit[know], shrink=SHRINK) if know.any() else (1.0, 1.0)
            moved[key] = np.asarray(stats.beta.ppf(PROBABILITIES, a, b))
        found[item] = np.interp(moved[key], PROBABILITIES, plain[item])
    return found


def _may_know(items: Items, item: int, learn: str) -> Flags:
    known = ~np.isnan(items.truth)
    if learn == "past":
        return known & (items.known <= items.asked[item])
    known[item] = False
    return known


def _weights(said: Array, truth: Array, know: Flags) -> Array:
    """Weights (S,) of the sources from the items of `know`; equal where there are none."""
    judged = know & (~np.isnan(said[:, :, 0])).any(axis=0)
    if not judged.any():
        return np.ones(len(said))
    spoke = (~np.isnan(said[:, judged, 0])).any(axis=1)
    found = np.zeros(len(said))
    found[spoke] = performance_weights(said[spoke][:, judged], truth[judged]).weights
    return found
