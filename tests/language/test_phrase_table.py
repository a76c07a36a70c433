"""Every row of the table in docs/language.md, as words and bounds."""

from __future__ import annotations

from math import isclose

import pytest

from reconcile.errors import PhraseError
from reconcile.language import extract_mentions, parse

_TABLE = """
exact | 1,247 = 1247; three hundred and twelve = 312; a dozen = 12; half a dozen = 6
exact | 40K = 40000
exact | one and a half thousand = 1500; 3.4bn = 3.4e9; 1e+05 = 1e5; 12 000 = 12000; both = 2
exact | no casualties = 0; 5,000-strong = 5000; fifteen hundred = 1500
exact | a hundred and twenty = 120
exact | twenty-six million and seventy-two hundred = 26007200; two and a half million = 2500000
exact | 1.2 million = 1200000; half a million = 500000; 1,00,000 = 1e5; ¾ = 0.75
exact | 2½ million = 2.5e6
exact | minus ten = -10; -20 = -20; 1.3x10^6 = 1.3e6; three lakh crore = 3e12; zero = 0
exact | .08 = .08
exact | two thousand and two hundred = 2200; three dozen = 36; a pair of = 2; 1.000.000 = 1e6
exact | three hundred and two dozen = 324; two hundred point zero three = 200.03; 10 bln = 1e10
exact | six million and two thirds = 6666666.667; three quarters of a million = 750000
exact | naught = 0
exact | one-eighth = 0.125; three twenty-firsts = 0.142857142857; 2 1/4 = 2.25; -4/5 = -0.8
exact | one over three = 0.33333333; 1 in twenty-one = 0.047619047619; not a single soldier = 0
exact | exactly 17 = 17; a total of 45 = 45; none of the 14 = 0; nobody was hurt = 0
exact | two-thirds = .66666667
exact | a third of the 12,000 = 4000; half of the 400 = 200
exact | two brigades of 6,000 people each = 12000
exact | three trucks each carrying 20 men = 60; three-quarters of 400 = 300
exact | not one of the 12 = 0
range | between 10,000 and 12,000 = 10000 12000; 10,000 to 12,000 = 10000 12000
range | 300 ± 20 = 280 320
range | 10-12,000 = 10000 12000; 10,000–12,000 = 10000 12000; from 30 to 35 = 30 35
range | 2 or 3 = 2 3
range | six to eight thousand = 6000 8000; two or three = 2 3; four or five hundred = 400 500
range | between one and two million = 1e6 2e6; between a dozen and two dozen = 12 24
range | 5–7k = 5000 7000
range | $3 billion to $5 billion = 3e9 5e9; $3-5 billion = 3e9 5e9; 1,200 ± 10% = 1080 1320
range | 10 (±3) = 7 13; 10 (+/- 3) = 7 13; 1,200 (± 10%) = 1080 1320; .5-.7 million = 5e5 7e5
exact | .5k = 500; .5 million = 5e5; .5m people = 5e5; .08 = 0.08; 1.2×10³ = 1200; 12 × 10⁻² = 0.12
range | more than 1,000 but fewer than 1,500 = 1000 1500; at least 20 and at most 30 = 20 30
range | two to three hundred thousand = 200000 300000
range | at least 10, possibly as many as 15 = 10 15
range | no fewer than 15 and no more than 25 = 15 25; anywhere from 10 to 20 = 10 20
range | about 10 to about 12 = 9 13.2; 20 through 100 = 20 100; 5 to 10 percent = 5 10
approx | about 300 = 270 330; around 300 = 270 330; roughly 300 = 270 330
approx | approximately 300 = 270 330
approx | some 300 = 270 330; ~300 = 270 330; 300 or so = 270 330; 300-odd = 300 330
approx | 300ish = 270 330
approx | 300, give or take = 270 330; in the region of 300 = 270 330; an estimated 300 = 270 330
approx | nearly 300 = 270 300; almost 300 = 270 300; just under 300 = 270 300
approx | approaching 300 = 270 300
approx | shy of 300 = 270 300; close to 300 = 270 300; just over 300 = 300 330
approx | (about) 200 = 180 220
approx | a dozen or so = 10.8 13.2; a few men shy of 200 = 180 200; barely 100 = 100 110
approx | about a third of the 12,000 = 3600 4400; slightly fewer than 200 = 180 200
approx | circa 50 = 45 55
at_least | at least 30 = 30 inf; no fewer than 15 = 15 inf; not less than 15 = 15 inf
at_least | 300+ = 300 inf
at_least | a minimum of 15 = 15 inf; 300 or more = 300 inf; 300-plus = 300 inf
at_least | 47 and counting = 47 inf
at_least | at the very least, 90 = 90 inf; at least two dozen = 24 inf; >= 30 = 30 inf
at_least | not under 12 = 12 inf
at_least | at least about 200 = 200 inf; 300 people or more = 300 inf
at_least | bigger or equal than 12 = 12 inf
at_least | at least several hundred = 300 inf; more than 5000 or equal = 5000 inf
at_least | as few as 20 = 20 inf
more_than | more than 300 = 300 inf; over 300 = 300 inf; well over 300 = 300 inf
more_than | upwards of 300 = 300 inf
more_than | in excess of 300 = 300 inf; north of 300 = 300 inf; topped 300 = 300 inf
more_than | exceeded 300 = 300 inf
more_than | surpassed 300 = 300 inf; more than a couple hundred = 200 inf
more_than | more than a hundred = 100 inf
at_most | up to 300 = -inf 300; as many as 300 = -inf 300; at most 300 = -inf 300
at_most | capped at 25 = -inf 25
at_most | no more than 25 = -inf 25; a maximum of 150 = -inf 150; ten or fewer = -inf 10
at_most | up to a dozen = -inf 12
at_most | not exceeding 500 = -inf 500; did not exceed 500 = -inf 500
at_most | hasn't topped 50 = -inf 50
at_most | less than or equal to 30 = -inf 30; 20 minutes or less = -inf 20
at_most | as many as several hundred = -inf 999
more_than | passed the 300 mark = 300 inf; better than one in three = 0.33333333 inf
approx | thirty-odd thousand = 30000 33000; c. 300 = 270 330; 300 (approx.) = 270 330
approx | pushing 300 = 270 300; not far short of 300 = 270 300; just under half = 0.45 0.5
at_least | 60-plus percent = 60 inf; nothing less than 40 = 40 inf; 20-plus years = 20 inf
at_most | anything up to 300 = -inf 300; never more than 12 = -inf 12; no higher than 5 = -inf 5
range | not fewer than 40 nor more than 60 = 40 60; 10-to-12 = 10 12; two- to three-week = 2 3
less_than | fewer than 300 = -inf 300; less than 300 = -inf 300; under 300 = -inf 300
less_than | sub-100 = -inf 100
less_than | below 9,000 = -inf 9000; fewer than one in ten = -inf 0.1
less_than | less than half of the 60 = -inf 30
less_than | not even 100 = -inf 100; well under 100 = -inf 100; <20 = -inf 20
less_than | nowhere near 100 = -inf 100
vague | dozens = 24 99; several dozen = 36 99; scores = 40 99; hundreds = 200 999; tens = 20 99
vague | several hundred = 300 999; a couple hundred = 150 300; a couple of hundred = 150 300
vague | a few thousand = 3000 5000; thousands = 2000 9999; tens of thousands = 20000 99999
vague | a handful = 3 9; several = 3 9; a few = 3 5; a couple = 2 3; many thousands = 2000 9999
vague | millions = 2000000 9999999; low hundreds = 100 399; high hundreds = 700 999
vague | mid-40s = 44 46
vague | mid hundreds = 400 699; double digits = 10 99; five-figure = 10000 99999
vague | six figures = 100000 999999
vague | dozens if not hundreds = 24 999; hundreds or even thousands = 200 9999
vague | dozens to hundreds = 24 999
vague | dozens, several dozens = 36 99; hundreds and hundreds = 200 999
vague | several tens of thousands = 30000 99999
vague | several hundred thousand = 300000 999999; low 300s = 300 339; many dozens = 24 99
vague | hundreds of thousands = 200000 999999; the low tens of thousands = 10000 39999
vague | single digits = 1 9
"""


