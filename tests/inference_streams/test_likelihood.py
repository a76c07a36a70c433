"""The error laws of the streams' engine against quadrature and finite differences."""

import numpy as np
import pytest
from scipy import integrate, stats

from reconcile.inference.streams.expected import mixture_of
from reconcile.inference.streams.likelihood import Law, evidence, half_quadratic

CELLS = [
    (-0.3, 0.8, 0.5),
    (1.0, 3.0, 0.4),
    (-9.0, -4.0, 0.7),
    (0.5, np.inf, 1.0),
    (0.1, 0.1003, 0.2),
]


@pytest.mark.parametrize(("a", "b", "sigma"), CELLS)
def test_the_weight_of_a_cell_is_the_mean_weight_inside_it(a, b, sigma):
    law = stats.t(4)
    top = integrate.quad(lambda z: 5 / (4 + z * z) * law.pdf(z), a / sigma, b / sigma)[0]
    mass = law.cdf(b / sigma) - law.cdf(a / sigma)
    found = half_quadratic(*(np.array([x]) for x in (a, b, 0.0, sigma)))[0]
    assert found == pytest.approx(top / mass / sigma**2, rel=1e-4)


def _law(rng, n=7, thinned=False):
    eta = rng.normal(3, 1, n)
    lower = eta + rng.normal(0, 0.4, n)
    of = np.array([0, 0, 1, 2, 3, 4, 5])
    scales = (np.full(n, 0.1), np.full(n, 0.5), np.full(n, 1.3))
    parts = (np.full(n, 0.8), np.full(n, 0.15), np.full(n, 0.05))
    claims = 6
    return eta, Law(
        claim_of=of, lower=lower, upper=lower + rng.uniform(0.0005, 0.5, n), scales=scales,
        parts=parts, share=np.where(of == 0, 0.5, 1.0),
        thinned=np.full(n, thinned), repeat=np.array([0.0, 0.3, 0, 0, 0.1, 0]),
        fresh=np.full(claims, 0.7), weight=np.array([1, 1, 0.5, 1, 1, 1.0]),
    )  # fmt: skip


@pytest.mark.parametrize("thinned", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_score_and_curvature_are_those_of_finite_differences(seed, thinned):
    eta, law = _law(np.random.default_rng(seed), thinned=thinned)
    h = 1e-5
    at = evidence(law, eta)
    for r in range(len(eta)):
        step = np.zeros(len(eta))
        step[r] = h
        up, down = evidence(law, eta + step), evidence(law, eta - step)
        slope = (up.loglik.sum() - down.loglik.sum()) / (2 * h)
        bend = (up.score[r] - down.score[r]) / (2 * h)
        assert at.score[r] == pytest.approx(slope, rel=1e-5, abs=1e-6)
        assert at.curve[r] == pytest.approx(-bend, rel=1e-4, abs=1e-4)
    assert np.all(at.safe > 0)


def test_a_narrowing_cell_becomes_its_density():
    eta, law = _law(np.random.default_rng(4))
    logs = []
    for width in (1e-4, 1e-6):
        law2 = Law(**{**law.__dict__, "upper": law.lower + width, "repeat": 0 * law.repeat})
        logs.append(evidence(law2, eta).loglik - law.weight * np.log(width))
    np.testing.assert_allclose(logs[0], logs[1], atol=1e-3)


def test_expected_errors_are_a_student_law_around_a_normal():
    """N(m, V) plus (1 - pi) sigma t_4 + pi wide t_4, against quadrature, V wide or narrow."""
    for V, sigma in ((1.0, 0.01), (1e-4, 0.3)):
        one = np.ones(1)
        e = mixture_of(2 * one, V * one, sigma * one, 1e-6 * one, 0 * one, 0.1 * one, one, 0 * one)
        law = stats.t(4)
        for x in (1.2, 1.9, 2.3, 4.0):

            def at(m, x=x, sigma=sigma, V=V, law=law):
                mass = 0.9 * law.cdf((x - m) / sigma) + 0.1 * law.cdf(x - m)
                return mass * stats.norm.pdf(m, 2, V**0.5)

            reach = 9 * V**0.5
            points = [p for p in (x,) if abs(p - 2) < reach]
            exact = integrate.quad(at, 2 - reach, 2 + reach, points=points or None, limit=400)[0]
            assert e.below(np.array([x]))[0] == pytest.approx(exact, abs=3e-3)
