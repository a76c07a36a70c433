"""Export of a fit to ArviZ, the exchange format of Bayesian posteriors in Python."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np

from reconcile.errors import MissingExtraError
from reconcile.questions.draws import draws_of
from reconcile.questions.fit_store import FitStore
from reconcile.questions.predictive import numbers

__all__ = ["to_arviz"]


def to_arviz(fit: FitStore, draws: int, seed: int) -> Any:
    """`fit` as an `InferenceData` (a `DataTree` from ArviZ 1 on)."""
    arviz = _arviz()
    found = draws_of(fit, draws, seed)
    claims = [claim for claim in fit.ledger if claim.status == "active"]
    effects = sorted(found.houses)
    groups = {
        "posterior": {
            "value": np.stack([found[name] for name in found], axis=1)[None],
            "house_effect": np.stack([found.houses[key] for key in effects], axis=1)[None],
        },
        "observed_data": {"said": numbers(claims)},
        "constant_data": {
            "claim_quantity": np.array([claim.quantity for claim in claims]),
            "claim_source": np.array([claim.source for claim in claims]),
            "claim_first": np.array([claim.period.first for claim in claims], "datetime64[ns]"),
            "claim_last": np.array([claim.period.last for claim in claims], "datetime64[ns]"),
        },
    }
    coords = {
        "quantity": list(found),
        "date": np.array(found.dates, dtype="datetime64[ns]"),
        "effect": [f"{source}:{root}" for source, root in effects],
        "claim": [claim.id for claim in claims],
    }
    dims = {"value": ["quantity", "date"], "house_effect": ["effect"], "said": ["claim"]}
    dims |= {name: ["claim"] for name in groups["constant_data"]}
    if hasattr(arviz, "InferenceData"):
        return arviz.from_dict(**groups, coords=coords, dims=dims)
    return arviz.from_dict(groups, coords=coords, dims=dims)


def _arviz() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # it announces its next version
            return import_module("arviz")
    except ImportError as missing:
        raise MissingExtraError("Fit.to_arviz", "arviz") from missing
