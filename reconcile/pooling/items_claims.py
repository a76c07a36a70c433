"""What each row of a table of claims says, as five quantiles: the first step of `read_items`.

Every way of speaking is brought to the quantiles at `LEVELS`: a point is its rounding cell, an
interval with a level a normal about its value, an interval without one uniform between its hard
bounds, quantiles are themselves. A lone bound is kept as a bound, with its side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from reconcile.errors import OptionError
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.numerics.arrays import Array, Flags

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
"""The quantiles by which every claim is described: those that forecast tables publish."""
QUANTILE_COLUMNS = ("q05", "q25", "q50", "q75", "q95")
CLAIM_COLUMNS = ("value", "lower", "upper", *QUANTILE_COLUMNS)
UNIFORM = np.abs(2 * LEVELS - 1)
"""How far, from the middle to a hard bound, each quantile of a uniform lies."""
NORMAL = np.abs(ndtri(LEVELS)) / float(ndtri(0.95))
"""How far, from the median to the 5 % or 95 % quantile, each quantile of a normal lies."""
TAIL = 0.6
"""A stated distribution ends beyond its 5 % and 95 % quantiles by 0.6 of their distance from the
median: a normal 2.6 standard deviations out."""
DIGITS = 12
"""Decimal places looked at to find the rounding of a number; floats hold 15 to 17 digits in all."""


@dataclass(frozen=True, eq=False)
class ClaimTable:
    """The claims of N rows.

    `quantiles` (N, 5) at `LEVELS`, in the claim's own unit; `stated` (N,) where the speaker gave
    a width; `side` (N,): +1 at least, -1 at most, 0 for a claim with a middle (a bound stands in
    all five quantiles); `silent` (N,) where the row claims nothing.
    """

    quantiles: Array
    stated: Flags
    side: NDArray[np.int8]
    silent: Flags
    crossed: Flags
    warnings: tuple[str, ...]


def plain_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with numbers for texts such as "1,234", "n/a" or "45 %" (0.45) in its columns of
    numbers, whose marks are read in one way down all of them; other texts stay.

    Raises `OptionError` where marks read two ways, and for per cent beside numbers that are no
    shares.
    """
    measures = [c for c in (*CLAIM_COLUMNS, *quantile_levels(frame), "truth") if c in frame]
    names = dict.fromkeys([*measures, *(c for c in ("level", "weight") if c in frame)])
    texts = [c for c in names if frame[c].map(lambda cell: isinstance(cell, str)).any()]
    if not texts:
        return frame
    reading = read_numbers(pd.concat([frame[c] for c in texts]).tolist(), counts=False)
    if reading.question:
        raise OptionError(
            f"expected numbers that read one way, got {reading.question}; write them as numbers"
        )
    shares = [at in reading.percent for at in range(len(reading.cells))]
    each = zip(reading.cells, shares, strict=True)
    read = [cell / 100 if share else cell for cell, share in each]
    parts = {c: slice(k * len(frame), (k + 1) * len(frame)) for k, c in enumerate(texts)}
    found = frame.assign(
        **{c: pd.Series(read[part], frame.index, dtype=object) for c, part in parts.items()}
    )
    if any(any(shares[part]) for c, part in parts.items() if c in measures):
        _check_shares(found, measures)
    return found


def _check_shares(frame: pd.DataFrame, measures: list[str]) -> None:
    for column in measures:
        wrong = np.flatnonzero(np.abs(numbers(frame, column)) > 1)
        if len(wrong):
            raise OptionError(
                f"column {column!r}, row {wrong[0]}: expected a share beside others in per cent, "
                f"got {frame[column].iloc[wrong[0]]:g}"
            )


def numbers(frame: pd.DataFrame, column: str) -> Array:
    """A column as floats (N,), NaN where the column is absent or the cell empty.

    Raises `OptionError` that names the first row whose cell is no number.
    """
    if column not in frame:
        return np.full(len(frame), np.nan)
    cells = frame[column]
    read = pd.to_numeric(cells, errors="coerce")
    wrong = np.flatnonzero((read.isna() & cells.notna()).to_numpy())
    if len(wrong):
        row = int(wrong[0])
        raise OptionError(
            f"column {column!r}, row {row}: expected a number or an empty cell, "
            f"got {cells.iloc[row]!r}"
        )
    return read.to_numpy(dtype=float, na_value=np.nan)


def half_cell(value: Array) -> Array:
    """Half the rounding cell of each value (N,): half a unit of its last written digit.

    Whole numbers have the cell of one unit: how many of their zeros are meant is not written.

    >>> half_cell(np.array([1200.0, 0.25]))
    array([0.5  , 0.005])
    """
    half = np.full(value.shape, 0.5 * 10.0**-DIGITS)
    open_ = np.isfinite(value)
    for digits in range(DIGITS):
        unit = 10.0**digits
        scaled = value * unit
        whole = open_ & (np.abs(scaled - np.round(scaled)) <= 1e-9 * np.abs(scaled))
        half = np.where(whole, 0.5 / unit, half)
        open_ &= ~whole
    small = open_ & (value != 0)
    return np.where(small, np.minimum(half, 1e-4 * np.abs(value)), half)


