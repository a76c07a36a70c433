"""The grade that a source earns: by its formula, and from simulated ledgers."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.model.posterior_grade import LETTERS, grade_probabilities, posterior_grade
from reconcile.model.priors import GRADE_SPREAD
from reconcile.values import Claim, Grade, Period, Phrase, Quantity, Source

DAY = date(2030, 1, 1)
GIVEN: dict[str, Grade] = {"sound": "A", "good": "B", "unknown": "F", "bad": "B", "shady": "E"}


def by_quadrature(effect: float, noise: float, given: Grade) -> dict[Grade, float]:
    """The letters' probabilities by summing over the house effect on a fine grid."""
    grid = np.linspace(-12, 12, 200_001)
    said = np.exp(-0.5 * ((effect - grid) / noise) ** 2)
    odds: dict[Grade, float] = {}
    for letter in LETTERS:
        sd = GRADE_SPREAD[letter]
        near = 0 if given == "F" else abs(LETTERS.index(letter) - LETTERS.index(given))
        odds[letter] = float(said @ (np.exp(-0.5 * (grid / sd) ** 2) / sd)) * 0.25**near
    total = sum(odds.values())
    return {letter: value / total for letter, value in odds.items()}


@given(
    st.floats(-1.5, 1.5),
    st.floats(0.05, 1.5),
    st.sampled_from(["A", "B", "C", "D", "E", "F"]),
)
def test_the_probabilities_are_those_of_a_sum_over_the_effect(
    effect: float, noise: float, given: Grade
) -> None:
    prior = GRADE_SPREAD[given] ** 2  # what a normal prior and a normal claim make of each other
    variance = 1 / (1 / prior + 1 / noise**2)
    mean, learnt = effect * variance / noise**2, 1 - variance / prior
    found = grade_probabilities(mean, math.sqrt(variance), learnt, given)
    assert found == pytest.approx(by_quadrature(effect, noise, given), abs=1e-6)
    assert math.fsum(found.values()) == pytest.approx(1, abs=1e-12)


@given(st.floats(0.05, 0.4), st.floats(0.2, 0.99), st.floats(0, 2), st.floats(0, 2))
def test_who_is_further_off_earns_no_better_grade(
    sd: float, learnt: float, one: float, other: float
) -> None:
    near, far = sorted((one, other))
    grades = [posterior_grade(mean, sd, learnt) for mean in (near, far)]
    assert LETTERS.index(grades[0]) <= LETTERS.index(grades[1])
    assert posterior_grade(-far, sd, learnt) == grades[1]


@pytest.mark.parametrize("given", ["A", "B", "C", "D", "E", "F"])
def test_what_says_nothing_changes_nothing(given: Grade) -> None:
    sd = GRADE_SPREAD[given]
    assert posterior_grade(0.0, sd, 0.0, given) == given
    chances = grade_probabilities(0.0, sd, 0.0, given)
    assert max(chances.values()) == chances.get(given, 0.2)


def test_an_effect_that_is_none_is_refused() -> None:
    with pytest.raises(OptionError, match="sd above 0"):
        grade_probabilities(0.0, 0.0, 0.5)


def simulated(seed: int) -> Ledger:
    """Five sources on one growing total; `bad` says two and a half times as much."""
    rng = np.random.default_rng(seed)
    claims: list[Claim] = []
    for source in GIVEN:
        for k, day in enumerate(rng.integers(5, 90, 8).tolist()):
            off = 2.5 if source == "bad" else 1.0
            number = float(round(50 * day * off * math.exp(rng.normal(0, 0.08))))
            phrase = Phrase(f"{number:.0f}", "exact", Interval(number, number), nominal=number)
            on = Period.on(DAY + timedelta(day))
            claims.append(Claim(f"{source}-{k}", "lost", source, phrase, on))
    sources = [Source(name, reliability=grade) for name, grade in GIVEN.items()]
    return Ledger.of(claims, [Quantity("lost", epoch=DAY)], sources)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_unknown_source_that_behaves_rises_and_a_good_one_that_does_not_falls(
    seed: int,
) -> None:
    table = reconcile.fit(simulated(seed)).sources().set_index("source")
    earned = table["posterior_grade"].to_dict()
    assert table["grade"].to_dict() == GIVEN
    assert earned["unknown"] < "E"  # A before E
    assert earned["unknown"] in ("A", "B", "C")
    assert earned["bad"] > "B"
    assert earned["bad"] > earned["good"]
    assert earned["shady"] <= "E"
    chances = table[[f"p_{letter}" for letter in LETTERS]].sum(axis=1)
    assert chances.to_numpy() == pytest.approx(1.0, abs=1e-9)


def test_a_gross_error_earns_its_source_no_letter() -> None:
    numbers = {"ministry": (60, 63, 66), "region": (62, 65, 70), "post": (400,)}
    rows = [
        {"quantity": "dead", "source": source, "value": value, "on": f"2024-05-1{day}"}
        for source, values in numbers.items()
        for day, value in enumerate(values, start=4)
    ]
    fitted = reconcile.fit(reconcile.read_ledger(rows))
    table = fitted.sources().set_index("source")
    assert table["posterior_grade"]["post"] == "F"
    assert table.loc["post", ["p_A", "p_E"]].tolist() == pytest.approx([0.2, 0.2])
    assert table["posterior_grade"]["ministry"] != "F"
    assert table["n_claims"].to_dict() == {"ministry": 3, "region": 3, "post": 1}
