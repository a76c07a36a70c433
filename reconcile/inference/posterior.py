"""`Posterior`: what the claims of one component say, ready to be asked.

Everything above this room sees numbers by date, claim id and source id, never matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from reconcile.inference.account import Account, account
from reconcile.inference.ahead import beyond_last, extended
from reconcile.inference.draws import PathDraws, draw_at, draw_paths, paths_ahead
from reconcile.inference.forecast.claims_expected import expected_of, left_out
from reconcile.inference.forecast.expected import Expected
from reconcile.inference.lattice import Cloud, integrate
from reconcile.inference.modes import told_apart
from reconcile.inference.path import carried, knots
from reconcile.inference.profile import (
    Marginal,
    Ridge,
    correlation,
    laplace,
    marginals,
    moments,
)
from reconcile.model.functionals import Asked, functionals
from reconcile.model.placements import asked_on
from reconcile.model.priors import KAPPA, PAST_DAYS
from reconcile.model.problem import Problem
from reconcile.model.scale import from_scale
from reconcile.model.walks import moved_before
from reconcile.numerics.arrays import Array, Index
from reconcile.numerics.threads import one_thread
from reconcile.values import Claim, Distribution, Quantity, Source

# Beyond these probabilities a marginal has nothing that anybody asks for.
_TRIMMED = 1e-7
# Totals with a correlation above the second number move as one, below the first by themselves.
_APART, _TOGETHER = 0.9, 0.98
# Where a second mode holds more than a tenth, no single ridge leads through the posterior.
_ONE_MODE = 0.9
# Probabilities at which mixtures are evaluated: evenly spaced in normal scores out to 6.
_GRID = ndtr(np.linspace(-6.0, 6.0, 601))
# Probabilities at which what differs between nodes is taken.
_EVENLY = (np.arange(20) + 0.5) / 20


@dataclass(frozen=True, slots=True)
class HouseEffect:
    """How far a source's numbers on `root` lie from the truth, on the model's scale.

    `learnt` is the share of the prior variance that the claims took away.
    """

    source: str
    root: str
    mean: float
    sd: float
    learnt: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """The posterior of one component: the nodes of its hyperparameters, with a mode at each."""

    cloud: Cloud
    _marginals: dict[Asked, Marginal] = field(default_factory=dict[Asked, Marginal])
    _traced: dict[Asked, tuple[Marginal, Ridge]] = field(
        default_factory=dict[Asked, tuple[Marginal, Ridge]]
    )

    @property
    def problem(self) -> Problem:
        """The claims as arrays."""
        return self.cloud.problem

    @property
    def repeats(self) -> Mapping[str, str]:
        """By claim id, the claim that it only repeats."""
        return self.problem.lineage.repeats

    def remembered(
        self,
    ) -> tuple[Mapping[Asked, Marginal], Mapping[Asked, tuple[Marginal, Ridge]]]:
        """The marginals that were asked for, and those traced for them."""
        return self._marginals, self._traced

    def _asked(self, about: Quantity, day: date | None, since: date | None = None) -> Asked:
        origin = self.problem.grid.origin
        asked = asked_on(about, day or origin, origin)
        return asked if since is None else replace(asked, start=asked_on(about, since, origin).end)

    @one_thread
    def marginal(self, asked: Asked) -> Marginal:
        """The marginal of a functional on the model's scale; asked again, it is remembered."""
        return self.marginals([asked])[0]

    @one_thread
    def marginals(self, asked: Sequence[Asked]) -> list[Marginal]:
        """The marginals of several functionals, found together."""
        new = [one for one in dict.fromkeys(asked) if one not in self._marginals]
        late = [one for one in new if self._is_ahead(one)]
        self._marginals.update(zip(late, self._foretold(late), strict=True))
        new = [one for one in new if one not in self._marginals]
        known = dict.fromkeys(self._known_from(one) for one in new)
        known.update((self._anchor(one), None) for one in list(known) if self._rises(one))
        untraced = [one for one in known if one not in self._traced]
        self._traced.update(zip(untraced, marginals(self.cloud, untraced), strict=True))
        self._marginals.update((one, self._found(one)) for one in new)
        return [self._marginals[one] for one in asked]

    def _is_ahead(self, asked: Asked) -> bool:
        """Whether days are asked of which no claim speaks, and on which something may happen."""
        about = self.problem.component.quantities[asked.quantity]
        return (
            asked.end > self.problem.last + 1e-9
            and about.kind != "constant"
            and about.closed is None
            and len(self._ahead_steps) > 0
        )

    @cached_property
    def _ahead_steps(self) -> Index:
        return beyond_last(self.problem)

    @cached_property
    def _ahead(self) -> PathDraws:
        return paths_ahead(self.cloud, self.marginals)

    def _foretold(self, asked: Sequence[Asked]) -> list[Marginal]:
        """Marginals of days beyond the last claim, from the paths that are simulated there."""
        if not asked:
            return []
        values = np.sort(self._ahead.on_scale(functionals(asked, self.problem.states)), axis=0)
        cdf = (np.arange(len(values)) + 0.5) / len(values)
        return [
            Marginal(np.r_[column[0], column, column[-1]], np.r_[0.0, cdf, 1.0])
            for column in values.T
        ]

    def _known_from(self, asked: Asked) -> Asked:
        """What was before the first claim is told from the total, or the level, by that claim."""
        first = self.problem.states.first_level(asked.quantity)
        if first is not None:
            return replace(asked, end=max(asked.end, first))
        past = asked.end < 0 and self.problem.states.track(asked.quantity).past
        return replace(asked, end=0.0) if past else asked

    def _unsaid(self, asked: Asked) -> Array:
        """The sds (K,) at the nodes of how far a level may have moved until its first claim."""
        first = self.problem.states.first_level(asked.quantity)
        if first is None or asked.end >= first:
            return np.zeros(len(self.cloud.nodes))
        root = self.problem.states.track(asked.quantity).walk.root
        paces = np.array([node.setting.pace for node in self.cloud.nodes])
        return moved_before(root, first - asked.end, paces)

    def _anchor(self, asked: Asked) -> Asked:
        """The total by the last claim."""
        return Asked(asked.quantity, None, self.problem.last)

    def _rises(self, asked: Asked) -> bool:
        """Whether one ridge may lead through this total and that by the last claim."""
        about = self.problem.component.quantities[asked.quantity]
        total = about.kind == "cumulative" and asked.start is None
        other = asked != self._anchor(asked)
        return total and other and self.cloud.mode_shares.max() >= _ONE_MODE

    def _found(self, asked: Asked) -> Marginal:
        """Totals of two days that rise and fall together are told from one marginal, so that what
        lies between them is what was added: the past of a total may be far less known than that."""
        known = self._known_from(asked)
        own, _ = self._traced[known]
        if self._rises(known):
            anchor = self._anchor(known)
            together = correlation(self.cloud, known, anchor)
            share = float(np.clip((together - _APART) / (_TOGETHER - _APART), 0.0, 1.0))
            if share > 0.0:
                first, ridge = self._traced[anchor]
                moved = ridge.carried(self.problem, known, first)
                points = (1 - share) * own.quantile(_GRID) + share * moved.quantile(_GRID)
                own = Marginal(points, np.r_[0.0, _GRID[1:-1], 1.0])
        if known == asked:
            return own
        if self.problem.component.quantities[asked.quantity].kind == "cumulative":
            return _long_before(own, -asked.end / PAST_DAYS)
        return _widened(own, self._at_quantiles(self._unsaid(asked), _EVENLY))

    def at(self, about: Quantity, day: date | None, since: date | None = None) -> Distribution:
        """`about` at the end of `day` (None: a constant), in its own unit; with `since` what was
        added to a total after that day."""
        return _distribution(self.marginal(self._asked(about, day, since)), about)

    @one_thread
    def path(
        self, about: Quantity, days: Sequence[date], spoken: Sequence[date]
    ) -> list[Distribution]:
        """`about` on each of `days`, in order; `spoken` are the days that claims speak of.

        Marginals are found at a dozen of the days and carried to the others.
        """
        asked = [self._asked(about, day) for day in days]
        chosen = knots(days, spoken)
        means, sds = laplace(self.cloud, functionals(asked, self.problem.states))
        sds = np.hypot(sds, np.stack([self._unsaid(one) for one in asked], axis=1))
        mean, sd = moments(means, sds, self.cloud.weights)
        known = self.marginals([asked[i] for i in chosen])
        found = carried(mean, sd, chosen, known, rising=about.kind == "cumulative")
        return [_distribution(each, about) for each in found]

    @one_thread
    def account(self, about: Quantity, day: date | None, since: date | None = None) -> Account:
        """What moved the answer off the prior, averaged over the nodes."""
        return account(self.cloud, self._asked(about, day, since))

    def age_before(self, about: Quantity, day: date) -> float:
        """How long `day` lies before the first claim on a total whose past is unknown, in units of
        the time in which such a total is taken to have grown; 0 for any other day."""
        asked = self._asked(about, day)
        known = about.kind != "cumulative" or self._known_from(asked) == asked
        return 0.0 if known else -asked.end / PAST_DAYS

    def moved_before(self, about: Quantity, day: date, at: Array) -> Array:
        """How far (sds, on the model's scale) a level may have lain on `day` from what it was at
        its first claim, at the quantiles `at` of the nodes; 0 from that claim on, and for totals
        and constants."""
        return self._at_quantiles(self._unsaid(self._asked(about, day)), at)

    def _at_quantiles(self, values: Array, at: Array) -> Array:
        """Quantiles of `values` (K,) at the nodes."""
        order = np.argsort(values)
        below = np.cumsum(self.cloud.weights[order])
        return values[order][np.minimum(np.searchsorted(below, at), len(values) - 1)]

    @cached_property
    def house_effects(self) -> list[HouseEffect]:
        """The effect of every source with a claim: its own and its parent's part."""
        effects, loads = self.problem.effects.effects, house_loads(self.problem)
        if not loads:
            return []
        prior = np.array([e.sd * (KAPPA if e.learnt else 1.0) for e in effects])
        table = np.array([*loads.values()])
        mean, variance = self._effect_moments(table)
        learnt = 1 - variance / ((table * prior) ** 2).sum(axis=1)
        told = zip(mean.tolist(), np.sqrt(variance).tolist(), learnt.tolist(), strict=True)
        return [
            HouseEffect(source, root, *each)
            for (source, root), each in zip(loads, told, strict=True)
        ]

    def _effect_moments(self, loads: Array) -> tuple[Array, Array]:
        """Means and variances (k,) of combinations of effects, `loads` (k, Q), over the nodes."""
        t = np.zeros((self.problem.size, len(loads)))
        t[self.problem.border :] = loads.T
        peaks = [node.peak for node in self.cloud.nodes]
        means = np.array([peak.spot.x @ t for peak in peaks])
        within = np.array([(t * peak.factor.solve(t)).sum(axis=0) for peak in peaks])
        w = self.cloud.weights
        mean = w @ means
        return mean, w @ (within + (means - mean) ** 2)

    @property
    def doubted(self) -> dict[str, float]:
        """The probability of each claim that it is a gross error, over the nodes."""
        return self._told_apart[0]

    @property
    def copied(self) -> dict[str, float]:
        """The probability of each claim that it only repeats what another source said."""
        return self._told_apart[1]

    @cached_property
    def _told_apart(self) -> tuple[dict[str, float], dict[str, float]]:
        claims = self.problem.claims
        found = np.zeros((2, len(claims)))
        for node in self.cloud.nodes:
            found += node.weight * np.stack(told_apart(self.problem, node.peak))
        gross, copied = ({c.id: float(p) for c, p in zip(claims, each, strict=True)}
                         for each in found)  # fmt: skip
        return gross, copied

    def error_sd(self) -> float:
        """The posterior mean of the usual error within a series, on the model's scale."""
        sigma = float(np.mean(self.cloud.errors.sigma[: max(len(self.problem.streams), 1)]))
        unit = self.problem.error * sigma
        return unit * float(sum(n.weight * np.exp(n.setting.error) for n in self.cloud.nodes))

    @property
    def kappa(self) -> float:
        """The posterior median of kappa, the spread of the sources."""
        order = sorted(self.cloud.nodes, key=lambda node: node.setting.log_kappa)
        total = np.cumsum([node.weight for node in order])
        return float(np.exp(order[int(np.searchsorted(total, 0.5))].setting.log_kappa))

    @one_thread
    def draws(self, n: int, rng: np.random.Generator) -> PathDraws:
        """`n` joint paths, with their house effects."""
        return draw_paths(self.cloud, self.marginals, n, rng)

    @one_thread
    def draws_at(
        self, asked: Sequence[tuple[Quantity, date | None]], n: int, rng: np.random.Generator
    ) -> PathDraws:
        """`n` joint draws, good on the days that are asked for (of a constant: None)."""
        known = [self._known_from(self._asked(about, day)) for about, day in asked]
        return draw_at(self.cloud, self.marginals, known, n, rng)

    def houses_of(self, drawn: PathDraws) -> dict[tuple[str, str], Array]:
        """The house effect (n,) of each source on each root quantity in `drawn`."""
        return {key: drawn.effects @ load for key, load in house_loads(self.problem).items()}

    def values_of(self, drawn: PathDraws, about: Quantity, days: Sequence[date]) -> Array:
        """`about` on each of `days` in every draw (n, T), in its own unit."""
        return drawn.at(about, [self._asked(about, day) for day in days])

    def expected(self, claims: Sequence[Claim], sources: Mapping[str, Source]) -> Expected:
        """What each of `claims` is expected to say, before its neighbours are looked at."""
        return expected_of(self.cloud, claims, sources)

    def left_out(self) -> Expected:
        """What each claim of the fit would have been expected to say without it."""
        return left_out(self.cloud)

    @one_thread
    def extended(self, problem: Problem) -> Posterior:
        """This posterior on the grid of `problem`: the same claims, and more days at its end."""
        return Posterior(extended(self.cloud, problem))


