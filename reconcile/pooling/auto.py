"""`method="auto"`: candidates weighed by their scores on known items, then recalibrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.aggregate import (
    half_width,
    kept_near,
    losses,
    prior_weights,
    score_weights,
    stacked_weights,
    walk,
)
from reconcile.pooling.answer import ON_GRID, Answers, from_grid
from reconcile.pooling.candidates import Views, candidates
from reconcile.pooling.items import Items
from reconcile.pooling.items_scale import LINEAR, LOG
from reconcile.pooling.learn import pool_items
from reconcile.pooling.recalibrate import follow_levels, moved, normal_scores, quantile_scores

__all__ = ["Hedged", "hedge", "views_of"]

FOLDS = 4
"""Parts whose truths are hidden together where all other items teach the weights."""
GROW = 1.15
"""Stacked weights are found anew when the known items have grown by so much."""
LEVEL_TWO = np.array([0.35, 0.35, 0.3])
"""Prior weights of the mixture by score, the stacked one, and the model alone."""
NEVER = np.inf


@dataclass(frozen=True, eq=False)
class Hedged:
    """`quantiles` (I, P) on the items' scales, the model's own `answers`, and `methods`: one row
    a candidate with its final weight and its mean quantile loss."""

    quantiles: Array
    answers: Answers
    methods: pd.DataFrame


def views_of(read: Callable[[str], Items]) -> Views:
    """The items on their own scales, all linear and on logs; `read` reads the table "", "linear"
    or "log"."""
    return Views(read(""), read("linear"), read("log"))


def hedge(views: Views, learn: str) -> Hedged:
    """Answers by all candidates together; `learn` is "past" or "others"."""
    answers, found = _candidates(views, learn)
    names = list(found)
    each = np.stack([found[name] for name in names])
    near, truth = kept_near(each, views.own.truth)
    if learn == "past":
        quantiles, weights = _walked(views.own, near, truth, names)
    else:
        quantiles = np.full_like(each[0], np.nan)
        for fold in _folds(views.own):
            quantiles[fold] = _left_out(views, fold, near[:, fold])
        place = np.arange(len(truth), dtype=float)
        _, weights = _mixtures(views.own, near, truth, names, place + 0.5, place)
    whole = from_grid(quantiles)
    if learn == "past":  # before any truth is known, the model answers
        early = views.own.asked < views.own.known.min()
        whole[early] = answers.quantiles[early]
    return Hedged(whole, answers, _methods(names, weights, each, views.own))


def _candidates(
    views: Views, learn: str, *, coarse: bool = False
) -> tuple[Answers, dict[str, Array]]:
    answers = pool_items(views.own, learn, coarse=coarse)
    model = answers.quantiles[:, ON_GRID]
    on_logs = np.full_like(model, np.nan)
    meant = np.logical_and(views.own.scale == LINEAR, views.logs.scale == LOG)
    if meant.any():
        last = views.own.asked[meant].max()
        on_logs = pool_items(_upto(views.logs, last, learn), learn, coarse=coarse).quantiles[
            :, ON_GRID
        ]
    return answers, candidates(views, learn, model, on_logs)


def _upto(items: Items, last: float, learn: str) -> Items:
    """The items with those that nobody asks for on this scale, all later ones, left silent."""
    if learn == "others":
        return items
    told = items.witnesses
    keep = items.asked[told.item] <= last
    kept = replace(told, **{name: getattr(told, name)[keep] for name in told.__dataclass_fields__})
    return replace(items, witnesses=kept)


def _walked(items: Items, near: Array, truth: Array, names: list[str]) -> tuple[Array, Array]:
    plain, weights = _mixtures(items, near, truth, names, items.known, items.asked)
    z = normal_scores(plain, items.truth)
    scores, at = follow_levels(z, items.known, items.asked, items.group)
    return moved(plain, scores, at), weights


def _mixtures(
    items: Items, near: Array, truth: Array, names: list[str], known: Array, asked: Array
) -> tuple[Array, Array]:
    """The mixture (I, P) of the mixtures by score and by stacking and of the model, and the
    candidates' weights (K,) in it at the end."""
    prior, scale = prior_weights(names), items.scale
    known = np.where(np.isfinite(truth) & np.isfinite(known), known, NEVER)
    scored = walk(near, truth, scale, known, asked, prior, score_weights)
    stacked = walk(near, truth, scale, known, asked, prior, stacked_weights, GROW)
    model = names.index("hierarchical")
    two = np.stack([scored.mixture, stacked.mixture, near[model]])
    both = walk(two, truth, scale, known, asked, LEVEL_TWO, score_weights)
    by_score, by_stack, alone = both.weights[-1]
    weights = by_score * scored.weights[-1] + by_stack * stacked.weights[-1]
    weights[model] += alone
    return both.mixture, weights


def _folds(items: Items) -> list[Ints]:
    """Items dealt into folds by their place in the table, never by their truth."""
    count = len(items.item_ids)
    place = np.arange(count) % min(FOLDS, count)
    return [np.flatnonzero(place == f) for f in range(min(FOLDS, count))]


def _left_out(views: Views, fold: Ints, asked: Array) -> Array:
    """The answers of a fold (K, m, P), weighed and recalibrated as if none of its truths were
    known: the other items are answered anew without them."""
    hidden = Views(*(_without(view, fold) for view in (views.own, views.linear, views.logs)))
    _, found = _candidates(hidden, "others", coarse=True)
    names = list(found)
    each, truth = kept_near(np.stack([found[n] for n in names]), hidden.own.truth)
    told = np.flatnonzero(np.isfinite(truth))
    # the fold itself stands at the end, where all others are known
    table = np.concatenate([each[:, told], asked], axis=1)
    place = np.arange(table.shape[1], dtype=float)
    place[len(told) :] = len(told)
    known = np.where(place < len(told), place + 0.5, NEVER)
    rows = np.r_[told, fold]
    items = replace(hidden.own, scale=hidden.own.scale[rows])
    shown = np.r_[truth[told], np.full(len(fold), np.nan)]
    plain, _ = _mixtures(items, table, shown, names, known, place)
    z = normal_scores(plain[: len(told)], hidden.own.truth[told])
    scores = quantile_scores(z)[None]
    return moved(plain[len(told) :], scores, np.zeros(len(fold), dtype=np.int64))


def _without(items: Items, fold: Ints) -> Items:
    truth = items.truth.copy()
    truth[fold] = np.nan
    return replace(items, truth=truth)


def _methods(names: list[str], weights: Array, each: Array, items: Items) -> pd.DataFrame:
    """Weights at the end and mean losses, in half widths of the model's answer."""
    unit = half_width(each[names.index("hierarchical")])
    loss = losses(each, items.truth, unit)
    told = np.isfinite(loss)
    mean = [float(loss[k][told[k]].mean()) if told[k].any() else np.nan for k in range(len(names))]
    frame = pd.DataFrame({"method": names, "weight": weights, "loss": mean, "n": told.sum(axis=1)})
    frame = frame[frame["n"] > 0] if told.any() else frame
    frame["weight"] = frame["weight"] / frame["weight"].sum()
    return frame.sort_values("weight", ascending=False, ignore_index=True)
