"""The law of a claim: its own error, a loose number, a gross error, a slip by ten, a zero.

    p = (1 - pi) [.92 F(eta, sd) + .08 F(eta, 5 sd)]
        + pi [.7 F(eta, wide) + .15 F(eta +- log 10, sd) + .1 (the claim is 0)]

F(eta, s) is the mass that Student's t with 4 degrees of freedom around eta with scale s gives the
cell of what was said, a density where the cell is narrow. Without slips by ten and zeros a misprint
is taken for a house effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.model.problem import Rows
from reconcile.numerics.cells import student_cell, thinned_cell
from reconcile.numerics.sums import sum_by

__all__ = ["LOOSE", "LOOSE_SCALE", "ClaimLaw", "Mass"]

Array = NDArray[np.float64]

# One number in twelve of a source is said loosely, with five times its usual error.
LOOSE, LOOSE_SCALE = 0.08, 5.0
# Of gross errors: far off in any way, a digit too few or too many, or 0 for "no report".
_FAR, _TEN, _ZERO = 0.7, 0.15, 0.1
_LOG_TEN = float(np.log(10))
_TRUE_SD = 0.02
# The ends of a cell are blurred by a quarter of its width.
_SOFT = 0.25


@dataclass(frozen=True, eq=False)
class Mass:
    """Of each row (R,): probability, its derivatives in eta, and the part that is gross."""

    mass: Array
    slope: Array
    bend: Array
    gross: Array


@dataclass(frozen=True, eq=False)
class ClaimLaw:
    """The law of `rows` where the error of each row's stream has the scale `sigma` (R,).

    `wrong` (R,): rows that are taken for gross errors, whatever else they may be: the wide law of a
    claim is a plateau around the narrow one, which no mode of the whole law shows.
    """

    rows: Rows
    sigma: Array
    log_scale: bool
    wrong: NDArray[np.bool_] | None = None

    @cached_property
    def _blocks(self) -> _Blocks:
        """The laws of all cells, one block after the other: own, loose, far off, slips by ten."""
        rows, of = self.rows, self.rows.of
        own = np.sqrt(np.where(rows.true, _TRUE_SD, self.sigma) ** 2 + rows.extra**2)
        share = np.exp(rows.log_share)
        fair, wrong = share * (1 - rows.gross), share * rows.gross
        fair = fair if self.wrong is None else np.where(self.wrong, 0.0, fair)
        laws = [
            (0.0, own, fair * (1 - LOOSE)),
            (0.0, LOOSE_SCALE * own, fair * LOOSE),
            (0.0, np.hypot(rows.wide, rows.extra), wrong * _FAR),
        ]
        if self.log_scale:
            laws += [(_LOG_TEN, own, wrong * _TEN), (-_LOG_TEN, own, wrong * _TEN)]
        width = rows.upper - rows.lower
        soft = np.where(np.isfinite(width), _SOFT * width, 0.0)
        count = len(laws)
        zero = ~np.isfinite(rows.lower) & self.log_scale
        part = np.flatnonzero(rows.thinned[of])
        return _Blocks(
            shift=np.repeat([shift for shift, _, _ in laws], len(of)),
            scale=np.concatenate([np.hypot(scale[of], soft) for _, scale, _ in laws]),
            weight=np.concatenate([weight[of] * rows.weight for _, _, weight in laws]),
            lower=np.tile(rows.lower, count),
            upper=np.tile(rows.upper, count),
            row=np.tile(of, count),
            thinned=np.concatenate([part, part + len(of)]),
            gross=2 * len(of),
            silent=wrong * _ZERO * (np.bincount(of, zero, len(share)) > 0),
        )

    def at(self, eta: Array, anneal: float = 1.0) -> Mass:
        """Mass and derivatives at the expected values `eta` (R,); `anneal` widens all errors."""
        b = self._blocks
        at, scale = eta[b.row] + b.shift, b.scale if anneal == 1.0 else anneal * b.scale
        parts = student_cell(b.lower, b.upper, at, scale)
        if len(b.thinned):
            ends = b.lower[b.thinned], b.upper[b.thinned]
            told = thinned_cell(*ends, at[b.thinned], scale[b.thinned])
            for whole, piece in zip(parts, told, strict=True):
                whole[b.thinned] = piece
        mass, slope, bend = (sum_by(b.row, b.weight * part, len(eta)) for part in parts)
        far = slice(b.gross, None)
        gross = sum_by(b.row[far], b.weight[far] * parts[0][far], len(eta))
        return Mass(mass + b.silent, slope, bend, gross + b.silent)


@dataclass(frozen=True, eq=False)
class _Blocks:
    """All cells under all laws (B M,): shift of what is expected, scale, weight, the cell, and its
    row; `thinned`: where a part's number is a share of what is expected; `gross`: where gross
    errors begin; silent (R,): the chance of a zero that means "no report"."""

    shift: Array
    scale: Array
    weight: Array
    lower: Array
    upper: Array
    row: NDArray[np.intp]
    thinned: NDArray[np.intp]
    gross: int
    silent: Array
