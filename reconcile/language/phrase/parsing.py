"""`parse`: the reading of one numeric expression."""

from __future__ import annotations

from reconcile.errors import PhraseError
from reconcile.language.phrase.convention import Convention, read_convention
from reconcile.language.phrase.other_languages import other_language
from reconcile.language.phrase.phrases import phrase_of, read_phrases, read_tokens
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import Tokens
from reconcile.values import Phrase


def parse(text: str, *, convention: str = "default") -> Phrase:
    """Read the one numeric expression in a text, with its hedges and bounds.

    A bound that the words do not set is infinite. That a count cannot be below 0 follows from
    what is counted, not from the words.

    Parameters
    ----------
    text : str
        One expression; for running text use `reconcile.extract`.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.

    Raises
    ------
    PhraseError
        If there is no number, only one that counts nothing (a date, an ordinal, a name), more
        than one expression, or beside it a word of another language that multiplies or bounds it.
    UnknownNameError, OptionError
        If there is no such convention, or it can't be read.

    References
    ----------
    docs/language.md

    Examples
    --------
    >>> phrase = parse("no fewer than two dozen")
    >>> phrase.kind, phrase.lower, phrase.upper
    ('at_least', 24.0, inf)
    >>> parse("several hundred").interval
    Interval(300.0, 999.0)
    >>> parse("dozens", convention="acled").interval
    Interval(12.0, inf, closed='left')
    """
    meanings = read_convention(convention)
    tokens = read_tokens(text, meanings)
    readings = read_phrases(tokens, meanings)
    found = [reading for reading in readings if not reading.trap]
    if len(found) != 1:
        reading = _alone(tokens, readings) if not found else None
        if reading is None:
            raise _refusal(text, tokens, readings, found, meanings)
        found = [reading]
    foreign = other_language(tokens, found[0])
    if foreign:
        raise PhraseError(
            f"expected a numeric expression in English, got {foreign!r} in {text[:60]!r}, which in "
            "another language multiplies or bounds the number. Write it in English or in digits.",
            text,
            (tokens.start[found[0].first], tokens.end[found[0].last - 1]),
        )
    return phrase_of(tokens, found[0], meanings.name)


def _alone(t: Tokens, readings: list[Reading]) -> Reading | None:
    """Four digits, or "a 34-year-old", are a number on their own; only running text makes a year
    or the age of a person of them."""
    if len(readings) != 1:
        return None
    (reading,) = readings
    age = reading.trap == "age" and reading.unit == "age"
    return reading if age or (reading.trap == "year" and t.count == 1) else None


def _refusal(
    text: str,
    t: Tokens,
    readings: list[Reading],
    found: list[Reading],
    meanings: Convention,
) -> PhraseError:
    shown = repr(text if len(text) <= 60 else text[:57] + "...")
    if len(found) > 1:
        expressions = [repr(t.slice(r.first, r.last)[:40]) for r in found[:3]]
        more = ", ..." if len(found) > 3 else ""
        return PhraseError(
            f"expected one numeric expression, got {len(found)} in {shown}: "
            f"{', '.join(expressions)}{more}. Give one of them, or use reconcile.extract.",
            text,
            (t.start[found[1].first], t.end[found[1].last - 1]),
        )
    if readings:
        trap = readings[0]
        words = t.slice(trap.first, trap.last)[:40]
        return PhraseError(
            f"expected a numeric expression, got {words!r} in {shown}, which is read as a "
            f"{trap.trap} and counts nothing. Give the number alone, with its hedge if it has one.",
            text,
            (t.start[trap.first], t.end[trap.last - 1]),
        )
    return PhraseError(
        f"expected a numeric expression like 'at least 30' or 'several dozen', found none in "
        f"{shown} under the convention {meanings.name!r}.",
        text,
        (0, len(text)),
    )
