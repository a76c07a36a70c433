"""The BCG trials (Colditz et al. 1994): pooled effects from their definitions, and by statsmodels.

The 13 trials are read from `$RECONCILE_BENCH/meta/dat.bcg.txt`, as metafor ships them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, stats
from statsmodels.stats.meta_analysis import combine_effects

TEST = "tests/textbook/test_effects.py"


def values() -> Iterator[tuple[str, str, str, float, float, float]]:
    """Each value: where it stands, what it is, the call, as computed, as it stands, tolerance."""
    folder = os.environ.get("RECONCILE_BENCH")
    if not folder:
        return
    y, v = _trials(Path(folder) / "meta" / "dat.bcg.txt")
    k = len(y)
    found = combine_effects(y, v, method_re="dl")
    by = "statsmodels.stats.meta_analysis.combine_effects(y, v, method_re='dl')"
    fixed, dl = found.mean_effect_fe, found.mean_effect_re
    yield TEST, "common effect", by, fixed, -0.4303, 5e-5
    yield TEST, "Q", by, found.q, 152.2330, 5e-5
    yield TEST, "tau2, DL", by, found.tau2, 0.3088, 5e-5
    yield TEST, "random effects, DL", by, dl, -0.7141, 5e-5
    reach = stats.norm.ppf(0.975) * found.sd_eff_w_re
    yield TEST, "random effects, DL, lower", by, dl - reach, -1.0644, 5e-5
    yield TEST, "random effects, DL, upper", by, dl + reach, -0.3638, 5e-5
    yield TEST, "I2, DL", "(Q - df) / Q", (found.q - (k - 1)) / found.q, 0.921, 5e-4

    def minus_log_likelihood(tau2: float, restricted: bool) -> float:
        w = 1 / (v + tau2)
        mean = np.sum(w * y) / w.sum()
        loss = 0.5 * np.sum(w * (y - mean) ** 2) - 0.5 * np.sum(np.log(w))
        return float(loss + (0.5 * np.log(w.sum()) if restricted else 0.0))

    by = "scipy.optimize.minimize_scalar of the (restricted) likelihood"
    best: dict[bool, float] = {}
    for restricted, name, stands in ((True, "REML", 0.3132), (False, "ML", 0.2800)):
        options = {"xatol": 1e-12}
        fit = optimize.minimize_scalar(
            minus_log_likelihood, (0, 2), (0, 2), (restricted,), "bounded", options=options
        )
        best[restricted] = fit.x
        yield TEST, f"tau2, {name}", by, fit.x, stands, 5e-5

    def q(tau2: float, target: float) -> float:
        w = 1 / (v + tau2)
        return float(np.sum(w * (y - np.sum(w * y) / w.sum()) ** 2) - target)

    by = "scipy.optimize.brentq of Q(tau2) = target"
    chi2 = stats.chi2(k - 1)
    for name, target, stands in (
        ("tau2, PM", k - 1.0, 0.3181),
        ("tau2, Q-profile, lower", chi2.ppf(0.975), 0.1197),
        ("tau2, Q-profile, upper", chi2.ppf(0.025), 1.1115),
    ):
        yield TEST, name, by, optimize.brentq(q, 0, 50, (target,), 1e-12), stands, 5e-5

    w = 1 / (v + best[True])
    mean = float(np.sum(w * y) / w.sum())
    yield TEST, "random effects, REML", "weighted mean", mean, -0.7145, 5e-5
    yield TEST, "random effects, REML, se", "1 / sqrt(sum w)", float(w.sum() ** -0.5), 0.1798, 5e-5
    se = float(np.sqrt(np.sum(w * (y - mean) ** 2) / (k - 1) / w.sum()))
    reach = stats.t.ppf(0.975, k - 1) * se
    by = "Knapp and Hartung (2003), Statistics in Medicine 22, eq. 4"
    yield TEST, "random effects, REML, knha, lower", by, mean - reach, -1.1085, 1e-4
    yield TEST, "random effects, REML, knha, upper", by, mean + reach, -0.3206, 1e-4


def _trials(path: Path) -> tuple[np.ndarray, np.ndarray]:
    t = pd.read_csv(path, sep=r"\s+")
    treated, control = t.tpos + t.tneg, t.cpos + t.cneg
    ratio = np.log((t.tpos / treated) / (t.cpos / control))
    variance = 1 / t.tpos - 1 / treated + 1 / t.cpos - 1 / control
    return ratio.to_numpy(), variance.to_numpy()
