"""The joint system against finite differences and dense algebra."""

import numpy as np
import pytest
from streams_cases import ORIGIN, simulated, small
from streams_sampler import dense

from reconcile.inference.streams.fitted import fit_streams
from reconcile.inference.streams.hyper import start
from reconcile.inference.streams.mode import Curved, _cell_bends, climb, observed
from reconcile.inference.streams.posterior import StreamPosterior
from reconcile.model import Place, components
from reconcile.model.spoken import spoken
from reconcile.values import Quantity, Source


@pytest.fixture(scope="module")
def fitted():
    ledger, _ = small()
    parts = components(ledger.quantities, ledger.quantities)
    last = max(claim.period.last for claim in ledger)
    return fit_streams(parts, ledger.claims, ledger.quantities, ledger.sources, last)


@pytest.fixture(scope="module")
def somewhere(fitted):
    """A state that is no mode, and the point there."""
    system, rng = fitted.system, np.random.default_rng(5)
    hyper = start(system)
    state = climb(system, system.start(), hyper, 4.0, 6)[0].state
    moved = type(state)(
        state.lam + 0.3 * rng.standard_normal(len(state.lam)), state.x, state.beta, state.shared
    )
    return hyper, system.at(system.tied(moved), hyper)


def _directions(system, seed):
    """A random direction in v, border and shared border; unused places stay zero."""
    rng = np.random.default_rng(seed)
    K, b = len(system.blocks.blocks), system.local + system.shared_at.shape[1]
    beta = rng.standard_normal((K, b)) * 0.05
    used = [block.n_local for block in system.blocks.blocks]
    beta[np.arange(b) >= np.array(used)[:, None]] = 0.0
    shared = rng.standard_normal(len(system.shared_names)) * 0.05
    beta[:, system.local :] = shared[system.shared_at]
    return 0.02 * rng.standard_normal(system.shape.n), beta, shared


def _slope(system, gradient, direction):
    band, border, shared = gradient
    total = shared + np.bincount(
        system.shared_at.ravel(), border[:, system.local :].ravel(), len(shared)
    )
    local = np.sum(border[:, : system.local] * direction[1][:, : system.local])
    return band @ direction[0] + local + total @ direction[2]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_observed_curvature_is_that_of_finite_differences(fitted, seed):
    """Along a line in log rates, drifts and border the second difference of the log posterior is
    minus the arrow's form: the bend of log C belongs to the rates alone."""
    system, point, hyper = fitted.system, fitted.curved.point, fitted.learnt.hyper
    direction = _directions(system, seed)
    direction = (np.where(np.isin(np.arange(system.shape.n), system.paths.vi), 1, 0.2)
                 * direction[0], *direction[1:])  # fmt: skip
    h = 1e-3
    up, here, down = (
        system.at(system.moved(point, direction, s * h), hyper).value for s in (1, 0, -1)
    )
    claims = point.claims
    flow = np.concatenate([~group.level for group in system.spoken])
    bend = _cell_bends(system, point), np.where(flow, claims.score, 0.0)
    H, at = dense(system.arrow(point, hyper, claims.curve, bend))
    d = np.zeros(len(H))
    d[: system.shape.n] = direction[0]
    d[at[:, : system.local]] = direction[1][:, : system.local]
    d[len(H) - len(direction[2]) :] = direction[2]
    assert -(up - 2 * here + down) / h**2 == pytest.approx(d @ H @ d, rel=2e-3)


def test_claims_about_one_source_leave_the_level_to_its_prior():
    """What nothing but priors can tell has the sd of the prior: the house effect of a lone source,
    given how little the mean pace says, whichever way its claims pull."""
    claims, _ = simulated(np.random.default_rng(3), 1)
    quantity, source = Quantity("loss", epoch=ORIGIN), Source("s0", reliability="C")
    parts = components({"loss": quantity}, {"loss": quantity})
    last = max(claim.period.last for claim in claims)
    found = fit_streams(parts, claims, {"loss": quantity}, {"s0": source}, last)
    sd = np.sqrt(found.curved.border[0, 1, 1])
    prior = 0.35 * np.sqrt(np.mean(found.learnt.hyper.house[:2] ** 2))
    assert 0.9 * prior < sd < prior


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_gradient_is_that_of_finite_differences(fitted, somewhere, seed):
    system, (hyper, point) = fitted.system, somewhere
    direction = _directions(system, seed)
    h = 1e-5
    up, down = (system.at(system.moved(point, direction, s * h), hyper).value for s in (1, -1))
    slope = _slope(system, system.gradient(point, hyper), direction)
    assert (up - down) / (2 * h) == pytest.approx(slope, rel=2e-5, abs=1e-4)


def test_coefficients_of_every_row_about_totals_sum_to_one(fitted):
    """A factor on all rates is one on every total, flow and whole: C -> a C, f -> f + log a."""
    system = fitted.system
    point = fitted.curved.point
    said, _ = system.coefs(point)
    for _, c in zip(system.spoken, said, strict=True):
        np.testing.assert_allclose(c[:, :-1].sum(axis=1), 1.0, rtol=1e-8)


