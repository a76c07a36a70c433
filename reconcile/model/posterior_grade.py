"""The grade that a source earns: what its house effect says of the letters."""

from __future__ import annotations

import math

from reconcile.errors import OptionError
from reconcile.model.priors import GRADE_SPREAD
from reconcile.values import Grade

LETTERS: tuple[Grade, ...] = ("A", "B", "C", "D", "E")
"""The letters that say how far numbers are off; F says that nobody knows."""

_STEP = 0.25  # before anything is learnt, a letter beside the given one is so much less likely
_MOST = 3.0  # sds of the worst letter; further off, all letters but E are out
_LITTLE = 0.1  # of the prior variance; where less is learnt, the given letter stays


def grade_probabilities(
    mean: float, sd: float, learnt: float, given: Grade = "F"
) -> dict[Grade, float]:
    """The probability of each letter A to E, given a source's posterior house effect.

    `mean` and `sd` are the posterior of the house effect on the model's scale (for counts the
    natural log), `learnt` the share of its prior variance that the claims took away. What the
    claims alone say of the effect is taken out of that posterior (a normal with mean m and sd s);
    a letter with prior sd t makes it as likely as N(m; 0, s^2 + t^2). Before that the given letter
    is the likeliest, each step away a quarter as likely; F gives all letters the same.

    The probabilities sum to 1. Raises `OptionError` for an `sd` not above 0 or a share outside
    0 to 1.

    >>> found = grade_probabilities(mean=0.8, sd=0.09, learnt=0.8, given="B")
    >>> max(found, key=found.get), round(sum(found.values()), 12)
    ('D', 1.0)
    """
    if not (sd > 0 and math.isfinite(mean) and learnt <= 1):
        raise OptionError(
            f"expected a finite mean, sd above 0, learnt up to 1, got {mean}, {sd}, {learnt}"
        )
    logs: dict[Grade, float] = {letter: _log_weight(letter, given) for letter in LETTERS}
    if learnt > 0:
        m, variance = _alone(mean, sd, min(learnt, 1.0))
        for letter in LETTERS:
            spread = variance + GRADE_SPREAD[letter] ** 2
            logs[letter] -= 0.5 * (math.log(spread) + m**2 / spread)
    top = max(logs.values())
    total = math.fsum(math.exp(value - top) for value in logs.values())
    return {letter: math.exp(logs[letter] - top) / total for letter in LETTERS}


def posterior_grade(mean: float, sd: float, learnt: float, given: Grade = "F") -> Grade:
    """The letter whose usual house effect is nearest to that of the source, after the claims.

    Nearest on the log scale to the mean over `grade_probabilities`. The given letter stays while
    less than a tenth of the prior variance is learnt; so F, cannot be judged, remains F until the
    claims judge it, and then may earn any letter.

    >>> posterior_grade(0.05, 0.1, 0.96, "F"), posterior_grade(0.8, 0.09, 0.8, "B")
    ('B', 'D')
    >>> posterior_grade(0.3, 0.48, 0.05, "F")
    'F'
    """
    if learnt < _LITTLE:
        return given
    found = grade_probabilities(mean, sd, learnt, given)
    usual = math.fsum(p * math.log(GRADE_SPREAD[letter]) for letter, p in found.items())
    return min(LETTERS, key=lambda letter: abs(math.log(GRADE_SPREAD[letter]) - usual))


def _alone(mean: float, sd: float, learnt: float) -> tuple[float, float]:
    """Mean and variance of what the claims alone say of a house effect whose prior mean is 0.

    The precision 1 / sd^2 less that of the prior, (1 - learnt) / sd^2. Under the heavy tails of F
    a mean may move further than its sd shrinks, so that the quotient is bounded.
    """
    variance = sd**2 / learnt
    most = _MOST * math.hypot(math.sqrt(variance), GRADE_SPREAD["E"])
    return max(-most, min(most, mean / learnt)), variance


def _log_weight(letter: Grade, given: Grade) -> float:
    if given == "F":
        return 0.0
    return abs(LETTERS.index(letter) - LETTERS.index(given)) * math.log(_STEP)
