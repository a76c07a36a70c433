"""Laws of the estimate: copies, order, width, time, identities, knowledge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import reconcile
from reconcile import Claim, Interval, Ledger, Period, Phrase, Quantity, Source
from reconcile.questions.draws import Draws

FLOOD = Path(__file__).parents[2] / "examples" / "flood"
QUANTITIES = {
    "lost": Quantity("lost", "tanks lost", epoch=date(2024, 1, 1)),
}
SOURCES = {name: Source(name, reliability=grade) for name, grade in (("a", "B"), ("b", "D"))}


def claim(
    id: str, lower: float, upper: float, day: str = "2024-02-01", source: str = "a", **more: object
) -> Claim:
    phrase = Phrase(f"{lower:g} to {upper:g}", "range", Interval(lower, upper))
    return Claim(id, "lost", source, phrase, Period.on(day), **more)  # type: ignore[arg-type]


def ledger(*claims: Claim) -> Ledger:
    return Ledger.of(claims, QUANTITIES, SOURCES)


BASE = (
    claim("x", 90, 120),
    claim("y", 200, 260, "2024-03-01", "b"),
    claim("z", 130, 170, "2024-02-20"),
)


def _same(first: Ledger, second: Ledger, tolerance: float = 1e-12) -> None:
    one, two = reconcile.fit(first), reconcile.fit(second)
    for day in ("2024-01-15", "2024-02-20", "2024-03-20"):
        a, b = one.estimate("lost", day), two.estimate("lost", day)
        p = np.linspace(0.01, 0.99, 33)
        np.testing.assert_allclose(a.quantile(p), b.quantile(p), rtol=tolerance)
        assert a.sd == pytest.approx(b.sd, rel=tolerance)
    np.testing.assert_allclose(
        one.draws(50, seed=2)["lost"], two.draws(50, seed=2)["lost"], rtol=tolerance
    )


def test_a_copy_under_its_own_origin_changes_nothing() -> None:
    copies = (
        replace(BASE[0], id="a-copy", origin="x", source="b"),
        replace(BASE[0], id="z-copy", origin="x"),
        replace(BASE[1], id="copy-of-copy", origin="y"),
    )
    _same(ledger(*BASE), ledger(*BASE, *copies))


def test_copies_of_all_claims_of_a_ledger_change_nothing() -> None:
    whole = reconcile.read_ledger(FLOOD)
    twice = Ledger.of(
        (*whole, *(replace(c, id=f"{c.id}-copy", origin=c.id) for c in whole if c.origin is None)),
        whole.quantities,
        whole.sources,
        whole.reports,
    )
    p = np.linspace(0.01, 0.99, 33)
    for quantity in ("flood_dead", "flood_evacuated_or_caught"):
        one = reconcile.estimate(quantity, "2023-06-09", ledger=whole)
        two = reconcile.estimate(quantity, "2023-06-09", ledger=twice)
        np.testing.assert_allclose(one.quantile(p), two.quantile(p), rtol=1e-12)


@settings(max_examples=4, deadline=None)
@given(order=st.permutations(range(3)))
def test_the_order_of_claims_is_no_matter(order: list[int]) -> None:
    shuffled = ledger(*(BASE[i] for i in order))
    assert shuffled.hash == ledger(*BASE).hash
    _same(ledger(*BASE), shuffled)


@pytest.mark.xfail(
    reason="numerical error: one example narrows by 3.4 % (docs/model.md, Limits)", strict=False
)
@settings(max_examples=4, deadline=None, phases=[Phase.generate])  # it is known to fail
@given(
    lower=st.floats(20, 400),
    width=st.floats(0.02, 1.0),
    more=st.floats(0.1, 1.0),
)
def test_widening_a_lone_claim_never_narrows_the_posterior(
    lower: float, width: float, more: float
) -> None:
    """The 90 % interval of the log total where it is claimed, to the 3 % of the lattice."""
    narrow = _width(lower, lower * np.exp(width))
    assert _width(lower * np.exp(-more), lower * np.exp(width + more)) >= 0.97 * narrow


def _width(lower: float, upper: float) -> float:
    answer = reconcile.fit(ledger(claim("x", lower, upper))).estimate("lost", "2024-02-01")
    return float(np.log(answer.upper / answer.lower))


def test_uncertainty_widens_forward_from_the_last_claim() -> None:
    for claims in (BASE[:1], BASE):
        fit = reconcile.fit(ledger(*claims))
        days = ["2024-03-02", "2024-03-20", "2024-04-20", "2024-06-20", "2024-09-20"]
        widths = [
            np.diff(np.log(fit.estimate("lost", day).quantile([0.05, 0.95])))[0] for day in days
        ]
        assert (np.diff(widths) > 0).all(), widths


BEGIN = date(2024, 10, 1)
TIED = {
    "casualties": Quantity(
        "casualties", epoch=BEGIN, parts=("killed", "wounded"), within=("troops_sent",)
    ),
    "killed": Quantity("killed", epoch=BEGIN),
    "wounded": Quantity("wounded", epoch=BEGIN),
    "troops_sent": Quantity("troops_sent", epoch=BEGIN),
    "troops_deployed": Quantity(
        "troops_deployed", kind="stock", epoch=BEGIN, within=("troops_sent",),
        arrivals="troops_sent",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def tied() -> tuple[reconcile.Fit, Draws]:
    """Parts and a whole, a level below what arrived, and all within a total."""
    told = (
        ("troops_sent", "gur", "12000", 8), ("troops_sent", "press", "10,000", 12),
        ("troops_deployed", "gur", "8000", 14), ("troops_deployed", "press", "at least 7000", 17),
        ("casualties", "gur", "200", 16), ("casualties", "press", "more than 100", 18),
        ("killed", "press", "30", 12), ("killed", "gur", "90", 18),
        ("wounded", "press", "dozens", 14),
    )  # fmt: skip
    rows = [
        {"quantity": quantity, "source": source, "phrase": phrase, "on": f"2024-10-{day:02d}"}
        for quantity, source, phrase, day in told
    ]
    fit = reconcile.fit(reconcile.read_ledger(rows, quantities=TIED))
    return fit, fit.draws(1500, seed=1)


def test_identities_hold_in_every_draw_and_no_path_falls(
    tied: tuple[reconcile.Fit, Draws],
) -> None:
    draws = tied[1]
    whole, parts = draws["casualties"], draws["killed"] + draws["wounded"]
    np.testing.assert_allclose(whole, parts, rtol=1e-9)
    assert (np.diff(whole, axis=1) >= 0).all()
    assert (np.diff(draws["killed"], axis=1) >= 0).all()
    assert (whole >= 0).all()
    assert (draws["troops_deployed"] <= draws["troops_sent"] * (1 + 1e-9)).all()
    assert (whole <= draws["troops_sent"] * (1 + 1e-9)).all()


def test_draws_agree_with_the_estimates(tied: tuple[reconcile.Fit, Draws]) -> None:
    fit, draws = tied
    for day in (date(2024, 10, 10), date(2024, 10, 14), date(2024, 10, 16), date(2024, 10, 18)):
        drawn = np.log(draws["casualties"][:, draws.dates.index(day)])
        estimate = fit.estimate("casualties", day)
        log_sd = np.diff(np.log(estimate.quantile([0.16, 0.84])))[0] / 2
        assert np.median(drawn) == pytest.approx(np.log(estimate.median), abs=0.25 * log_sd)
        held = np.mean((np.exp(drawn) > estimate.lower) & (np.exp(drawn) < estimate.upper))
        assert 0.85 < held < 0.95, (day, held)


def test_what_became_public_later_changes_no_byte() -> None:
    whole = reconcile.read_ledger()
    known = date(2024, 12, 18)
    later = [claim for claim in whole if claim.said is not None and claim.said.last > known]
    assert later
    then = whole.select(exclude=[claim.id for claim in later])
    one = reconcile.estimate("casualties", "2024-12-17", ledger=whole, as_of=known)
    two = reconcile.estimate("casualties", "2024-12-17", ledger=then, as_of=known)
    np.testing.assert_array_equal(one.distribution.points, two.distribution.points)
    assert one.claims.drop(columns="weight").equals(two.claims.drop(columns="weight"))


def test_the_seed_moves_no_answer() -> None:
    one, two = (reconcile.estimate("brigades", seed=seed) for seed in (0, 5))
    assert (one.median, one.lower, one.upper) == (two.median, two.lower, two.upper)
