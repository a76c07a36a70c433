"""Where the truth lies relative to its crowd: a family of shapes, and what past truths say of it.

    theta = middle + unit (c_g + omega t) + rho (a draw from the crowd - middle) + averaging error

The crowd is the mixture of all (corrected) claims. With rho = 1 the truth is one more claim of
that crowd: the linear pool. With rho = 0 it is the crowd's centre, with an error omega that all
sources of an item share and an averaging error that falls with their number: the house-effect
model (MODEL.md, section 7). `c_g` ~ N(0, tau^2) is the error shared by the items of a group, and
`t` has 5 degrees of freedom. The parameters live on a grid, where the likelihoods of items add;
that makes leaving an item out, or knowing only the past, exact and cheap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.crowd import Block, centre
from reconcile.pooling.items_claims import LEVELS, TAIL
from reconcile.pooling.weighted_quantiles import row_quantiles

NU = 5.0
"""Degrees of freedom of the errors of a crowd: heavier tails than normal, with a variance."""
DENSITY_AT_0 = 8 / (3 * np.sqrt(5) * np.pi)
"""The density at 0 of t with 5 degrees of freedom."""
TO_SCALE = (NU - 2) / NU
"""A variance in terms of the squared scale of t with `NU` degrees of freedom."""

NODES = (np.arange(20) + 0.5) / 20
"""A crowd as 20 equally likely values."""
ATOMS = (np.arange(9) + 0.5) / 9
"""A claim as 9 equally likely values."""
GAP = 0.6
"""Each node is smeared by this part of the gap to its neighbours."""
SKILL_POWER = 2.0
"""Weights go with the inverse square of a source's typical error."""

SHIFTS = np.linspace(-2, 2, 17)
"""Shifts of a crowd, in units, at which likelihoods are computed."""
FINE = np.linspace(-2, 2, 81)
"""The finer ones to which they are interpolated."""
OMEGA = np.array([0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 1.6, 2.6, 4.2])
"""Spreads of the error that a crowd shares, in units, in steps of a factor of about 1.7."""
FINE_OMEGA = np.exp(np.linspace(np.log(OMEGA[0]), np.log(OMEGA[-1]), 33))
"""The finer ones to which they are interpolated."""
RHO = np.array([0.0, 0.3, 0.55, 0.8, 1.0])
"""How far a crowd is stretched about its middle: 0 is a point, 1 leaves it as it is."""
FINE_RHO = np.linspace(0, 1, 13)
"""The finer ones to which they are interpolated."""
TAU = np.array([0.05, 0.12, 0.25, 0.5, 1.0])
"""Spreads of the shift of a group (an election year, say), in units."""
WEIGHTS = [(0.0, 0.0), (0.0, 1.0), (0.7, 0.5), (2.0, 1.0)]
"""The two powers below, in the combinations that are tried."""
WEIGHTING = np.array([(*weights, undone) for undone in (0.0, 1.0) for weights in WEIGHTS])
"""Ways to make a crowd of claims: power of the stated precision's root, power of the Student
weights, and the part of all learnt shifts that is undone: a source may well lean, and the crowd
be the better for it."""
WEIGHTING_PRIOR = np.log(np.tile([0.20, 0.20, 0.05, 0.05], 2))
"""Prior of each way to weigh: plain crowds are the more usual."""
FAR = 100.0
"""Distances beyond so many units are all alike."""


def _finer(coarse: Array, fine: Array) -> Array:
    """The matrix (fine, coarse) of cubic interpolation: log likelihoods are smooth between the
    points of the grid, however sharp the sum over many items is."""
    return np.ascontiguousarray(CubicSpline(coarse, np.eye(len(coarse)))(fine))


FINER_SHIFT = _finer(SHIFTS, FINE)
FINER_OMEGA = _finer(np.log(OMEGA), np.log(FINE_OMEGA))
FINER_RHO = _finer(RHO, FINE_RHO)


def _prior(omega: Array, rho: Array) -> Array:
    """Log prior (omega, rho, weighting): experts' crowds are about right as they are."""
    spread = -0.5 * (np.log(omega / 0.12) / 0.8) ** 2
    share = np.interp(rho, [0.0, 0.4, 0.7, 1.0], np.log([0.02, 0.05, 0.13, 0.80]))
    return spread[:, None, None] + share[:, None] + WEIGHTING_PRIOR


