"""`method="auto"`: candidates weighed by their scores on known items, then recalibrated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconcile.pooling.aggregate import losses, mixed, prior_weights, weigh
from reconcile.pooling.answer import PROBABILITIES, Answers
from reconcile.pooling.candidates import candidates
from reconcile.pooling.crowd import Block, blocks
from reconcile.pooling.items import Items
from reconcile.pooling.items_scale import LINEAR
from reconcile.pooling.learn import pool_items
from reconcile.pooling.recalibrate import follow_levels, moved, normal_scores, quantile_scores

__all__ = ["Hedged", "hedge"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 5
"""Parts whose truths are hidden together where all other items teach the weights."""


@dataclass(frozen=True, eq=False)
class Hedged:
    """`quantiles` (I, P) on the items' scales, the model's own `answers`, and `methods`: one row
    a candidate with its final weight and its mean quantile loss."""

    quantiles: Array
    answers: Answers
    methods: pd.DataFrame


def hedge(items: Items, learn: str) -> Hedged:
    """Answers by all candidates together; `learn` is "past" or "others"."""
    table = blocks(items)
    answers = pool_items(items, learn)
    found = candidates(items, table, learn, answers.quantiles)
    names = list(found)
    each = np.stack([found[name] for name in names])
    loss = losses(each, items.truth, _unit(items, table, each))
    if learn == "past":
        quantiles, weights = _walk(items, each, loss, names)
    else:
        quantiles = np.full_like(each[0], np.nan)
        for fold in _folds(items):
            quantiles[fold] = _left_out(items, fold, each[:, fold])
        weights = _final(loss, names)
    return Hedged(quantiles, answers, _methods(names, weights, loss))


def _walk(items: Items, each: Array, loss: Array, names: list[str]) -> tuple[Array, Array]:
    weights, at = weigh(loss, items.known, items.asked, prior_weights(names))
    plain = mixed(each, weights, at)
    z = normal_scores(plain, items.truth)
    scores, at = follow_levels(z, items.known, items.asked)
    return moved(plain, scores, at), weights[-1]


def _folds(items: Items) -> list[Ints]:
    """Items dealt into folds by their place in the table, never by their truth."""
    count = len(items.item_ids)
    place = np.arange(count) % min(FOLDS, count)
    return [np.flatnonzero(place == f) for f in range(min(FOLDS, count))]


def _left_out(items: Items, fold: Ints, asked: Array) -> Array:
    """The answers of a fold (K, m, P), weighed and recalibrated as if none of its truths were
    known: the other items are answered anew without them."""
    truth = items.truth.copy()
    truth[fold] = np.nan
    hidden = replace(items, truth=truth)
    table = blocks(hidden)
    model = pool_items(hidden, "others").quantiles
    found = candidates(hidden, table, "others", model)
    each = np.stack(list(found.values()))
    loss = losses(each, truth, _unit(hidden, table, each))
    weights = _final(loss, list(found))[None]
    none = np.zeros(each.shape[1], dtype=np.int64)
    scores = quantile_scores(normal_scores(mixed(each, weights, none), truth))[None]
    here = np.zeros(len(fold), dtype=np.int64)
    return moved(mixed(asked, weights, here), scores, here)


def _final(loss: Array, names: list[str]) -> Array:
    """Weights (K, L) from all items, each a round of its own."""
    count = loss.shape[1]
    rounds = np.where(np.isfinite(loss).any(axis=(0, 2)), np.arange(count, dtype=float), np.inf)
    return weigh(loss, rounds, np.array([np.inf]), prior_weights(names))[0][-1]


def _unit(items: Items, table: list[Block], each: Array) -> Array:
    """The unit (I,) of losses: logs and logits need none; linear items have their own spread where
    units may differ. Walking forward, scales may change: there, the candidates' median half
    width, on any scale."""
    if items.dated:
        quarter, last = (np.searchsorted(PROBABILITIES, p - 1e-9) for p in (0.25, 0.75))
        width = each[:, :, last] - each[:, :, quarter]
        asleep = np.isnan(width).all(axis=0)
        width[:, asleep] = 1.0
        return np.maximum(np.nanmedian(width, axis=0), 1e-9)
    unit = np.ones(len(items.item_ids))
    if not items.dated:
        for block in table:
            own = np.maximum(block.spread, 1e-12)
            unit[block.items] = np.where(block.scale == LINEAR, own, 1.0)
    return unit


def _methods(names: list[str], weights: Array, loss: Array) -> pd.DataFrame:
    told = np.asarray(np.isfinite(loss).all(axis=2), dtype=bool)
    mean = [float(loss[k][told[k]].mean()) if told[k].any() else np.nan for k in range(len(names))]
    frame = pd.DataFrame(
        {"method": names, "weight": weights.mean(axis=1), "loss": mean, "n": told.sum(axis=1)}
    )
    return frame.sort_values("weight", ascending=False, ignore_index=True)
