"""Numeric phrases: words a reporter could write, and how they are read."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from hypothesis import strategies as st

from reconcile.language import parse
from reconcile.values import Phrase
from reconcile.values.phrase import PhraseKind

_ONE_NUMBER: dict[PhraseKind, tuple[str, ...]] = {
    "exact": ("{n}", "exactly {n}"),
    "approx": ("about {n}", "around {n}", "roughly {n}", "approximately {n}"),
    "at_least": ("at least {n}", "no fewer than {n}", "{n} or more"),
    "more_than": ("more than {n}", "over {n}", "in excess of {n}"),
    "at_most": ("up to {n}", "at most {n}", "no more than {n}"),
    "less_than": ("fewer than {n}", "less than {n}"),
}
_TWO_NUMBERS = ("between {a} and {b}", "{a} to {b}", "from {a} to {b}")
_VAGUE = (
    *("a few", "several", "a handful", "dozens", "several dozen", "scores", "hundreds"),
    *("a couple hundred", "several hundred", "a few thousand", "thousands", "tens of thousands"),
)
_KINDS: tuple[PhraseKind, ...] = (*_ONE_NUMBER, "range", "vague")


def _numerals(max_value: int) -> st.SearchStrategy[int]:
    """Positive counts, the round ones of reports among them."""
    scales = [10**n for n in range(1, 10) if 10**n <= max_value]
    numbers = st.integers(1, max_value)
    if not scales:
        return numbers
    round_ones = st.builds(
        lambda scale, digit: min(scale * digit, max_value),
        st.sampled_from(scales),
        st.integers(1, 99),
    )
    return st.one_of(numbers, round_ones)


def phrase_texts(
    kinds: Collection[PhraseKind] | None = None, *, max_value: int = 1_000_000
) -> st.SearchStrategy[str]:
    """Texts of numeric phrases of these kinds (None: all), such as "at least 30".

    >>> from hypothesis import find
    >>> find(phrase_texts(["more_than"]), lambda text: "over" in text)
    'over 1'
    """
    return _texts(_KINDS if kinds is None else tuple(kinds), max_value)


@cache
def _texts(chosen: tuple[PhraseKind, ...], max_value: int) -> st.SearchStrategy[str]:
    """Built once: to build and check a strategy costs more than to draw from it."""
    numbers = _numerals(max_value)
    shown = st.sampled_from(["{}", "{:,}"])
    texts: list[st.SearchStrategy[str]] = []
    for kind in chosen:
        if kind == "vague":
            texts.append(st.sampled_from(_VAGUE))
        elif kind == "range":
            texts.append(
                st.builds(_between, st.sampled_from(_TWO_NUMBERS), shown, numbers, numbers)
            )
        else:
            texts.append(st.builds(_with, st.sampled_from(_ONE_NUMBER[kind]), shown, numbers))
    return st.one_of(texts)


def _with(template: str, shown: str, number: int) -> str:
    return template.format(n=_numeral(shown, number))


def _numeral(shown: str, number: int) -> str:
    """A number in digits; four of them without a comma would be read as a year."""
    return f"{number:,}" if number < 10_000 else shown.format(number)


def _between(template: str, shown: str, first: int, second: int) -> str:
    low, high = sorted((first, second))
    return template.format(a=_numeral(shown, low), b=_numeral(shown, high + 1))


def phrases(
    kinds: Collection[PhraseKind] | None = None,
    *,
    max_value: int = 1_000_000,
    convention: str = "default",
) -> st.SearchStrategy[Phrase]:
    """Phrases of these kinds (None: all), read under a convention.

    >>> from hypothesis import find
    >>> find(phrases(["at_least"]), lambda phrase: phrase.lower > 6).interval
    Interval(7.0, inf, closed='left')
    """
    return _phrases(_KINDS if kinds is None else tuple(kinds), max_value, convention)


@cache
def _phrases(
    chosen: tuple[PhraseKind, ...], max_value: int, convention: str
) -> st.SearchStrategy[Phrase]:
    return _texts(chosen, max_value).map(lambda text: parse(text, convention=convention))