@one_thread
def fit_posterior(problem: Problem) -> Posterior:
    """Integrate the hyperparameters of `problem` and keep the modes."""
    return Posterior(integrate(problem))


def house_loads(problem: Problem) -> dict[tuple[str, str], Array]:
    """What of the effects (Q,) is the house effect of each source on each root quantity."""
    effects = problem.effects.effects
    found: dict[tuple[str, str], Array] = {}
    for at, weight in problem.effects.rows(slice(None)):
        mine = [i for i, column in enumerate(at) if effects[column].kind in ("house", "parent")]
        for house in (effects[at[i]] for i in mine if effects[at[i]].kind == "house"):
            if house.source is not None and house.root is not None:
                load = found.setdefault((house.source, house.root), np.zeros(len(effects)))
                load[at[mine]] = weight[mine]
    order = {(e.source, e.root): i for i, e in enumerate(effects) if e.kind == "house"}
    return dict(sorted(found.items(), key=lambda item: order[item[0]]))


def _long_before(first: Marginal, ages: float) -> Marginal:
    """A total so many times 60 days before the first claim, from what had happened by then.

    It had grown to that by a factor e in every 60 / E days, E ~ Exp(1): nothing else is known.
    """
    p = (np.arange(400) + 0.5) / 400
    points = np.sort((first.quantile(p)[:, None] + ages * np.log1p(-p[::8])).ravel())
    cdf = (np.arange(len(points)) + 0.5) / len(points)
    return Marginal(np.r_[points[0], points, points[-1]], np.r_[0.0, cdf, 1.0])


def _widened(known: Marginal, sds: Array) -> Marginal:
    """A marginal with normal errors of equally likely sds (S,) added."""
    p = (np.arange(200) + 0.5) / 200
    errors = np.outer(ndtri(_EVENLY), sds).ravel()
    points = np.quantile(known.quantile(p)[:, None] + errors, _GRID)
    return Marginal(points, np.r_[0.0, _GRID[1:-1], 1.0])


def _distribution(found: Marginal, about: Quantity) -> Distribution:
    """A marginal on the model's scale as a distribution in the quantity's unit."""
    keep = (found.cdf > _TRIMMED) & (found.cdf < 1 - _TRIMMED)
    points, cdf = from_scale(found.points[keep], about), found.cdf[keep]
    return Distribution(
        np.maximum.accumulate(np.r_[points[0], points, points[-1]]), np.r_[0.0, cdf, 1.0]
    )