def claim_table(frame: pd.DataFrame) -> ClaimTable:
    """Read the claim columns of `frame` (N rows): `value`, `lower`, `upper`, `level`, and
    every quantile column (`quantile_levels`).

    Raises `OptionError` for a table without any claim column, for a cell that is no number, an
    infinite value, a lower bound above its upper, or a level outside (0, 1).
    """
    levels = quantile_levels(frame)
    if not levels and not any(column in frame for column in CLAIM_COLUMNS):
        raise OptionError(
            f"expected at least one column of {', '.join(CLAIM_COLUMNS)}, "
            f"got {', '.join(map(str, frame.columns))}"
        )
    value, lower, upper = (numbers(frame, c) for c in ("value", "lower", "upper"))
    lower, upper = _finite(lower), _finite(upper)
    level = numbers(frame, "level")
    _check(value, lower, upper, level)
    stated = _five(frame, levels)
    stated[:, 2] = np.where(np.isnan(stated[:, 2]), value, stated[:, 2])
    by_quantile: Flags = np.any(np.isfinite(stated[:, [0, 1, 3, 4]]), axis=1)
    spoken, side = _from_bounds(stated[:, 2], lower, upper, level)
    quantiles = np.where(np.expand_dims(by_quantile, 1), _filled(stated), spoken)
    side = np.where(by_quantile, 0, side).astype(np.int8)
    quantiles, crossed = _ordered(quantiles)
    many = int(crossed.sum())
    wide = quantiles[:, 4] > quantiles[:, 0]
    silent = np.isnan(quantiles[:, 2])
    warnings = (f"{many} rows with crossing quantiles or a value outside its bounds: sorted",)
    return ClaimTable(
        _celled(quantiles, wide | (side != 0)),
        wide & (side == 0),
        side,
        silent,
        crossed,
        warnings if many else (),
    )


def quantile_levels(frame: pd.DataFrame) -> dict[str, float]:
    """The quantile columns of `frame` and their levels: q05 and q2.5 in per cent, q025 and q975 as
    the digits of a fraction.

    >>> quantile_levels(pd.DataFrame(columns=["q05", "q975", "q2.5", "q50", "quality", "q5"]))
    {'q05': 0.05, 'q975': 0.975, 'q2.5': 0.025, 'q50': 0.5}
    """
    found: dict[str, float] = {}
    for column in map(str, frame.columns):
        if re.fullmatch(r"q\d{2,4}", column):
            level = float(f"0.{column[1:]}")
        elif re.fullmatch(r"q\d{1,2}\.\d+", column):
            level = round(float(column[1:]) / 100, 6)
        else:
            continue
        if 0 < level < 1:
            found[column] = level
    return found


def _five(frame: pd.DataFrame, levels: dict[str, float]) -> Array:
    """Quantiles (N, 5) at `LEVELS` from all quantile columns: between two of them linear in the
    normal score, beyond the outermost along the last two; NaN where a row has fewer than two.

    Raises `OptionError` for a row whose lowest quantile lies above its highest.
    """
    names = sorted(levels, key=lambda name: levels[name])
    found = np.full((len(frame), len(LEVELS)), np.nan)
    if not names:
        return found
    at = np.array([levels[name] for name in names])
    said = np.stack([numbers(frame, name) for name in names], axis=1)
    for place, level in enumerate(LEVELS):
        same = np.flatnonzero(np.abs(at - level) < 1e-9)
        if len(same):
            found[:, place] = said[:, same[0]]
    _check_ends(said, names)
    given = np.isfinite(said)
    for row in np.flatnonzero((given.sum(axis=1) >= 2) & np.isnan(found).any(axis=1)):
        if set(at[given[row]]) <= set(LEVELS):
            continue  # the shape of a normal fills these
        z, x = ndtri(at[given[row]]), said[row, given[row]]
        score = ndtri(LEVELS)
        inside = np.interp(score, z, x)
        low = x[0] + (x[1] - x[0]) / (z[1] - z[0]) * (score - z[0])
        high = x[-1] + (x[-1] - x[-2]) / (z[-1] - z[-2]) * (score - z[-1])
        whole = np.where(score < z[0], low, np.where(score > z[-1], high, inside))
        found[row] = np.where(np.isnan(found[row]), whole, found[row])
    return found


