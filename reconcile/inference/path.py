"""Marginals along a path of dates: corrected at knots, carried between them by Laplace.

At every date the node mixture of Laplace approximations has a mean and a sd; at the knots the
corrected marginal is known. Between two knots the standardised quantiles are interpolated, and the
date's own mean and sd put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from reconcile.inference.marginal import Marginal
from reconcile.inference.nodes import Nodes
from reconcile.model import Design, Place
from reconcile.model.functional import functionals

__all__ = ["PROBABILITIES", "carried", "laplace_by_node", "laplace_moments"]

Array = NDArray[np.float64]

# From 1e-4 to 1 - 1e-4, denser in the tails.
PROBABILITIES = expit(np.linspace(-9.2, 9.2, 185))


def laplace_by_node(
    design: Design, nodes: Nodes, places: Sequence[Place]
) -> tuple[Array, Array, list[Array]]:
    """Mean and sd (K, T) of the functionals at `places` at each of K nodes, and their slopes.

    Slopes are (n, T) a node.
    """
    asked = replace(design, functionals=functionals(places, design.component, design.grid))
    means = np.zeros((len(nodes.nodes), len(places)))
    sds = np.zeros_like(means)
    gradients: list[Array] = []
    for k, node in enumerate(nodes.nodes):
        lam = node.mode.point.x[: design.n_path]
        means[k], bent = asked.functionals.evaluate(lam, design.exposure)
        slopes = np.zeros((len(node.mode.point.x), len(places)))
        slopes[: design.n_path] = (bent + asked.functionals.levels).T
        sds[k] = np.sqrt(np.sum(slopes * node.mode.factor.solve(slopes), axis=0))
        gradients.append(slopes)
    return means, sds, gradients


def laplace_moments(design: Design, nodes: Nodes, places: Sequence[Place]) -> tuple[Array, Array]:
    """Mean and sd (T,) of the functionals at `places` under the node mixture of Laplace fits."""
    means, sds, _ = laplace_by_node(design, nodes, places)
    w = nodes.weights
    mean = w @ means
    return mean, np.sqrt(w @ (sds**2 + (means - mean) ** 2))


def carried(
    mean: Array, sd: Array, at_knots: Sequence[int], knots: Sequence[Marginal], rising: bool
) -> list[Marginal]:
    """A marginal for each of the T dates with Laplace `mean` and `sd` (T,).

    `at_knots` are the indices, ascending and with both ends among them, of the dates whose
    marginals `knots` are known. `rising`: a total never falls, so neither does any of its quantiles
    (what numerical error would let them fall is shared between the dates).
    """
    index = np.asarray(at_knots)
    shapes = np.array([knot.quantile(PROBABILITIES) for knot in knots])
    shapes = (shapes - mean[index, None]) / sd[index, None]
    dates = np.arange(len(mean))
    columns = [np.interp(dates, index, shapes[:, p]) for p in range(len(PROBABILITIES))]
    values = mean[:, None] + sd[:, None] * np.stack(columns, axis=1)
    if rising:
        ahead = np.maximum.accumulate(values, axis=0)
        behind = np.minimum.accumulate(values[::-1], axis=0)[::-1]
        values = 0.5 * (ahead + behind)
    ends = np.r_[0.0, PROBABILITIES[1:-1], 1.0]
    return [Marginal(row, ends) for row in values]
