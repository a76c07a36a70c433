"""Numbers that another source gave before: how far they count as evidence of their own."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile.model.repeated_numbers import Repeats

Row = tuple[str, float | str, str]


def _ledger(rows: list[Row]) -> reconcile.Ledger:
    table = [
        {"id": f"c{i}", "quantity": "n", "source": s, "phrase": str(said), "on": f"2024-05-{day}"}
        for i, (s, said, day) in enumerate(rows)
    ]
    return reconcile.read_ledger(pd.DataFrame(table))


def _repeats(rows: list[Row]) -> tuple[list[str], Repeats]:
    """The claims in the model's order, and what their repeats mean."""
    fit = reconcile.fit(_ledger(rows))
    problem = fit.posterior("n").problem
    first = np.searchsorted(problem.rows.claim, np.arange(len(problem.claims)))
    names = [claim.id for claim in problem.claims]
    return names, Repeats(problem.rows.fair[first], problem.rows.copied[first])


@pytest.mark.parametrize(
    ("rows", "repeated"),
    [
        ([("a", 4_317, "01"), ("b", 4_317, "02")], {"c1"}),
        ([("a", 4_317, "01"), ("b", 4_318, "02")], set()),
        ([("a", 4_317, "01"), ("a", 4_317, "02")], set()),  # a source's own number again
        ([("a", 4_317, "01"), ("a", 4_500, "02"), ("b", 4_317, "03")], {"c2"}),  # the one before
        (
            [("a", 4_317, "01"), ("a", 4_500, "02"), ("a", 4_611, "03"), ("b", 4_317, "04")],
            set(),  # no longer in the air
        ),
        (
            [("a", 4_317, "01"), ("b", 4_500, "02"), ("b", 4_317, "03"), ("b", 4_317, "04")],
            {"c2", "c3"},
        ),
        ([("a", 4_317, "01"), ("b", 4_317, "02"), ("c", 4_317, "03")], {"c1", "c2"}),
        ([("a", "at least 30", "01"), ("b", "at least 30", "01")], {"c1"}),
        ([("a", "at least 30", "01"), ("b", "30", "01")], set()),
        ([("a", "5,000 to 7,000", "01"), ("b", "5,000 to 7,000", "02")], set()),
        ([("b", 812, "09"), ("a", 812, "02")], {"c0"}),  # the later one, whatever the order
    ],
)
def test_what_counts_as_a_repeat(rows: list[Row], repeated: set[str]) -> None:
    names, found = _repeats(rows)
    assert {n for n, p in zip(names, found.copied, strict=True) if p > 0} == repeated


def test_one_of_several_numbers_in_the_air_is_copied_less_likely() -> None:
    rows: list[Row] = [("a", 4_317, "01"), ("b", 5_108, "01"), ("c", 3_999, "01")]
    _, one = _repeats([*rows[:1], ("d", 4_317, "02")])
    _, three = _repeats([*rows, ("d", 4_317, "02")])
    assert three.copied[-1] == pytest.approx(one.copied[-1] / 3)


@pytest.mark.parametrize(("odd", "round_"), [(137_946, 140_000), (5_243, 5_000), (4_317, 4_300)])
def test_an_odd_number_is_known_or_copied_and_a_round_one_may_be_chance(
    odd: float, round_: float
) -> None:
    _, rare = _repeats([("a", odd, "01"), ("b", odd, "02")])
    _, usual = _repeats([("a", round_, "01"), ("b", round_, "02")])
    assert rare.fair[1] > 3 * usual.fair[1]
    assert rare.fair[0] == usual.fair[0] == 1


def test_a_small_number_says_nothing_by_being_said_twice() -> None:
    _, found = _repeats([("a", 3, "01"), ("b", 3, "02")])
    assert found.fair[1] == pytest.approx(1.0, abs=0.05)


def test_every_source_that_agrees_narrows_the_answer() -> None:
    widths = []
    for k in (1, 2, 3, 4, 6):
        fit = reconcile.fit(_ledger([(f"s{i}", 2_763, "09") for i in range(k)]))
        interval = fit.estimate("n", "2024-05-09").interval(0.9)
        widths.append(np.log(interval.upper / interval.lower))
    assert all(wide > narrow for wide, narrow in pairwise(widths))
    assert widths[-1] < 0.1 * widths[0]


def test_an_old_number_that_others_repeat_does_not_hold_back_a_count_that_grows() -> None:
    grown: list[Row] = [("office", v, f"{d:02}") for d, v in ((1, 1_041), (4, 1_563), (7, 2_137))]
    echoes: list[Row] = [("paper", 1_041, "07"), ("radio", 1_041, "07")]
    fit = reconcile.fit(_ledger(grown + echoes))
    copied = fit.posterior("n").copied
    assert min(copied["c3"], copied["c4"]) > 0.5
    answer = fit.estimate("n", "2024-05-07")
    assert any("copies" in said and "c3" in said for said in answer.warnings)
    alone = reconcile.fit(_ledger(grown)).estimate("n", "2024-05-07")
    assert answer.median == pytest.approx(alone.median, rel=0.15)


def test_copies_of_one_number_do_not_outvote_two_sources_that_count_for_themselves() -> None:
    own: list[Row] = [("office", 3_412, "06"), ("aid", 3_377, "08"), ("office", 3_468, "09")]
    echoes: list[Row] = [(f"paper{i}", 1_206, "09") for i in range(4)]
    before: list[Row] = [("blog", 1_206, "03")]
    fit = reconcile.fit(_ledger(before + own + echoes))
    interval = fit.estimate("n", "2024-05-09").interval(0.9)
    assert interval.upper > 3_300
