"""Weights of candidates by how they did: Bernstein online aggregation on quantile losses.

BOA (Wintenberger 2017, doi 10.1007/s10994-016-5592-6) for each level of a quantile, in rounds: all
items whose truth became known at one moment are one round, so that the learning rate, which falls
with the sum of squared rounds, sees that errors of one moment go together. Candidates without an
answer to an item sleep: they are neither charged nor credited for it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reconcile.pooling.answer import PROBABILITIES

__all__ = ["AT", "losses", "mixed", "prior_weights", "weigh"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

AT = np.array([0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975])
"""Levels at which candidates are judged; weights between them are interpolated."""
FORGET = 0.5
"""What was told in round r counts (r / R)^0.5 after R rounds: the best candidate may change."""
MODEL_SHARE = 0.5
"""Weight of the hierarchical model before anything is known; the others share the rest."""


def prior_weights(names: list[str]) -> Array:
    """Weights (K,) before anything is known."""
    other = (1 - MODEL_SHARE) / max(len(names) - 1, 1)
    return np.array([MODEL_SHARE if name == "hierarchical" else other for name in names])


def losses(table: Array, truth: Array, unit: Array) -> Array:
    """Quantile losses (K, I, L) of candidates `table` (K, I, P) at `AT`, in units (I,)."""
    at = np.searchsorted(PROBABILITIES, AT - 1e-9)
    off = (truth[:, None] - table[:, :, at]) / unit[:, None]
    return np.where(off > 0, AT * off, (AT - 1) * off)


class _Scores:
    """Regrets (K, L), their squares and their largest, faded; weights follow from them."""

    def __init__(self, prior: Array) -> None:
        self.prior = prior[:, None]
        self.regret = np.zeros((len(prior), len(AT)))
        self.square, self.most = np.zeros_like(self.regret), np.zeros_like(self.regret)
        self.rounds = 0

    def weights(self) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.sqrt(np.log(1 / self.prior) / self.square)
            rate = np.where(self.most > 0, np.fmin(rate, 0.5 / self.most), 0.0)
        score = np.log(self.prior) + rate * self.regret - rate**2 * self.square
        found = np.exp(score - score.max(axis=0))
        return found / found.sum(axis=0)

    def learn(self, loss: Array) -> None:
        """One round: losses (K, m, L), NaN where a candidate sleeps."""
        w = self.weights()[:, None, :] * np.isfinite(loss)
        own = np.nansum(w * np.nan_to_num(loss), axis=0) / np.maximum(w.sum(axis=0), 1e-300)
        gain = np.nan_to_num(own - loss).sum(axis=1)
        self.rounds += 1
        fade = ((self.rounds - 1) / self.rounds) ** FORGET
        self.regret = fade * self.regret + gain
        self.square = fade**2 * self.square + gain**2
        self.most = np.maximum(fade * self.most, np.abs(gain))


def weigh(loss: Array, known: Array, asked: Array, prior: Array) -> tuple[Array, Ints]:
    """Weights (M + 1, K, L) after each of M moments, and which of them each item (I,) may use.

    `loss` (K, I, L), NaN without truth; `known` (I,) from when a truth may teach (inf: never).
    """
    told = np.flatnonzero(np.isfinite(known) & np.isfinite(loss).any(axis=(0, 2)))
    told = told[np.argsort(known[told], kind="stable")]
    moments, start = np.unique(known[told], return_index=True)
    state = _Scores(prior)
    found = [state.weights()]
    for rows in np.split(told, start[1:]) if len(told) else []:
        state.learn(loss[:, rows])
        found.append(state.weights())
    return np.array(found), np.searchsorted(moments, asked, side="right")


def mixed(table: Array, weights: Array, at: Ints) -> Array:
    """The weighted mean (I, P) of the quantiles (K, I, P), item i by `weights` [at[i]]."""
    place = np.clip(np.searchsorted(AT, PROBABILITIES) - 1, 0, len(AT) - 2)
    part = np.clip((PROBABILITIES - AT[place]) / (AT[place + 1] - AT[place]), 0, 1)
    total, mass = np.zeros(table.shape[1:]), np.zeros(table.shape[1:])
    for k, one in enumerate(table):
        w = weights[:, k]
        each = (w[:, place] * (1 - part) + w[:, place + 1] * part)[at]
        awake = np.isfinite(one)
        total += np.where(awake, each * np.where(awake, one, 0.0), 0.0)
        mass += np.where(awake, each, 0.0)
    found = np.where(mass > 0, total / np.where(mass > 0, mass, 1.0), np.nan)
    return np.maximum.accumulate(found, axis=1)
