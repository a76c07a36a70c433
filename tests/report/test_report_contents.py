"""What a report tells is what the questions answer, each asked once."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from report_cases import BOATS, CUT, SHARE, nasty_ledger

import reconcile
from reconcile import plot
from reconcile.errors import FitError, UnknownQuantityError
from reconcile.ledger import Ledger
from reconcile.questions import leave_out
from reconcile.questions.refits import Refit, spreads_of
from reconcile.report import gather, gathering
from reconcile.report.contents import Contents
from reconcile.report.lines import choices, claim_lines, safe_link, step_lines
from reconcile.values import Resolution


@pytest.fixture(scope="module")
def contents() -> Contents:
    return gather(nasty_ledger())


def watched(monkeypatch: pytest.MonkeyPatch) -> list[Refit]:
    """What is fitted beside the answers, as a report asks for it."""
    asked: list[Refit] = []

    def watching(refits: list[Refit], *rest: Any) -> Any:
        asked.extend(refits)
        return spreads_of(refits, *rest)

    monkeypatch.setattr(gathering, "spreads_of", watching)
    return asked


def test_every_quantity_is_answered_for_its_last_claim(contents: Contents) -> None:
    assert [section.id for section in contents.sections] == [CUT.id, SHARE.id, BOATS.id]
    assert contents.sections[0].answer.date == date(2023, 6, 7)
    assert contents.sections[0].timeline is not None
    assert contents.sections[1].timeline is None
    known = reconcile.fit(nasty_ledger())
    for section in contents.sections:
        asked = known.estimate(section.id, section.answer.date)
        assert str(asked) == str(section.answer)


def test_the_answers_without_a_source_are_those_of_the_fit(contents: Contents) -> None:
    known = reconcile.fit(nasty_ledger())
    for section in contents.sections:
        frame = known.leave_one_source_out(section.id, section.answer.date)
        expected = frame.set_index("source")
        told = {each.source: each for each in section.without}
        assert set(told) == set(expected.index)
        for source, each in told.items():
            assert each.spread is not None
            row = expected.loc[source]
            span = each.spread.interval(0.9)
            assert (each.spread.median, span.lower, span.upper) == (
                row["median"],
                row["lower"],
                row["upper"],
            )
            if source and section.answer.about.scale == "log":
                assert each.change == row["change"]


@pytest.mark.parametrize("known", [None, "2023-06-08"])
def test_the_fits_without_a_source_are_of_the_same_day_of_knowledge(
    known: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the report and in the question: also where the latest source is the one left out."""
    asked = watched(monkeypatch)
    gather(nasty_ledger(), [CUT.id], as_of=known)
    base = reconcile.fit(nasty_ledger(), as_of=known)
    left = {each.what: each.fit for each in asked if each.what.startswith("without ")}
    assert len(left) == 4
    for what, found in left.items():
        expected = leave_out.without(base, what.removeprefix("without "))
        assert found.ledger == expected.ledger
        assert found.as_of == expected.as_of == date(2023, 6, 8 if known else 7)


def test_a_truth_that_became_known_is_left_out_like_a_source() -> None:
    truth = Resolution(BOATS.id, 40.0, on=None, known_on=date(2023, 7, 1))
    whole = nasty_ledger()
    ledger = Ledger.of(whole.claims, whole.quantities, whole.sources, whole.reports, [truth])
    section = gather(ledger, [BOATS.id]).sections[0]
    asked = reconcile.fit(ledger).leave_one_source_out(BOATS.id).set_index("source")["median"]
    told = {each.source: each.spread.median for each in section.without if each.spread}
    assert told == asked.to_dict()


def test_the_revisions_are_those_of_the_question(contents: Contents) -> None:
    section = contents.sections[0]
    expected = reconcile.revisions(CUT.id, section.answer.date, ledger=nasty_ledger()).to_frame()
    assert section.revisions is not None
    told = section.revisions.set_index("as_of")
    asked = expected.set_index("as_of").loc[told.index]
    np.testing.assert_allclose(told["median"], asked["median"], rtol=0.02)
    assert list(told["n_claims"]) == list(asked["n_claims"])
    assert [line[0] for line in step_lines(section)] == ["5 Jun 2023", "8 Jun 2023"]


def test_each_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = watched(monkeypatch)
    ledger = nasty_ledger()
    gather(ledger)
    told = {(frozenset(each.fit.ledger.claims), each.fit.as_of) for each in asked}
    sources = {claim.source for claim in ledger}
    days = {claim.public_on for claim in ledger}
    assert len(asked) == len(told) == len(sources) + len(days)


