"""The marginal of one functional where held climbs find no mode on the way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import reconcile
from reconcile.inference import profile
from reconcile.inference.profile import laplace, marginals
from reconcile.model.functionals import functionals
from reconcile.model.placements import asked_on

ROWS = [
    {"quantity": "beds", "source": source, "value": value, "on": day}
    for day, source, value in (
        ("2024-03-01", "clinic", 120),
        ("2024-03-08", "ministry", 190),
        ("2024-03-15", "clinic", 260),
        ("2024-03-15", "union", 410),
    )
]
ENDS = np.array([0.025, 0.05, 0.5, 0.95, 0.975])


@pytest.fixture(scope="module")
def asked_of():
    """The nodes of a small table, what is asked, and its true marginal's quantiles."""
    fit = reconcile.fit(reconcile.read_ledger(ROWS))
    cloud = fit.posterior("beds").cloud
    about = fit.ledger.quantities["beds"]
    asked = asked_on(about, date(2024, 3, 18), cloud.problem.grid.origin)
    return cloud, asked, marginals(cloud, [asked])[0][0].quantile(ENDS)


def _failing(chosen):
    """`climbs` in which held climbs, counted in the order of calls, fail where `chosen` says so."""
    calls = iter(range(1000))
    climbs = profile.climbs

    def some(objective, starts, **options):
        peaks = climbs(objective, starts, **options)
        if not chosen(next(calls)):
            return peaks
        return [replace(peak, log_evidence=-np.inf) for peak in peaks]

    return some


def test_a_climb_that_fails_once_is_tried_again_nearer(asked_of, monkeypatch):
    cloud, asked, whole = asked_of
    monkeypatch.setattr(profile, "climbs", _failing(lambda call: call == 2))
    found = marginals(cloud, [asked])[0][0].quantile(ENDS)
    assert np.abs(found - whole).max() < 0.05 * (whole[-1] - whole[0])


@pytest.mark.parametrize("first", [1, 2, 3])
def test_what_lies_beyond_a_walk_that_broke_off_falls_as_a_normal_does(
    asked_of, monkeypatch, first
):
    """Without that the slope between the mode and its shoulder went on without an end: one upper
    end was thirty times too high."""
    cloud, asked, whole = asked_of
    monkeypatch.setattr(profile, "climbs", _failing(lambda call: call >= first))
    found = marginals(cloud, [asked])[0][0].quantile(ENDS)
    means, sds = laplace(cloud, functionals([asked], cloud.problem.states))
    reach = 2.5 * sds[:, 0].max()
    assert means.min() - reach < found[0]
    assert found[-1] < means.max() + reach
    assert np.abs(found - whole).max() < 0.3 * (whole[-1] - whole[0])


def test_where_the_carried_slope_is_flat_the_tail_still_ends(asked_of, monkeypatch):
    cloud, asked, whole = asked_of
    calls, climbs = iter(range(1000)), profile.climbs

    def flat(objective, starts, **options):
        """The mode itself, one point that hardly lies lower, and nothing beyond."""
        peaks, call = climbs(objective, starts, **options), next(calls)
        lower = {0: 0.0, 1: -0.05}.get(call, -np.inf)
        return [replace(peak, log_evidence=lower) for peak in peaks]

    monkeypatch.setattr(profile, "climbs", flat)
    found = marginals(cloud, [asked])[0][0].quantile(ENDS)
    assert found[-1] - found[0] < 2 * (whole[-1] - whole[0])
