"""Textbook pools that learn from truths: performance weights and the beta-transformed linear pool.

On a ledger the truths are its resolutions, which enter a fit as claims of the source "truth". What
was said about a resolved quantity in the window before its day is a question with a known answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.errors import FitError
from reconcile.numerics.arrays import Array
from reconcile.textbook.averages import normal_mean, normals_of
from reconcile.textbook.cooke import performance_weights
from reconcile.textbook.pools import beta_transformed_linear_pool, fit_beta_transform, linear_pool
from reconcile.values import Claim, Distribution

SHRINK = 10.0
"""The beta transform is shrunk to none as if so many more truths had been as the pool said."""
_REACH = 1.6448536269514722
"""From the median to the 95 % quantile of a normal, in standard deviations."""


@dataclass(frozen=True, eq=False)
class Question:
    """What sources said of a quantity: `bounds` (k, 2) of their 90 % intervals, on a `log` scale or
    not; `truth` where it became known."""

    sources: tuple[str, ...]
    bounds: Array
    log: bool
    truth: float = np.nan

    def members(self) -> list[Distribution]:
        """Each source's normal, on the scale of the claims."""
        centre, variance = normals_of(self.bounds, log=self.log)
        return [normal_mean(m, v**0.5, log=self.log) for m, v in zip(centre, variance, strict=True)]

    def quantiles(self) -> Array:
        """5, 50 and 95 % of each source (k, 3)."""
        centre, variance = normals_of(self.bounds, log=self.log)
        reach = _REACH * np.sqrt(variance)[:, None] * np.array([-1.0, 0.0, 1.0])
        found = centre[:, None] + reach
        return np.exp(found) if self.log else found


def weighted_by_performance(
    asked: Question, known: Sequence[Question]
) -> tuple[Distribution, dict[str, float]]:
    """The linear pool of `asked` with Cooke's weights from the `known` questions, and the weights.

    Sources that answered no known question have none; if that is all, they are weighed equally.
    Raises `FitError` where no known question was answered by any of the sources asked.
    """
    judged = _told(known, asked, "performance-weighted")
    names = sorted({name for one in judged for name in one.sources})
    said = np.full((len(names), len(judged), 3), np.nan)
    for q, one in enumerate(judged):
        said[[names.index(name) for name in one.sources], q] = one.quantiles()
    found = performance_weights(
        said, [one.truth for one in judged], log=np.array([one.log for one in judged])
    )
    weights = dict(zip(names, found.weights.tolist(), strict=True))
    shares = np.array([weights.get(name, 0.0) for name in asked.sources])
    shares = shares / shares.sum() if shares.sum() > 0 else np.full(len(shares), 1 / len(shares))
    told = dict(zip(asked.sources, shares.tolist(), strict=True))
    return linear_pool(asked.members(), shares), told


def beta_transformed(
    asked: Question, known: Sequence[Question]
) -> tuple[Distribution, tuple[float, float]]:
    """The beta-transformed linear pool of `asked`, with alpha and beta from the `known` questions.

    Raises `FitError` where no known question was answered by any of the sources asked.
    """
    judged = _told(known, asked, "beta-transformed-linear-pool")
    pit = [float(linear_pool(one.members()).at(one.truth)) for one in judged]
    alpha, beta = fit_beta_transform(pit, shrink=SHRINK)
    return beta_transformed_linear_pool(asked.members(), alpha, beta), (alpha, beta)


def _told(known: Sequence[Question], asked: Question, method: str) -> list[Question]:
    judged = [one for one in known if set(one.sources) & set(asked.sources)]
    if not judged:
        raise FitError(
            f"{method} learns from truths: expected a [[resolution]] (quantity, value, on, "
            f"known_on) of something that {', '.join(asked.sources)} spoke of in the window "
            "before its day; the ledger has none"
        )
    return judged


def questions(
    true: Iterable[Claim],
    said: Callable[[Claim], Sequence[Claim]],
    cells: Callable[[Sequence[Claim], bool], Array],
    logs: Mapping[str, bool],
) -> list[Question]:
    """The questions that claims of the truth answer; `said` finds what others claimed of each."""
    found: list[Question] = []
    for claim in true:
        value, log = claim.phrase.nominal, logs[claim.quantity]
        others = said(claim)
        if others and value is not None and (value > 0 or not log):
            names = tuple(other.source for other in others)
            found.append(Question(names, cells(others, log), log, float(value)))
    return found
