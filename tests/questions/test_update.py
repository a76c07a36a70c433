"""A fit that is brought up to date answers as a fresh one, and fits anew only what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import reconcile
from reconcile import Claim, Fit, Ledger, Period, Phrase, Quantity, Source
from reconcile.errors import LedgerError, OptionError, UnknownNameError
from reconcile.intervals import Interval
from reconcile.values import Resolution

TOWNS = [f"town{i}" for i in range(6)]
DAY = "2024-03-09"


def morning() -> Ledger:
    """Six towns counted by three sources, the hospitals' beds, and victims by their kinds."""
    rows: list[dict[str, Any]] = [
        {"quantity": town, "source": who, "on": f"2024-03-0{day}", "value": (i + 2) * 10 * day}
        for i, town in enumerate(TOWNS)
        for who, days in (("mayor", (2, 5, 8)), ("agency", (3, 6)), ("press", (7,)))
        for day in days
    ]
    rows += [
        {"quantity": name, "source": who, "on": f"2024-03-0{day}", "value": value}
        for name, who, day, value in (
            ("beds", "agency", 4, 120), ("beds", "mayor", 6, 100), ("dead", "agency", 4, 30),
            ("missing", "agency", 4, 12), ("victims", "press", 5, 45),
        )
    ]  # fmt: skip
    known = {town: Quantity(town) for town in TOWNS} | {
        "beds": Quantity("beds", kind="stock"),
        "dead": Quantity("dead"),
        "missing": Quantity("missing"),
        "victims": Quantity("victims", parts=("dead", "missing")),
    }
    return reconcile.read_ledger(rows, quantities=known)


def said(name: str, quantity: str, value: float, day: str = DAY, source: str = "press") -> Claim:
    words = Phrase(f"{value:g}", "exact", Interval(value, value), nominal=value)
    return Claim(name, quantity, source, words, Period.on(day))


def of(ledger: Ledger, quantity: str, source: str = "mayor") -> Claim:
    return next(c for c in ledger if c.quantity == quantity and c.source == source)


def number(claim: Claim, value: float) -> Claim:
    return replace(claim, phrase=said("x", claim.quantity, value).phrase)


