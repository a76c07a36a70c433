"""`Check`: how a set of forecasts did on truths that became known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reconcile.check.calibration import (
    coverage_table,
    pit_between,
    pit_of_quantiles,
    pit_of_samples,
    uniformity,
)
from reconcile.check.crps import crps_quantiles, crps_samples
from reconcile.check.scores import log_score_quantiles
from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.values import Distribution

LEVELS = (0.5, 0.8, 0.9, 0.95)  # those that forecast studies report, and the default of `level`
_GRID = np.linspace(0.005, 0.995, 100)


@dataclass(frozen=True, eq=False, repr=False)
class Check:
    """Forecasts against N truths.

    `rows` has one row for each truth: `truth`, `pit`, `score` (a loss), and where known `source`,
    `label` (of the source), `block` (of time, or the fold that was held out), `item`, `log_score`.
    `levels` are those of `coverage`, `score_name` says which score it is, `of` whether `truth` is
    what was true or what a claim said. `plot.calibration` draws it.
    """

    rows: pd.DataFrame
    levels: tuple[float, ...] = LEVELS
    score_name: str = "CRPS"
    of: Literal["truths", "claims"] = "truths"

    @property
    def pit(self) -> Array:
        """The probability integral transform of each truth (N,), uniform if calibrated."""
        return self.rows["pit"].dropna().to_numpy(dtype=float)

    @property
    def coverage(self) -> pd.DataFrame:
        """Share of truths inside the central intervals: `level covered n lower upper`."""
        return coverage_table(self.pit, self.levels)

    @property
    def scores(self) -> pd.DataFrame:
        """By source, the best first: `source label score n` and the coverage at each level."""
        if "source" not in self.rows:
            return pd.DataFrame(columns=_BY_SOURCE)
        names = ["source", "label"] if "label" in self.rows else ["source"]
        return self.by(*names)

    @property
    def score(self) -> float:
        """The mean score."""
        return float(self.rows["score"].mean())

    def by(self, *columns: str) -> pd.DataFrame:
        """Mean and median score, number, and coverage for each value of `columns` of `rows`.

        Raises `OptionError` for a column that is not there.
        """
        missing = [name for name in columns if name not in self.rows]
        if missing or not columns:
            raise OptionError(f"expected columns among {list(self.rows)}, got {list(columns)}")
        grouped = self.rows.groupby(list(columns), sort=True, observed=True)
        found = grouped["score"].agg(score="mean", median_score="median", n="count")
        for level in self.levels:
            inside = (self.rows["pit"] - 0.5).abs() <= level / 2
            found[_name(level)] = inside.groupby([self.rows[name] for name in columns]).mean()
        return found.reset_index().sort_values("score", kind="stable", ignore_index=True)

    def uniformity(self, bins: int = 10) -> float:
        """The chi-square p-value of uniform PIT: small where the forecasts are not calibrated."""
        return uniformity(self.pit, bins)[1]

    def to_frame(self) -> pd.DataFrame:
        """`rows`, with whether each truth lay inside the interval of each level."""
        inside = {
            _name(level): (self.rows["pit"] - 0.5).abs() <= level / 2 for level in self.levels
        }
        return self.rows.assign(**inside)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        table = self.coverage
        pairs = zip(self.levels, table["covered"].tolist(), strict=True)
        held = ", ".join(f"{100 * level:.3g}% {100 * share:.3g}%" for level, share in pairs)
        return (
            f"{len(self):,} {self.of}; intervals of nominal level and what they held: {held}; "
            f"mean {self.score_name} {self.score:.4g}"
        )

    def __repr__(self) -> str:
        return f"<Check of {self}>"


_BY_SOURCE = ["source", "score", "median_score", "n"]


def check_quantiles(
    quantiles: ArrayLike,
    probabilities: ArrayLike,
    truth: ArrayLike,
    *,
    source: ArrayLike | None = None,
    block: ArrayLike | None = None,
    item: ArrayLike | None = None,
    levels: Sequence[float] = LEVELS,
) -> Check:
    """Forecasts by `quantiles` (N, P) at `probabilities` (P,) against `truth` (N,).

    The score is twice the mean pinball loss (with symmetric probabilities and a median, the
    weighted interval score up to its weights). `source`, `block` and `item` (N,) label the rows.
    Raises `OptionError` for shapes that don't fit.

    >>> check = check_quantiles([[1, 2, 3], [2, 4, 8]], [0.05, 0.5, 0.95], [2.5, 9.0])
    >>> check.coverage.loc[2, ["level", "covered"]].tolist()
    [0.9, 0.5]
    """
    y = np.asarray(truth, dtype=float)
    rows = {
        "pit": pit_of_quantiles(quantiles, probabilities, y),
        "score": crps_quantiles(quantiles, probabilities, y),
    }
    if (np.diff(np.asarray(quantiles, dtype=float), axis=1) > 0).all():
        rows["log_score"] = log_score_quantiles(quantiles, probabilities, y)
    return _made(rows, y, source, block, item, levels, "quantile score")


def check_samples(
    samples: ArrayLike,
    truth: ArrayLike,
    *,
    source: ArrayLike | None = None,
    block: ArrayLike | None = None,
    item: ArrayLike | None = None,
    levels: Sequence[float] = LEVELS,
    seed: int | np.random.Generator = 0,
) -> Check:
    """Forecasts by `samples` (n, N) against `truth` (N,), scored by CRPS; ties broken at random.

    Raises `OptionError` for shapes that don't fit.

    >>> found = check_samples([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]], [2.0, 9.0])
    >>> found.rows["score"].round(2).tolist()
    [0.22, 3.56]
    """
    y = np.asarray(truth, dtype=float)
    rows = {"pit": pit_of_samples(samples, y, seed=seed), "score": crps_samples(samples, y)}
    return _made(rows, y, source, block, item, levels, "CRPS")


def check_distributions(
    distributions: Sequence[Distribution],
    truth: ArrayLike,
    *,
    discrete: bool = False,
    source: ArrayLike | None = None,
    block: ArrayLike | None = None,
    item: ArrayLike | None = None,
    levels: Sequence[float] = LEVELS,
    seed: int | np.random.Generator = 0,
) -> Check:
    """Forecasts by `Distribution`s against `truth` (N,), scored by CRPS.

    With `discrete`, truths are whole numbers and stand for the cell of half a unit around them,
    within which the PIT is drawn at random. Raises `OptionError` for unequal lengths.

    >>> found = check_distributions([Distribution.point(3.0)], [5.0])
    >>> found.score
    2.0
    """
    y = np.asarray(truth, dtype=float)
    if y.shape != (len(distributions),):
        raise OptionError(f"expected {len(distributions)} truths, got shape {y.shape}")
    half = 0.5 if discrete else 0.0
    pairs = list(zip(distributions, y, strict=True))
    below = np.array([one.at(v - half) for one, v in pairs])
    upto = np.array([one.at(v + half) for one, v in pairs])
    grid = np.array([one.quantile(_GRID) for one in distributions]).reshape(len(y), len(_GRID))
    rows = {
        "pit": pit_between(below, upto, seed=seed),
        "score": crps_quantiles(grid, _GRID, y),
    }
    return _made(rows, y, source, block, item, levels, "CRPS")


def _made(
    rows: dict[str, Array],
    truth: Array,
    source: ArrayLike | None,
    block: ArrayLike | None,
    item: ArrayLike | None,
    levels: Sequence[float],
    score_name: str,
) -> Check:
    labels = {"item": item, "source": source, "block": block}
    given = {name: np.asarray(label) for name, label in labels.items() if label is not None}
    for name, label in given.items():
        if label.shape != truth.shape:
            raise OptionError(
                f"expected a {name} for each of {len(truth)} truths, got {label.shape}"
            )
    return Check(pd.DataFrame({**given, "truth": truth, **rows}), tuple(levels), score_name)


def _name(level: float) -> str:
    return f"covered{100 * level:g}"