@dataclass(frozen=True, eq=False)
class Grid:
    """The priors on the grid: (O, R, W), the same finer, of tau, and of shifts given tau."""

    prior: Array
    fine_prior: Array
    tau_prior: Array
    shift_prior: Array


def _shift_prior() -> Array:
    log = -0.5 * (FINE / TAU[:, None]) ** 2
    return log - np.log(np.exp(log).sum(axis=1, keepdims=True))


GRID = Grid(
    _prior(OMEGA, RHO),
    _prior(FINE_OMEGA, FINE_RHO),
    np.log([0.2, 0.25, 0.25, 0.2, 0.1]),
    _shift_prior(),
)
"""`tau`, what a group shares, is about a quarter of a unit a priori, within a factor of four."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """The crowds of I items: `middle`, `averaging` (the part of variance that averaging leaves),
    `nodes` (I, J) quantiles of the mixture, `gap` (I, J) between them, `unit` (I,).
    """

    middle: Array
    averaging: Array
    nodes: Array
    gap: Array
    unit: Array

    def take(self, keep: Flags | Ints | slice) -> Crowd:
        """The items at `keep`."""
        return Crowd(
            self.middle[keep], self.averaging[keep], self.nodes[keep], self.gap[keep],
            self.unit[keep],
        )  # fmt: skip


def crowd_of(
    block: Block,
    unit: Array,
    habits: tuple[Array, Array, Array],
    weights: Array,
    shift: Array,
) -> Crowd:
    """The mixture of the claims of each item, corrected for `habits` (bias, log error, stretch).

    `weights` (I, 3) are `precision`, `robust` and `undone`: a witness weighs as its expected error
    to the power -2, its stated width to the power -`precision` and its Student weight to the power
    `robust`; of its bias, and of the `shift` (I,) in units of the whole item, `undone` is undone.
    """
    bias, skill, stretch = habits
    precision, robust, undone = (part[:, None] for part in weights.T)
    width = np.log(np.maximum(block.width, 1e-3 * unit[:, None]))
    has_width = block.stated & block.present
    stating = np.maximum(has_width.sum(axis=1), 1)
    mean = np.where(has_width, width, 0.0).sum(axis=1) / stating
    narrow = np.where(has_width, mean[:, None] - width, 0.0)
    pull = block.mass * np.exp(precision * narrow - SKILL_POWER * skill) * block.trust**robust
    pull = pull / pull.sum(axis=1)[:, None]
    moved = unit[:, None] * undone * (shift[:, None] - bias)
    x = block.x + moved[..., None]
    about = block.point + moved
    x = about[..., None] + (x - about[..., None]) * np.exp(stretch)[..., None]
    middle, averaging = centre(about, pull)
    atoms = _atoms(x)
    masses = np.broadcast_to(pull[..., None] / len(ATOMS), atoms.shape)
    flat = (len(block), -1)
    nodes = row_quantiles(atoms.reshape(flat), masses.reshape(flat), NODES)
    gap = np.gradient(nodes, axis=1)
    return Crowd(middle, averaging, nodes, gap, unit)


def _atoms(x: Array) -> Array:
    """Nine equal parts (I, n, 9) of the distribution with quantiles `x` (I, n, 5)."""
    low = x[..., 0] - TAIL * (x[..., 2] - x[..., 0])
    high = x[..., 4] + TAIL * (x[..., 4] - x[..., 2])
    knots = np.concatenate([low[..., None], x, high[..., None]], axis=-1)
    at = np.concatenate([[0.0], LEVELS, [1.0]])
    left = np.clip(np.searchsorted(at, ATOMS) - 1, 0, len(at) - 2)
    part = (ATOMS - at[left]) / (at[left + 1] - at[left])
    return knots[..., left] * (1 - part) + knots[..., left + 1] * part


def likelihood(crowd: Crowd, truth: Array) -> Array:
    """Log density of each truth (I,), in units, over shifts, omega and rho: (I, C, O, R)."""
    unit = crowd.unit[:, None]
    off = np.clip((truth - crowd.middle)[:, None] / unit, -FAR, FAR)
    nodes = np.clip((crowd.nodes - crowd.middle[:, None]) / unit, -FAR, FAR)
    gap = np.clip(crowd.gap / unit, 0.0, FAR)
    found = np.empty((len(truth), len(SHIFTS), len(OMEGA), len(RHO)))
    for r, rho in enumerate(RHO):
        few = slice(None) if rho else slice(1)  # a point has no nodes
        own = TO_SCALE * (1 - rho**2) * crowd.averaging[:, None] + (rho * GAP * gap[:, few]) ** 2
        square = own.T[:, :, None] + OMEGA**2
        away = (off - rho * nodes[:, few]).T[:, :, None] - SHIFTS
        bend = (away * away)[..., None] * (1 / (NU * square))[:, :, None]
        bend += 1
        cube = bend * bend
        cube *= bend
        np.divide(1 / np.sqrt(square)[:, :, None], cube, out=cube)
        found[..., r] = np.log(DENSITY_AT_0 / len(cube) * cube.sum(axis=0))
    return found


@dataclass(frozen=True)
class Shape:
    """Posterior means: group shift `c` and its variance, shared error `omega` (root mean square,
    so that little evidence makes wide answers), share `rho` of the crowd's own shape, powers
    `precision` and `robust` of the weights, how far shifts are `undone`, `tau` between groups.
    """

    c: float
    c_variance: float
    omega: float
    rho: float
    precision: float
    robust: float
    undone: float
    tau: float


COMMON = 0.4
"""The correlation of any two sources' errors where no truth shows it. At 0, 0.2, 0.35 and 0.5, 90 %
intervals held 0.50 0.67 0.83 0.89 of guessed calories, 0.86 0.89 0.94 0.94 of experts' questions
and 0.65 0.75 0.82 0.85 of polled margins, all without their truths."""


def untaught() -> Shape:
    """The shape where no truth is known: the prior's, with vandals let go, and an error of all
    sources with the variance COMMON / (1 - COMMON) of what is seen to scatter (equicorrelation):
    agreement can't show it."""
    known = shape_of(np.zeros((len(TAU), *GRID.prior.shape)), None)
    omega = float(np.hypot(known.omega, np.sqrt(COMMON / (1 - COMMON))))
    return replace(known, robust=1.0, omega=omega)


