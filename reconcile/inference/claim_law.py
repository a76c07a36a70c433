"""The law of a claim: its own error, a loose number, a gross error, a slip by ten, a zero, a copy.

    p = (1 - pi) fair [.92 F(eta, sd) + .08 F(eta, 5 sd)]
        + pi [.7 F(eta, wide) + .15 F(eta +- log 10, sd) + .1 (the claim is 0)] + copied

F(eta, s) is the mass that Student's t with 4 degrees of freedom around eta with scale s gives the
cell of what was said, a density where the cell is narrow. Without slips by ten and zeros a misprint
is taken for a house effect. `fair` and `copied` are 1 and 0 but for numbers that another source
gave before (`model/repeated_numbers.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reconcile.ledger.audit.agreement import COPIES, KNOWS
from reconcile.model.priors import (
    CONTAMINATED,
    CONTAMINATED_SCALE,
    GROSS_FAR,
    GROSS_TEN,
    GROSS_ZERO,
    TRUTH_SD,
)
from reconcile.model.problem import Rows
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.cells import student_cell, thinned_cell
from reconcile.numerics.sums import sum_by

# The shares of numbers that are copied, and known.
Shares = tuple[Array | float, Array | float]
USUAL_SHARES: Shares = COPIES, KNOWS
# A digit too few or too many.
_LOG_TEN = float(np.log(10))
# The ends of a cell are blurred by a quarter of its width.
_SOFT = 0.25


@dataclass(frozen=True, eq=False)
class Mass:
    """Of each row (..., R): probability, its derivatives in eta, and the part that is gross."""

    mass: Array
    slope: Array
    bend: Array
    gross: Array


@dataclass(frozen=True, eq=False)
class ClaimLaw:
    """The law of R rows, from `claim_law`: all M cells under each of B laws, one after the other.

    shift, lower, upper, row (B M,): of what is expected, the ends of the cell, and its row; scale,
    weight (..., B M). `thinned`: where a part's number is a share of what is expected. Gross errors
    begin at `far`; silent (..., R): the chance of a zero that means "no report"; copied (..., R):
    of another source's number. sigma (..., R): the error of each row's stream; wrong (..., R): as
    in `claim_law`. Scale, weight, silent, copied, sigma and wrong may have a leading axis of lanes.
    """

    sigma: Array
    wrong: Flags
    shift: Array
    lower: Array
    upper: Array
    row: Index
    thinned: Index
    far: int
    scale: Array
    weight: Array
    silent: Array
    copied: Array

    def at(self, eta: Array, anneal: Array | float = 1.0) -> Mass:
        """Mass and derivatives at the expected values `eta` (..., R); `anneal`, a number or
        (lanes, 1), widens all errors."""
        at = eta[..., self.row] + self.shift
        scale = anneal * self.scale
        parts = student_cell(self.lower, self.upper, at, scale)
        if len(self.thinned):
            t = self.thinned
            told = thinned_cell(self.lower[t], self.upper[t], at[..., t], scale[..., t])
            for whole, piece in zip(parts, told, strict=True):
                whole[..., t] = piece
        R, far = eta.shape[-1], slice(self.far, None)
        mass, slope, bend = (self._summed(self.weight * part, R) for part in parts)
        gross = self._summed(self.weight[..., far] * parts[0][..., far], R)
        return Mass(mass + self.silent + self.copied / anneal, slope, bend, gross + self.silent)

    def _summed(self, values: Array, rows: int) -> Array:
        """Sums (..., rows) of values (..., b M) over laws and cells."""
        M = self.far // 2
        if not M:
            return np.zeros((*values.shape[:-1], rows))
        by_cell = values.reshape(*values.shape[:-1], -1, M).sum(axis=-2)
        return by_cell if rows == M else sum_by(self.row[:M], by_cell, rows)

    @staticmethod
    def stacked(
        laws: Sequence[ClaimLaw], join: Callable[[list[Array]], Array] = np.stack
    ) -> ClaimLaw:
        """Laws of the same rows, in lanes; `join`: np.concatenate for laws that have lanes."""
        return replace(
            laws[0], **{name: join([getattr(law, name) for law in laws]) for name in _IN_LANES}
        )

    @property
    def forced(self) -> bool:
        """Whether any row is taken for a gross error or a copy."""
        return bool(self.wrong.any())

    def lanes(self, index: Index | slice | int) -> ClaimLaw:
        """Some of the lanes, or one of them."""
        return replace(self, **{name: getattr(self, name)[index] for name in _IN_LANES})


_IN_LANES = ("sigma", "wrong", "scale", "weight", "silent", "copied")


def claim_law(
    rows: Rows,
    sigma: Array,
    log_scale: bool,
    wrong: Flags | None = None,
    odds: Array | float = 0.0,
    repeats: Shares = USUAL_SHARES,
) -> ClaimLaw:
    """The law of `rows` where the error of each row's stream has the scale `sigma` (..., R), lanes
    first, and the log odds of a gross error lie by `odds` (R,) above those of its grade; `repeats`:
    the shares of numbers that are copied and known, in all or of each row (R,).

    `wrong` (..., R): rows that are taken for gross errors or copies, whatever else they may be:
    such a law is a plateau around the narrow one, which no mode of the whole law shows.
    """
    of, lead = rows.of, sigma.shape[:-1]
    own = np.sqrt(np.where(rows.true, TRUTH_SD, sigma) ** 2 + rows.extra**2)
    share = np.exp(rows.log_share)
    doubt = shifted_odds(rows.gross, odds)
    copies, knows = repeats
    equal = np.where(rows.air > 0, 1 - copies - knows + knows * rows.odd, 1.0)
    fair, gross = share * (1 - doubt) * equal, share * doubt
    wrong = np.zeros(sigma.shape, dtype=bool) if wrong is None else wrong
    fair = np.where(wrong, 0.0, fair)
    laws = [
        (0.0, own, fair * (1 - CONTAMINATED)),
        (0.0, CONTAMINATED_SCALE * own, fair * CONTAMINATED),
        (0.0, np.hypot(rows.wide, rows.extra), gross * GROSS_FAR),
    ]
    if log_scale:
        laws += [(_LOG_TEN, own, gross * GROSS_TEN), (-_LOG_TEN, own, gross * GROSS_TEN)]
    width = rows.upper - rows.lower
    soft = np.where(np.isfinite(width), _SOFT * width, 0.0)
    zero = ~np.isfinite(rows.lower) & log_scale
    part = np.flatnonzero(rows.thinned[of])
    return ClaimLaw(
        sigma=sigma,
        wrong=wrong,
        shift=np.repeat([shift for shift, _, _ in laws], len(of)),
        lower=np.tile(rows.lower, len(laws)),
        upper=np.tile(rows.upper, len(laws)),
        row=np.tile(of, len(laws)),
        thinned=np.concatenate([part, part + len(of)]),
        far=2 * len(of),
        scale=_joined([np.hypot(scale[..., of], soft) for _, scale, _ in laws], lead),
        weight=_joined([weight[..., of] * rows.weight for _, _, weight in laws], lead),
        silent=_joined([gross * GROSS_ZERO * (np.bincount(of, zero, len(share)) > 0)], lead),
        copied=_joined([share * (1 - doubt) * copies * rows.air], lead),
    )


def _joined(pieces: Sequence[Array], lead: tuple[int, ...]) -> Array:
    """The `pieces` (..., K) one after the other, each in all lanes."""
    every = [np.broadcast_to(p, (*lead, p.shape[-1])) for p in pieces]
    return np.ascontiguousarray(np.concatenate(every, axis=-1))


def shifted_odds(gross: Array, odds: Array | float) -> Array:
    """The probabilities `gross` where their log odds rise by `odds`."""
    more = gross * np.exp(odds)
    return more / (1 - gross + more)
