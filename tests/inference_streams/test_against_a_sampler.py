"""Marginals of many claims beside Hamiltonian Monte Carlo on the same log posterior."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import solve_triangular
from streams_cases import ORIGIN, day, simulated, small
from streams_sampler import Line, sample

from reconcile.inference.streams.fitted import fit_streams
from reconcile.inference.streams.posterior import StreamPosterior
from reconcile.model import Place, components
from reconcile.model.spoken import spoken
from reconcile.values import Quantity, Source


def _total():
    """One total by three sources, about a hundred claims."""
    claims, _ = simulated(np.random.default_rng(1), 3, days=120, each=0.3)
    quantities = {"loss": Quantity("loss", epoch=ORIGIN)}
    sources = {f"s{i}": Source(f"s{i}", reliability="B") for i in range(3)}
    places = [Place("loss", None, float(t)) for t in (40, 80, 119)]
    return claims, quantities, sources, [*places, Place("loss", 80.0, 119.0)]


def _parts():
    """The parts of one whole: killed, wounded and casualties, flows and "at least" among them."""
    ledger, _ = small(seed=2, n=240)
    names = ("killed", "wounded", "casualties")
    claims = [c for c in ledger if c.quantity in names]
    quantities = {name: ledger.quantities[name] for name in names}
    places = [Place("killed", None, 60.0), Place("casualties", None, 90.0)]
    return claims, quantities, dict(ledger.sources), [*places, Place("wounded", None, 120.0)]


@pytest.mark.parametrize("case", [_total, _parts])
def test_nine_tenths_hold_nine_tenths_of_the_exact_mass(case):
    """At given hyperparameters; 500 draws with little memory have a standard error of 0.013."""
    claims, quantities, sources, places = case()
    parts = components(quantities, quantities)
    fit = replace(fit_streams(parts, claims, quantities, sources, day(119)), spread=False)
    posterior = StreamPosterior(fit, parts[0])
    system = fit.system
    groups = spoken(system.blocks, system.paths, posterior._asked(places), system.local)

    def functional(point):
        found = np.zeros(len(places))
        for group in groups:
            found[group.row] = group.values(point.state.lam, point.totals)
        return found

    drawn, accepted = sample(fit.curved, fit.learnt.hyper, functional, 500, seed=3)
    assert accepted > 0.7
    centred = drawn - drawn.mean(axis=0)
    memory = np.sum(centred[1:] * centred[:-1], axis=0) / np.sum(centred**2, axis=0)
    assert np.all(memory < 0.5)
    low, high = np.array([m.quantile([0.05, 0.95]) for m in posterior.path(places)]).T
    held = np.mean((low <= drawn) & (drawn <= high), axis=0)
    assert np.all((held > 0.86) & (held < 0.94))


def test_the_samplers_gradient_is_that_of_finite_differences():
    claims, quantities, sources, _ = _parts()
    fit = fit_streams(components(quantities, quantities), claims, quantities, sources, day(119))
    line, rng = Line(fit.curved, fit.learnt.hyper), np.random.default_rng(4)
    for _ in range(3):
        u, d = (
            0.3 * solve_triangular(line.root, rng.standard_normal(len(line.root)), trans="T",
                                   lower=True)
            for _ in range(2)
        )  # fmt: skip
        up, down = (line.point(u + sign * 1e-5 * d).value for sign in (1, -1))
        slope = line.gradient(line.point(u)) @ d
        assert (up - down) / 2e-5 == pytest.approx(slope, rel=1e-4, abs=1e-4)
