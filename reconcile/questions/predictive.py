"""`Predictive`: what a fit expects claims to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reconcile.errors import OptionError
from reconcile.inference.forecast.said_number import SaidNumber, plainly
from reconcile.ledger import Ledger
from reconcile.numerics.arrays import Array, Index
from reconcile.questions.fit_store import FitStore
from reconcile.values import Claim, Source


@dataclass(frozen=True, eq=False)
class Predictive:
    """The distributions of the numbers that N claims say, each alone, in their order.

    A number is whole where the claim's own is. `value` (N,) is what was said, `cell` (N, 2) the
    numbers that are said in the same way (409.5 to 410.5 for 410).

    >>> import reconcile
    >>> ledger = reconcile.read_ledger()
    >>> expected = reconcile.fit(ledger).predictive(ledger[:3])
    >>> expected.quantile([0.05, 0.95]).shape
    (3, 2)
    """

    value: Array
    cell: Array
    parts: tuple[tuple[Index, SaidNumber], ...]

    def __len__(self) -> int:
        return len(self.value)

    def quantile(self, p: float | Sequence[float] | Array) -> Array:
        """The numbers below which shares `p` of the probability lie: (N,), or (N, len(p)).

        Raises `OptionError` for what is no probability.
        """
        asked = np.asarray(p, dtype=float)
        if asked.ndim > 1 or np.any(~((asked >= 0) & (asked <= 1))):
            raise OptionError(f"expected a probability or a sequence of them, got {p!r}")
        wide = np.tile(np.atleast_1d(asked), (len(self), 1))
        found = self._quantiles(wide)
        return found[:, 0] if asked.ndim == 0 else found

    def samples(self, n: int, seed: int | np.random.Generator = 0) -> Array:
        """`n` draws of each number (n, N), independent between claims."""
        if n < 1:
            raise OptionError(f"expected at least one draw, got {n}")
        uniform = np.random.default_rng(seed).random((len(self), n))
        return self._quantiles(uniform).T

    @property
    def log_mass(self) -> Array:
        """The log probability (N,) of the number that was said, rounded as it was said."""
        mass = np.zeros(len(self))
        for at, part in self.parts:
            mass[at] = part.mass_of(self.cell[at, 0], self.cell[at, 1])
        return np.log(np.maximum(mass, 1e-300))

    @property
    def log_density(self) -> Array:
        """The log density (N,) of log1p(number) at what was said: the mass over its cell's width.

        On a linear scale that of the number itself.
        """
        width = np.zeros(len(self))
        for at, part in self.parts:
            ends = self.cell[at] if part.linear else np.log1p(np.maximum(self.cell[at], -0.5))
            width[at] = ends[:, 1] - ends[:, 0]
        return self.log_mass - np.log(width)

    def cdf(self, x: Array) -> Array:
        """The probability (N,) of a number of at most `x` (N,), spread evenly over cells."""
        found = np.zeros(len(self))
        for at, part in self.parts:
            found[at] = part.below(np.asarray(x, dtype=float)[at])
        return found

    def _quantiles(self, p: Array) -> Array:
        found = np.zeros(p.shape)
        for at, part in self.parts:
            found[at] = part.quantile(p[at])
        whole = self.value == np.round(self.value)
        return np.where(whole[:, None], np.round(found), found)


def predictive_of(fit: FitStore, claims: Iterable[Claim]) -> Predictive:
    """The predictive of `claims`, each from the posterior of its quantity's component."""
    asked = list(claims)
    sources = dict(fit.ledger.sources)
    wider = fit
    if isinstance(claims, Ledger):
        sources = dict(claims.sources) | sources
        wider = _wider(fit, claims)
    for claim in asked:
        wider.ledger.quantity(claim.quantity)
        sources.setdefault(claim.source, Source(claim.source))
    groups: dict[tuple[str, str], list[int]] = {}
    for i, claim in enumerate(asked):
        component = wider.component(claim.quantity)
        key = next(iter(component.quantities)), wider.about(claim.quantity).scale
        groups.setdefault(key, []).append(i)
    parts = tuple(
        (np.array(at, dtype=np.intp), _said(wider, scale, [asked[i] for i in at], sources))
        for (_, scale), at in groups.items()
    )
    return Predictive(numbers(asked), cells_of(asked), parts)


def _wider(fit: FitStore, claims: Ledger) -> FitStore:
    """The fit with the quantities that only `claims` know; a total of unknown epoch is counted from
    the first day that anybody speaks of. What was fitted stays."""
    known = dict(fit.ledger.quantities)
    unseen = {claim.quantity for claim in claims} - set(known)
    if not unseen & set(claims.quantities):
        return fit
    first = min(claim.period.first for claim in (*fit.ledger, *claims))
    more = {
        name: replace(about, epoch=first)
        if about.kind == "cumulative" and about.epoch is None
        else about
        for name, about in claims.quantities.items()
        if name not in known
    }
    return replace(fit, ledger=replace(fit.ledger, quantities=known | more), kept={})


def _said(
    fit: FitStore, scale: str, claims: Sequence[Claim], sources: dict[str, Source]
) -> SaidNumber:
    """The numbers that `claims` on one component are expected to say."""
    last = max(claim.period.last for claim in claims)
    expected = fit.posterior(claims[0].quantity, last).expected(claims, sources)
    teacher = fit.forecaster() if scale == "log" else None
    return plainly(expected, scale) if teacher is None else teacher.of(expected, claims)


def numbers(claims: Sequence[Claim]) -> Array:
    """The number that each claim says (N,)."""
    return np.array([claim.number for claim in claims], dtype=float)


def cells_of(claims: Sequence[Claim]) -> Array:
    """From and to (N, 2) of the numbers that would be said in the same words."""
    return np.array([_cell(claim) for claim in claims], dtype=float).reshape(-1, 2)


def _cell(claim: Claim) -> tuple[float, float]:
    phrase = claim.phrase
    finite = np.isfinite(phrase.lower) and np.isfinite(phrase.upper)
    if phrase.kind in ("range", "approx", "vague") and finite and phrase.upper > phrase.lower:
        return phrase.lower, phrase.upper
    value: Any = phrase.nominal
    if value is None:
        value = phrase.lower if np.isfinite(phrase.lower) else phrase.upper
    half = 0.5 if value == round(value) else 0.5 * 10.0 ** -_decimals(value)
    return value - half, value + half


def _decimals(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])
