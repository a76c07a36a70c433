"""A system of several paths (by default the five documents) against a slow sampler of the same
posterior.

    python benchmarks/judge_system.py                     casualties on ten days, 1,500 particles
    python benchmarks/judge_system.py LEDGER QUANTITY DATE ... [--n 1500] [--seed 1] [--exclude ID]

Tempered sequential Monte Carlo with Hamiltonian moves in the whitened unknowns and in the
hyperparameters, on the engine's log posterior: it needs no modes, no Gaussians and no lattice, but
shares the engine's equations and its errors of the series (`benchmarks/judge.py` has a model
written apart, for one path). For each day: the engine's 90 % interval and median, the sampler's,
and how much of its mass the engine's interval holds (.87 to .93 wanted). About ten minutes. With
half of the particles and a third of the moves two seeds differ by 10 to 50 %.
"""

from __future__ import annotations

import argparse
import os
import warnings
from datetime import date

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402

import reconcile  # noqa: E402
from reconcile.inference.lanes import posed  # noqa: E402
from reconcile.inference.objective import Setting  # noqa: E402
from reconcile.model.functionals import functionals  # noqa: E402
from reconcile.model.placements import asked_on  # noqa: E402
from reconcile.model.priors import KAPPA, KAPPA_TAIL  # noqa: E402
from reconcile.model.scale import from_scale  # noqa: E402
from reconcile.model.tukey import tukey_h  # noqa: E402

DAYS = [
    *("2024-10-20", "2024-11-15", "2024-12-01", "2024-12-10", "2024-12-17", "2024-12-18"),
    *("2024-12-25", "2025-01-05", "2025-01-20", "2025-02-27"),
]
# Particles evaluated at once; leaps of a trajectory; trajectories at a temperature, at the last.
BATCH, LEAPS, MOVES, LAST_MOVES = 250, 15, 8, 30
# Share of the particles that a step of the temperature leaves effective.
EFFECTIVE = 0.6
# No whitened unknown is further out: the prior's chance of it is 1e-33.
FARTHEST = 12.0


class Target:
    """log p(claims | z) and its gradient at z and hyperparameters, all (n, ...)."""

    def __init__(self, posterior):
        self.problem, self.errors = posterior.problem, posterior.cloud.errors
        terms = self.problem.terms
        table = np.zeros((len(terms.scale), self.problem.size))
        np.add.at(table, (np.arange(len(table))[:, None], terms.at), terms.coef)
        self.inverse = np.linalg.inv(table)

    def objectives(self, hyper):
        settings = [
            Setting(float(np.log(KAPPA * tukey_h(np.array(abs(k)), KAPPA_TAIL))), *rest)
            for k, *rest in hyper.tolist()
        ]
        return [
            posed(self.problem, settings[i : i + BATCH], self.errors)
            for i in range(0, len(settings), BATCH)
        ]

    def unknowns(self, z, objectives):
        parts = np.split(z, np.arange(BATCH, len(z), BATCH))
        tail, centre = self.problem.terms.tail, self.problem.terms.centre
        return np.concatenate([
            (o.terms.scale * tukey_h(part, tail) + centre) @ self.inverse.T
            for part, o in zip(parts, objectives, strict=True)
        ])  # fmt: skip

    def at(self, z, objectives):
        z = np.clip(z, -FARTHEST, FARTHEST)
        x, h = self.unknowns(z, objectives), self.problem.terms.tail
        value, slope = np.empty(len(z)), np.empty_like(z)
        for i, objective in enumerate(objectives):
            part = slice(i * BATCH, (i + 1) * BATCH)
            spot, zs = objective.at(x[part]), z[part]
            stretch = objective.terms.scale * (1 + h * zs * zs) * np.exp(0.5 * h * zs * zs)
            value[part] = spot.value + 0.5 * (zs * zs).sum(axis=1)
            slope[part] = (spot.gradient @ self.inverse) * stretch + zs
        return value, np.clip(np.nan_to_num(slope), -1e4, 1e4)


