"""`Fit.check`: each claim of a fit against what all others make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconcile.check import Check, crps_quantiles, pit_between
from reconcile.errors import FitError
from reconcile.inference.forecast.said_number import SaidNumber, plainly
from reconcile.numerics.arrays import Array
from reconcile.questions.fit_store import FitStore
from reconcile.questions.predictive import Predictive, cells_of, numbers
from reconcile.values import Claim

_GRID = (np.arange(100) + 0.5) / 100


def check_of(fit: FitStore, seed: int) -> Check:
    """The leave-one-out check of the claims that `fit` rests on."""
    claims, expected = without_itself(fit)
    order = {claim.id: i for i, claim in enumerate(fit.ledger)}
    below, upto = expected.cdf(expected.cell[:, 0]), expected.cdf(expected.cell[:, 1])
    middle = 0.5 * (below + upto)
    rows = pd.DataFrame(
        {
            "item": [claim.id for claim in claims],
            "source": [claim.source for claim in claims],
            "label": [fit.ledger.source(claim.source).label or claim.source for claim in claims],
            "quantity": [claim.quantity for claim in claims],
            "truth": expected.value,
            "pit": pit_between(below, upto, seed=seed),
            "score": _crps(expected),
            "log_score": -expected.log_mass,
            "p_value": np.clip(2 * np.minimum(middle, 1 - middle), 0.0, 1.0),
        }
    )
    place = np.argsort([order[name] for name in rows["item"]], kind="stable")
    placed = rows.iloc[place].reset_index(drop=True)
    return Check(placed, score_name="CRPS of log1p(number)", of="claims")


def without_itself(fit: FitStore) -> tuple[list[Claim], Predictive]:
    """The claims that a fit rests on, and what each would have been expected to say without it."""
    claims: list[Claim] = []
    parts: list[tuple[NDArray[np.intp], SaidNumber]] = []
    for found, part in _pieces(fit):
        parts.append((np.arange(len(claims), len(claims) + len(found)), part))
        claims += found
    if not claims:
        raise FitError(
            "expected claims that the fit rests on; all are retracted or before an epoch"
        )
    return claims, Predictive(numbers(claims), cells_of(claims), tuple(parts))


def _pieces(fit: FitStore) -> Iterator[tuple[Sequence[Claim], SaidNumber]]:
    """Counts, which learn from each other how numbers are said; then the other scales."""
    counts = fit.counted()
    teacher = fit.forecaster()
    if teacher is not None:
        yield counts, teacher.itself()
    for component in fit.components():
        claims = fit.claims_of(component)
        scale = fit.about(claims[0].quantity).scale if claims else "log"
        if scale != "log":
            posterior = fit.posterior(claims[0].quantity)
            yield posterior.problem.claims, plainly(posterior.left_out(), scale)


def _crps(expected: Predictive) -> Array:
    """The CRPS (N,) of log1p(number); on a linear or logit scale of the number itself."""
    counts = np.ones(len(expected), dtype=bool)
    for at, part in expected.parts:
        counts[at] = not part.linear
    quantiles, said = expected.quantile(_GRID), expected.value
    on_log = counts[:, None], np.log1p(np.maximum(quantiles, 0.0)), quantiles
    truth = np.where(counts, np.log1p(np.maximum(said, 0.0)), said)
    return crps_quantiles(np.where(*on_log), _GRID, truth)
