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
    """The law of `rows` where the error of each row's stream has the scale `sigma` (R,)."""

    rows: Rows
    sigma: Array
    log_scale: bool

    @cached_property
    def _soft(self) -> Array:
        """How blurred the ends of each cell (M,) are: nobody means an end of a range exactly, and
        a law that is flat inside has no curvature by which its mass could be told."""
        width = self.rows.upper - self.rows.lower
        return np.where(np.isfinite(width), _SOFT * width, 0.0)

    def at(self, eta: Array, anneal: float = 1.0) -> Mass:
        """Mass and derivatives at the expected values `eta` (R,); `anneal` widens all errors."""
        rows, of = self.rows, self.rows.of
        own = np.sqrt(np.where(rows.true, _TRUE_SD, self.sigma) ** 2 + rows.extra**2)
        share = np.exp(rows.log_share)
        fair, wrong = share * (1 - rows.gross), share * rows.gross
        blocks = [
            (0.0, own, fair * (1 - LOOSE)),
            (0.0, LOOSE_SCALE * own, fair * LOOSE),
            (0.0, np.hypot(rows.wide, rows.extra), wrong * _FAR),
        ]
        if self.log_scale:
            blocks += [(_LOG_TEN, own, wrong * _TEN), (-_LOG_TEN, own, wrong * _TEN)]
        mass, slope, bend, gross = (np.zeros(len(eta)) for _ in range(4))
        for number, (shift, scale, weight) in enumerate(blocks):
            spread = anneal * np.hypot(scale[of], self._soft)
            part = self._cells(eta[of] + shift, spread, thinned=number < 2)
            m, s, b = (weight * np.bincount(of, rows.weight * p, len(eta)) for p in part)
            mass, slope, bend = mass + m, slope + s, bend + b
            if number >= 2:
                gross = gross + m
        zero = ~np.isfinite(rows.lower) & self.log_scale
        silent = wrong * _ZERO * (np.bincount(of, zero, len(eta)) > 0)
        return Mass(mass + silent, slope, bend, gross + silent)

    def _cells(self, eta: Array, sigma: Array, thinned: bool) -> tuple[Array, Array, Array]:
        """Mass and derivatives of each cell; a part's number is a share of what is expected."""
        rows = self.rows
        out = student_cell(rows.lower, rows.upper, eta, sigma)
        at = rows.thinned[rows.of]
        if thinned and at.any():
            part = thinned_cell(rows.lower[at], rows.upper[at], eta[at], sigma[at])
            for whole, piece in zip(out, part, strict=True):
                whole[at] = piece
        return out
