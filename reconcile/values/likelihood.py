"""Probabilities in the words of ICD 203, and analytic confidence, which is another matter."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

from reconcile.errors import OptionError
from reconcile.values.wording import counted

Confidence = Literal["low", "moderate", "high"]


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the table: its two terms, and its bounds in per cent."""

    term: str
    synonym: str
    lower: int
    upper: int


LIKELIHOODS = (
    Band("almost no chance", "remote", 1, 5),
    Band("very unlikely", "highly improbable", 5, 20),
    Band("unlikely", "improbable", 20, 45),
    Band("roughly even chance", "roughly even odds", 45, 55),
    Band("likely", "probable", 55, 80),
    Band("very likely", "highly probable", 80, 95),
    Band("almost certain", "nearly certain", 95, 99),
)
"""Intelligence Community Directive 203, Analytic Standards (2 January 2015), D.6.e(2)(a)."""

_PRECISION = 12  # digits: 1 - 0.45 is on a boundary as much as 0.55


def probability_words(p: float, *, synonym: bool = False) -> str:
    """A probability in the seven terms of ICD 203, with the band they stand for.

    A boundary belongs to the band nearer to even chances (0.55 is "roughly even chance", 0.8
    "likely"), so that the words for p and 1 - p mirror each other. The directive's table runs
    from 1 to 99 %; beyond, its outer terms are given with "below 1 %" and "above 99 %".
    `synonym` takes the table's second line of terms; the two must not be mixed in one text.

    Source: Intelligence Community Directive 203, Analytic Standards, 2 January 2015, section
    D.6.e(2)(a). Raises `OptionError` for what is no probability.

    >>> probability_words(0.7), probability_words(0.55), probability_words(0.001)
    ('likely (55-80 %)', 'roughly even chance (45-55 %)', 'almost no chance (below 1 %)')
    """
    if isinstance(p, bool) or not 0 <= p <= 1:
        raise OptionError(f"expected a probability from 0 to 1, got {p!r}")
    percent = round(100 * float(p), _PRECISION - 2)
    band = _band(percent)
    span = f"{band.lower}-{band.upper} %"
    if percent < band.lower:
        span = f"below {band.lower} %"
    if percent > band.upper:
        span = f"above {band.upper} %"
    return f"{band.synonym if synonym else band.term} ({span})"


def _band(percent: float) -> Band:
    if percent > 50:
        return next((band for band in LIKELIHOODS[3:] if percent <= band.upper), LIKELIHOODS[-1])
    down = reversed(LIKELIHOODS[:4])
    return next((band for band in down if percent >= band.lower), LIKELIHOODS[0])


def confidence_words(
    n_origins: int,
    prior_share: float,
    n_conflicts: int,
    n_effective: float = nan,
    *,
    several: bool = False,
    one_day: bool | None = None,
) -> str:
    """How far the sources bear a judgement, as one sentence: low, moderate or high, and why.

    Analytic confidence is about the ground of a judgement and not how likely it is; ICD 203
    forbids to join the two in one sentence. Here it is "low" where the independent origins are
    worth fewer than three of equal weight or more than half of the variance is prior, "high" where
    they are worth at least six, at most a fifth is prior and no claims contradict each other, else
    "moderate". The rule is ours; the directive names the grounds only.

    `prior_share` is a share of 0 to 1 (nan: not known); `n_effective` is how many origins of equal
    weight theirs are worth, said where they are fewer; with `several` explanations of the claims a
    part of the variance is which of them holds. `one_day` is of a level: whether any two sources
    speak of the same day; where none do, none could contradict, and "high" is not reached. Raises
    `OptionError`.

    >>> confidence_words(2, 0.6, 1)
    'Analytic confidence is low: 2 independent origins, 60% of the variance from priors other than
    grades, and 1 contradiction between claims.'
    """
    if n_origins < 0 or n_conflicts < 0 or prior_share < 0 or prior_share > 1:
        raise OptionError(
            "expected counts of 0 or more and a share from 0 to 1, got "
            f"{n_origins!r}, {prior_share!r}, {n_conflicts!r}"
        )
    level: Confidence = "moderate"
    worth = n_effective if _uneven(n_origins, n_effective) else n_origins
    if worth < 3 or prior_share > 0.5:
        level = "low"
    elif worth >= 6 and prior_share <= 0.2 and not n_conflicts and one_day is not False:
        level = "high"
    grounds = [
        _count(n_origins, "independent origin") + worth_words(n_origins, n_effective),
        f"{prior_share:.0%} of the variance from {_beside(several)}",
        _contradictions(n_conflicts, one_day),
    ]
    if prior_share != prior_share:
        del grounds[1]
    return f"Analytic confidence is {level}: {', '.join(grounds[:-1])}, and {grounds[-1]}."


def _contradictions(number: int, one_day: bool | None) -> str:
    if number or one_day is None:
        return f"{_count(number, 'contradiction')} between claims"
    return f"no {'contradictions between' if one_day else 'two'} claims of one day"


def worth_words(n_origins: int, n_effective: float) -> str:
    """That the weights of origins are uneven, where by them they are half an origin fewer or more.

    >>> worth_words(4, 1.44), worth_words(2, 1.9)
    (' (of uneven weight, worth 1.4 of equal weight)', '')
    """
    if not _uneven(n_origins, n_effective):
        return ""
    return f" (of uneven weight, worth {n_effective:.1f} of equal weight)"


def _uneven(n_origins: int, n_effective: float) -> bool:
    return 0 < n_effective < n_origins - 0.5


def _beside(several: bool) -> str:
    return "which explanation holds, and priors" if several else "priors other than grades"


def _count(number: int, noun: str) -> str:
    return counted(number, noun) if number else f"no {noun}s"
