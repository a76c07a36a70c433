"""Truth discovery: truths of many items and weights of many sources found from each other.

N claims (item, source, value); I items, S sources. All three methods alternate between truths as
weighted means and weights from each source's distance to the truths, on values standardised
within each item so that items of any unit count alike. They assume independent sources and know
neither intervals nor time: baselines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from reconcile.errors import OptionError, one_of
from reconcile.numerics.arrays import Array, Ints

_LEAST_VARIANCE = 0.01  # of the standardised claims: a source that is always right stays finite


@dataclass(frozen=True, eq=False)
class Discovery:
    """`truths` (I,) of the `items` (I,) and `weights` (S,), summing to 1, of the `sources` (S,).

    `spread` (I,) is the standard deviation that the method's own model gives each truth (NaN
    where it has none); `steps` is the number of rounds, `converged` whether they settled.
    """

    items: NDArray[np.generic]
    sources: NDArray[np.generic]
    truths: Array
    weights: Array
    spread: Array
    steps: int
    converged: bool


@dataclass(frozen=True, slots=True)
class _Claims:
    """Claims with items and sources numbered, values standardised within items."""

    items: NDArray[np.generic]
    sources: NDArray[np.generic]
    item: Ints
    source: Ints
    z: Array
    centre: Array
    scale: Array

    def by_source(self, terms: Array) -> Array:
        return np.bincount(self.source, terms, len(self.sources)).astype(np.float64)

    def by_item(self, terms: Array) -> Array:
        return np.bincount(self.item, terms, len(self.items)).astype(np.float64)

    def means(self, weights: Array) -> Array:
        each = weights[self.source]
        return self.by_item(each * self.z) / self.by_item(each)

    def squared(self, truths: Array) -> Array:
        """The sum of squared distances of each source (S,)."""
        return self.by_source((self.z - truths[self.item]) ** 2)

    def absolute(self, truths: Array) -> Array:
        """The sum of absolute distances of each source (S,)."""
        return self.by_source(np.abs(self.z - truths[self.item]))

    def medians(self, weights: Array) -> Array:
        """Weighted medians (I,): the least value with at least half of the weight up to it."""
        order = np.lexsort((self.z, self.item))
        item, z = self.item[order], self.z[order]
        upto = np.cumsum(weights[self.source[order]])
        start = np.searchsorted(item, np.arange(len(self.items)))
        before = np.where(start > 0, upto[start - 1], 0.0)
        whole = upto[np.r_[start[1:], len(z)] - 1] - before
        enough = np.flatnonzero(upto - before[item] >= 0.5 * whole[item] * (1 - 1e-12))
        found = np.zeros(len(self.items))
        found[item[enough[::-1]]] = z[enough[::-1]]
        return found

    @property
    def counts(self) -> Array:
        """How many claims each source makes (S,)."""
        return np.bincount(self.source, minlength=len(self.sources)).astype(float)


def crh(
    item: ArrayLike,
    source: ArrayLike,
    value: ArrayLike,
    *,
    loss: Literal["squared", "absolute"] = "squared",
    steps: int = 200,
) -> Discovery:
    """CRH: weight = -log(the source's share of all sources' mean losses).

    `item`, `source`, `value` are (N,). Truths start at the items' medians; with squared `loss`
    they are weighted means, with absolute loss weighted medians, robust against wild claims.
    Raises `OptionError` for arrays of unequal length or without a finite value, or another loss.
    Reference: Li, Li, Gao, Zhao, Fan and Han (2014), SIGMOD, 1187-1198, doi
    10.1145/2588555.2610509, eq. 5, 13 to 16.

    >>> found = crh([1, 1, 1, 2, 2, 2], list("abcabc"), [10, 11, 30, 5, 5.1, 9])
    >>> found.weights.argmin(), bool(10 < found.truths[0] < 13)
    (np.int64(2), True)
    >>> crh([1, 1, 1], list("abc"), [10, 10, 3000], loss="absolute").truths.round(6).tolist()
    [10.0]
    """
    one_of("loss", loss, ("squared", "absolute"))

    def weigh(claims: _Claims, truths: Array) -> Array:
        off = claims.squared(truths) if loss == "squared" else claims.absolute(truths)
        mean = off / claims.counts
        share = np.maximum(mean, 1e-12 * max(mean.max(), 1e-300)) / max(mean.sum(), 1e-300)
        weights = -np.log(np.minimum(share, 1.0))
        return weights if weights.sum() > 0 else np.ones_like(weights)

    return _alternated(_numbered(item, source, value), weigh, steps, median=loss == "absolute")


def catd(
    item: ArrayLike, source: ArrayLike, value: ArrayLike, *, alpha: float = 0.05, steps: int = 200
) -> Discovery:
    """CATD: weight = chi2(alpha/2; n_s) / sum of squared distances, n_s the source's claims.

    The quantile in the numerator is that of the upper end of a confidence interval of the
    source's error variance, so that sources of few claims get less weight. Left to itself it runs
    away to one source whose values become the truths, at distance 0; so no source is taken to err
    by less than a tenth of its items' spread (not in the paper). Raises `OptionError` as `crh`, or
    for `alpha` outside 0 to 1. Reference: Li, Li, Gao, Su, Zhao, Demirbas, Fan and Han (2014),
    PVLDB 8(4), 425-436, doi 10.14778/2735496.2735505, eq. 7.

    >>> found = catd([1, 1, 1, 2, 2, 2], list("abcabc"), [10, 11, 30, 5, 5.1, 9])
    >>> str(found.sources[found.weights.argmin()])  # the source that is far off
    'c'
    """
    if not 0 < alpha < 1:
        raise OptionError(f"expected alpha between 0 and 1, got {alpha}")

    def weigh(claims: _Claims, truths: Array) -> Array:
        loss = np.maximum(claims.squared(truths), _LEAST_VARIANCE * claims.counts)
        return np.asarray(stats.chi2.ppf(alpha / 2, claims.counts), dtype=float) / loss

    return _alternated(_numbered(item, source, value), weigh, steps)


def gtm(
    item: ArrayLike,
    source: ArrayLike,
    value: ArrayLike,
    *,
    shape: float = 10.0,
    scale: float = 10.0,
    truth_variance: float = 1.0,
    steps: int = 200,
) -> Discovery:
    """Gaussian truth model: z ~ N(truth, s2_source), s2 ~ InvGamma(shape, scale), truth ~ N(0, v).

    EM for the source variances, truths integrated out, on standardised values with
    v = `truth_variance`; the paper's defaults are shape = scale = 10. `spread` is the posterior
    standard deviation of the truths. Raises `OptionError` as `crh`, or for parameters that are not
    above 0. Reference: Zhao and Han (2012), A probabilistic model for estimating real-valued truth
    from conflicting sources, QDB workshop at VLDB, section 4.

    >>> found = gtm([1, 1, 1, 2, 2, 2], list("abcabc"), [10, 11, 30, 5, 5.1, 9])
    >>> str(found.sources[found.weights.argmin()])  # the source that is far off
    'c'
    """
    if min(shape, scale, truth_variance) <= 0:
        raise OptionError(
            f"expected shape, scale and truth_variance above 0, got {shape}, {scale} and "
            f"{truth_variance}"
        )
    claims = _numbered(item, source, value)
    variances = np.full(len(claims.sources), scale / shape)
    truths = np.full(len(claims.items), np.inf)
    precision, settled, step = np.ones(len(claims.items)), False, 0
    while step < steps and not settled:
        step += 1
        precision = 1 / truth_variance + claims.by_item(1 / variances[claims.source])
        new = claims.by_item(claims.z / variances[claims.source]) / precision
        loss = claims.squared(new) + claims.by_source(1 / precision[claims.item])
        variances = (2 * scale + loss) / (2 * (shape + 1) + claims.counts)
        settled = bool(np.abs(new - truths).max() < 1e-10)
        truths = new
    weights = 1 / variances
    return Discovery(
        claims.items, claims.sources, claims.centre + claims.scale * truths,
        weights / weights.sum(), claims.scale / np.sqrt(precision), step, settled,
    )  # fmt: skip


def _alternated(
    claims: _Claims,
    weigh: Callable[[_Claims, Array], Array],
    steps: int,
    *,
    median: bool = False,
) -> Discovery:
    truths = _medians(claims)
    weights, settled, step = np.ones(len(claims.sources)), False, 0
    while step < steps and not settled:
        step += 1
        weights = weigh(claims, truths)
        weights = weights / weights.max()
        held = np.maximum(weights, 1e-12)
        new = claims.medians(held) if median else claims.means(held)
        settled = bool(np.abs(new - truths).max() < 1e-10)
        truths = new
    return Discovery(
        claims.items, claims.sources, claims.centre + claims.scale * truths,
        weights / weights.sum(), np.full(len(claims.items), np.nan), step, settled,
    )  # fmt: skip


def _numbered(item: ArrayLike, source: ArrayLike, value: ArrayLike) -> _Claims:
    things, voices = np.asarray(item), np.asarray(source)
    values = np.asarray(value, dtype=float)
    if not (things.shape == voices.shape == values.shape) or values.ndim != 1:
        raise OptionError(
            "expected item, source and value of one length, got "
            f"{things.shape}, {voices.shape} and {values.shape}"
        )
    kept = np.isfinite(values)
    if not kept.any():
        raise OptionError("expected at least one claim with a finite value")
    items, numbers = np.unique(things[kept], return_inverse=True)
    sources, owners = np.unique(voices[kept], return_inverse=True)
    x = values[kept]
    counts = np.bincount(numbers)
    centre = np.bincount(numbers, x) / counts
    scale = np.sqrt(np.bincount(numbers, (x - centre[numbers]) ** 2) / counts)
    scale = np.where(scale > 0, scale, 1.0)
    z = (x - centre[numbers]) / scale[numbers]
    return _Claims(items, sources, numbers, owners, z, centre, scale)


def _medians(claims: _Claims) -> Array:
    order = np.lexsort((claims.z, claims.item))
    counts = np.bincount(claims.item)
    ends = np.cumsum(counts)
    starts = ends - counts
    ordered = claims.z[order]
    low, high = ordered[starts + (counts - 1) // 2], ordered[starts + counts // 2]
    return (low + high) / 2