def _rows() -> list[tuple[str, str, float, float]]:
    rows: list[tuple[str, str, float, float]] = []
    for line in _TABLE.strip().splitlines():
        kind, _, cells = line.partition(" | ")
        for cell in cells.split("; "):
            words, _, bounds = cell.rpartition(" = ")
            ends = [float(end) for end in bounds.split()]
            rows.append((words, kind, ends[0], ends[-1]))
    return rows


@pytest.mark.parametrize(("words", "kind", "lower", "upper"), _rows())
def test_row(words: str, kind: str, lower: float, upper: float) -> None:
    phrase = parse(words)
    assert phrase.kind == kind
    assert isclose(phrase.lower, lower, rel_tol=1e-6) or phrase.lower == lower
    assert isclose(phrase.upper, upper, rel_tol=1e-6) or phrase.upper == upper


# Words that are numbers in a sentence only with what they count: "scores" are also points.
_COMPLETED = {
    "both": "both men",
    "scores": "scores of men",
    "tens": "tens of thousands",
    "a couple": "a couple of men",
    "a pair of": "a pair of men",
}


@pytest.mark.parametrize(("words", "kind", "lower", "upper"), _rows())
def test_the_same_words_in_a_sentence(words: str, kind: str, lower: float, upper: float) -> None:
    """In running text the phrase is one mention with the same bounds."""
    words = _COMPLETED.get(words, words)
    found = [m.phrase for m in extract_mentions(f"The mayor spoke of {words}.")]
    assert [p.kind for p in found] == [kind]
    assert (found[0].lower, found[0].upper) == (parse(words).lower, parse(words).upper)


