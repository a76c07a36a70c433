"""`method="auto"`: candidates weighed by their scores on known items, then recalibrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.aggregate import (
    Memory,
    WeightPath,
    half_width,
    kept_near,
    losses,
    prior_weights,
    walk,
)
from reconcile.pooling.answer import ON_GRID, PROBABILITIES, Answers, from_grid
from reconcile.pooling.candidates import Views, candidates, family
from reconcile.pooling.items import Items
from reconcile.pooling.items_scale import LINEAR, LOG
from reconcile.pooling.learn import agreements, model_answers
from reconcile.pooling.memories import remembered
from reconcile.pooling.placeholders import doubted
from reconcile.pooling.recalibrate import Answered, follow_levels, level_scores, levels_of, moved
from reconcile.pooling.repeats import Repeats
from reconcile.pooling.whole import cells, whole_numbers

FOLDS = 4
"""Parts whose truths are hidden together where all other items teach the weights."""
NEVER = np.inf


@dataclass(frozen=True, eq=False)
class Hedged:
    """`quantiles` (I, P) on the items' scales, the model's own `answers`, `methods`: one row
    a candidate with its final weight and its mean quantile loss, what every candidate answers
    (`found`: by name (I, P) at `GRID`), and the numbers agreed on (`repeats`)."""

    quantiles: Array
    answers: Answers
    methods: pd.DataFrame
    found: dict[str, Array]
    repeats: Repeats


def views_of(read: Callable[[str], Items]) -> Views:
    """The items on their own scales, all linear and on logs; `read` reads the table "", "linear"
    or "log"."""
    return Views(read(""), read("linear"), read("log"))


def hedge(views: Views, learn: str) -> Hedged:
    """Answers by all candidates together; `learn` is "past" or "others"."""
    views = Views(*(doubted(view, learn) for view in (views.own, views.linear, views.logs)))
    repeats = agreements(views.own, learn)
    answers, found = _candidates(views, learn, repeats)
    names = list(found)
    each = np.stack([found[name] for name in names])
    near, truth = kept_near(each, _inexact(views.own, repeats).truth)
    if learn == "past":
        hedged, weights = _walked(views.own, near, truth, names, repeats)
        quantiles = from_grid(hedged)
        early = views.own.asked < views.own.known.min()
        quantiles[early] = answers.quantiles[early]  # before any truth is known, the model answers
        repeats = repeats.beyond(views.own, quantiles, learn)
        quantiles = repeats.added(quantiles)
    else:
        quantiles = np.full_like(answers.quantiles, np.nan)
        for fold in _folds(views.own):
            quantiles[fold], agreed = _left_out(views, fold, near[:, fold])
            repeats = repeats.with_those_of(agreed, fold)
        place = np.arange(len(truth), dtype=float)
        weights = _weighed(views.own, near, truth, names, place + 0.5, place).weights[-1]
    return Hedged(
        whole_numbers(views.own, quantiles, learn), answers,
        _methods(names, weights, each, views.own), found, repeats,
    )  # fmt: skip


def _candidates(
    views: Views, learn: str, repeats: Repeats, *, coarse: bool = False
) -> tuple[Answers, dict[str, Array]]:
    """The model's answers, and those of every candidate; all but the model learn from truths that
    no number agreed on tells, since these are mixed in at the end."""
    answers = model_answers(views.own, learn, coarse=coarse)
    model = answers.quantiles[:, ON_GRID]
    on_logs = model
    if np.logical_and(views.own.scale == LINEAR, views.logs.scale == LOG).any():
        on_logs = model_answers(views.logs, learn, coarse=coarse).quantiles[:, ON_GRID]
    parts = (views.own, views.linear, views.logs)
    inexact = Views(*(_inexact(view, repeats) for view in parts))
    return answers, candidates(inexact, learn, model, on_logs)


def _inexact(items: Items, repeats: Repeats) -> Items:
    return _without(items, np.flatnonzero(repeats.exact))


def _walked(
    items: Items, near: Array, truth: Array, names: list[str], repeats: Repeats
) -> tuple[Array, Array]:
    known = np.where(np.isfinite(truth), items.known, NEVER)
    found = remembered(near, truth, items.scale, known, items.asked, _prior(names))
    z = level_scores(found.mixture, cells(items, "past"))
    open_ = np.where(repeats.told, np.nan, truth)
    past = Answered(found.mixture, open_, z, found.unit)
    scores = follow_levels(past, items.known, items.asked, items.group)
    return moved(found.mixture, scores), found.weights[-1]


def _weighed(
    items: Items, near: Array, truth: Array, names: list[str], known: Array, asked: Array
) -> WeightPath:
    known = np.where(np.isfinite(truth), known, NEVER)
    return walk(near, truth, items.scale, known, asked, _prior(names), Memory(wary=True))


def _prior(names: list[str]) -> Array:
    return prior_weights([family(name) for name in names])


def _folds(items: Items) -> list[Ints]:
    """Items dealt into folds by their place in the table, never by their truth."""
    count = len(items.item_ids)
    place = np.arange(count) % min(FOLDS, count)
    return [np.flatnonzero(place == f) for f in range(min(FOLDS, count))]


def _left_out(views: Views, fold: Ints, asked: Array) -> tuple[Array, Repeats]:
    """The answers of a fold (m, P), weighed and recalibrated as if none of its truths were known
    (the other items are answered anew without them), and the numbers agreed on, as known then."""
    hidden = Views(*(_without(view, fold) for view in (views.own, views.linear, views.logs)))
    repeats = agreements(hidden.own, "others")
    _, found = _candidates(hidden, "others", repeats, coarse=True)
    names = list(found)
    untold = _inexact(hidden.own, repeats).truth
    each, truth = kept_near(np.stack([found[n] for n in names]), untold)
    told, exact = np.flatnonzero(np.isfinite(truth)), np.flatnonzero(repeats.exact)
    # the fold itself, and what numbers tell of, stands at the end, where all others are known
    rows = np.r_[told, exact, fold]
    table = np.concatenate([each[:, rows[: -len(fold)]], asked], axis=1)
    place = np.minimum(np.arange(len(rows), dtype=float), len(told))
    known = np.where(place < len(told), place + 0.5, NEVER)
    shown = np.r_[truth[told], np.full(len(rows) - len(told), np.nan)]
    items = replace(hidden.own, scale=hidden.own.scale[rows])
    path = _weighed(items, table, shown, names, known, place)
    plain, rest = path.mixture, slice(len(told))
    z = level_scores(plain[rest], cells(hidden.own, "others")[told])
    open_ = np.where(repeats.told[told], np.nan, shown[rest])
    scores = levels_of(Answered(plain[rest], open_, z, path.unit[rest]))
    answers = np.full((len(truth), len(PROBABILITIES)), np.nan)
    answers[rows] = from_grid(moved(plain, scores))
    repeats = repeats.beyond(hidden.own, answers, "others")
    return repeats.added(answers)[fold], repeats


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