def test_the_curvature_of_log_totals_is_that_of_finite_differences(fitted):
    """Along lambda, f'' = sum_k (c_k / F) (d lambda_k)^2 - (f')^2, whole and flow rows alike."""
    system, point = fitted.system, fitted.curved.point
    rng = np.random.default_rng(7)
    d = rng.standard_normal(len(point.state.lam))
    h = 1e-4
    for group in system.spoken:
        values = [
            group.values(
                point.state.lam + s * h * d, system.paths.totals(point.state.lam + s * h * d)
            )
            for s in (-1, 0, 1)
        ]
        numeric = (values[2] - 2 * values[1] + values[0]) / h**2
        slope = (values[2] - values[0]) / (2 * h)
        weights = _shares(system, point, group)
        exact = weights @ d**2 - slope**2
        np.testing.assert_allclose(np.where(group.level, 0, exact), numeric, rtol=1e-3, atol=2e-5)


def _shares(system, point, group):
    """The share (R, L) of each leaf cell in each row's sum, built the slow way."""
    c = point.totals.c
    out = np.zeros((len(group.row), len(c)))
    for r in range(len(group.row)):
        for at, fr, sign in zip(group.at[r], group.fr[r], group.sign[r], strict=True):
            first = system.paths.first[system.paths.leaf[at]]
            out[r, first:at] += sign * c[first:at]
            out[r, at] += sign * fr * c[at]
    return out / out.sum(axis=1, keepdims=True)


def test_variances_are_those_of_the_dense_inverse(fitted):
    """One block as a dense matrix: band, local and shared border in one inverse."""
    curved = fitted.curved
    arrow, chains = curved.factor.arrow, curved.system.paths.chains
    H, at = dense(arrow)
    inverse = np.linalg.inv(H)
    said, _ = curved.system.coefs(curved.point)
    for group, c in zip(curved.system.spoken, said, strict=True):
        found = curved.variances(group.rows, c)
        for r in range(0, len(found), 5):
            row = np.zeros(len(H))
            np.add.at(row, group.rows.cols[r], c[r])
            np.add.at(row, at[group.rows.block[r]][group.rows.loads[r]], group.rows.weights[r])
            assert found[r] == pytest.approx(row @ inverse @ row, rel=1e-6)
    assert curved.factor.log_det == pytest.approx(np.linalg.slogdet(H)[1], rel=1e-9)
    assert chains.n == curved.system.shape.n


@pytest.mark.parametrize("name", ["tanks", "casualties", "killed"])
def test_long_windows_that_no_claim_speaks_of_are_solved_for(fitted, name):
    """The band holds what the claims need; a longer window has the dense inverse's variance."""
    curved, system = fitted.curved, fitted.system
    component = next(c for c in fitted.components if name in c.quantities)
    places = [Place(name, 5.0, 115.0), Place(name, 70.0, 74.0), Place(name, None, 90.0)]
    posterior = StreamPosterior(fitted, component)
    groups = spoken(system.blocks, system.paths, posterior._asked(places), system.local)
    inverse = np.linalg.inv(dense(curved.factor.arrow)[0])
    for group in groups:
        f = group.values(curved.point.state.lam, curved.point.totals)
        coefs = group.coefs(curved.point.totals, f)
        row = np.zeros((len(f), len(inverse)))
        np.add.at(row, (np.arange(len(f))[:, None], group.rows.cols), coefs)
        exact = np.einsum("ri,ij,rj->r", row, inverse, row)
        np.testing.assert_allclose(curved.variances(group.rows, coefs), exact, rtol=1e-6)


def test_the_solution_is_that_of_the_dense_matrix(fitted):
    curved = fitted.curved
    H, at = dense(curved.factor.arrow)
    rng = np.random.default_rng(3)
    local = curved.system.local
    band, shared = (
        rng.standard_normal(curved.system.shape.n),
        rng.standard_normal(len(H) - at[-1, local - 1] - 1),
    )
    border = rng.standard_normal((len(at), at.shape[1]))
    right = np.zeros(len(H))
    right[: len(band)] = band
    np.add.at(right, at, border)
    right[len(H) - len(shared) :] += shared
    y, beta, gamma = curved.factor.solve(band, border, shared)
    exact = np.linalg.solve(H, right)
    np.testing.assert_allclose(y, exact[: len(band)], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(beta, exact[at], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(gamma, exact[len(H) - len(shared) :], rtol=1e-6, atol=1e-8)


def test_the_mode_has_no_slope_left(fitted):
    system, hyper = fitted.system, fitted.learnt.hyper
    point, factor = climb(system, fitted.curved.point.state, hyper, 1.0, 60, 1e-10)
    step = factor.solve(*system.gradient(point, hyper))
    sd = np.sqrt(np.maximum(Curved(system, point, factor).inverse[:, 0], 1e-12))
    assert np.max(np.abs(step[0]) / sd) < 0.02
    assert observed(system, point, hyper).factor.log_det < np.inf
