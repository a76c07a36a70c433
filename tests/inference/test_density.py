"""The density's derivatives against finite differences, and its value against a direct sum."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reconcile.inference.density import Density, Target
from reconcile.ledger import read_ledger
from reconcile.model import Design, build_design, components


@pytest.fixture(scope="module")
def design() -> Design:
    ledger = read_ledger()
    component = components(ledger.quantities, ["casualties"])[0]
    claims = [claim for claim in ledger if claim.quantity in component.quantities]
    return build_design(component, claims, ledger.sources, date(2025, 2, 27), widest=10.0)


@pytest.fixture(scope="module")
def density(design: Design) -> Density:
    return Density.of(design, {hyper.name: hyper.median * 1.3 for hyper in design.hypers})


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.floats(0.05, 0.5), held=st.booleans())
def test_gradient_and_curvature_are_the_derivatives(
    density: Density, seed: int, spread: float, held: bool
) -> None:
    rng = np.random.default_rng(seed)
    x = density.start() + rng.normal(0, spread, len(density.precision))
    target = Target(3, 4.0, 0.3) if held else None
    point = density.at(x, target=target)
    v = rng.normal(size=len(x))
    h = 1e-5
    above, below = density.at(x + h * v, target=target), density.at(x - h * v, target=target)
    slope = (above.value - below.value) / (2 * h)
    assert point.gradient @ v == pytest.approx(slope, rel=1e-5, abs=1e-4)
    bend = -(above.gradient - below.gradient) / (2 * h)
    exact = density.curvature(point, target) @ v
    np.testing.assert_allclose(exact, bend, rtol=1e-4, atol=1e-4 * np.abs(bend).max())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.floats(0.1, 2.0))
def test_the_safe_curvature_is_positive_definite_anywhere(
    density: Density, seed: int, spread: float
) -> None:
    x = density.start() + np.random.default_rng(seed).normal(0, spread, len(density.precision))
    safe = density.curvature(density.at(x), safe=True)
    assert np.linalg.eigvalsh(safe)[0] > 0


def test_the_claims_likelihood_is_the_mixture_written_out(design: Design, density: Density) -> None:
    """Claim by claim: Student t with 4 degrees of freedom, integrated over the cell by scipy."""
    rng = np.random.default_rng(5)
    x = density.start() + rng.normal(0, 0.3, len(density.precision))
    point = density.at(x)
    border = x[design.n_path + len(design.component.leaves) :]
    for i, claim in enumerate(design.claims):
        if design.thinned[i] or not design.own[i]:
            continue
        rows = np.flatnonzero(design.claim_of == i)
        eta = point.f[design.place[rows]] + design.Z[i] @ border
        masses = [
            stats.t.cdf((design.upper[i] - eta) / s, 4)
            - stats.t.cdf((design.lower[i] - eta) / s, 4)
            for s in (
                np.hypot(density.sigma, design.extra[i]),
                np.hypot(design.wide[i], design.extra[i]),
            )
        ]
        mixed = (1 - design.gross[i]) * masses[0] + design.gross[i] * masses[1]
        said = np.log(np.mean(mixed))
        assert point.claims.loglik[i] == pytest.approx(said, abs=2e-4), claim.id


def test_annealing_widens_and_gaussian_errors_fall_faster(density: Density) -> None:
    x = density.start()
    gaussian = Density.of(
        density.design, {"error": density.sigma} | _values(density), gaussian=True
    )
    assert density.at(x, anneal=16.0).claims.loglik.min() > density.at(x).claims.loglik.min()
    assert gaussian.at(x).claims.loglik.min() < density.at(x).claims.loglik.min()


def _values(density: Density) -> dict[str, float]:
    return {hyper.name: hyper.median for hyper in density.design.hypers if hyper.name != "error"}
