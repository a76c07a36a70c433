"""What a fit of few claims expects further claims to say: the mixtures of the streams' engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.nodes import Node
from reconcile.inference.posterior import Posterior
from reconcile.inference.streams.expected import Expected, mixture_of
from reconcile.model import Design
from reconcile.model.border import WORDING_SD, build_border
from reconcile.model.functional import functionals, places_of
from reconcile.model.lineage import Lineage
from reconcile.model.reading import read
from reconcile.model.scale import unit_of
from reconcile.values import Claim, Source

__all__ = ["expected_few", "left_out_few"]

Array = NDArray[np.float64]

# The sd of log sigma that the claims of a small component leave.
_SIGMA_SD = 0.35
# A claim that holds nearly all of its own variance is looked at as if it held nine tenths.
_LEAST_LEFT = 0.1


def expected_few(
    posterior: Posterior, claims: Sequence[Claim], sources: Mapping[str, Source]
) -> Expected:
    """What each of `claims` (N, each alone) is expected to say: logs, log odds, or the number."""
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
    unit = _units(design, claims)
    trait = {
        name: np.array([getattr(r, name) for r in readings])
        for name in ("extra", "gross", "wide", "thinned")
    }
    return mixture_of(
        unit * (centre + Z[:, new] @ mean[new]),
        unit**2 * (spread + Z[:, new] ** 2 @ sd[new] ** 2),
        unit * posterior.error_sd(),
        np.full(len(claims), _SIGMA_SD),
        unit * trait["extra"],
        trait["gross"],
        unit * trait["wide"],
        trait["thinned"],
    )


def _units(design: Design, claims: Sequence[Claim]) -> Array:
    """What 1 on the model's scale is worth in each claim (N,), so that plain numbers are told."""
    known = {name: unit_of(quantity) for name, quantity in design.component.quantities.items()}
    return np.array([known[claim.quantity] for claim in claims], dtype=float)


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
    f, bent = asked.functionals.evaluate(lam, design.exposure)
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


def left_out_few(posterior: Posterior) -> Expected:
    """What each claim of the fit (N, those of the design) would have been expected to say had it
    not been there: one step from the mode of each node, as Newton's method would take it."""
    design, nodes = posterior.design, posterior.nodes
    found = [_without(design, node) for node in nodes.nodes]
    w = nodes.weights
    centre = w @ np.array([mean for mean, _ in found])
    spread = w @ np.array([variance + (mean - centre) ** 2 for mean, variance in found])
    unit = _units(design, design.claims)
    return mixture_of(
        unit * centre,
        unit**2 * spread,
        unit * np.where(design.own, posterior.error_sd(), WORDING_SD),
        np.full(len(design.claims), _SIGMA_SD),
        unit * design.extra,
        np.where(design.own, design.gross, 0.0),
        unit * design.wide,
        (design.thinned & design.own).astype(float),
    )


def _without(design: Design, node: Node) -> tuple[Array, Array]:
    """Mean and variance (N,) of what each claim is expected to say without it, at one node."""
    point = node.mode.density.at(node.mode.point.x)
    terms, of, N = point.claims, design.claim_of, len(design.claims)
    first = len(point.x) - design.Z.shape[1]
    t = np.zeros((len(point.x), len(of)))
    t[: design.n_path] = point.slopes[design.place].T
    t[first:] = design.Z[of].T
    counts = np.bincount(of, minlength=N)
    eta = point.f[design.place] + (design.Z @ point.x[first:])[of]
    variance = np.sum(t * node.mode.factor.solve(t), axis=0)
    mean = np.bincount(of, eta, N) / counts
    square = np.bincount(of, eta**2 + variance, N) / counts
    within = np.bincount(of, variance, N) / counts
    weight = np.bincount(of, np.maximum(terms.curve, 0.0), N)
    without = within / np.maximum(1 - within * weight, _LEAST_LEFT)
    shifted = mean - without * np.bincount(of, terms.score, N)
    return shifted, without + np.maximum(square - mean**2 - within, 0.0)