def _check_ends(said: Array, names: list[str]) -> None:
    given = np.isfinite(said)
    first = np.where(given.any(axis=1), given.argmax(axis=1), 0)
    last = np.where(given.any(axis=1), given.shape[1] - 1 - given[:, ::-1].argmax(axis=1), 0)
    rows = np.arange(len(said))
    wrong = np.flatnonzero(said[rows, first] > said[rows, last])
    if len(wrong):
        row = int(wrong[0])
        low, high = int(first[row]), int(last[row])
        raise OptionError(
            f"row {row}: expected {names[low]} not above {names[high]}, got "
            f"{said[row, low]:g} and {said[row, high]:g}"
        )


def _finite(bound: Array) -> Array:
    return np.where(np.isinf(bound), np.nan, bound)


def _check(value: Array, lower: Array, upper: Array, level: Array) -> None:
    checks = (
        (np.isinf(value), "a finite value", value),
        (lower > upper, "a lower bound not above the upper", lower),
        (~np.isnan(level) & ~((level > 0) & (level < 1)), "a level between 0 and 1", level),
    )
    for wrong, expected, came in checks:
        if np.any(wrong):
            row = int(np.flatnonzero(wrong)[0])
            raise OptionError(f"row {row}: expected {expected}, got {came[row]:g}")


def _from_bounds(
    value: Array, lower: Array, upper: Array, level: Array
) -> tuple[Array, NDArray[np.int8]]:
    """Quantiles (N, 5) and side (N,) of points, intervals and lone bounds."""
    has_low, has_high = np.isfinite(lower), np.isfinite(upper)
    middle = np.where(np.isnan(value) & has_low & has_high, (lower + upper) / 2, value)
    lone = np.isnan(middle) & (has_low ^ has_high)
    side = np.where(lone, np.where(has_low, 1, -1), 0).astype(np.int8)
    middle = np.where(lone, np.where(has_low, lower, upper), middle)
    down = np.where(has_low, middle - lower, np.nan)
    up = np.where(has_high, upper - middle, np.nan)
    down, up = np.where(np.isnan(down), up, down), np.where(np.isnan(up), down, up)
    down, up = np.nan_to_num(down), np.nan_to_num(up)
    down, up = np.where(lone, 0.0, down), np.where(lone, 0.0, up)
    hard = np.isnan(level)
    to_90 = float(ndtri(0.95)) / ndtri((1 + np.where(hard, 0.9, level)) / 2)
    reach = np.where(hard[:, None], UNIFORM, NORMAL * to_90[:, None])
    signed = np.where(LEVELS < 0.5, -down[:, None], up[:, None]) * reach
    return middle[:, None] + np.where(LEVELS == 0.5, 0.0, signed), side


def _filled(stated: Array) -> Array:
    """Quantiles (N, 5) with the missing ones taken from the neighbours by the normal's shape."""
    x = stated.copy()
    pairs = np.where(np.isnan(x[:, 1] + x[:, 3]), x[:, 0] + x[:, 4], x[:, 1] + x[:, 3]) / 2
    any_ = _first_of(x[:, 2], pairs, x[:, 1], x[:, 3], x[:, 0], x[:, 4])
    middle = any_
    inner, outer = NORMAL[1], 1.0
    reach = []
    for near, far in ((1, 0), (3, 4)):
        to_near, to_far = np.abs(x[:, near] - middle), np.abs(x[:, far] - middle)
        reach.append(
            (_first_of(to_near, to_far * inner), _first_of(to_far, to_near / inner * outer))
        )
    (near_low, far_low), (near_high, far_high) = reach
    x[:, 1] = middle - _first_of(near_low, near_high, np.zeros(len(x)))
    x[:, 0] = middle - _first_of(far_low, far_high, np.zeros(len(x)))
    x[:, 3] = middle + _first_of(near_high, near_low, np.zeros(len(x)))
    x[:, 4] = middle + _first_of(far_high, far_low, np.zeros(len(x)))
    x[:, 2] = middle
    return np.where(np.isnan(stated), x, stated)


def _first_of(*candidates: Array) -> Array:
    """The first candidate that is not NaN, elementwise."""
    found = candidates[0]
    for candidate in candidates[1:]:
        found = np.where(np.isnan(found), candidate, found)
    return found


def _ordered(quantiles: Array) -> tuple[Array, Flags]:
    """Quantiles in ascending order, and which rows (N,) were not."""
    ordered = np.sort(quantiles, axis=1)
    slack = 1e-9 * np.maximum(np.abs(quantiles[:, 2]), ordered[:, 4] - ordered[:, 0])
    crossed = (np.abs(ordered - quantiles) > slack[:, None]).any(axis=1)
    return ordered, np.asarray(crossed, dtype=bool)


def _celled(quantiles: Array, keep: Flags) -> Array:
    """A claim of zero width is a point with its rounding cell, uniform inside."""
    half = half_cell(quantiles[:, 2])
    cell = quantiles[:, [2]] + half[:, None] * (2 * LEVELS - 1)
    return np.where(keep[:, None], quantiles, cell)
