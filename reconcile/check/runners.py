"""Held-out claims: fit without them, then see whether they were expected.

The fitter is an argument: `fit(ledger)` returns anything whose `predictive(claims)` answers, for
each claim in turn, what the fit expects it to say: `samples(n, seed)` (n, N) or, better, also
`log_density` (N,) and `log_mass` (N,) (see `reconcile.Predictive`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np
import pandas as pd

from reconcile.check.calibration import pit_between
from reconcile.check.crps import crps_samples
from reconcile.check.result import LEVELS, Check
from reconcile.errors import OptionError
from reconcile.ledger import Ledger
from reconcile.values import Claim, Days


class Predictions(Protocol):
    """What claims are expected to say."""

    def samples(self, n: int, seed: int) -> Any:
        """Draws (n, N), source error included, in counts."""
        ...


class Fitted(Protocol):
    """A fit that can be asked about claims it has not seen."""

    def predictive(self, claims: Any) -> Predictions:
        """What these claims are expected to say, in their order."""
        ...


Fitter = Callable[[Ledger], Fitted]


def walk_forward(
    ledger: Ledger,
    fit: Fitter,
    *,
    cuts: Sequence[str | date],
    levels: Sequence[float] = LEVELS,
    draws: int = 1000,
    seed: int = 0,
) -> Check:
    """At each of the `cuts` fit what was public by then, and predict what was said up to the next.

    What was retracted later counts as it stood. Blocks of the result are the cuts; the last one
    predicts all that is left. Raises `OptionError` for no cuts, or where no claim follows any.
    """
    days = sorted(Days.of(cut).last for cut in cuts)
    if not days:
        raise OptionError("expected at least one date in cuts, got none")
    parts: list[pd.DataFrame] = []
    for cut, following in zip(days, [*days[1:], date.max], strict=True):
        asked = [c for c in ledger if cut < c.public_on <= following]
        known = ledger.as_of(cut)
        if asked and len(known):
            parts.append(_predicted(fit(known), asked, str(cut), draws, seed))
    return _joined(parts, levels)


def leave_one_source_out(
    ledger: Ledger,
    fit: Fitter,
    *,
    levels: Sequence[float] = LEVELS,
    draws: int = 1000,
    seed: int = 0,
) -> Check:
    """Fit without each source in turn and predict what it said, as of a source that is new.

    Claims of other sources that repeat one of its claims are left out with it, since they are its
    voice. Raises `OptionError` for a ledger of one source.
    """
    return by_folds(
        ledger, fit, {c.id: c.source for c in ledger}, levels=levels, draws=draws, seed=seed
    )


def by_folds(
    ledger: Ledger,
    fit: Fitter,
    folds: Mapping[str, Hashable],
    *,
    levels: Sequence[float] = LEVELS,
    draws: int = 1000,
    seed: int = 0,
) -> Check:
    """Fit without the claims of each fold in turn, and predict them; `folds` by claim id.

    Claims that are in no fold are always fitted. Of an origin whose claims are in different
    folds, what repeats a held-out claim is held out with it but not scored.
    """
    parts: list[pd.DataFrame] = []
    for fold in sorted({*folds.values()}, key=str):
        asked = [c for c in ledger if folds.get(c.id) == fold]
        voices = {ledger.roots[c.id] for c in asked}
        kept = [
            c.id for c in ledger if ledger.roots[c.id] not in voices and folds.get(c.id) != fold
        ]
        if kept:
            known = ledger.select(ids=kept)
            parts.append(_predicted(fit(known), asked, str(fold), draws, seed))
    return _joined(parts, levels)


def said_number(claim: Claim) -> float:
    """The number that a claim says (`Claim.number`); NaN for one that bounds nothing."""
    number = float(claim.number)
    return number if np.isfinite(number) else np.nan


def _predicted(
    fitted: Fitted, asked: Sequence[Claim], block: str, draws: int, seed: int
) -> pd.DataFrame:
    """One row for each claim that says a number: how it compares to what was expected."""
    told = np.array([said_number(claim) for claim in asked])
    expected = fitted.predictive(tuple(asked))
    samples = np.asarray(expected.samples(draws, seed), dtype=float)
    if samples.shape != (draws, len(asked)):
        raise OptionError(f"expected samples ({draws}, {len(asked)}), got {samples.shape}")
    # a count is the cell of half a unit around it
    below, upto = (samples < told - 0.5).sum(axis=0), (samples < told + 0.5).sum(axis=0) + 1
    rows = {
        "item": [claim.id for claim in asked],
        "source": [claim.source for claim in asked],
        "quantity": [claim.quantity for claim in asked],
        "block": block,
        "truth": told,
        "pit": pit_between(below / (draws + 1), upto / (draws + 1), seed=seed),
        "score": crps_samples(np.log1p(np.maximum(samples, 0)), np.log1p(np.maximum(told, 0))),
    }
    for name in ("log_density", "log_mass"):
        found = getattr(expected, name, None)
        if found is not None:
            rows[name] = np.asarray(found() if callable(found) else found, dtype=float)
    return pd.DataFrame(rows).dropna(subset=["truth"])


def _joined(parts: Iterable[pd.DataFrame], levels: Sequence[float]) -> Check:
    found = [part for part in parts if len(part)]
    if not found:
        raise OptionError(
            "expected claims with a number that became public after a cut date, got none: there is "
            "nothing to check; choose earlier dates"
        )
    rows = pd.concat(found, ignore_index=True)
    return Check(rows, tuple(levels), "CRPS of log1p count")
