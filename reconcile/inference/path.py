"""Marginals along a path of dates: profiled at knots, carried between them by Laplace.

At every date the node mixture of Laplace approximations has a mean and a sd; at the knots the
profiled marginal is known. Between two knots the standardised quantiles are interpolated, and the
date's own mean and sd put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from scipy.special import expit

from reconcile.inference.profile import Marginal
from reconcile.numerics.arrays import Array

# From 1e-4 to 1 - 1e-4, denser in the tails.
PROBABILITIES = expit(np.linspace(-9.2, 9.2, 185))
# Marginals at no more than this many dates.
_MOST_KNOTS = 12


def knots(days: Sequence[date], spoken: Sequence[date]) -> list[int]:
    """Index of `days`: both ends, and the rest where claims end (`spoken`), spread over time."""
    since = np.array([(day - days[0]).days for day in days], dtype=float)
    inside = [end for day in spoken if since[0] < (end := (day - days[0]).days) < since[-1]]
    evenly = np.linspace(since[0], since[-1], _MOST_KNOTS // 2)
    spaced = np.quantile(inside, np.linspace(0, 1, _MOST_KNOTS // 2)) if inside else []
    wanted = np.unique(np.r_[evenly, spaced])
    return sorted({int(np.argmin(np.abs(since - day))) for day in wanted})


def carried(
    mean: Array, sd: Array, at_knots: Sequence[int], known: Sequence[Marginal], rising: bool
) -> list[Marginal]:
    """A marginal for each of the T dates with Laplace `mean` and `sd` (T,).

    `at_knots` are the indices, ascending and with both ends among them, of the dates whose
    marginals are `known`. `rising`: a total never falls, so neither does any of its quantiles
    (what numerical error would let them fall is shared between the dates).
    """
    index = np.asarray(at_knots)
    shapes = np.array([knot.quantile(PROBABILITIES) for knot in known])
    shapes = (shapes - mean[index, None]) / sd[index, None]
    dates = np.arange(len(mean))
    columns = [np.interp(dates, index, shapes[:, p]) for p in range(len(PROBABILITIES))]
    values = mean[:, None] + sd[:, None] * np.stack(columns, axis=1)
    values = np.maximum.accumulate(values, axis=1)
    if rising:
        ahead = np.maximum.accumulate(values, axis=0)
        behind = np.minimum.accumulate(values[::-1], axis=0)[::-1]
        values = 0.5 * (ahead + behind)
    ends = np.r_[0.0, PROBABILITIES[1:-1], 1.0]
    return [Marginal(row, ends) for row in values]
