"""Cooke's classical model: experts weighted by how they did on questions with known answers.

An expert states quantiles of every question. With r bins between (and beyond) the quantiles,
`calibration` is the p-value of the hypothesis that truths fall into the bins as often as stated,
`information` how much narrower than the background the statements are, and the weight of an
expert is their product, or 0 where the calibration is below a cutoff; the cutoff is chosen so
that the pooled "decision maker" has the greatest product itself.

Letters: E experts, Q questions, R stated quantiles, B = R + 1 bins.

References: Cooke (1991), Experts in Uncertainty, Oxford University Press, ch. 12; Colson and Cooke
(2017), Reliability Engineering & System Safety 163, 109-120, doi 10.1016/j.ress.2017.02.003.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array, Flags
from reconcile.numerics.demands import demand
from reconcile.textbook.pools import linear_pool
from reconcile.values import Distribution

_OVERSHOOT = 0.1  # of the range: the usual 10 % (Cooke 1991, 9.2)


@dataclass(frozen=True, eq=False)
class Panel:
    """What experts said: `quantiles` (E, Q, R) at `probabilities` (R,), NaN where one is silent.

    `log` (Q,) marks questions judged on a logarithmic scale. Each question has a background from
    the smallest to the largest value stated (and its truth, where given), an `overshoot` wider.
    """

    quantiles: Array
    probabilities: Array
    log: Flags
    lower: Array
    upper: Array

    @classmethod
    def of(
        cls,
        quantiles: ArrayLike,
        probabilities: Sequence[float] = (0.05, 0.5, 0.95),
        *,
        log: ArrayLike = False,
        truths: ArrayLike | None = None,
        overshoot: float = _OVERSHOOT,
    ) -> Panel:
        """Check the statements and lay the backgrounds.

        Raises `OptionError` for quantiles that fall, shapes that don't fit, or values not above 0
        on a log scale.
        """
        stated, p = np.array(quantiles, dtype=float), np.asarray(probabilities, dtype=float)
        if stated.ndim != 3 or stated.shape[2] != len(p):
            raise OptionError(f"expected quantiles (E, Q, {len(p)}), got shape {stated.shape}")
        if (np.diff(p) <= 0).any() or not ((p > 0) & (p < 1)).all():
            raise OptionError(f"expected ascending probabilities inside 0 to 1, got {p.tolist()}")
        stated[np.isnan(stated).any(axis=2)] = np.nan
        falling = np.diff(stated, axis=2) < 0
        rising = "quantiles that don't fall with their probability"
        demand(~falling, rising, stated[..., :-1], stated[..., 1:])
        logs = np.broadcast_to(np.asarray(log, dtype=bool), stated.shape[1:2]).copy()
        known = np.full(stated.shape[1], np.nan) if truths is None else np.asarray(truths, float)
        for asked in (stated[:, logs], known[logs]):
            demand(~(asked <= 0), "values above 0 for questions on a log scale", asked)
        scaled, truth = _scaled(stated, logs), _scaled(known[None, :, None], logs)[0, :, 0]
        lower = np.fmin(np.fmin.reduce(scaled, axis=(0, 2)), truth)
        upper = np.fmax(np.fmax.reduce(scaled, axis=(0, 2)), truth)
        margin = overshoot * np.where(upper > lower, upper - lower, 1.0)
        return cls(scaled, p, logs, lower - margin, upper + margin)

    @property
    def answered(self) -> Flags:
        """Which expert answered which question (E, Q)."""
        return ~np.isnan(self.quantiles[:, :, 0])

    def bins(self, truths: ArrayLike) -> Array:
        """In which bin (E, Q) each truth fell, NaN where unanswered or unknown.

        A truth that equals a quantile counts in the bin below it.
        """
        truth = _scaled(np.asarray(truths, dtype=float)[None, :, None], self.log)
        found = (truth > self.quantiles).sum(axis=2).astype(float)
        unknown = ~self.answered | np.isnan(truth[:, :, 0])
        return np.where(unknown, np.nan, found)

    def information(self) -> Array:
        """Relative information (E, Q) of each statement with respect to the background, in nats."""
        shares = np.diff(np.r_[0.0, self.probabilities, 1.0])
        edges = self._edges()
        widths = np.maximum(np.diff(edges, axis=2), 1e-12 * (self.upper - self.lower)[:, None])
        against = (self.upper - self.lower)[None, :, None]
        return (shares * np.log(shares * against / widths)).sum(axis=2)

    def _edges(self) -> Array:
        ends = np.broadcast_to(
            np.stack([self.lower, self.upper])[:, None, :, None], (2, *self.answered.shape, 1)
        )
        return np.concatenate([ends[0], self.quantiles, ends[1]], axis=2)

    def distribution(self, expert: int, question: int) -> Distribution:
        """The least informative distribution with the stated quantiles (uniform in each bin)."""
        z = self._edges()[expert, question]
        p = np.r_[0.0, self.probabilities, 1.0]
        if self.log[question]:
            return _curved(z, p, logarithmic=True)
        return _curved(z, p, logarithmic=False)

    def pool(self, weights: ArrayLike, question: int) -> Distribution:
        """The linear pool of those who answered `question`, with `weights` (E,)."""
        given = np.where(self.answered[:, question], np.asarray(weights, dtype=float), 0.0)
        if given.sum() <= 0:
            given = self.answered[:, question].astype(float)
        members = np.flatnonzero(given > 0)
        return linear_pool([self.distribution(int(e), question) for e in members], given[members])


@dataclass(frozen=True, eq=False)
class PerformanceWeights:
    """How the experts did, and what it is worth.

    `calibration` (E,) are p-values, `information` (E,) mean nats per question, `weights` (E,) sum
    to 1, `item_information` (E, Q) replaces the mean information where weights go by item,
    `cutoff` is the least calibration that has weight, `decision_maker` the (calibration,
    information) of the pool on the same questions.
    """

    calibration: Array
    information: Array
    weights: Array
    cutoff: float
    decision_maker: tuple[float, float]

    def on_item(self, information: ArrayLike) -> Array:
        """Weights (E,) for one question, by the `information` (E,) of the statements on it."""
        raw = np.where(self.weights > 0, self.calibration * np.asarray(information), 0.0)
        raw = np.where(np.isfinite(raw) & (raw > 0), raw, 0.0)
        return raw / raw.sum() if raw.sum() > 0 else self.weights


def calibration(bins: Array, probabilities: Array) -> Array:
    """The p-value (E,) of 2 N I(s; p) under chi-square with B - 1 degrees of freedom.

    `bins` (E, N) are those into which truths fell (NaN: none), s their shares, and
    I(s; p) = sum s ln(s / p). Experts without any truth have 0.
    """
    expected = np.diff(np.r_[0.0, probabilities, 1.0])
    counts = np.stack([(bins == b).sum(axis=1) for b in range(len(expected))], axis=1)
    total = counts.sum(axis=1)
    shares = counts / np.maximum(total, 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log(shares / expected), 0.0)
    found = stats.chi2.sf(2 * total * terms.sum(axis=1), len(expected) - 1)
    return np.where(total > 0, found, 0.0)


def performance_weights(
    quantiles: ArrayLike,
    truths: ArrayLike,
    probabilities: Sequence[float] = (0.05, 0.5, 0.95),
    *,
    log: ArrayLike = False,
    cutoff: float | None = None,
    overshoot: float = _OVERSHOOT,
) -> PerformanceWeights:
    """Global weights from `quantiles` (E, Q, R) of questions whose `truths` (Q,) are known.

    `cutoff` None chooses it among the experts' calibrations so that the decision maker's
    calibration times information is greatest; 0 keeps everybody.
    Raises `OptionError` for what `Panel.of` refuses, or where no truth is known.
    """
    known = np.asarray(truths, dtype=float)
    if not np.isfinite(known).any():
        raise OptionError("expected at least one question with a known truth, got none")
    panel = Panel.of(quantiles, probabilities, log=log, truths=known, overshoot=overshoot)
    score = calibration(panel.bins(known), panel.probabilities)
    told = panel.information()
    informed = np.nanmean(np.where(panel.answered, told, np.nan), axis=1, where=panel.answered)
    informed = np.nan_to_num(informed)
    choices = np.unique(score[score > 0]) if cutoff is None else np.array([cutoff])
    best: PerformanceWeights | None = None
    for at in choices if len(choices) else np.array([0.0]):
        found = _with_cutoff(panel, known, score, informed, float(at))
        if best is None or _merit(found) > _merit(best):
            best = found
    assert best is not None
    return best


def _merit(found: PerformanceWeights) -> float:
    return found.decision_maker[0] * found.decision_maker[1]


def _with_cutoff(
    panel: Panel, truths: Array, score: Array, informed: Array, cutoff: float
) -> PerformanceWeights:
    raw = np.where(score >= cutoff, score * informed, 0.0)
    raw = raw if raw.sum() > 0 else np.ones_like(raw)
    weights = raw / raw.sum()
    questions = np.flatnonzero(np.isfinite(truths)).tolist()
    stated = np.array([_maker_says(panel, weights, question) for question in questions])[None]
    asked = np.isfinite(truths)
    maker = Panel(
        stated,
        panel.probabilities,
        panel.log[asked],
        panel.lower[asked],
        panel.upper[asked],
    )
    achieved = float(calibration(maker.bins(truths[asked]), panel.probabilities)[0])
    told = float(maker.information().mean())
    return PerformanceWeights(score, informed, weights, cutoff, (achieved, told))


def _maker_says(panel: Panel, weights: Array, question: int) -> Array:
    """The pool's quantiles (R,) on the question's scale; those of a lone expert are his own."""
    active = np.flatnonzero(panel.answered[:, question] & (weights > 0))
    if len(active) == 1:
        return panel.quantiles[active[0], question]
    pooled = panel.pool(weights, question).quantile(panel.probabilities)
    return np.log(pooled) if panel.log[question] else pooled


def _scaled(values: Array, log: Flags) -> Array:
    """Logarithms of the questions (axis 1) that are on a log scale."""
    found = values.astype(float).copy()
    found[:, log] = np.log(found[:, log])
    return found


def _curved(z: Array, p: Array, logarithmic: bool) -> Distribution:
    """A distribution that is uniform between the edges `z` on its own scale.

    Points in between keep it so, since `Distribution` goes straight on another scale.
    """
    fine = np.unique(np.r_[p, np.linspace(0, 1, 201)])
    points = np.interp(fine, p, z)
    return Distribution(np.exp(points) if logarithmic else points, fine)
