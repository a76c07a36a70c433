"""What a claim is to a figure: its role, its repeats, its name."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from plot_cases import CASUALTIES, INF, counts, labelled, make_estimate, make_timeline, row

from reconcile import plot
from reconcile.plot.parts.marks import marks_of, witnesses
from reconcile.plot.parts.sheet import open_sheet
from reconcile.plot.parts.words import claim_words, shorter_names
from reconcile.values import Quantity

DEPLOYED = Quantity("deployed", "deployed", kind="stock", parts=("officers",), within=("sent",))


def mark_of(about: Quantity, **changes):
    made = row("c", "s", "300", "exact", 300, 300, "2024-12-17", 0.1, 300, **changes)
    return marks_of(pd.DataFrame([made]), about)[0]


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({"quantity": "deployed"}, "level"),
        ({"quantity": "deployed", "scope": "part"}, "floor"),
        ({"quantity": "officers"}, "floor"),
        ({"quantity": "sent"}, "ceiling"),
        ({"quantity": "sent", "scope": "part"}, "related"),
        ({"quantity": "brigades"}, "related"),
        ({"quantity": "deployed", "additional": True}, "flow"),
        ({"quantity": "sent", "flow": True}, "flow"),
    ],
)
def test_the_role_follows_from_what_is_counted(changes, role: str) -> None:
    assert mark_of(DEPLOYED, **changes).role == role


def test_a_ceiling_points_down_and_a_related_count_not_at_all() -> None:
    made = [
        row("in", "a", "900", "exact", 900, 900, "2024-12-17", 0.1, 900, "sent"),
        row("other", "b", "20", "exact", 20, 20, "2024-12-10", 0.1, 20, "brigades"),
    ]
    ax = plot.timeline(make_timeline(DEPLOYED, claims=pd.DataFrame(made)))

    def markers(name: str) -> set[str]:
        return {getattr(a, "get_marker", str)() for a in labelled(ax, f"_claim:{name}")}

    assert "v" in markers("in")
    assert not {"^", "v"} & markers("other")


def test_one_witness_in_two_papers_is_drawn_once() -> None:
    again = counts().iloc[[4]].assign(claim="us-200-again", weight=0.0, origin="us-200")
    table = pd.concat([counts(), again], ignore_index=True)
    drawn = witnesses(marks_of(table, CASUALTIES))
    assert len(drawn) == len(table) - 1
    told = {mark.claim: mark.reports for mark in drawn}
    assert told["us-200"] == 2
    assert "us-200-again" not in told
    ax = plot.timeline(make_timeline(claims=table))
    assert labelled(ax, "_claim:us-200-again") == []
    assert any("(2 reports)" in text.get_text() for text in labelled(ax, "_tag"))
    assert plot.describe(ax).source_line.startswith("Claims: 12 from 7 sources")


def test_the_same_number_of_another_origin_stays_a_witness_of_its_own() -> None:
    own = counts().iloc[[4]].assign(claim="us-200-own", origin="us-200-own")
    table = pd.concat([counts(), own], ignore_index=True)
    assert len(witnesses(marks_of(table, CASUALTIES))) == len(table)


def test_a_window_of_unknown_place_says_its_length() -> None:
    marks = {mark.claim: mark for mark in marks_of(counts(), CASUALTIES)}
    assert marks["wh-1000"].days == 7
    assert claim_words(marks["wh-1000"], CASUALTIES) == "more than 1,000 in 7 days"
    assert marks["sof-50"].days is None
    assert claim_words(marks["sof-47"], CASUALTIES) == "47 more wounded"


def test_points_stand_on_what_was_said() -> None:
    marks = {mark.claim: mark for mark in marks_of(counts(), CASUALTIES)}
    assert marks["us-200"].point == 200
    assert marks["kirby-dozens"].point == pytest.approx(math.sqrt(36 * 99))
    only_upper = row("u", "s", "few", "at_most", -INF, 40, "2024-12-17", 0.1)
    assert marks_of(pd.DataFrame([only_upper]), CASUALTIES)[0].point == 40


def test_names_shorten_before_they_are_cut() -> None:
    full = "Main Directorate of Intelligence of Ukraine (GUR)"
    with open_sheet(None, "reconcile", "page") as sheet:
        names = shorter_names(full)
        wide = sheet.measure(full, 8)[0]
        assert sheet.name(names, wide + 1, 8) == full
        cut = sheet.name(names, 0.7 * wide, 8)
        assert cut.startswith("Main Directorate")
        assert cut.endswith("… (GUR)")
        assert sheet.name(names, 0.15 * wide, 8) == "GUR"
        kirby = shorter_names("John Kirby, White House spokesman")
        assert sheet.name(kirby, sheet.measure("John Kirby, Wh", 8)[0], 8) == "John Kirby"


def test_forms_of_withdrawn_claims_are_said_in_words() -> None:
    table = counts().assign(status="retracted")
    assert all(
        claim_words(mark, CASUALTIES).endswith("(withdrawn)")
        for mark in marks_of(table, CASUALTIES)
    )
    assert plot.describe(make_estimate(claims=table)).data["active"].dropna().eq(False).all()
