"""Exact agreement: how likely equal numbers of several origins are known, copied or chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

KNOWS = 0.2
"""Share of claims that repeat the true number to the digit."""
COPIES = 0.02
"""Share of claims that copy an earlier one without saying so."""


def exact_agreement(
    count: ArrayLike, chance: ArrayLike, *, knows: float = KNOWS, copies: float = COPIES
) -> NDArray[np.float64]:
    """Probabilities (N, 3) that `count` (N,) origins said one number independently, because all
    know it, or because one said it and the others copied.

    `chance` (N,) is the probability that an origin on its own says exactly this number: small for
    an odd number, large for a round one. With k = `count` and q = `chance` the three weights are
    (1 - knows)^k q^(k - 1), knows^k and copies^(k - 1). Known and copied cannot be told apart by
    the claims; the shares say which is likelier. Raises nothing: inputs are clipped to [0, 1].

    >>> exact_agreement([2, 2], [1e-6, 0.5]).round(2).tolist()
    [[0.0, 0.67, 0.33], [0.84, 0.11, 0.05]]
    """
    k = np.maximum(np.asarray(count, dtype=float), 1.0)
    q = np.clip(np.asarray(chance, dtype=float), 0.0, 1.0)
    alone = (1 - knows) ** k * q ** (k - 1)
    parts = np.stack([alone, knows**k * np.ones_like(q), copies ** (k - 1) * np.ones_like(q)], -1)
    return parts / parts.sum(axis=-1, keepdims=True)
