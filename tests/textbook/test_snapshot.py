"""Textbook methods on a ledger: who counts, and what comes out."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from reconcile.errors import FitError, OptionError
from reconcile.intervals import Interval
from reconcile.textbook import LEARNT, TEXTBOOK, common_effect, random_effects, said_about, textbook
from reconcile.values import Claim, Period, Phrase, Quantity

KILLED = Quantity("killed", epoch=date(2024, 10, 1))
DAY = date(2024, 12, 18)


def said(name: str, lower: float, upper: float, on: str = "2024-12-16", **more: object) -> Claim:
    phrase = Phrase("", "range", Interval(lower, upper))
    source = str(more.pop("source", name))
    return Claim(name, "killed", source, phrase, Period.on(on), **more)


CLAIMS = (
    said("a", 100, 200),
    said("b", 150, 300, "2024-12-10"),
    said("c", 180, 220, "2024-12-17"),
    said("d", 90, 400),
    said("e", 160, 260),
)


def test_one_of_each_source_and_origin_and_only_of_the_window() -> None:
    others = (
        said("old", 1, 2, "2024-10-20"),
        said("next", 900, 990, "2024-12-19"),
        said("b-before", 10, 20, "2024-12-01", source="b"),
        said("wire", 100, 200, origin="a"),
        said("ward", 10, 20, scope="part"),
        said("gone", 1, 2, status="retracted"),
        replace(said("flow", 5, 6), period=Period.during("2024-12-10", "2024-12-12")),
    )
    chosen = said_about([*CLAIMS, *others], KILLED, DAY)
    assert [c.id for c in chosen] == ["a", "b", "c", "d", "e"]
    wider = said_about([*CLAIMS, *others], KILLED, DAY, window=90)
    assert "old" in [c.id for c in wider]


@pytest.mark.parametrize("method", [m for m in TEXTBOOK if m not in LEARNT])
def test_every_method_answers_near_what_was_said(method: str) -> None:
    found = textbook(method, CLAIMS, KILLED, DAY)
    span = found.distribution.interval(0.9)
    assert 130 < found.distribution.median < 230
    assert 80 < span.lower < found.distribution.median < span.upper < 420
    assert found.used == ("a", "b", "c", "d", "e")
    assert "knows no time" in found.warnings[0]


def test_effects_are_those_of_the_logarithms() -> None:
    bounds = np.log([[c.lower, c.upper] for c in CLAIMS])
    sd = (bounds[:, 1] - bounds[:, 0]) / (2 * stats.norm.ppf(0.95))
    for method, other in (
        ("common-effect", common_effect(bounds.mean(axis=1), sd**2)),
        ("random-effects", random_effects(bounds.mean(axis=1), sd**2, test="adhoc")),
        ("random-effects-dl", random_effects(bounds.mean(axis=1), sd**2, method="DL")),
        ("random-effects-ml", random_effects(bounds.mean(axis=1), sd**2, method="ML")),
    ):
        found = textbook(method, CLAIMS, KILLED, DAY).distribution
        assert np.log(found.median) == pytest.approx(other.estimate, abs=1e-4)
        assert np.log(found.interval(0.9).upper) == pytest.approx(
            other.interval(0.9).upper, abs=0.01
        )


def test_the_truth_of_a_further_claim_is_less_known_than_the_mean() -> None:
    bounds = np.log([[c.lower, c.upper] for c in CLAIMS])
    sd = (bounds[:, 1] - bounds[:, 0]) / (2 * stats.norm.ppf(0.95))
    other = random_effects(bounds.mean(axis=1), sd**2, test="adhoc").prediction(0.9)
    found = textbook("random-effects-prediction", CLAIMS, KILLED, DAY).distribution.interval(0.9)
    assert np.log(found.upper) == pytest.approx(other.upper, abs=0.02)
    with pytest.raises(FitError, match="prediction"):
        textbook("random-effects-prediction", CLAIMS[:2], KILLED, DAY)


TANKS = Quantity("tanks", epoch=date(2024, 10, 1))
BOTH = {"killed": KILLED, "tanks": TANKS}


def known(value: float, on: str) -> Claim:
    phrase = Phrase("", "exact", Interval(value, value), nominal=value)
    return Claim(f"truth:{on}", "tanks", "truth", phrase, Period.on(on))


def record() -> list[Claim]:
    """On six days b told rightly of tanks, d was far too sure and far too low."""
    claims: list[Claim] = []
    for k, factor in enumerate((0.8, 0.93, 1.02, 1.1, 1.2, 0.99)):
        on = f"2024-{10 + k // 2}-{10 + 14 * (k % 2)}"
        value = 100.0 * (k + 1)
        for name, middle, wide in (("b", factor, 1.3), ("d", 0.4, 1.05)):
            low, high = value * middle / wide, value * middle * wide
            claims.append(replace(said(f"{name}{k}", low, high, on, source=name), quantity="tanks"))
        claims.append(known(value, on))
    return claims


def test_performance_weights_go_to_who_was_right() -> None:
    found = textbook("performance-weighted", [*CLAIMS, *record()], KILLED, DAY, quantities=BOTH)
    span = found.distribution.interval(0.9)
    assert (span.lower, span.upper) == pytest.approx((150, 300), rel=0.02)
    assert "6 truths" in found.warnings[1]
    assert "b 1.00" in found.warnings[1]
    assert found.used == ("a", "b", "c", "d", "e")


def test_a_beta_transform_narrows_what_was_too_wide() -> None:
    calm = [c for c in record() if c.source != "d"]
    wide = [
        c if c.source == "truth" else said(c.id, c.lower / 4, c.upper * 4, str(c.period.last))
        for c in calm
    ]
    wide = [replace(c, quantity="tanks", source="truth" if "truth" in c.id else "b") for c in wide]
    asked = [*CLAIMS, *wide]
    plain = textbook("linear-pool", CLAIMS, KILLED, DAY).distribution.interval(0.9)
    found = textbook("beta-transformed-linear-pool", asked, KILLED, DAY, quantities=BOTH)
    span = found.distribution.interval(0.9)
    assert plain.lower < span.lower < span.upper < plain.upper
    assert "alpha" in found.warnings[1]


def test_who_learns_from_truths_says_when_there_are_none() -> None:
    for method in LEARNT:
        with pytest.raises(FitError, match=r"expected a \[\[resolution\]\]"):
            textbook(method, CLAIMS, KILLED, DAY, quantities=BOTH)
        strangers = [replace(c, source="x" if c.source == "b" else "truth") for c in record()]
        only = [c for c in strangers if c.source != "d"]
        with pytest.raises(FitError, match="the ledger has none"):
            textbook(method, [*CLAIMS, *only], KILLED, DAY, quantities=BOTH)


def test_a_truth_that_became_known_is_no_claim_of_a_textbook_method() -> None:
    truth = replace(known(5000, "2024-12-17"), quantity="killed")
    with_it = textbook("linear-pool", [*CLAIMS, truth], KILLED, DAY)
    assert with_it.used == ("a", "b", "c", "d", "e")


def test_means_and_medians_have_their_intervals() -> None:
    centres = np.log([c.lower * c.upper for c in CLAIMS]) / 2
    mean = textbook("mean", CLAIMS, KILLED, DAY).distribution
    reach = stats.t.ppf(0.95, 4) * centres.std(ddof=1) / math.sqrt(5)
    assert np.log(mean.interval(0.9).lower) == pytest.approx(centres.mean() - reach, abs=1e-3)
    median = textbook("median", CLAIMS, KILLED, DAY).distribution.interval(0.9)
    assert np.log(median.lower) == pytest.approx(centres.min())
    with pytest.raises(FitError, match="expected more claims"):
        textbook("median", CLAIMS[:4], KILLED, DAY)
    with pytest.raises(FitError, match="expected more claims"):
        textbook("mean", CLAIMS[:1], KILLED, DAY)


def test_bounds_are_the_interval_at_the_level() -> None:
    for level in (0.5, 0.9):
        found = textbook("agreement", CLAIMS, KILLED, DAY, level=level).distribution
        span = found.interval(level)
        assert (span.lower, span.upper) == pytest.approx((180, 200))
    hull = textbook("hull", CLAIMS, KILLED, DAY).distribution.interval(0.9)
    assert (hull.lower, hull.upper) == pytest.approx((90, 400))
    floor = said("f", 190, math.inf)
    met = textbook("intersection", [*CLAIMS, floor], KILLED, DAY).distribution.interval(0.9)
    assert (met.lower, met.upper) == pytest.approx((190, 200))
    pool = textbook("linear-pool", [*CLAIMS, floor], KILLED, DAY)
    assert "f" not in pool.used
    assert "1 claims of one bound" in pool.warnings[1]


def test_exact_numbers_are_cells_and_constants_have_no_date() -> None:
    size = Quantity("killed", kind="constant")
    found = textbook("common-effect", [said("a", 6, 6, "2023-01-01")], size, None)
    span = found.distribution.interval(0.9)
    assert (span.lower, span.upper) == pytest.approx((5.5, 6.5), rel=0.01)
    zero = textbook("linear-pool", [said("a", 0, 0)], KILLED, DAY).distribution
    assert 0 < zero.median < 0.6
    margin = Quantity("killed", kind="stock", scale="linear")
    net = textbook("mean", [said("a", -4, 2), said("b", -1, 3)], margin, DAY).distribution
    assert net.median == pytest.approx(0, abs=0.02)


def test_what_has_no_answer_says_why() -> None:
    with pytest.raises(OptionError, match="expected a method"):
        textbook("magic", CLAIMS, KILLED, DAY)
    with pytest.raises(OptionError, match="not a constant"):
        textbook("mean", CLAIMS, KILLED, None)
    with pytest.raises(FitError, match="no claim with both bounds"):
        textbook("mean", [said("f", 190, math.inf)], KILLED, DAY)
    with pytest.raises(FitError, match="no claim about"):
        textbook("hull", CLAIMS, KILLED, date(2026, 1, 1))
    with pytest.raises(FitError, match="bound the number from both sides"):
        textbook("hull", [said("f", 190, math.inf)], KILLED, DAY)
    with pytest.raises(FitError, match="lies in the intervals of all claims"):
        textbook("intersection", [*CLAIMS, said("z", 900, 950)], KILLED, DAY)


@pytest.mark.parametrize("method", ["linear-pool", "random-effects", "hull", "median"])
def test_shares_stay_shares(method: str) -> None:
    about = Quantity("share", "share", kind="constant", scale="logit")
    said = [
        Claim(
            f"c{i}", "share", f"s{i}", Phrase(f"{v:g}", "exact", Interval(v, v), nominal=v),
            Period.on("2024-12-18"),
        )
        for i, v in enumerate((0.40, 0.55, 0.93, 0.47, 0.51, 0.60))
    ]  # fmt: skip
    found = textbook(method, said, about, None, level=0.9).distribution
    assert 0.4 <= found.median <= 0.93
    assert 0 <= found.quantile(0.001) < found.quantile(0.999) <= 1


def test_an_agreement_of_nobody_is_told() -> None:
    about = Quantity("size", "size", kind="constant")
    said = [
        Claim(f"c{v}", "size", f"s{v}", Phrase(str(v), "exact", Interval(v, v), nominal=v),
              Period.on("2024-12-18"))
        for v in (36, 150)
    ]  # fmt: skip
    assert "no two of 2 origins agree" in textbook("agreement", said, about, None).warnings[-1]
