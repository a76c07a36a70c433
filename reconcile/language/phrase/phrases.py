"""From tokens to phrases: the numeric expressions of a text, in order."""

from __future__ import annotations

from math import inf

from reconcile.intervals import Interval
from reconcile.language.phrase.convention import Convention
from reconcile.language.phrase.denied_numbers import with_denied, with_years
from reconcile.language.phrase.hedges import hedged
from reconcile.language.phrase.joins import EXCEPTING, compose, with_exceptions
from reconcile.language.phrase.quantities import NUMERIC_WORDS, read_quantities
from reconcile.language.phrase.ranges import join_ranges
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import Tokens, tokenise
from reconcile.values import Phrase

_CLOSED = {
    (False, False): "both",
    (False, True): "left",
    (True, False): "right",
    (True, True): "neither",
}


def read_tokens(text: str, convention: Convention | None = None) -> Tokens:
    """The tokens of a text, with the places where a number may start; a convention adds words."""
    own = convention.words.keys() - NUMERIC_WORDS if convention else None
    return tokenise(text, NUMERIC_WORDS | own if own else NUMERIC_WORDS)


def read_phrases(t: Tokens, convention: Convention) -> list[Reading]:
    """Every numeric expression of the text and, marked as traps, the numbers that are none."""
    readings = read_quantities(t, convention)
    if not readings:
        return readings
    readings = with_years(t, readings)
    if len(readings) > 1:
        readings = join_ranges(t, readings)
    readings = with_denied(t, readings)
    last, excepted = 0, False
    found: list[Reading] = []
    for k, r in enumerate(readings):
        if not r.trap:
            following = readings[k + 1].first if k + 1 < len(readings) else t.count
            excepted = excepted or t.low[r.first - 1] in EXCEPTING
            r = hedged(t, r, last, following, convention)
        found.append(r)
        last = r.last
    if len(found) > 1:
        found = compose(t, found)
    return with_exceptions(t, found) if excepted else found


def phrase_of(t: Tokens, r: Reading, convention: str) -> Phrase:
    """The value that a reading stands for."""
    first, last = t.start[r.first], t.end[r.last - 1]
    point = r.lower == r.upper  # "nearly 0" has no room for an open end
    lower_open = r.lower == -inf or (r.lower_open and not point)
    upper_open = r.upper == inf or (r.upper_open and not point)
    return Phrase(
        t.text[first:last],
        r.kind,  # type: ignore[arg-type]
        Interval(r.lower, r.upper, _CLOSED[lower_open, upper_open]),  # type: ignore[arg-type]
        r.nominal,
        r.unit,
        r.digits,
        r.rule,
        convention,
        (first, last),
    )