def log_sum(a: Array, axis: int) -> Array:
    """Log of the sum of exponentials along `axis`."""
    top = a.max(axis=axis, keepdims=True)
    return (top + np.log(np.exp(a - top).sum(axis=axis, keepdims=True))).squeeze(axis)


def by_tau(table: Array) -> Array:
    """A group's log likelihood (C, O, R, W) with the shift integrated out, at fine shifts:
    log of density times prior, (TAU, fine shifts, O, R, W)."""
    flat = table.reshape(len(SHIFTS), -1)
    fine = (FINER_SHIFT @ flat).reshape(len(FINE), *table.shape[1:])
    return fine[None] + GRID.shift_prior[:, :, None, None, None]


def shape_of(others: Array, own: Array | None) -> Shape:
    """The shape for an item: `others` (TAU, O, R, W), the summed log evidence of the other
    groups; `own` (C, O, R, W), the table of the item's own group, None for a new one."""
    evidence = others
    shift = np.exp(GRID.shift_prior)[:, :, None, None, None]
    if own is not None:
        joint = by_tau(own)
        whole = log_sum(joint, 1)
        evidence = others + whole
        shift = np.exp(joint - whole[:, None])
    tau_prior = GRID.tau_prior[:, None, None, None]
    weight = _normal(evidence + GRID.prior + tau_prior)
    shift = (weight[:, None] * shift).sum(axis=(0, 2, 3, 4))
    c = float((shift * FINE).sum())
    weight = _normal(_fine(evidence) + GRID.fine_prior + tau_prior)
    omega, rho = weight.sum(axis=(0, 2, 3)), weight.sum(axis=(0, 1, 3))
    precision, robust, undone = weight.sum(axis=(0, 1, 2)) @ WEIGHTING
    return Shape(
        c,
        max(float((shift * FINE**2).sum()) - c * c, 0.0),
        float(np.sqrt((omega * FINE_OMEGA**2).sum())),
        float((rho * FINE_RHO).sum()),
        float(precision),
        float(robust),
        float(undone),
        float((weight.sum(axis=(1, 2, 3)) * TAU).sum()),
    )


def _normal(log: Array) -> Array:
    weight = np.exp(log - log.max())
    return weight / weight.sum()


def _fine(evidence: Array) -> Array:
    """Evidence (TAU, O, R, W) at the finer omega and rho."""
    finer = np.stack([FINER_OMEGA @ each.reshape(len(OMEGA), -1) for each in evidence])
    finer = finer.reshape(len(evidence), len(FINE_OMEGA), len(RHO), -1)
    return np.stack([finer[..., w] @ FINER_RHO.T for w in range(finer.shape[-1])], axis=-1)
