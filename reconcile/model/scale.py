"""The model's scale: logs of counts, log odds of shares, plain numbers in units of their own."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from reconcile.errors import FitError
from reconcile.values import Quantity

__all__ = ["from_scale", "to_scale", "unit_of"]

Array = NDArray[np.float64]


def unit_of(quantity: Quantity) -> float:
    """What a difference of 1 on the model's scale is worth.

    Errors of a count are ratios, whatever is counted. Those of a plain number have the unit of the
    number, so the sd of the prior of its level is the unit: a house effect of sd 0.35 is a third
    of it. Raises `FitError` where the registry has none.
    """
    if quantity.scale != "linear":
        return 1.0
    prior = quantity.prior("level")
    if prior is None:
        raise FitError(
            f"expected a prior of the level of {quantity.id} (in the registry of quantities: "
            'priors.level with "median" and, as "log_sd", its sd, both in its own unit), '
            "got none: on a linear scale nothing else tells how far sources may err"
        )
    return prior.log_sd


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
    return np.exp(x) if quantity.scale == "log" else expit(x)
