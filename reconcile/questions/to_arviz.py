"""Export of a fit to ArviZ, the exchange format of Bayesian posteriors in Python."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from reconcile.errors import MissingExtraError, OptionError
from reconcile.inference.draw_likelihood import expected_in, log_likelihood_in
from reconcile.numerics.arrays import Array
from reconcile.questions.draws import Draws, draws_of
from reconcile.questions.fit_store import FitStore
from reconcile.questions.predictive import numbers, predictive_of
from reconcile.values import Claim


def to_arviz(fit: FitStore, draws: int, seed: int, chains: int) -> Any:
    """`fit` as an `InferenceData` (a `DataTree` from ArviZ 1 on)."""
    arviz = _arviz()
    if chains < 1:
        raise OptionError(f"expected at least one chain, got {chains}")
    found = draws_of(fit, draws * chains, seed)
    heard, likelihood, said = _of_claims(fit, found, seed)
    effects = sorted(found.houses)

    def chained(values: Array) -> Array:
        return values.reshape(chains, draws, *values.shape[1:])

    groups = {
        "posterior": {
            "value": chained(np.stack([found[name] for name in found], axis=1)),
            "house_effect": chained(np.stack([found.houses[key] for key in effects], axis=1)),
        },
        "log_likelihood": {"said": chained(likelihood)},
        "posterior_predictive": {"said": chained(said)},
        "observed_data": {"said": numbers(heard)},
        "constant_data": {
            "claim_quantity": np.array([claim.quantity for claim in heard]),
            "claim_source": np.array([claim.source for claim in heard]),
            "claim_first": np.array([claim.period.first for claim in heard], "datetime64[ns]"),
            "claim_last": np.array([claim.period.last for claim in heard], "datetime64[ns]"),
        },
    }
    return _exported(arviz, groups, found, effects, heard)


def _exported(
    arviz: Any, groups: Mapping[str, Mapping[str, Any]], found: Draws,
    effects: Sequence[tuple[str, str]], heard: Sequence[Claim],
) -> Any:  # fmt: skip
    coords = {
        "quantity": list(found),
        "date": np.array(found.dates, dtype="datetime64[ns]"),
        "effect": [f"{source}:{root}" for source, root in effects],
        "claim": [claim.id for claim in heard],
    }
    dims = {"value": ["quantity", "date"], "house_effect": ["effect"], "said": ["claim"]}
    dims |= {name: ["claim"] for name in groups["constant_data"]}
    if hasattr(arviz, "InferenceData"):
        return arviz.from_dict(**groups, coords=coords, dims=dims)
    return arviz.from_dict(groups, coords=coords, dims=dims)


def _of_claims(fit: FitStore, found: Draws, seed: int) -> tuple[list[Claim], Array, Array]:
    """The claims that the fit rests on, how likely each is in every draw (n, N), and what it would
    say there (n, N)."""
    heard: list[Claim] = []
    likelihood: list[Array] = []
    said: list[Array] = []
    for number, (posterior, drawn) in enumerate(found.made):
        claims = list(posterior.problem.claims)
        rng = np.random.default_rng([seed, number, 1])
        expected = expected_in(posterior, drawn, rng)
        likelihood.append(log_likelihood_in(posterior, drawn))
        said.append(_told(fit, claims, expected))
        heard += claims
    order = {claim.id: place for place, claim in enumerate(fit.ledger)}
    place = np.argsort([order[claim.id] for claim in heard], kind="stable")
    return (
        [heard[i] for i in place],
        np.concatenate(likelihood, axis=1)[:, place],
        np.concatenate(said, axis=1)[:, place],
    )


def _told(fit: FitStore, claims: Sequence[Claim], expected: Array) -> Array:
    """Numbers (n, N) with the law of `fit.predictive`, which rise and fall as `expected` does."""
    n = len(expected)
    ranks = expected.argsort(axis=0).argsort(axis=0)
    quantiles = predictive_of(fit, claims).quantile((np.arange(n) + 0.5) / n)
    return np.take_along_axis(quantiles.T, ranks, axis=0)


def _arviz() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # it announces its next version
            return import_module("arviz")
    except ImportError as missing:
        raise MissingExtraError("Fit.to_arviz", "arviz") from missing
