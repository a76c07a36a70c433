"""How counts of finished disasters grow with their age: log-logistic curves, and their prior.

    python benchmarks/completeness.py

For event i with accepted toll N_i, what is said at age a (days, at least half a day) is
    log x = log N_i + b_i + log F(a; h_i, k_i) + e,   F = 1 / (1 + (a / h)^-k),   e = s t_4
with log h_i and log k_i normal over events and b_i = sd_b t_4 (what the event's counts get wrong
for good: names listed twice, deaths added years later). Half-time h, slope k and b of each event
are summed over a grid; the means and sds over events maximise the likelihood (empirical Bayes),
once with all events and once without each, so that an event is never told its own growth. The two
error scales are the best of a grid for all events.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

FILE = Path(__file__).parent / "data" / "disasters.toml"
LOG_H = np.linspace(np.log(0.05), np.log(60), 40)
LOG_K = np.linspace(np.log(0.25), np.log(4), 15)
B = np.linspace(-1.2, 1.2, 49)
YOUNGEST = 0.5  # days: a count of the same day is some hours old
START = np.array([0.0, 0.0, 0.0, -0.5])  # logs of half-time, its log sd, slope, its log sd
ERRORS = tuple((b, e) for b in (0.02, 0.05, 0.1, 0.2) for e in (0.02, 0.04, 0.08, 0.14))


@dataclass(frozen=True)
class Growth:
    """Medians and log sds of half-time (days) and slope, sd of b, scale of e."""

    half_time: float
    half_time_log_sd: float
    slope: float
    slope_log_sd: float
    lasting: float
    error: float


@cache
def events():
    with FILE.open("rb") as file:
        return tuple(_frozen(event) for event in tomllib.load(file)["event"])


def _frozen(event):
    return Event(
        event["id"], event["kind"], event["closed"], event["accepted"],
        tuple((day, number, who) for day, number, who in event["claims"]),
    )  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A finished disaster: what was said on which day after it, and the toll accepted later."""

    id: str
    kind: str
    closed: object
    accepted: float
    claims: tuple  # (day, number, who)

    def known(self, day):
        return tuple(claim for claim in self.claims if claim[0] <= day)


def log_t4(x):
    """Log density of Student's t with four degrees of freedom."""
    return np.log(0.375) - 2.5 * np.log1p(x * x / 4)


def log_share(age):
    """log F on the grid (h, k)."""
    reached = (np.log(age) - LOG_H)[:, None] * np.exp(LOG_K)[None, :]
    return -np.log1p(np.exp(-reached))


def _normal(x, mean, sd):
    weights = -0.5 * ((x - mean) / sd) ** 2
    return weights - logsumexp(weights)


def log_prior(growth):
    """Log weights on the grid (h, k)."""
    h = _normal(LOG_H, np.log(growth.half_time), growth.half_time_log_sd)
    k = _normal(LOG_K, np.log(growth.slope), growth.slope_log_sd)
    return h[:, None] + k[None, :]


def log_likelihood(claims, level, growth):
    """Log density of the claims on the grid (h, k), at log N + b = `level`."""
    found = np.zeros((len(LOG_H), len(LOG_K)))
    for day, number, _ in claims:
        off = np.log(number) - level - log_share(max(day, YOUNGEST))
        found += log_t4(off / growth.error) - np.log(growth.error)
    return found


@cache
def table(event, lasting, error):
    """Log density of what was said of an event on the grid (h, k), b summed out."""
    growth = Growth(1, 1, 1, 1, lasting, error)
    b = log_t4(B / lasting)
    terms = [
        log_likelihood(event.claims, np.log(event.accepted) + shift, growth) + weight
        for shift, weight in zip(B, b - logsumexp(b), strict=True)
    ]
    return logsumexp(terms, axis=0)


def fitted(known, start, errors):
    """`Growth` that fits these events best at the two error scales, and the log density there.

    A weak pull towards the start keeps the two sds from running off.
    """

    def loss(theta):
        prior = log_prior(Growth(*np.exp(theta), *errors))
        pull = np.sum((theta[[1, 3]] - START[[1, 3]]) ** 2)
        return pull - sum(logsumexp(prior + table(event, *errors)) for event in known)

    found = minimize(loss, start, method="BFGS", options={"gtol": 0.02})
    return Growth(*np.exp(found.x), *errors), -found.fun


def foretold(claims, growth, levels=(0.05, 0.5, 0.95)):
    """Quantiles of log N from what has been said, under this growth; log N + b flat."""
    grid = np.log(max(number for _, number, _ in claims)) + np.linspace(-2, 6, 321)
    prior = log_prior(growth)
    mass = np.array([logsumexp(prior + log_likelihood(claims, m, growth)) for m in grid])
    mass = np.exp(mass - mass.max())
    step = grid[1] - grid[0]
    b = np.exp(log_t4(np.arange(-80, 81) * step / growth.lasting))
    spread = np.convolve(mass, b / b.sum(), mode="same")
    cdf = np.cumsum(spread) / spread.sum()
    return np.interp(levels, cdf, grid)


@cache
def of_all():
    """Growth of all events: the best of the pairs of error scales."""
    return _kept("all", lambda: max(
        (fitted(events(), START, pair) for pair in ERRORS), key=lambda found: found[1]
    )[0])  # fmt: skip


@cache
def without(name):
    """Growth learnt from all other events, at the error scales of all."""
    every = of_all()
    start = np.log([every.half_time, every.half_time_log_sd, every.slope, every.slope_log_sd])
    others = [event for event in events() if event.id != name]
    return _kept(name, lambda: fitted(others, start, (every.lasting, every.error))[0])


def _kept(name, find):
    """What was found for these data before (out/growth-<hash>.json), else what `find` gives."""
    key = hashlib.sha256(FILE.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:10]
    path = Path("out") / f"growth-{key}.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    if name not in known:
        known[name] = asdict(find())
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(known))
    return Growth(**known[name])


def of_event(event, growth):
    """Posterior medians of half-time and slope of one event whose toll is known."""
    b = log_t4(B / growth.lasting)
    mass = sum(
        np.exp(log_likelihood(event.claims, np.log(event.accepted) + shift, growth) + weight)
        for shift, weight in zip(B, b, strict=True)
    ) * np.exp(log_prior(growth))
    h, k = mass.sum(1), mass.sum(0)
    return (
        np.exp(np.interp(0.5, np.cumsum(h) / h.sum(), LOG_H)),
        np.exp(np.interp(0.5, np.cumsum(k) / k.sum(), LOG_K)),
    )


def main():
    growth = of_all()
    print(f"{'event':24s} {'kind':11s} accepted  half-time  slope")
    for event in events():
        h, k = of_event(event, growth)
        print(f"{event.id:24s} {event.kind:11s} {event.accepted:8.0f}  {h:9.2f}  {k:5.2f}")
    print(f"\nthe prior, from {len(events())} events:")
    print(f"  half_time  median {growth.half_time:.2f} d, log_sd {growth.half_time_log_sd:.2f}")
    print(f"  slope      median {growth.slope:.2f}, log_sd {growth.slope_log_sd:.2f}")
    print(
        f"  lasting error of an event {growth.lasting:.3f} t_4, of a count {growth.error:.3f} t_4"
    )
    sets = [without(event.id) for event in events()]
    h, sd = (np.array([getattr(g, n) for g in sets]) for n in ("half_time", "half_time_log_sd"))
    print(
        f"without one event: half-time {h.min():.2f} to {h.max():.2f} d, log_sd {sd.min():.2f} to"
        f" {sd.max():.2f}"
    )


if __name__ == "__main__":
    main()
