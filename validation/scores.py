"""Scores and intervals of shares: by scoringrules, statsmodels and quadrature."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scoringrules as sr
from scipy import integrate, stats
from statsmodels.stats.proportion import proportion_confint

CHECK = "tests/check/test_scores.py"
CALIBRATION = "tests/check/test_calibration.py"
CRPS = "reconcile/check/crps.py"


def values() -> Iterator[tuple[str, str, str, float, float, float]]:
    """Each value: where it stands, what it is, the call, as computed, as it stands, tolerance."""
    lower, upper = proportion_confint(8, 10, method="wilson")
    by = "statsmodels.stats.proportion.proportion_confint(8, 10, method='wilson')"
    yield CALIBRATION, "Wilson, lower", by, lower, 0.490, 5e-4
    yield CALIBRATION, "Wilson, upper", by, upper, 0.943, 5e-4
    by = "scipy.integrate.quad of (F - 1{x >= y})^2"
    score = 2 * integrate.quad(lambda x: stats.norm.cdf(x) ** 2, -40, 0)[0]
    yield CRPS, "CRPS of N(0, 1) at 0", by, score, 0.233695, 5e-7
    score = float(sr.crps_normal(0.0, 0.0, 1.0))
    yield CRPS, "the same", "scoringrules.crps_normal(0, 0, 1)", score, 0.233695, 5e-7
    samples = np.array([1.0, 2.0, 6.0])
    score = float(sr.crps_ensemble(4.0, samples, estimator="nrg"))
    by = "scoringrules.crps_ensemble(4, [1, 2, 6], estimator='nrg')"
    yield CRPS, "CRPS of three samples", by, score, 1.222222, 5e-7
    for truth, stands in ((15.0, 10.0), (22.0, 50.0), (9.0, 30.0)):
        score = float(sr.interval_score(truth, 10.0, 20.0, 0.1))
        by = f"scoringrules.interval_score({truth:g}, 10, 20, 0.1)"
        yield "reconcile/check/scores.py", f"interval score at {truth:g}", by, score, stands, 1e-9
    for truth, stands in ((22.0, 4.6), (9.0, 3.6)):
        p, q = np.array([0.05, 0.25, 0.5, 0.75, 0.95]), np.array([10.0, 12.0, 15.0, 18.0, 20.0])
        loss = sr.quantile_score(truth, q, p)
        by = f"2 mean scoringrules.quantile_score({truth:g}, q, p)"
        yield CHECK, f"weighted interval score at {truth:g}", by, 2 * loss.mean(), stands, 1e-9