def sampled(target, n, seed):
    """Equally weighted unknowns (n, size) of the posterior."""
    rng = np.random.default_rng(seed)
    z, hyper = rng.standard_normal((n, target.problem.size)), rng.standard_normal((n, 3))
    objectives = target.objectives(hyper)
    value, slope = target.at(z, objectives)
    beta, size = 0.0, 0.3
    while beta < 1:
        beta, weights = _warmer(beta, value)
        kept = np.searchsorted(np.cumsum(weights), (rng.random() + np.arange(n)) / n)
        kept = np.minimum(kept, n - 1)
        z, hyper, value, slope = z[kept], hyper[kept], value[kept], slope[kept]
        objectives = target.objectives(hyper)
        for _ in range(LAST_MOVES if beta == 1 else MOVES):
            step = size * np.exp(0.4 * rng.standard_normal((n, 1)))
            push = rng.standard_normal(z.shape)
            before = beta * value - 0.5 * (z**2 + push**2).sum(axis=1)
            there, told, rise = z, value, slope
            push = push + 0.5 * step * (beta * rise - there)
            for leap in range(LEAPS):
                there = there + step * push
                told, rise = target.at(there, objectives)
                push = push + (step if leap < LEAPS - 1 else 0.5 * step) * (beta * rise - there)
            after = beta * told - 0.5 * (there**2 + push**2).sum(axis=1)
            moved = np.log(rng.random(n)) < np.nan_to_num(after - before, nan=-np.inf)
            moved &= np.abs(there).max(axis=1) < FARTHEST
            z, slope = np.where(moved[:, None], there, z), np.where(moved[:, None], rise, slope)
            value = np.where(moved, told, value)
            size *= np.exp(0.7 * (moved.mean() - 0.7))

            other = hyper + 0.45 * rng.standard_normal(hyper.shape)
            posed_there = target.objectives(other)
            told, rise = target.at(z, posed_there)
            gain = beta * (told - value) - 0.5 * (other**2 - hyper**2).sum(axis=1)
            moved = np.log(rng.random(n)) < gain
            hyper, slope = (
                np.where(moved[:, None], other, hyper),
                np.where(moved[:, None], rise, slope),
            )
            value = np.where(moved, told, value)
            objectives = target.objectives(hyper)
    return target.unknowns(z, objectives)


def _warmer(beta, value):
    """The next temperature, and the weights of the particles there."""
    low, high = beta, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        weights = np.exp((middle - beta) * (value - value.max()))
        enough = weights.sum() ** 2 / (weights**2).sum() > EFFECTIVE * len(value)
        low, high = (middle, high) if enough else (low, middle)
    low = 1.0 if low > 1 - 1e-6 else low
    weights = np.exp((low - beta) * (value - value.max()))
    return low, weights / weights.sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", nargs="?")
    parser.add_argument("quantity", nargs="?", default="casualties")
    parser.add_argument("days", nargs="*", default=DAYS)
    parser.add_argument("--n", type=int, default=1500, help="particles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of")
    parser.add_argument("--exclude", action="append", default=[])
    chosen = parser.parse_args()
    fit = reconcile.fit(
        chosen.ledger and reconcile.read_ledger(chosen.ledger),
        as_of=chosen.as_of, exclude=tuple(chosen.exclude),
    )  # fmt: skip
    posterior = fit.posterior(chosen.quantity)
    about, problem = fit.ledger.quantities[chosen.quantity], posterior.problem
    x = sampled(Target(posterior), chosen.n, chosen.seed)
    held = []
    for day in chosen.days:
        asked = asked_on(about, date.fromisoformat(day), problem.grid.origin)
        values = functionals([asked], problem.states).values(x[:, : problem.states.size])[0][:, 0]
        values = from_scale(values, about)
        answer = fit.estimate(chosen.quantity, day)
        inside = answer.interval(0.9)
        mass = float(np.mean((values >= inside.lower) & (values <= inside.upper)))
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        held.append(0.87 <= mass <= 0.93)
        print(
            f"{'ok  ' if held[-1] else 'FAIL'} {day}"
            f"  engine {answer.median:9.4g} [{inside.lower:.4g}, {inside.upper:.4g}]"
            f"  sampled {middle:9.4g} [{low:.4g}, {high:.4g}]  mass {mass:.3f}"
        )
    print(f"judge: {sum(held)}/{len(held)} within .87 to .93 of the mass")


if __name__ == "__main__":
    main()