@pytest.mark.parametrize(
    ("words", "closed"),
    [
        ("at least 30", "left"),
        ("more than 30", "neither"),
        ("up to 30", "right"),
        ("fewer than 30", "neither"),
        ("nearly 30", "left"),
        ("close to 30", "both"),
        ("just over 30", "right"),
        ("30-odd", "both"),
        ("between 10 and 30", "both"),
        ("more than 10 but no more than 30", "right"),
        ("at least 10 but fewer than 30", "left"),
        ("30", "both"),
        ("dozens", "both"),
        ("less than a third of the 90", "neither"),
    ],
)
def test_which_ends_belong(words: str, closed: str) -> None:
    assert parse(words).interval.closed == closed


@pytest.mark.parametrize(
    ("words", "nominal", "unit", "digits"),
    [
        ("roughly 12,000", 12_000, "count", 2),
        ("1,247", 1247, "count", 4),
        ("dozens", None, "count", None),
        ("between 10 and 12", None, "count", 2),
        ("a couple hundred", 200, "count", None),
        ("$3.4bn", 3.4e9, "USD", 2),
        ("around 45 percent", 45, "percent", 2),
        ("five percentage points", 5, "percentage point", 1),
        ("two thousand pounds", 2000, "GBP", 1),
        ("500 litres", 500, "litre", 1),
        ("235 square kilometers", 235, "square kilometre", 3),
        ("60 mph", 60, "mile per hour", 1),
        ("a 34-year-old", 34, "age", 2),
        ("more than thirty years old", 30, "age", 1),
        ("three weeks", 3, "week", 1),
        ("two-thirds", 2 / 3, "fraction", 1),
        ("-20°C", -20, "degree", 1),
        ("5m SEK", 5e6, "SEK", 1),
        ("Rs 1,200 crore", 1.2e10, "INR", 2),
        ("3 basis points", 3, "basis point", 1),
        ("0.250", 0.25, "count", 3),
    ],
)
def test_number_said_unit_and_digits(
    words: str, nominal: float | None, unit: str, digits: int | None
) -> None:
    phrase = parse(words)
    assert phrase.nominal == pytest.approx(nominal)
    assert (phrase.unit, phrase.digits) == (unit, digits)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found none"),
        ("no numbers here", "found none"),
        ("50 killed and 47 injured", "got 2"),
        ("on Nov. 26", "date"),
        ("the 61st Brigade", "ordinal"),
        ("10:30 p.m.", "clock time"),
        ("COVID-19", "name"),
        ("3-2", "score"),
        ("155mm shells", "calibre"),
        ("in 2024", "year"),
        ("1,2,3,4", "chain"),
    ],
)
def test_what_is_no_single_number(text: str, said: str) -> None:
    with pytest.raises(PhraseError, match=said) as caught:
        parse(text)
    assert caught.value.text == text
    assert caught.value.span is not None


def test_the_error_shows_the_place_and_what_to_do() -> None:
    with pytest.raises(PhraseError, match=r"reconcile\.extract") as caught:
        parse("about 100 yesterday and 120 today")
    assert caught.value.span == (24, 27)


def test_the_rule_names_the_words_that_decided() -> None:
    assert parse("no fewer than 15").rule == "at_least: no fewer than"
    assert parse("several hundred").rule == "vague: several hundred"
    assert parse("between 10 and 12").rule == "range: between and"


def test_the_span_is_that_of_the_text_given() -> None:
    phrase = parse("  they lost  about 1,200 men ")
    assert phrase.span == (13, 24)
    assert phrase.text == "about 1,200"


@pytest.mark.parametrize(
    "text",
    [
        *("12 mil personas", "12 mille personnes", "12 Tausend Tote", "12 тысяч", "12 mila"),
        *("mindestens 12 Tote", "au moins 12 morts", "al menos 12 muertos", "plus de 12"),
        *("pelo menos 12 mortos", "più di 12 morti", "über 12 Tote", "mehr als 12", "etwa 12"),
        *("2 millones", "2 Millionen", "2 milhões", "cerca de 12", "более 12", "bis zu 12"),
    ],
)
def test_words_of_another_language_are_named_and_not_read(text: str) -> None:
    with pytest.raises(PhraseError, match="in English, got"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("3 mil", 3e6, 3e6),
        ("12 plus", 12, float("inf")),
        ("a fast 12", 12, 12),
        ("12 miles", 12, 12),
    ],
)
def test_english_words_of_the_same_spelling_are_read(text: str, lower: float, upper: float) -> None:
    phrase = parse(text)
    assert (phrase.lower, phrase.upper) == (lower, upper)


@pytest.mark.parametrize("text", ["2030+", "1950 or more", "1950-plus"])
def test_a_number_with_a_bound_behind_it_is_no_year(text: str) -> None:
    assert parse(text).kind == "at_least"