@pytest.fixture(scope="module")
def base() -> Fit:
    """The morning's fit, with all its quantities asked for."""
    found = reconcile.fit(morning(), seed=2)
    for name in (*TOWNS, "beds", "dead"):
        found.posterior(name)
    return found


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the components that are fitted from here on."""
    from reconcile.questions import fit_store

    fitted: list[str] = []
    real = fit_store.fit_posterior

    def fit_posterior(problem: Any) -> Any:
        fitted.append(next(iter(problem.component.quantities)))
        return real(problem)

    monkeypatch.setattr(fit_store, "fit_posterior", fit_posterior)
    return fitted


Change = Callable[[Ledger], dict[str, Any]]


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (lambda k: {"claims": [said("n1", "town3", 460)]}, {"town3"}),
        (lambda k: {"claims": [said("n1", "town0", 9), said("n2", "town1", 300)]},
         {"town0", "town1"}),
        (lambda k: {"claims": [said("n1", "beds", 90)]}, {"beds"}),
        (lambda k: {"claims": [said("n1", "missing", 3)]}, {"dead"}),
        (lambda k: {"claims": [replace(said("n1", "town2", 320), origin=of(k, "town2").id)]},
         {"town2"}),
        (lambda k: {"claims": [replace(said("n1", "town2", 320), status="retracted")]}, set()),
        (lambda k: {"corrected": [number(of(k, "town4"), 1200)]}, {"town4"}),
        (lambda k: {"corrected": [replace(of(k, "town4"), period=Period.on("2024-03-03"))]},
         {"town4"}),
        (lambda k: {"corrected": [replace(of(k, "town5"), quantity="town0")]}, {"town0", "town5"}),
        (lambda k: {"corrected": [replace(of(k, "town1"), note="checked")]}, {"town1"}),
        (lambda k: {"retracted": of(k, "beds").id}, {"beds"}),
        (lambda k: {"retracted": [c.id for c in k if c.quantity == "town0"]}, {"town0"}),
        (lambda k: {"retracted": [of(k, "victims", "press").id],
                    "claims": [said("n1", "victims", 50)]}, {"dead"}),
        (lambda k: {}, set()),
    ],
)  # fmt: skip
def test_it_answers_as_a_fresh_fit_and_fits_what_changed(
    base: Fit, change: Change, touched: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = base.update(**change(base.ledger))
    fitted = counted(monkeypatch)
    told = {name: new.estimate(name, DAY).to_json() for name in touched or {"town3"}}
    for name in {*TOWNS, "beds", "dead"} - set(told):
        new.posterior(name)
    assert set(fitted) == touched
    fresh = reconcile.fit(new.ledger, seed=2)
    for name, answer in told.items():
        assert answer == fresh.estimate(name, DAY).to_json()


def test_rows_that_are_not_read_yet_are_told_how() -> None:
    known = reconcile.fit(morning())
    row: Any = {"quantity": "n", "source": "s", "value": 4}
    with pytest.raises(OptionError, match=r"expected claims, got \{'quantity.*read_ledger"):
        known.update([row])
    with pytest.raises(OptionError, match="read first"):
        known.update(corrected=[row])


def test_a_source_or_quantity_that_is_new_comes_with_a_ledger(base: Fit) -> None:
    rows = [{"quantity": "town6", "source": "radio", "on": "2024-03-08", "value": 70}]
    new = base.update(reconcile.read_ledger(rows))  # its id, row-1, is taken: it gets another
    assert len(new.ledger) == len(base.ledger) + 1
    assert new.estimate("town6", DAY).n_claims == 1
    assert "radio" in new.ledger.sources


def test_what_is_known_of_a_source_touches_all_it_says(
    base: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = Resolution("town0", 100.0, known_on=date(2024, 3, 9), on=date(2024, 3, 5))
    ledger = base.ledger
    more = Ledger.of([said("n1", "town1", 260)], ledger.quantities, ledger.sources, {}, [truth])
    new = base.update(more)
    fitted = counted(monkeypatch)
    told = new.estimate("town5", DAY).to_json()
    assert fitted == ["town5"]  # the mayor's record on town0 bears on all that the mayor says
    assert told == reconcile.fit(new.ledger, seed=2).estimate("town5", DAY).to_json()


def test_what_is_left_out_stays_out() -> None:
    known = reconcile.fit(morning(), exclude="press")
    new = known.update([said("n1", "town0", 999), said("n2", "town0", 190, source="mayor")])
    assert "n2" in new.ledger
    assert "n1" not in new.ledger
    rows = [{"quantity": "town0", "source": "press", "on": DAY, "value": 999}]
    assert len(known.update(reconcile.read_ledger(rows)).ledger) == len(known.ledger)


def test_what_was_not_public_yet_stays_unheard() -> None:
    known = reconcile.fit(morning(), as_of="2024-03-10")
    late = replace(said("n1", "town0", 999), said=replace(Period.on("2024-03-11").end))
    assert len(known.update([late]).ledger) == len(known.ledger)


def test_a_correction_with_a_day_is_seen_from_that_day() -> None:
    ledger = morning()
    old = of(ledger, "beds")
    gone = replace(old, status="retracted", retracted_on=date(2024, 3, 12))
    before, after = (reconcile.fit(ledger, as_of=day) for day in ("2024-03-11", "2024-03-12"))
    assert before.update(corrected=[gone]).ledger[old.id].status == "active"
    assert after.update(corrected=[gone]).ledger[old.id].status == "retracted"


def test_the_first_fit_stays_as_it_was(base: Fit) -> None:
    told = base.estimate("town3", DAY).to_json()
    base.update([said("n1", "town3", 4600)], retracted=of(base.ledger, "town3").id)
    assert base.estimate("town3", DAY).to_json() == told


def test_ids_that_are_taken_or_unknown(base: Fit) -> None:
    taken = base.ledger[0].id
    with pytest.raises(LedgerError, match=taken):
        base.update([said(taken, "town0", 30)])
    with pytest.raises(UnknownNameError, match="Did you mean 'row-1'"):
        base.update(retracted="row-01")
    with pytest.raises(UnknownNameError, match="nothing"):
        base.update(corrected=[said("nothing", "town0", 30)])
    with pytest.raises(LedgerError, match="either corrected or retracted"):
        base.update(corrected=[base.ledger[0]], retracted=[taken])
    with pytest.raises(LedgerError, match="stranger"):
        base.update([said("n1", "town0", 30, source="stranger")])


def test_a_kept_fit_is_brought_up_to_date_too(
    base: Fit, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconcile.save(base, tmp_path / "fit")
    found = reconcile.load(tmp_path / "fit")
    assert isinstance(found, Fit)
    fitted = counted(monkeypatch)
    new = found.update([said("n1", "town3", 460)])
    assert [new.estimate(town, DAY).median for town in TOWNS] == [
        base.update([said("n1", "town3", 460)]).estimate(town, DAY).median for town in TOWNS
    ]
    assert set(fitted) == {"town3"}


def test_of_ten_components_one_claim_costs_one_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes an update fast; the seconds themselves are in benchmarks/record.py."""
    rows = [
        {"quantity": f"q{i}", "source": f"s{k % 2}", "on": f"2024-03-0{k + 1}", "value": 10 + k}
        for i in range(10)
        for k in range(2)
    ]
    ledger = reconcile.read_ledger(rows)
    names = list(ledger.quantities)
    base = reconcile.fit(ledger)
    fitted = counted(monkeypatch)
    for name in names:
        base.posterior(name)
    assert fitted == names
    fitted.clear()
    new = base.update([said("n1", "q3", 25, source="s1")])
    for name in names:
        new.posterior(name)
    assert fitted == ["q3"]


def test_a_parent_of_a_source_that_changes_is_noticed() -> None:
    ledger = morning()
    base = reconcile.fit(ledger)
    base.posterior("town0")
    sources = [
        Source("agency", parent="ministry") if s.id == "agency" else s
        for s in ledger.sources.values()
    ]
    grouped = Ledger.of(ledger.claims, ledger.quantities, [*sources, Source("ministry")])
    from reconcile.questions.update import _untouched  # the rule by itself

    assert _untouched(base, reconcile.fit(grouped)) == {}
    assert list(_untouched(base, reconcile.fit(ledger))) == [("posterior", "town0")]
