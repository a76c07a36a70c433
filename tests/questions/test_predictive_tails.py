"""What a source is expected to say that was never heard, against draws of the model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile.model.priors import COMMON, GRADE_SPREAD, HOUSE_TAIL, STREAM_LOG_SD, STREAM_TAIL
from reconcile.model.tukey import tukey_h

_FIRST = pd.Timestamp("2023-01-01")
_Said = list[tuple[str, int, float]]  # source, day, number


def _foretold(known: _Said, asked: _Said) -> tuple[reconcile.Fit, reconcile.Predictive]:
    """The fit of the claims `known`, and what it expects of those `asked`."""
    rows = [
        {"id": f"c{i}", "quantity": "cases", "source": source, "value": max(round(number), 1),
         "on": f"{_FIRST + pd.Timedelta(days=day):%Y-%m-%d}"}
        for i, (source, day, number) in enumerate([*known, *asked])
    ]  # fmt: skip
    ledger = reconcile.read_ledger(pd.DataFrame(rows))
    first = reconcile.Ledger.of(ledger[: len(known)], ledger.quantities, ledger.sources)
    last = reconcile.Ledger.of(ledger[len(known) :], ledger.quantities, ledger.sources)
    fit = reconcile.fit(first)
    return fit, fit.predictive(last)


@pytest.mark.parametrize("spread", [0.3, 0.9])
def test_a_source_never_heard_is_expected_with_the_tails_of_its_prior(spread: float) -> None:
    """Against draws of the total, of the sources' spread, of its house effect and its errors."""
    rng = np.random.default_rng(round(100 * spread))
    houses = spread * np.array([-1.2, -0.7, -0.2, 0.2, 0.7, 1.2])
    known = [(f"s{i}", 30, 40_000 * float(np.exp(b))) for i, b in enumerate(houses)]
    fit, found = _foretold(known, [("new", 30, 40_000.0)])
    cloud, draws = fit.posterior("cases").cloud, 100_000
    setting = [cloud.nodes[i].setting for i in rng.choice(len(cloud.nodes), draws, p=cloud.weights)]
    kappa = np.exp([s.log_kappa for s in setting])
    sigma = cloud.problem.error * np.exp([s.error for s in setting])
    sigma *= np.exp(STREAM_LOG_SD * tukey_h(rng.standard_normal(draws), STREAM_TAIL))
    total = fit.estimate("cases", "2023-01-31").distribution.quantile(rng.random(draws))
    house = (
        np.sqrt(1 - COMMON) * GRADE_SPREAD["F"] * tukey_h(rng.standard_normal(draws), HOUSE_TAIL)
    )
    drawn = np.log(total) + kappa * house + sigma * rng.standard_t(4, draws)
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    expected = np.log(found.quantile(levels)[0])
    assert expected == pytest.approx(np.quantile(drawn, levels), abs=0.12 * float(np.std(drawn)))
