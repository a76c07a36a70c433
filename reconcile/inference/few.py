"""What a fit of few claims expects further claims to say: the mixtures of the streams' engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.nodes import Node
from reconcile.inference.posterior import Posterior
from reconcile.inference.streams.expected import Expected, mixture_of
from reconcile.model.border import build_border
from reconcile.model.functional import functionals, places_of
from reconcile.model.lineage import Lineage
from reconcile.model.reading import read
from reconcile.values import Claim, Source

__all__ = ["expected_few"]

Array = NDArray[np.float64]

# The sd of log sigma that the claims of a small component leave.
_SIGMA_SD = 0.35


def expected_few(
    posterior: Posterior, claims: Sequence[Claim], sources: Mapping[str, Source]
) -> Expected:
    """What each of `claims` (N, each alone) is expected to say, on the model's scale."""
    design = posterior.design
    heads = {claim.id: claim for claim in claims}
    line = Lineage(tuple(claims), {}, heads)
    quantities = design.component.quantities
    readings = [read(c, quantities[c.quantity], sources[c.source]) for c in claims]
    border, Z = build_border(design.component, claims, line, readings, sources)
    known = {term.name: i for i, term in enumerate(design.border.terms)}
    at = np.array([known.get(term.name, -1) for term in border.terms], dtype=np.intp)
    mean, sd, _, _ = border.prior()
    new = at < 0
    moments = [
        _moments(posterior, node, claims, Z[:, ~new], at[~new]) for node in posterior.nodes.nodes
    ]
    w = posterior.nodes.weights
    centre = w @ np.array([m for m, _ in moments])
    spread = w @ np.array([v + (m - centre) ** 2 for m, v in moments])
    return mixture_of(
        centre + Z[:, new] @ mean[new],
        spread + Z[:, new] ** 2 @ sd[new] ** 2,
        np.full(len(claims), posterior.error_sd()),
        np.full(len(claims), _SIGMA_SD),
        *(
            np.array([getattr(r, name) for r in readings])
            for name in ("extra", "gross", "wide", "thinned")
        ),
    )


def _moments(
    posterior: Posterior, node: Node, claims: Sequence[Claim], Z: Array, at: NDArray[np.intp]
) -> tuple[Array, Array]:
    """Mean and variance (N,) of functional and known border terms at one node."""
    design = posterior.design
    places = [places_of(claim, design.component, design.grid.origin) for claim in claims]
    counts = np.array([len(found) for found in places])
    asked = replace(
        design,
        functionals=functionals(
            [place for found in places for place in found], design.component, design.grid
        ),
    )
    x = node.mode.point.x
    lam = x[: design.n_path]
    f, bent = asked.functionals.evaluate(lam, design.exposure * np.exp(lam))
    of = np.repeat(np.arange(len(claims)), counts)
    t = np.zeros((len(x), len(f)))
    t[: design.n_path] = (bent + asked.functionals.levels).T
    t[len(x) - design.Z.shape[1] + at] = Z[of].T
    variance = np.sum(t * node.mode.factor.solve(t), axis=0)
    value = f + (Z @ x[len(x) - design.Z.shape[1] + at])[of]
    n = np.maximum(counts, 1)
    mean = np.bincount(of, value, len(claims)) / n
    square = np.bincount(of, value**2 + variance, len(claims)) / n
    none = counts == 0
    return np.where(none, -20.0, mean), np.where(none, 1e-9, square - mean**2)