def test_processes_change_no_answer() -> None:
    alone, shared = (gather(nasty_ledger(), workers=workers) for workers in (1, 2))
    for one, other in zip(alone.sections, shared.sections, strict=True):
        for mine, theirs in zip(one.without, other.without, strict=True):
            assert (mine.spread is None) == (theirs.spread is None)
            if mine.spread is not None and theirs.spread is not None:
                assert np.array_equal(mine.spread.points, theirs.spread.points)
        assert (one.revisions is None) == (other.revisions is None)
        if one.revisions is not None and other.revisions is not None:
            pd.testing.assert_frame_equal(one.revisions, other.revisions, check_exact=True)


def test_few_sources_are_left_out_where_asked_and_the_others_are_named() -> None:
    told = gather(nasty_ledger(), [CUT.id], leave_out=1).sections[0]
    assert len(told.without) == 2
    assert len(told.unasked) == 3
    none = gather(nasty_ledger(), [BOATS.id], leave_out=0).sections[0]
    assert [each.source for each in none.without] == [""]
    assert len(none.unasked) == 2


def test_quick_fits_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Ledger] = []

    def counting(ledger: Ledger, **options: Any) -> Any:
        asked.append(ledger)
        return reconcile.fit(ledger, **options)

    monkeypatch.setattr(gathering, "fit", counting)
    section = gather(nasty_ledger(), [BOATS.id], quick=True).sections[0]
    assert len(asked) == 1
    assert section.revisions is None
    assert len(section.unasked) == 2


def test_a_source_without_which_nothing_is_left() -> None:
    ledger = nasty_ledger().select(source="agency", quantity=CUT.id)
    section = gather(ledger).sections[0]
    assert [each.spread is None for each in section.without] == [False, True]
    assert "no claim is left" in choices(section)[1].words


def test_settings_reach_every_answer() -> None:
    told = gather(nasty_ledger(), [CUT.id], as_of="2023-06-05", level=0.5, exclude="mayor")
    answer = told.sections[0].answer
    assert answer.level == 0.5
    assert set(answer.claims["source"]) == {"@daily"}
    assert told.as_of == date(2023, 6, 5)
    hull = gather(nasty_ledger(), [BOATS.id], method="hull")
    assert hull.sections[0].answer.method == "hull"
    assert all(each.spread is not None for each in hull.sections[0].without)


def test_what_is_raised() -> None:
    with pytest.raises(UnknownQuantityError, match="boats"):
        gather(nasty_ledger(), ["boat"])
    with pytest.raises(FitError, match="empty"):
        gather(nasty_ledger().select(ids=[]))
    with pytest.raises(FitError, match="public by 2020-01-01, got none"):
        gather(nasty_ledger(), [CUT.id], as_of="2020-01-01")


def test_a_contradiction_is_told_once(contents: Contents) -> None:
    found = contents.findings()
    assert len(found) == len({finding.conflict.claims for finding in found}) > 0
    gaps = [finding.conflict.gap for finding in found]
    assert gaps == sorted(gaps, reverse=True)


def test_every_claim_has_one_line_the_weightiest_first(contents: Contents) -> None:
    lines = claim_lines(contents)
    assert sorted(line.id for line in lines) == sorted(claim.id for claim in nasty_ledger())
    weights = [float(line.keys["weight"]) for line in lines]
    assert weights == sorted(weights, reverse=True)
    assert all(line.link == "" or line.link.startswith("https://") for line in lines)


def test_dates_are_words_in_every_table_and_sorted_as_days(contents: Contents) -> None:
    lines = claim_lines(contents)
    assert {line.said for line in lines} <= {"5 Jun 2023", "8 Jun 2023"}
    assert {line.keys["said"] for line in lines} <= {"2023-06-05", "2023-06-08"}


def test_what_a_claim_moves_is_told_as_in_the_forest_plot(contents: Contents) -> None:
    answer = contents.sections[0].answer
    ax = plot.forest(answer)
    shown = {text.get_text() for text in ax.findobj(Text)}
    mine = [line for line in claim_lines(contents) if line.quantity == answer.quantity]
    assert all({line.weight, line.influence} <= shown for line in mine)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "//example.org", "https://", "ht\ntps://a.b", "vbscript:x", "http://[", ""],
)  # fmt: skip
def test_only_links_to_the_web_are_links(link: str) -> None:
    assert not safe_link(link).lower().startswith(("javascript", "data", "file", "vbscript", "//"))
    assert safe_link("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"
