"""Banded systems against dense linear algebra."""

import numpy as np
import pytest

from reconcile.numerics.band import Chains, band_factorise, selected_inverse


def _chains(shapes):
    """K chains by (cells, P, reach)."""
    cells, size, reach = (np.array(column) for column in zip(*shapes, strict=True))
    first = np.r_[0, np.cumsum(cells * size)[:-1]]
    return Chains(first, cells, size, reach)


def _random(chains, seed):
    """A positive matrix with the pattern of `chains`, dense and as a band."""
    rng = np.random.default_rng(seed)
    n, width = chains.n, int(np.max((chains.reach + 1) * chains.size)) - 1
    A = np.zeros((n, n))
    for first, cells, P, reach in zip(
        chains.first, chains.cells, chains.size, chains.reach, strict=True
    ):
        for j in range(cells):
            low, high = first + max(j - reach, 0) * P, first + (j + 1) * P
            rows = rng.standard_normal((P + 1, high - low))
            A[low:high, low:high] += rows.T @ rows
    A += 0.1 * np.eye(n)
    band = np.zeros((n, width + 1))
    for offset in range(width + 1):
        band[: n - offset, offset] = np.diagonal(A, -offset)
    return A, band


SHAPES = [
    [(7, 3, 2)],
    [(5, 2, 2), (9, 2, 2), (1, 2, 2)],
    [(4, 4, 3), (6, 1, 2), (3, 2, 1), (8, 1, 2)],
]


@pytest.mark.parametrize("shapes", SHAPES)
def test_solve_and_determinant_are_those_of_the_dense_matrix(shapes):
    chains = _chains(shapes)
    A, band = _random(chains, 1)
    factor = band_factorise(band)
    b = np.random.default_rng(2).standard_normal((chains.n, 3))
    np.testing.assert_allclose(factor.solve(b), np.linalg.solve(A, b), rtol=1e-9)
    np.testing.assert_allclose(factor.solve(b[:, 0]), np.linalg.solve(A, b[:, 0]), rtol=1e-9)
    assert factor.log_det == pytest.approx(np.linalg.slogdet(A)[1], rel=1e-12)


@pytest.mark.parametrize("shapes", SHAPES)
def test_selected_inverse_has_the_entries_of_the_dense_inverse(shapes):
    chains = _chains(shapes)
    A, band = _random(chains, 3)
    found = selected_inverse(band_factorise(band), chains)
    inverse = np.linalg.inv(A)
    for first, cells, P, reach in zip(
        chains.first, chains.cells, chains.size, chains.reach, strict=True
    ):
        for j in range(first, first + cells * P):
            end = min(first + ((j - first) // P + 1 + reach) * P, first + cells * P)
            for i in range(j, min(end, j + band.shape[1])):
                assert found[j, i - j] == pytest.approx(inverse[i, j], rel=1e-8, abs=1e-12)


def test_draws_have_the_covariance_of_the_inverse():
    chains = _chains(SHAPES[1])
    A, band = _random(chains, 4)
    half = band_factorise(band).half_solve(np.eye(chains.n))
    np.testing.assert_allclose(half @ half.T, np.linalg.inv(A), rtol=1e-8, atol=1e-12)


def test_a_matrix_that_is_not_positive_has_no_factor():
    assert band_factorise(np.array([[1.0, 2.0], [1.0, 0.0]])) is None
