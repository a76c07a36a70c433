"""Laws of reading: what is written is what is read, wherever it stands."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_templates import Case, generate, in_words

from reconcile.errors import PhraseError
from reconcile.language import extract_mentions, parse

_COUNTS = st.integers(0, 10**12)


@given(_COUNTS)
def test_digits_with_and_without_separators_are_the_number(n: int) -> None:
    for text in (str(n), f"{n:,}", f"{n:_}".replace("_", "\N{NO-BREAK SPACE}")):
        assert parse(text).nominal == n


@given(st.integers(0, 10**9 - 1), st.booleans())
def test_words_are_the_number(n: int, use_and: bool) -> None:
    phrase = parse(in_words(n, use_and=use_and))
    assert (phrase.lower, phrase.upper, phrase.kind) == (n, n, "exact")


@given(st.floats(1e-6, 1e15, allow_nan=False, allow_infinity=False))
def test_a_float_reads_as_python_writes_it(x: float) -> None:
    assert parse(repr(x)).nominal == x
    assert parse(f"-{x!r}").nominal == -x


@given(st.integers(1, 999), st.sampled_from([("k", 1e3), (" million", 1e6), ("bn", 1e9)]))
def test_a_scale_multiplies(n: int, scale: tuple[str, float]) -> None:
    name, factor = scale
    assert parse(f"{n}{name}").nominal == n * factor


@given(st.integers(2, 10**7), st.integers(2, 10**7))
def test_a_range_has_both_ends_whatever_joins_them(a: int, b: int) -> None:
    low, high = sorted((a, a + b))
    for text in (
        f"between {low:,} and {high:,}",
        f"{low:,} to {high:,}",
        f"from {low:,} to {high:,}",
    ):
        if f"{high:,}".endswith(",000") and low < 1000:
            continue  # "2 to 3,000" shares its thousands: tested in the table
        assert (parse(text).lower, parse(text).upper) == (low, high)


@given(st.integers(2, 10**7))
def test_negation_flips_a_bound(n: int) -> None:
    over, under = parse(f"more than {n:,}").interval, parse(f"fewer than {n:,}").interval
    not_over, not_under = (
        parse(f"no more than {n:,}").interval,
        parse(f"no fewer than {n:,}").interval,
    )
    assert (over.lower, not_over.upper) == (n, n) == (not_under.lower, under.upper)
    ends = (over.lower_closed, under.upper_closed, not_over.upper_closed, not_under.lower_closed)
    assert ends == (False, False, True, True)


@given(st.integers(10, 10**7), st.integers(2, 12))
def test_products_and_shares_are_interval_arithmetic(n: int, k: int) -> None:
    assert parse(f"{in_words(k)} brigades of {n:,} people each").nominal == n * k
    about = parse(f"{in_words(k)} groups of about {n:,} men each")
    width = 0.01 if len(str(n).rstrip("0")) >= 3 else 0.1  # three digits: a count behind it
    assert isclose(about.lower, (1 - width) * n * k)
    assert isclose(about.upper, (1 + width) * n * k)
    share = parse(f"about a third of the {n:,}")
    assert isclose(share.lower, 0.9 * n / 3)
    assert isclose(share.upper, 1.1 * n / 3)


def _cases(seed: int, count: int = 200) -> list[Case]:
    return generate(count, seed)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_spans_slice_back_to_the_text_in_order(seed: int) -> None:
    for case in _cases(seed):
        spans = [m.span for m in extract_mentions(case.text)]
        assert spans == sorted(spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
        for m in extract_mentions(case.text):
            assert case.text[m.span[0] : m.span[1]] == m.phrase.text


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parse_reads_in_each_mention_what_extract_found(seed: int) -> None:
    for case in _cases(seed):
        for m in extract_mentions(case.text):
            alone = parse(m.phrase.text)
            assert (alone.kind, alone.interval, alone.nominal, alone.unit) == (
                m.phrase.kind,
                m.phrase.interval,
                m.phrase.nominal,
                m.phrase.unit,
            )


@pytest.mark.parametrize("glue", [" ", "\n", "\n\n", " \N{NO-BREAK SPACE}"])
def test_a_text_of_sentences_has_the_phrases_of_each(glue: str) -> None:
    cases = _cases(7, 120)
    joined = glue.join(case.text for case in cases)
    expected: list[tuple[str, tuple[int, int], str]] = []
    start = 0
    for case in cases:
        for m in extract_mentions(case.text):
            span = (m.span[0] + start, m.span[1] + start)
            expected.append((m.phrase.text, span, str(m.phrase.interval)))
        start += len(case.text) + len(glue)
    found = [(m.phrase.text, m.span, str(m.phrase.interval)) for m in extract_mentions(joined)]
    assert found == expected


_ANY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(list("0123456789 ,.-–%$€()/:'\"\n\x00\u00a0\u200f\u202f½")),
    ),
    max_size=60,
)
_VOCABULARY = """
one two twenty hundred thousand million and a of the about more than at least no not dozens several
half third each people killed wounded said Tuesday 5 12,000 - to or , . % $ or so North Korean
troops between from 2024 Nov . few couple in over under up as many if minus point plus 1/2 ± each
who week month since last this past both none scores mid- 40s first according citing told AP
" “ ” ( ) ; : 10:30 p.m. km m K bn
"""
_WORDS = st.lists(st.sampled_from(_VOCABULARY.split()), max_size=25).map(" ".join)


@given(st.one_of(_ANY, _WORDS))
def test_no_text_raises_and_every_span_slices_back(text: str) -> None:
    for m in extract_mentions(text, published="2024-12-18"):
        assert text[m.span[0] : m.span[1]] == m.phrase.text
        assert m.phrase.lower <= m.phrase.upper
    with suppress(PhraseError):  # the only error that a text can cause
        phrase = parse(text)
        assert text[phrase.span[0] : phrase.span[1]] == phrase.text
