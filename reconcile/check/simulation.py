"""Simulation-based calibration: is the posterior right where the prior is the truth?

Draw a truth from the prior and data from the truth, fit, and rank the truth among the posterior's
draws. If the fit is right the rank is uniform, whatever the model. References: Cook, Gelman and
Rubin (2006), JCGS 15, 675-692; Talts et al. (2018), arXiv:1804.06788; Modrák et al. (2023),
Bayesian Analysis, doi 10.1214/23-BA1404.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Ints

Data = object


@dataclass(frozen=True, eq=False)
class Ranks:
    """Ranks (n, K) of n true parameter vectors of K parameters among `draws` posterior draws each.

    A rank is the number of draws below the truth, 0 to `draws`. A valley in its histogram is an
    overconfident posterior, a hill one that is too wide, a slope a biased one.
    """

    ranks: Ints
    draws: int
    names: tuple[str, ...]

    def counts(self, bins: int = 10) -> Ints:
        """How many ranks fall into each of `bins` equal parts: (bins, K).

        Raises `OptionError` unless the draws + 1 possible ranks fall into equal parts.
        """
        if bins < 2 or (self.draws + 1) % bins:
            raise OptionError(
                f"expected a number of bins that divides {self.draws + 1} (draws + 1), got {bins}"
            )
        part = self.ranks * bins // (self.draws + 1)
        return np.stack([(part == b).sum(axis=0) for b in range(bins)]).astype(np.int64)

    def p_values(self, bins: int = 10) -> NDArray[np.float64]:
        """The chi-square p-value (K,) of uniform ranks, for each parameter."""
        return np.asarray(stats.chisquare(self.counts(bins), axis=0).pvalue, dtype=float)

    @property
    def pit(self) -> NDArray[np.float64]:
        """The ranks as numbers between 0 and 1 (n * K,), for `plot.calibration`."""
        return ((self.ranks + 0.5) / (self.draws + 1)).ravel()

    def to_frame(self) -> pd.DataFrame:
        """One row for each simulation, one column for each parameter."""
        return pd.DataFrame(self.ranks, columns=list(self.names))


def simulation_based_calibration(
    simulate: Callable[[np.random.Generator], tuple[ArrayLike, Data]],
    fit: Callable[[Data, np.random.Generator], ArrayLike],
    *,
    n: int = 100,
    names: Sequence[str] | None = None,
    seed: int = 0,
) -> Ranks:
    """Rank `n` simulated truths among the draws of their posteriors.

    `simulate(rng)` gives a truth (K,) drawn from the prior and data drawn from it; `fit(data, rng)`
    posterior draws (L, K), independent of each other (thin a chain first; L = 99 makes ten equal
    bins). Ties are broken at random. Raises `OptionError` for draws that change their shape.

    >>> def simulate(rng):
    ...     truth = rng.normal()
    ...     return [truth], truth + rng.normal()
    >>> def fit(y, rng):
    ...     return y / 2 + np.sqrt(0.5) * rng.normal(size=(99, 1))
    >>> found = simulation_based_calibration(simulate, fit, n=200, seed=1)
    >>> bool(found.p_values()[0] > 0.01)
    True
    """
    if n < 1:
        raise OptionError(f"expected at least one simulation, got {n}")
    ranks: list[NDArray[np.int64]] = []
    shape: tuple[int, ...] | None = None
    for rng in np.random.default_rng(seed).spawn(n):
        truth, data = simulate(rng)
        theta = np.atleast_1d(np.asarray(truth, dtype=float))
        drawn = np.asarray(fit(data, rng), dtype=float)
        drawn = drawn[:, None] if drawn.ndim == 1 else drawn
        if drawn.ndim != 2 or drawn.shape[1:] != theta.shape or shape not in (None, drawn.shape):
            raise OptionError(
                f"expected draws (L, {len(theta)}), equally many each time, got {drawn.shape}"
            )
        shape = drawn.shape
        below, tied = (drawn < theta).sum(axis=0), (drawn == theta).sum(axis=0)
        ranks.append(below + rng.integers(0, tied + 1))
    found = np.stack(ranks).astype(np.int64)
    labels = names or [f"parameter {k}" for k in range(found.shape[1])]
    if len(labels) != found.shape[1]:
        raise OptionError(f"expected {found.shape[1]} names, got {len(labels)}")
    return Ranks(found, (shape or (0,))[0], tuple(labels))
