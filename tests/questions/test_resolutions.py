"""Truths that became known teach, in both engines, and nothing before they were known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import reconcile
from reconcile import Interval, Ledger
from reconcile.model.truth import TRUTH_SOURCE, TrackRecord, earned, resolved
from reconcile.values import Claim, Days, Period, Phrase, Quantity, Resolution, Source

EPOCH, DAY, KNOWN = date(2024, 1, 1), date(2024, 3, 1), date(2024, 6, 1)
NAMES = ("tanks", "guns", "trucks", "boats")


def _claim(name: str, about: str, source: str, value: float, on: date) -> Claim:
    phrase = Phrase(f"{value:,g}", "exact", Interval(value, value), nominal=value)
    return Claim(name, about, source, phrase, Period.on(on), said=Days.of(on))


def _ledger(*, known: bool, many: int = 0, factor: float = 2.0) -> Ledger:
    """A source, `factor` times too high on four quantities with known truths, tells of a fifth."""
    every = [*zip(NAMES, (900, 1300, 2100, 450), strict=True), ("shells", 2000)]
    claims = [
        _claim(f"{name}-{j}", name, "loud", round(factor * (true + 11 * j)), DAY + timedelta(j))
        for name, true in every
        for j in range(many + 1)
    ]
    told = [Resolution(name, true, DAY, KNOWN) for name, true in every[:4]] if known else []
    quantities = [Quantity(name, epoch=EPOCH) for name, _ in every]
    return Ledger.of(claims, quantities, [Source("loud", reliability="C")], resolutions=told)


@pytest.mark.parametrize("many", [0, 65])
def test_a_source_found_twice_too_high_is_corrected_where_nothing_is_known(many: int) -> None:
    before, after = (reconcile.fit(_ledger(known=k, many=many)) for k in (False, True))
    first, second = (fit.estimate("shells", DAY) for fit in (before, after))
    assert first.median > 3300
    assert second.median < 0.72 * first.median
    assert 2000 in second.interval(0.9)
    factor = float(second.sources.set_index("source")["factor"].to_dict()["loud"])
    assert 1.4 < factor < 2.1


@pytest.mark.parametrize("many", [0, 65])
def test_a_resolved_quantity_is_what_became_known(many: int) -> None:
    found = reconcile.fit(_ledger(known=True, many=many)).estimate("guns", DAY)
    assert found.median == pytest.approx(1300, rel=0.04)
    span = found.interval(0.9)
    assert 1300 in span
    assert span.upper / span.lower < 1.25


@pytest.mark.parametrize("many", [0, 65])
def test_what_becomes_known_later_changes_nothing(many: int) -> None:
    asked = [
        reconcile.fit(_ledger(known=k, many=many), as_of=day).estimate("shells", DAY).to_json()
        for k in (False, True)
        for day in ("2024-05-31",)
    ]
    assert asked[0] == asked[1]
    on_the_day = reconcile.fit(_ledger(known=True, many=many), as_of=KNOWN)
    assert on_the_day.estimate("shells", DAY).to_json() != asked[1]


def test_a_truth_that_bears_a_source_out_sharpens_it() -> None:
    ends = [
        reconcile.fit(_ledger(known=k, factor=1.0)).estimate("shells", DAY).interval(0.9)
        for k in (False, True)
    ]
    assert ends[1].upper / ends[1].lower < 0.95 * ends[0].upper / ends[0].lower


def test_the_record_is_the_normal_update_of_the_common_part() -> None:
    source = Source("loud", reliability="C")
    record = TrackRecord(
        {("loud", "a"): (1.2, 2), ("loud", "b"): (0.5, 1), ("other", "a"): (-2.0, 1)}
    )
    half = 0.35**2 / 2
    one, two = 1 / (half + 0.25**2 / 2), 1 / (half + 0.25**2)
    precision = 1 / half + one + two
    mean, factor = record.house(source, "c")
    assert mean == pytest.approx((one * 0.6 + two * 0.5) / precision)
    assert factor**2 * 0.35**2 == pytest.approx(1 / precision + half)
    assert record.house(source, "a")[0] == pytest.approx(two * 0.5 / (1 / half + two))
    assert record.house(Source("new"), "a") == (0.0, pytest.approx(1.0))


def test_only_words_about_that_time_are_compared() -> None:
    ledger = resolved(_ledger(known=True, many=3))
    record = earned(ledger, ledger.quantities, lambda name: name)
    assert {key: n for key, (_, n) in record.errors.items()} == {("loud", q): 1 for q in NAMES}
    assert ledger.sources[TRUTH_SOURCE.id].kind == "truth"
    assert resolved(ledger) is ledger
    plain = _ledger(known=False)
    assert resolved(plain) is plain


def test_truths_are_counted_as_claims_of_their_own_and_no_source_is_graded_by_them() -> None:
    fit = reconcile.fit(_ledger(known=True))
    found = fit.estimate("guns", DAY)
    assert found.n_claims == 2
    assert sorted(found.claims["source"]) == ["loud", "truth"]
    assert "truth" not in set(fit.sources()["source"])
    assert fit.estimate("shells", DAY).n_claims == 1


def test_methods_that_learn_from_truths_take_the_resolutions() -> None:
    ledger = _ledger(known=True)
    other = [
        _claim(f"calm-{q}", q, "calm", v, DAY)
        for q, v in (("tanks", 905), ("guns", 1290), ("trucks", 2120), ("boats", 447))
    ]
    both = [*ledger, *other, _claim("calm-x", "shells", "calm", 2050, DAY)]
    sources = [Source("loud", reliability="C"), Source("calm", reliability="C")]
    whole = Ledger.of(both, ledger.quantities, sources, resolutions=ledger.resolutions)
    found = reconcile.estimate("shells", DAY, ledger=whole, method="performance-weighted")
    assert found.method == "performance-weighted"
    assert found.n_claims == 2
    assert any("4 truths" in note for note in found.warnings)
    with pytest.raises(reconcile.errors.FitError, match="learns from truths"):
        reconcile.estimate(
            "shells", DAY, ledger=_ledger(known=False), method="performance-weighted"
        )
