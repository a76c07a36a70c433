"""Systems with a tip are solved as the dense ones they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as arrays_of

from reconcile.numerics.arrowhead import Arrowhead, factorise


def _matrix(m: int, H: int, C: int, seed: int, shift: float = 0.0) -> Arrowhead:
    """A positive definite arrowhead matrix, less `shift` on its diagonal."""
    rng = np.random.default_rng(seed)
    n = m + H + C
    owner = rng.integers(0, max(H, 1), C)
    rows = []
    for c in range(max(3 * n, 4)):
        row = np.zeros(n)
        row[:m] = rng.normal(size=m)
        if H:
            row[m + c % H] = rng.normal()
        mine = np.flatnonzero(owner == c % H) if H else []
        if len(mine):
            row[m + H + rng.choice(mine)] = rng.normal()
        rows.append(row)
    whole = np.array(rows).T @ np.array(rows) + (0.1 - shift) * np.eye(n)
    first, last = m + owner, np.arange(m + H, n)
    return Arrowhead(
        whole[:m, :m], whole[:m, m:], np.diagonal(whole)[m:].copy(), whole[first, last], owner
    )


shapes = st.tuples(st.integers(1, 6), st.integers(0, 5), st.integers(0, 7)).map(
    lambda s: s if s[1] else (s[0], 0, 0)
)


@given(shapes, st.integers(0, 10_000))
def test_a_factor_is_that_of_the_dense_matrix(shape: tuple[int, int, int], seed: int) -> None:
    matrix = _matrix(*shape, seed)
    dense, n = matrix.dense(), sum(shape)
    factor = factorise(matrix)
    assert factor is not None
    rng = np.random.default_rng(seed)
    b, table = rng.normal(size=n), rng.normal(size=(n, 3))
    np.testing.assert_allclose(factor.solve(b), np.linalg.solve(dense, b), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(
        factor.solve(table), np.linalg.solve(dense, table), rtol=1e-6, atol=1e-8
    )
    np.testing.assert_allclose(factor.log_det, np.linalg.slogdet(dense)[1], rtol=1e-8, atol=1e-8)
    inverse = np.linalg.inv(dense)
    np.testing.assert_allclose(factor.variances(), np.diagonal(inverse), rtol=1e-6)
    half = factor.half_solve(np.eye(n))
    np.testing.assert_allclose(half @ half.T, inverse, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(half[:, 0], factor.half_solve(np.eye(n)[0]), atol=1e-12)
    length = float(np.sum(factor.whitened(b) ** 2))
    assert length == pytest.approx(float(b @ dense @ b), rel=1e-8)


@given(shapes, st.integers(0, 10_000), st.floats(0.5, 30.0))
def test_no_factor_where_it_is_not_positive_definite(
    shape: tuple[int, int, int], seed: int, shift: float
) -> None:
    matrix = _matrix(*shape, seed, shift)
    dense = matrix.dense()
    least = float(np.linalg.eigvalsh(dense)[0])
    if abs(least) < 1e-6:
        return
    assert (factorise(matrix) is None) == (least < 0)
    if least < 0:
        way = matrix.downward()
        assert way @ dense @ way < 0


@given(shapes, st.integers(0, 10_000), arrays_of(float, 2, elements=st.floats(-3, 3)))
def test_sums_and_lanes_are_those_of_dense_matrices(
    shape: tuple[int, int, int], seed: int, times: np.ndarray
) -> None:
    one = _matrix(*shape, seed)
    both = one.plus(one, float(times[0]))
    np.testing.assert_allclose(both.dense(), one.dense() * (1 + times[0]))
    arrays = (one.core, one.cross, one.diagonal, one.link)
    core, cross, diagonal, link = (np.stack([array, 2 * array]) for array in arrays)
    stacked = Arrowhead(core, cross, diagonal, link, one.owner)
    np.testing.assert_allclose(stacked.lanes(1).dense(), 2 * one.dense())
    np.testing.assert_allclose(stacked.dense()[0], one.dense())
    none = Arrowhead.zeros((2,), shape[0], shape[1] + shape[2], one.owner)
    assert not none.dense().any()
    assert none.dense().shape == (2, sum(shape), sum(shape))
