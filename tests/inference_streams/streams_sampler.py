"""Hamiltonian Monte Carlo on the unknowns of a `System`: the slow second way to its marginals.

It shares with the package the log posterior and its gradient (which have oracles of their own),
given the hyperparameters, and the curvature as a mass matrix; nothing of the normal approximation.
"""

import numpy as np
from scipy.linalg import solve_triangular


def dense(arrow):
    """The arrow as one matrix, and where each block's border stands in it (K, b)."""
    n, K, local, S = len(arrow.band), len(arrow.border), arrow.local, len(arrow.shared)
    H = np.zeros((n + K * local + S,) * 2)
    at = np.array(
        [
            np.r_[n + k * local + np.arange(local), n + K * local + arrow.shared_at[k]]
            for k in range(K)
        ]
    )
    for o in range(arrow.band.shape[1]):
        j = np.arange(n - o)
        H[j + o, j] += arrow.band[j, o]
        H[j, j + o] += arrow.band[j, o] if o else 0.0
    sizes = arrow.chains.cells * arrow.chains.size
    for k in range(K):
        rows = np.arange(arrow.chains.first[k], arrow.chains.first[k] + sizes[k])
        for c in range(arrow.coupling.shape[1]):
            H[rows, at[k, c]] += arrow.coupling[rows, c]
            H[at[k, c], rows] += arrow.coupling[rows, c]
        for a in range(at.shape[1]):
            np.add.at(H, (at[k, a], at[k]), arrow.border[k, a])
    H[n + K * local :, n + K * local :] += arrow.shared
    return H, at


class Line:
    """The log posterior in flat coordinates u around the mode: (v, x) in the band, borders."""

    def __init__(self, curved, hyper):
        self.system, self.hyper, self.mode = curved.system, hyper, curved.point
        safe = self.system.arrow(curved.point, hyper, curved.point.claims.safe)
        H, self.at = dense(safe)
        self.root = np.linalg.cholesky(H)

    def point(self, u):
        """The point at the coordinates `u`, straight lines in log rates, drifts and border."""
        n, local = self.system.shape.n, self.system.local
        beta = np.zeros_like(self.mode.state.beta)
        beta[:, :local] = u[self.at[:, :local]]
        shared = u[len(u) - len(self.mode.state.shared) :]
        state = self.system.moved(self.mode, (u[:n], beta, shared), 1.0)
        return self.system.at(state, self.hyper)

    def gradient(self, point):
        """d log p / du: the package's is in v at the point, this one in v at the mode."""
        band, border, shared = self.system.gradient(point, self.hyper)
        paths, local = self.system.paths, self.system.local
        g = np.zeros(len(self.root))
        g[: len(band)] = band
        by_rate = _by_rate(paths, point.totals, band[paths.vi])
        g[paths.vi] = _by_log_total(paths, self.mode.totals, by_rate)
        np.add.at(g, self.at, border)
        g[len(g) - len(shared) :] += shared
        unused = (
            np.arange(local) >= np.array([b.n_local for b in self.system.blocks.blocks])[:, None]
        )
        g[self.at[:, :local][unused]] = 0.0
        return g


def _by_rate(paths, totals, g):
    """From d/dv to d/dlambda: v_j moves by c_k / C_j when lambda_k moves."""
    out = np.zeros_like(g)
    for leaf in np.unique(paths.leaf):
        at = paths.leaf == leaf
        if paths.level[at][0]:
            out[at] = g[at]
        else:
            out[at] = totals.c[at] * np.cumsum((g[at] / totals.C[at])[::-1])[::-1]
    return out


def _by_log_total(paths, totals, g):
    """From d/dlambda to d/dv: lambda_j = own_j v_j - back_j v_{j-1}."""
    out = totals.own * g
    same = paths.leaf[1:] == paths.leaf[:-1]
    out[:-1] -= np.where(same, (totals.back * g)[1:], 0.0)
    return out


def sample(curved, hyper, functional, n, seed, steps=7, size=0.25):
    """Draws (n, T) of `functional(point)`, after a tenth of burn-in, and the share accepted."""
    rng = np.random.default_rng(seed)
    line = Line(curved, hyper)
    u = np.zeros(len(line.root))
    point = line.point(u)
    kept, accepted = [], 0
    for i in range(-n // 10, n):
        momentum = rng.standard_normal(len(u))
        start = point.value - 0.5 * momentum @ momentum
        step = size * rng.uniform(0.7, 1.3)
        new, there = u, point
        momentum = momentum + 0.5 * step * _pulled(line, there)
        for _ in range(steps):
            new = new + step * solve_triangular(line.root, momentum, trans="T", lower=True)
            there = line.point(new)
            momentum = momentum + step * _pulled(line, there)
        momentum = momentum - 0.5 * step * _pulled(line, there)
        if np.log(rng.random()) < there.value - 0.5 * momentum @ momentum - start:
            u, point, accepted = new, there, accepted + 1
        if i >= 0:
            kept.append(functional(point))
    return np.array(kept), accepted / (n + n // 10)


def _pulled(line, point):
    return solve_triangular(line.root, line.gradient(point), lower=True, check_finite=False)
