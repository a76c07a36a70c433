"""What was added since a day, and formulas of quantities, as strangers ask for them."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest

import reconcile
from reconcile import Fit
from reconcile.errors import DateError, OptionError, UnknownNameError
from reconcile.values import Quantity

# Rows of (quantity, source, day, number).
Rows = list[tuple[str, str, str, float]]


def table(rows: Rows, *quantities: Quantity) -> Fit:
    frame = [
        {"quantity": quantity, "source": source, "on": day, "value": value}
        for quantity, source, day, value in rows
    ]
    known = {each.id: each for each in quantities} or None
    return reconcile.fit(reconcile.read_ledger(frame, quantities=known))


def daily(
    quantity: str, source: str, start: float, step: float, days: int = 10, month: str = "2024-03"
) -> Rows:
    """A total that a source tells of every day, from the 1st on."""
    return [(quantity, source, f"{month}-{1 + i:02d}", start + step * i) for i in range(days)]


@pytest.fixture(scope="module")
def cases() -> Fit:
    """An outbreak in two towns, a hospital and a constant, by two sources each."""
    return table(
        [
            *daily("cases-north", "ministry", 100, 20),
            *daily("cases-north", "press", 104, 20),
            *daily("cases-south", "ministry", 40, 5),
            *daily("cases-south", "press", 41, 5),
            *[
                ("beds", who, f"2024-03-{d:02d}", 300 - 10 * d)
                for who in "ab"
                for d in range(1, 11)
            ],
            ("household", "census", "2024-03-01", 4),
            ("household", "survey", "2024-03-05", 4.2),
        ],
        Quantity("cases-north", "cases in the north"),
        Quantity("cases-south", "cases in the south"),
        Quantity("beds", "occupied beds", kind="stock"),
        Quantity("household", "people in a household", kind="constant"),
    )


@pytest.fixture(scope="module")
def flood() -> Fit:
    """Dead and missing as parts of the victims of a flood, counted from a day on."""
    days = {"epoch": np.datetime64("2024-06-01").astype(object)}
    return table(
        [
            *[("dead", who, f"2024-06-{d:02d}", 10.0 * d) for who in "ab" for d in (3, 6, 9, 12)],
            *[("missing", "a", f"2024-06-{d:02d}", 5.0 * d) for d in (3, 6, 9, 12)],
            *[("victims", "c", f"2024-06-{d:02d}", 15.0 * d) for d in (4, 8, 12)],
        ],
        Quantity("dead", "dead", **days),
        Quantity("missing", "missing", **days),
        Quantity("victims", "victims", parts=("dead", "missing"), **days),
    )


def near(found: reconcile.Estimate, truth: float, share: float = 0.2) -> None:
    """The truth is inside the interval, and the median near it."""
    assert found.lower <= truth <= found.upper, (str(found), truth)
    assert found.median == pytest.approx(truth, rel=share)


# ---------------------------------------------------------------- growth


@pytest.mark.parametrize(
    ("quantity", "since", "until", "added"),
    [
        ("cases-north", "2024-03-01", "2024-03-10", 180),
        ("cases-north", "2024-03-05", "2024-03-10", 100),
        ("cases-north", "2024-03-04", "2024-03-07", 60),
        ("cases-south", "2024-03-01", "2024-03-10", 45),
        ("cases-south", "2024-03-03", "2024-03-09", 30),
    ],
)
def test_a_total_grew_by_what_was_added(
    cases: Fit, quantity: str, since: str, until: str, added: float
) -> None:
    found = cases.estimate(quantity, until, since=since)
    near(found, added)
    assert found.lower >= 0
    assert found.upper < cases.estimate(quantity, until).median


def test_a_level_may_have_fallen(cases: Fit) -> None:
    found = cases.estimate("beds", "2024-03-10", since="2024-03-02")
    assert -110 < found.median < -50
    assert found.upper < 0
    assert "less than on 2 Mar 2024" in str(found)
    back = cases.estimate("beds", "2024-03-04", since="2024-03-04")
    assert back.lower == back.upper == 0


def test_growth_since_the_epoch_is_the_total(flood: Fit) -> None:
    whole = flood.estimate("dead", "2024-06-12")
    since = flood.estimate("dead", "2024-06-12", since="2024-05-31")
    p = np.linspace(0.01, 0.99, 25)
    np.testing.assert_allclose(since.quantile(p), whole.quantile(p), rtol=1e-9)


def test_growth_is_the_smaller_the_later_it_begins(flood: Fit) -> None:
    days = ["2024-05-20", "2024-06-01", "2024-06-04", "2024-06-08", "2024-06-11", "2024-06-12"]
    medians = [flood.estimate("dead", "2024-06-12", since=day).median for day in days]
    assert medians == sorted(medians, reverse=True)
    assert medians[-1] == 0


def test_growth_of_a_past_that_nobody_tells_of(cases: Fit) -> None:
    """Before its first claim a total has a past that is unknown: less was added than in all."""
    whole = cases.estimate("cases-north", "2024-03-10")
    late = cases.estimate("cases-north", "2024-03-10", since="2024-03-01")
    early = cases.estimate("cases-north", "2024-03-10", since="2023-12-01")
    assert late.median < early.median <= whole.median * 1.02
    assert early.lower >= 0


def test_growth_beyond_the_last_claim(cases: Fit) -> None:
    found = cases.estimate("cases-north", "2024-04-01", since="2024-03-10")
    assert found.lower >= 0
    assert found.median < 2_000
    assert any("extrapolation" in text for text in found.warnings)


def test_growth_of_an_event_that_is_over() -> None:
    closed = np.datetime64("2024-06-02").astype(object)
    rows: Rows = [("dead", who, f"2024-06-{d:02d}", 30.0) for who in "ab" for d in (3, 5, 9)]
    known = table(rows, Quantity("dead", epoch=closed, closed=closed))
    found = known.estimate("dead", "2024-06-20", since="2024-06-05")
    assert found.median == 0
    assert "as many as on 5 Jun 2024" in str(found)
    assert any("2024-06-02" in text for text in found.warnings)


def test_what_growth_refuses(cases: Fit) -> None:
    with pytest.raises(DateError, match="on or before the day that is asked about, 2024-03-05"):
        cases.estimate("cases-north", "2024-03-05", since="2024-03-06")
    with pytest.raises(OptionError, match="household is a constant"):
        cases.estimate("household", since="2024-03-01")
    with pytest.raises(OptionError, match="textbook methods know no two days"):
        cases.estimate("cases-north", "2024-03-05", since="2024-03-01", method="hull")
    with pytest.raises(DateError, match="expected a date"):
        cases.estimate("cases-north", since="2024-03-01")
    with pytest.raises(DateError):
        cases.estimate("cases-north", "2024-03-05", since="March")


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("formula", "truth"),
    [
        ("cases-north + cases-south", 282 + 85.5),
        ("cases-north+cases-south", 282 + 85.5),
        ("cases-north - cases-south", 282 - 85.5),
        ("`cases-north` - `cases-south`", 282 - 85.5),
        ("cases-north / cases-south", 282 / 85.5),
        ("cases-south / (cases-north + cases-south)", 85.5 / 367.5),
        ("2 * cases-south", 171),
        ("cases-south * 1e3 / 50", 85.5 * 20),
        ("100 * cases-south / cases-north", 100 * 85.5 / 282),
        ("-(cases-south - cases-north)", 282 - 85.5),
        ("household * cases-south", 4.1 * 85.5),
        ("beds", 200),
        ("+cases-south", 85.5),
    ],
)
def test_formulas_of_totals(cases: Fit, formula: str, truth: float) -> None:
    found = cases.combine(formula, "2024-03-10")
    near(found, truth, 0.15)
    assert str(found).startswith(formula)
    assert found.explain()["contribution"].sum() == pytest.approx(
        np.log(found.median) if found.about.scale == "log" else found.median, rel=1e-9
    )
    assert np.isclose(sum(found.variance_shares.values()), 1)


def test_a_formula_of_one_is_the_estimate(cases: Fit, flood: Fit) -> None:
    p = np.linspace(0.05, 0.95, 19)
    for known, name, day in [
        (cases, "cases-north", "2024-03-07"),
        (cases, "beds", "2024-03-07"),
        (cases, "household", None),
        (flood, "victims", "2024-06-10"),
        (flood, "dead", "2024-06-10"),
    ]:
        one, two = known.estimate(name, day), known.combine(name, day)
        width = one.upper - one.lower
        assert np.abs(one.quantile(p) - two.quantile(p)).max() < 0.06 * width, name
        first = one.claims.set_index("claim")["influence"]
        second = two.claims.set_index("claim")["influence"]
        np.testing.assert_allclose(second[first.index], first, rtol=1e-4, atol=1e-7)


def test_the_sum_of_the_parts_is_the_whole(flood: Fit) -> None:
    whole = flood.estimate("victims", "2024-06-10")
    parts = flood.combine("dead + missing", "2024-06-10")
    width = whole.upper - whole.lower
    p = np.linspace(0.05, 0.95, 19)
    assert np.abs(whole.quantile(p) - parts.quantile(p)).max() < 0.08 * width
    nothing = flood.combine("victims - dead - missing", "2024-06-10")
    assert nothing.upper - nothing.lower < 1e-6


def test_wholes_and_parts_are_named(flood: Fit) -> None:
    twice = flood.combine("victims + dead", "2024-06-10")
    assert any("dead is a part of victims" in t and "counted twice" in t for t in twice.warnings)
    left = flood.combine("victims - dead", "2024-06-10")
    assert not any("twice" in text for text in left.warnings)
    assert any("dead is a part of victims" in text for text in left.warnings)
    apart = flood.combine("dead + missing", "2024-06-10")
    assert not any("is a part of" in text for text in apart.warnings)
    assert flood.probability("dead <= victims", "2024-06-10") == 1


def test_a_formula_since_a_day(cases: Fit, flood: Fit) -> None:
    found = cases.combine("cases-north + cases-south", "2024-03-10", since="2024-03-05")
    near(found, 125)
    assert "more than on 5 Mar 2024" in str(found)
    alone = cases.combine("cases-north", "2024-03-10", since="2024-03-05")
    grown = cases.estimate("cases-north", "2024-03-10", since="2024-03-05")
    assert alone.median == pytest.approx(grown.median, rel=0.05)
    assert flood.combine("dead + missing", "2024-06-12", since="2024-06-08").lower >= 0


def test_probabilities(cases: Fit) -> None:
    assert cases.probability("cases-north > cases-south", "2024-03-10") > 0.99
    assert cases.probability("cases-north < 2 * cases-south", "2024-03-10") < 0.05
    assert cases.probability("cases-south < cases-north < 10_000", "2024-03-10") > 0.99
    above = cases.probability("cases-north > 282", "2024-03-10")
    assert above == pytest.approx(cases.estimate("cases-north", "2024-03-10").probability(282),
                                  abs=0.03)  # fmt: skip
    one = cases.probability("beds > 200", "2024-03-10")
    assert one + cases.probability("beds <= 200", "2024-03-10") == 1


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("", "expected quantities and numbers"),
        ("   ", "expected quantities and numbers"),
        ("3 + 4", "names no quantity"),
        ("beds +", r"can't be read"),
        ("beds + (household", r"can't be read"),
        ("beds ** 2", "powers are not read"),
        ("beds ^ 2", "powers are not read"),
        ("beds + 1,000", "thousands without a comma"),
        ("log(beds)", "functions are not read"),
        ("beds > 3", "Fit.probability"),
        ("beds and household", "each comparison by itself"),
        ("__import__('os').system('true')", "expected quantities"),
        ("beds.real", "expected quantities"),
        ("beds + 'x'", "expected quantities"),
        ("beds + True", "expected quantities"),
        ("beds if household else 1", "expected quantities"),
        ("beds + 1e999", "expected quantities"),
        ("(" * 500 + "beds" + ")" * 500, "expected quantities"),
        ("-" * 300 + "beds", "levels deep"),
        ("beds" + " + beds" * 1_000, "at most 2,000 letters"),
        ("beds / (household - household)", "divides by may be 0"),
        ("beds\n+ 0 \n* (", r"can't be read"),
    ],
)
def test_what_is_no_formula(cases: Fit, formula: str, says: str) -> None:
    with pytest.raises(OptionError, match=says):
        cases.combine(formula, "2024-03-10")


def test_unknown_names_and_comparisons(cases: Fit) -> None:
    with pytest.raises(UnknownNameError, match="cases-north"):
        cases.combine("cases_north + beds", "2024-03-10")
    with pytest.raises(UnknownNameError):
        cases.combine("beds + `dead (north)`", "2024-03-10")
    with pytest.raises(OptionError, match="expected a comparison"):
        cases.probability("beds + household", "2024-03-10")
    with pytest.raises(OptionError, match="< <= > or >="):
        cases.probability("beds == household", "2024-03-10")
    with pytest.raises(DateError, match="expected a date"):
        cases.combine("beds + household")
    assert cases.combine("household * 2").date is None
    with pytest.raises(OptionError, match="constants do not change"):
        cases.combine("household * 2", since="2024-03-01")


def test_a_denominator_on_both_sides_of_zero_is_named(cases: Fit) -> None:
    found = cases.combine("beds / (cases-north - 282)", "2024-03-10")
    assert any("both sides of 0" in text for text in found.warnings)


def test_names_with_spaces_and_letters_of_any_alphabet() -> None:
    rows: Rows = [
        *daily("dead (north)", "a", 50, 5),
        *daily("Opfer in Köln", "b", 20, 2),
        *daily("погибшие", "c", 10, 1),
    ]
    known = table(rows)
    names = list(known.ledger.quantities)
    north, koeln, dead = names
    found = known.combine(f"{north} + {koeln} + {dead}", "2024-03-10")
    near(found, 95 + 38 + 19)


# ---------------------------------------------------------------- what is kept of an answer


@pytest.mark.parametrize(
    "ask",
    [
        lambda k: k.estimate("cases-north", "2024-03-10", since="2024-03-05"),
        lambda k: k.estimate("beds", "2024-03-10", since="2024-03-05", level=0.5),
        lambda k: k.estimate("beds", "2024-03"),
        lambda k: k.combine("beds / cases-south", "2024-03-10", since="2024-03-05"),
        lambda k: k.estimate("cases-north", "2024-03-10", method="hull"),
    ],
)
def test_an_answer_repeats_from_its_own_json(cases: Fit, ask: Any) -> None:
    whole = cases.ledger
    fitted = reconcile.fit(whole, exclude="press", seed=3)
    told = ask(fitted).to_json()
    settings = json.loads(told)["settings"]
    assert settings["exclude"] == ["press"]
    assert settings["seed"] == 3
    assert {"asked", "since", "expression", "method", "convention", "level"} <= settings.keys()
    assert reconcile.repeat(told, whole).to_json() == told


def test_an_answer_pickles_with_what_was_not_yet_read(cases: Fit) -> None:
    found = cases.combine("cases-north / cases-south", "2024-03-10", since="2024-03-08")
    kept = pickle.loads(pickle.dumps(found))
    assert kept.to_json() == found.to_json()
    assert len(pickle.dumps(found)) < 1_000_000
