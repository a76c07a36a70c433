"""What becomes public later never touches a byte of what was answered before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile import Claim, Ledger, Period, Phrase, Quantity, Source
from reconcile.intervals import Interval
from reconcile.values import Days, Resolution

FLOOD = Path(__file__).parents[2] / "examples" / "flood"
EPOCH = date(2024, 1, 1)
QUANTITIES = {
    "losses": Quantity("losses", "losses", epoch=EPOCH, parts=("dead", "hurt")),
    "dead": Quantity("dead", "dead", epoch=EPOCH),
    "hurt": Quantity("hurt", "hurt", epoch=EPOCH),
    "size": Quantity("size", "size of a group", kind="constant"),
}
SOURCES = {
    "a": Source("a", reliability="B"),
    "b": Source("b", reliability="D"),
    "c": Source("c", reliability="F", parent="later"),
    "later": Source("later", reliability="C"),
}
CUT = date(2024, 3, 1)


def claim(id: str, quantity: str, source: str, value: float, day: date, said: date) -> Claim:
    phrase = Phrase(f"{value:g}", "exact", Interval(value, value), nominal=value)
    return Claim(id, quantity, source, phrase, Period.on(day), said=Days(said, said))


KNOWN = (
    claim("one", "losses", "a", 120, date(2024, 2, 1), date(2024, 2, 2)),
    claim("two", "dead", "b", 35, date(2024, 2, 10), date(2024, 2, 12)),
    claim("three", "losses", "b", 300, date(2024, 2, 25), date(2024, 2, 25)),
    claim("four", "size", "a", 25, date(2024, 2, 25), date(2024, 2, 26)),
)


def ledger(claims: tuple[Claim, ...], resolutions: tuple[Resolution, ...] = ()) -> Ledger:
    return Ledger.of(claims, QUANTITIES, SOURCES, resolutions=resolutions)


@st.composite
def futures(draw: st.DrawFn) -> Ledger:
    """`KNOWN`, and what may become public after `CUT`: claims, retractions, corrections, truths."""
    after = st.integers(1, 90).map(lambda n: CUT + timedelta(days=n))
    claims = list(KNOWN)
    for number in range(draw(st.integers(0, 3))):
        said = draw(after)
        about = draw(st.sampled_from(sorted(QUANTITIES)))
        source = draw(st.sampled_from(sorted(SOURCES)))
        day = min(said, draw(st.sampled_from([date(2024, 2, 5), CUT, date(2024, 4, 1)])))
        value = draw(st.integers(1, 5000))
        claims.append(claim(f"new-{number}", about, source, value, day, said))
    fates = draw(st.lists(st.sampled_from(["", "retracted", "superseded"]), min_size=4, max_size=4))
    for place, fate in enumerate(fates):
        if fate == "retracted":
            claims[place] = replace(claims[place], status="retracted", retracted_on=draw(after))
        elif fate == "superseded" and len(claims) > 4:
            claims[place] = replace(claims[place], status="superseded", superseded_by="new-0")
    truths = tuple(
        Resolution(name, float(draw(st.integers(1, 999))), date(2024, 2, 1), draw(after))
        for name in draw(st.lists(st.sampled_from(["losses", "size"]), max_size=1))
    )
    order = draw(st.permutations(claims))
    return ledger(tuple(order), truths)


def _asked(known: Ledger) -> list[str]:
    """Every answer as text: what a user could print or write."""
    fit = reconcile.fit(known, as_of=CUT)
    day = "2024-04-01"
    answers = [fit.estimate("losses", day), fit.estimate("size")]
    answers.append(fit.estimate("losses", "2024-02-20", method="linear-pool"))
    frames = [
        fit.timeline("losses", "2024-02-01", "2024-03-20", freq="W").to_frame(),
        fit.sources(),
        fit.influence("losses", day),
        fit.leave_one_source_out("size"),
        reconcile.revisions("size", ledger=known, as_of=CUT).to_frame(),
    ]
    told = [answer.to_json() for answer in answers]
    told += [frame.to_csv(index=False) for frame in frames]
    told += [conflict.text for conflict in reconcile.conflicts(known, as_of=CUT)]
    told.append(reconcile.diff(known, known, as_of=CUT).to_json())
    told.append(str(fit.draws(5, seed=3)["losses"]))
    told.append(reconcile.sensitivity("size", ledger=known, as_of=CUT, conventions=()).to_json())
    return told


@pytest.fixture(scope="module")
def before() -> list[str]:
    return _asked(ledger(KNOWN))


@settings(max_examples=8, deadline=None)
@given(futures())
def test_nothing_later_touches_a_byte(before: list[str], future: Ledger) -> None:
    assert _asked(future) == before


def test_the_same_holds_where_many_claims_are_fitted_at_once() -> None:
    days = [EPOCH + timedelta(days=n) for n in range(90)]
    many = tuple(
        claim(f"{source}-{n}", "losses", source, 40 + 11 * n + 7 * (source == "b"), day, day)
        for n, day in enumerate(days)
        for source in ("a", "b")
    )
    early = tuple(each for each in many if each.said is not None and each.said.last <= CUT)
    assert len(early) > 100
    withdrawn = tuple(
        replace(each, status="retracted", retracted_on=date(2024, 3, 20))
        if each.id == "b-30"
        else each
        for each in many
    )
    told = [
        reconcile.fit(ledger(claims), as_of=CUT).estimate("losses", "2024-03-15").to_json()
        for claims in (early, withdrawn)
    ]
    assert told[0] == told[1]


def test_a_revision_is_the_estimate_of_that_day() -> None:
    known = reconcile.read_ledger(FLOOD)
    asked: dict[str, Any] = {"ledger": known, "quantity": "flood_dead", "date": "2023-06-09"}
    rows = reconcile.revisions(**asked, as_of=["2023-06-07", "2023-06-12"]).to_frame()
    assert rows["median"].nunique() == 2
    for row in rows.to_dict("records"):
        answer = reconcile.estimate(**asked, as_of=row["as_of"])
        assert row["median"] == answer.median
        assert (row["lower"], row["upper"]) == (answer.lower, answer.upper)
        assert (row["n_claims"], row["n_origins"]) == (answer.n_claims, answer.n_origins)


def test_revisions_have_a_row_a_day_of_news_and_say_what_came_in() -> None:
    gone = replace(KNOWN[2], status="retracted", retracted_on=date(2024, 3, 5))
    found = reconcile.revisions("losses", "2024-02-28", ledger=ledger((*KNOWN[:2], gone)))
    frame = found.to_frame()
    days = ["2024-02-02", "2024-02-12", "2024-02-25", "2024-03-05"]
    assert [day.date().isoformat() for day in frame["as_of"]] == days
    assert frame["n_claims"].tolist() == [1, 2, 3, 2]
    assert frame["news"].tolist() == ["a: 120", "b: 35", "b: 300", "b withdrawn"]
    assert frame["median"].iloc[3] == frame["median"].iloc[1]
    assert frame["change"].iloc[2] == pytest.approx(
        frame["median"].iloc[2] / frame["median"].iloc[1]
    )
    assert pd.isna(frame["change"].iloc[0])


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: reconcile.revisions("size", as_of=[], ledger=ledger(KNOWN)), "one day"),
        (lambda: reconcile.revisions("hurt", ledger=ledger(KNOWN[3:])), "expected a date"),
        (lambda: reconcile.revisions("size", ledger=ledger(KNOWN[:3])), "nothing to revise"),
    ],
)
def test_what_can_not_be_revised_is_said(ask: Callable[[], object], told: str) -> None:
    with pytest.raises(reconcile.errors.ReconcileError, match=told):
        ask()
