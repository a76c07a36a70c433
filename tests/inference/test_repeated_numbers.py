"""Numbers that another source gave before: how far they count as evidence of their own."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile.inference.copies import _NODES, _share
from reconcile.ledger.audit.agreement import COPIES, KNOWS
from reconcile.model import priors
from reconcile.model.repeated_numbers import RepeatedNumbers

Row = tuple[str, float | str, str]


def _ledger(rows: list[Row]) -> reconcile.Ledger:
    table = [
        {"id": f"c{i}", "quantity": "n", "source": s, "phrase": str(said), "on": f"2024-05-{day}"}
        for i, (s, said, day) in enumerate(rows)
    ]
    return reconcile.read_ledger(pd.DataFrame(table))


def _repeats(rows: list[Row]) -> tuple[list[str], RepeatedNumbers]:
    """The claims in the model's order, and what their repeats mean."""
    fit = reconcile.fit(_ledger(rows))
    problem = fit._problem(fit.component("n"))  # pyright: ignore[reportPrivateUsage]
    first = np.searchsorted(problem.rows.claim, np.arange(len(problem.claims)))
    names = [claim.id for claim in problem.claims]
    return names, RepeatedNumbers(problem.rows.odd[first], problem.rows.air[first])


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
    assert {n for n, p in zip(names, found.air, strict=True) if p > 0} == repeated


def test_one_of_several_numbers_in_the_air_is_copied_less_likely() -> None:
    rows: list[Row] = [("a", 4_317, "01"), ("b", 5_108, "01"), ("c", 3_999, "01")]
    _, one = _repeats([*rows[:1], ("d", 4_317, "02")])
    _, three = _repeats([*rows, ("d", 4_317, "02")])
    assert three.air[-1] == pytest.approx(one.air[-1] / 3)


@pytest.mark.parametrize(("odd", "round_"), [(137_946, 140_000), (5_243, 5_000), (4_317, 4_300)])
def test_an_odd_number_is_known_or_copied_and_a_round_one_may_be_chance(
    odd: float, round_: float
) -> None:
    _, rare = _repeats([("a", odd, "01"), ("b", odd, "02")])
    _, usual = _repeats([("a", round_, "01"), ("b", round_, "02")])
    assert KNOWS * rare.odd[1] > 3 * (1 - COPIES - KNOWS + KNOWS * usual.odd[1])
    assert rare.air[0] == usual.air[0] == 0


def test_a_small_number_says_nothing_by_being_said_twice() -> None:
    _, found = _repeats([("a", 3, "01"), ("b", 3, "02")])
    assert KNOWS * (found.odd[1] - 1) == pytest.approx(COPIES, abs=0.05)


def _learnt(rows: list[Row]) -> dict[str, tuple[float, float]]:
    """By claim the shares of copies and of known numbers that it was read with."""
    cloud = reconcile.fit(_ledger(rows)).posterior("n").cloud
    errors, of = cloud.errors, cloud.problem.rows.claim
    return {
        claim.id: (float(errors.copies[of == i][0]), float(errors.knows[of == i][0]))
        for i, claim in enumerate(cloud.problem.claims)
    }


def test_the_priors_of_the_shares_have_the_means_that_a_lone_repeat_is_read_with() -> None:
    normal = np.exp(-0.5 * _NODES**2)
    for median, log_sd, mean in (
        (priors.COPIES_MEDIAN, priors.COPIES_LOG_SD, COPIES),
        (priors.KNOWS_MEDIAN, priors.KNOWS_LOG_SD, KNOWS),
    ):
        assert normal @ _share(median, log_sd, _NODES) / normal.sum() == pytest.approx(
            mean, rel=0.05
        )
    copies, knows = _learnt([("a", 4_317, "01"), ("b", 4_317, "02")])["c1"]
    assert copies == pytest.approx(COPIES, rel=0.05)
    assert knows == pytest.approx(KNOWS, rel=0.05)


def test_a_table_in_which_many_copy_reads_the_next_repeat_as_a_copy() -> None:
    """A paper that counts a third above the office now and then prints the office's number."""
    days = range(1, 20, 2)
    office: list[Row] = [("office", 4_000 + 97 * day, f"{day:02}") for day in days]
    own: list[Row] = [
        ("paper", round(1.34 * (4_000 + 97 * day)) + day % 3, f"{day:02}") for day in days
    ]
    prints: list[Row] = [("paper", 4_000 + 97 * day, f"{day:02}") for day in days[1::2]]
    never = _learnt([*office, *own, ("radio", 4_000 + 97 * 19, "19")])[f"c{2 * len(days)}"]
    often = _learnt([*office, *own, *prints, ("radio", 4_000 + 97 * 19, "19")])
    last = often[f"c{2 * len(days) + len(prints)}"]
    assert never[0] < COPIES
    assert last[0] > 3 * never[0]
    assert last[0] / last[1] > 2 * never[0] / never[1]


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
