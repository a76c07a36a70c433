"""The model's scale: logs of counts, log odds of shares, plain numbers in units of their own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit

from reconcile.errors import FitError
from reconcile.numerics.arrays import Array
from reconcile.values import Prior, Quantity

_UNIT = "unit"
# Logs beyond this have no finite number: the tail of a level that no claim tells of.
_LARGEST = 700.0


def unit_of(quantity: Quantity) -> float:
    """What a difference of 1 on the model's scale is worth.

    Errors of a count are ratios, whatever is counted. Those of a plain number have the unit of the
    number, so the sd of the prior of its level is the unit: a house effect of sd 0.35 is a third
    of it. Where the registry has none, the spread of the claims is (`with_unit`).

    Raises `FitError` where neither is known.
    """
    if quantity.scale != "linear":
        return 1.0
    found, prior = quantity.prior(_UNIT), quantity.prior("level")
    if found is not None:
        return found.median
    if prior is None:
        raise FitError(f"expected a prior of the level of {quantity.id} or claims on it, got none")
    return prior.log_sd


def with_unit(quantity: Quantity, unit: float) -> Quantity:
    """A plain number without a prior of its level, with the unit that its claims tell."""
    if quantity.scale != "linear" or quantity.prior("level") is not None:
        return quantity
    prior = Prior(_UNIT, unit, 1.0, "the spread of the claims, or a tenth of their median")
    return replace(quantity, priors=(*quantity.priors, prior))


def to_scale(value: float, quantity: Quantity) -> float:
    """A count, share or plain number on the model's scale; what can't be there is infinite."""
    if quantity.scale == "linear":
        return value / unit_of(quantity)
    if quantity.scale == "logit":
        inner = min(max(value, 0.0), 1.0)
        if inner in (0.0, 1.0):
            return math.inf if inner else -math.inf
        return math.log(inner / (1 - inner))
    return math.log(value) if value > 0 else -math.inf


def from_scale(x: Array, quantity: Quantity) -> Array:
    """Values on the model's scale as counts, shares or plain numbers."""
    if quantity.scale == "linear":
        return x * unit_of(quantity)
    return np.exp(np.minimum(x, _LARGEST)) if quantity.scale == "log" else expit(x)


def shifted(values: Array, by: Array, quantity: Quantity) -> Array:
    """Counts, shares or plain numbers, moved `by` so much on the model's scale."""
    if quantity.scale == "linear":
        return values + by * unit_of(quantity)
    return values * np.exp(by) if quantity.scale == "log" else expit(logit(values) + by)
