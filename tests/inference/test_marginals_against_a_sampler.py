"""The 90 % interval holds 0.87 to 0.93 of the mass that a sampler finds (MODEL 3)."""

from __future__ import annotations

from datetime import date

import numpy as np
from sampler import sample

import reconcile
from reconcile.model import place_on

DAYS = (date(2024, 12, 17), date(2025, 1, 5), date(2025, 2, 27))


def test_intervals_of_casualties_hold_nine_tenths_of_the_exact_mass() -> None:
    fit = reconcile.fit()
    posterior = fit.posterior("casualties")
    design = posterior.design
    about = fit.ledger.quantity("casualties")
    places = [place_on(about, day, design.grid.origin) for day in DAYS]
    exact = sample(design, places, n=6000, seed=3)
    for day, draws in zip(DAYS, exact.T, strict=True):
        span = fit.estimate("casualties", day).interval(0.9)
        mass = np.mean((np.exp(draws) >= span.lower) & (np.exp(draws) <= span.upper))
        assert 0.87 <= mass <= 0.93, (day, mass)
