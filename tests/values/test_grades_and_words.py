"""Admiralty grades and ICD 203: tags, words, and the two kinds of sentence kept apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.errors import OptionError
from reconcile.values.grades import GRADES, read_credibility, read_reliability
from reconcile.values.likelihood import LIKELIHOODS, confidence_words, probability_words

TERMS = [term for band in LIKELIHOODS for term in (band.term, band.synonym)]


def test_tags_and_letters_are_read_alike() -> None:
    for letter in GRADES:
        tag = f'admiralty-scale:source-reliability="{letter.lower()}"'
        assert read_reliability(tag) == read_reliability(letter) == letter
    for digit in range(1, 7):
        assert read_credibility(f'admiralty-scale:information-credibility="{digit}"') == digit
    assert read_reliability("ADMIRALTY-SCALE:source-reliability = 'F'") == "F"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("G", "one of A, B, C"),
        ("b", "one of A, B, C"),
        ('admiralty-scale:source-reliability="g"', "deliberately deceptive"),
        ('admiralty-scale:source-reliability="h"', "one of A, B, C"),
        ('admiralty-scale:information-credibility="2"', "source-reliability"),
        ('tlp:source-reliability="b"', "one of A, B, C"),
    ],
)
def test_what_is_no_reliability_is_told(text: str, word: str) -> None:
    with pytest.raises(OptionError, match=word) as caught:
        read_reliability(text)
    assert str(caught.value).startswith("expected ")
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["0", "7", "2.5", "B", 'admiralty-scale:source-reliability="b"'])
def test_what_is_no_credibility_is_told(text: str) -> None:
    with pytest.raises(OptionError, match="expected"):
        read_credibility(text)


# ---------------------------------------------------------------- ICD 203


def test_the_bands_are_those_printed() -> None:
    # ICD 203 (2 January 2015), D.6.e(2)(a)
    assert [(b.lower, b.upper) for b in LIKELIHOODS] == [
        *((1, 5), (5, 20), (20, 45), (45, 55), (55, 80), (80, 95), (95, 99)),
    ]
    said = {0.03: "almost no chance (1-5 %)", 0.3: "unlikely (20-45 %)"}
    said |= {0.5: "roughly even chance (45-55 %)", 0.97: "almost certain (95-99 %)"}
    said |= {0.9: "very likely (80-95 %)", 0.999: "almost certain (above 99 %)"}
    assert {p: probability_words(p) for p in said} == said
    assert probability_words(0.1, synonym=True) == "highly improbable (5-20 %)"


@given(st.floats(0, 1))
def test_the_words_hold_the_probability_and_mirror(p: float) -> None:
    words = probability_words(p)
    band = next(b for b in LIKELIHOODS if words.startswith(f"{b.term} ("))
    percent = round(100 * p, 10)
    inside = band.lower <= percent <= band.upper
    assert inside == ("below" not in words and "above" not in words)
    assert inside or percent < 1 or percent > 99
    mirror = LIKELIHOODS[6 - LIKELIHOODS.index(band)]
    assert probability_words(1 - p).startswith(f"{mirror.term} (")


@pytest.mark.parametrize("percent", [5, 20, 45, 55, 80, 95])
def test_a_boundary_goes_to_the_band_nearer_to_even(percent: int) -> None:
    words = probability_words(percent / 100)
    near = [b for b in LIKELIHOODS if percent in (b.lower, b.upper)]
    expected = min(near, key=lambda b: abs((b.lower + b.upper) / 2 - 50))
    assert words.startswith(f"{expected.term} (")


@pytest.mark.parametrize("p", [-0.01, 1.01, float("nan"), True])
def test_no_probability_no_words(p: float) -> None:
    with pytest.raises(OptionError, match="a probability from 0 to 1"):
        probability_words(p)


# ---------------------------------------------------------------- two kinds of sentence


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+|\n", text) if s]


def mixed(sentence: str) -> bool:
    """Whether a sentence speaks of a likelihood and of confidence."""
    low = sentence.lower()
    return "confiden" in low and any(re.search(rf"\b{term}\b", low) for term in TERMS)


@given(st.integers(0, 40), st.floats(0, 1) | st.just(float("nan")), st.integers(0, 30))
def test_confidence_never_speaks_of_likelihood(origins: int, share: float, conflicts: int) -> None:
    text = confidence_words(origins, share, conflicts)
    assert len(sentences(text)) == 1
    assert not mixed(text)
    assert "confidence is " in text
    weaker = confidence_words(max(origins - 1, 0), share, conflicts + 1)
    order = ["low", "moderate", "high"]
    level = [next(w for w in order if f"is {w}" in t) for t in (weaker, text)]
    assert order.index(level[0]) <= order.index(level[1])


@pytest.mark.parametrize(
    ("effective", "words"), [(1.2, "worth 1.2 of equal weight"), (2.8, ""), (float("nan"), "")]
)
def test_uneven_weights_are_said_beside_the_count_of_origins(effective: float, words: str) -> None:
    text = confidence_words(3, 0.2, 0, effective)
    assert "3 independent origins" in text
    assert (words in text) if words else "worth" not in text


@pytest.mark.parametrize(
    ("origins", "effective", "level"),
    [
        (7, 1.4, "low"),
        (7, 4.2, "moderate"),
        (7, 6.6, "high"),
        (6, 5.8, "high"),
        (3, 2.8, "moderate"),
    ],
)
def test_confidence_follows_from_what_the_origins_are_worth(
    origins: int, effective: float, level: str
) -> None:
    assert f"is {level}" in confidence_words(origins, 0.1, 0, effective)


@given(st.floats(0, 1))
def test_likelihood_never_speaks_of_confidence(p: float) -> None:
    assert "confiden" not in probability_words(p)


@pytest.mark.parametrize("counts", [(-1, 0.2, 0), (3, 1.5, 0), (3, -0.1, 0), (3, 0.1, -1)])
def test_impossible_grounds_are_refused(counts: tuple[int, float, int]) -> None:
    with pytest.raises(OptionError, match="share from 0 to 1"):
        confidence_words(*counts)


def test_an_estimate_says_the_two_apart(bundled: reconcile.Fit) -> None:
    for quantity in ("casualties", "troops_deployed"):
        estimate = bundled.estimate(quantity, "2024-12-18")
        for bounds in ((100.0, float("inf")), (-float("inf"), 1000.0), (100.0, 1000.0)):
            said = estimate.likelihood_words(*bounds)
            assert probability_words(estimate.probability(*bounds)) in said
            assert "confiden" not in said
        confidence = estimate.confidence_words()
        printed = [said, confidence, str(estimate), estimate.to_json(), estimate._repr_html_()]
        printed += [*estimate.warnings, *(conflict.text for conflict in estimate.conflicts)]
        assert not [s for text in printed for s in sentences(text) if mixed(s)]
    said = estimate.likelihood_words(9000, 12000)
    assert "on 18 Dec 2024, above 9,000 and at most 12,000: " in said
    with pytest.raises(OptionError, match="expected a bound"):
        estimate.likelihood_words()
    with pytest.raises(OptionError, match="lower below upper"):
        estimate.likelihood_words(5, 5)


def test_levels_of_different_days_are_no_ground_for_confidence() -> None:
    apart, met, not_a_level = (
        confidence_words(8, 0.1, 0, one_day=one_day) for one_day in (False, True, None)
    )
    assert "moderate" in apart
    assert "no two claims of one day" in apart
    assert "high" in met
    assert "no contradictions between claims of one day" in met
    assert "no contradictions between claims." in not_a_level
    rows = [
        {"quantity": "camp", "quantity_kind": "stock", "source": s, "value": v, "on": d}
        for s, v, d in (("a", 15_600, "2022-09-03"), ("b", 8_000, "2022-09-02"))
    ]
    told = reconcile.estimate("camp", "2022-09-03", ledger=reconcile.read_ledger(rows))
    assert "no two claims of one day" in told.confidence_words()
    rows[1] |= {"on": "2022-09-03", "value": 15_600}
    told = reconcile.estimate("camp", "2022-09-03", ledger=reconcile.read_ledger(rows))
    assert "no contradictions between claims of one day" in told.confidence_words()
