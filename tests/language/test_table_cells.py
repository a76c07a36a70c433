"""`parse_cell`: cells as people keep them in tables, with speaker, scope and label told by hand."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile import Cell, parse_cell

# cell: (lower, upper, speaker, label, scope) of each number
CELLS: dict[str, list[tuple[float, float, str, str, str]]] = {
    "53,537 (Turkey) + 8,476 (Syria)": [
        (53537, 53537, "", "Turkey", "part"),
        (8476, 8476, "", "Syria", "part"),
    ],
    "41 (ministry) – 900+ (opposition)": [
        (41, 41, "ministry", "", "whole"),
        (900, inf, "opposition", "", "whole"),
    ],
    "9 (5 British, 4 Danish)": [
        (9, 9, "", "", "whole"),
        (5, 5, "", "British", "part"),
        (4, 4, "", "Danish", "part"),
    ],
    "61 (including 3 medics)": [(61, 61, "", "", "whole"), (3, 3, "", "medics", "part")],
    "US: 5; UK: 3": [(5, 5, "", "US", "whole"), (3, 3, "", "UK", "whole")],
    "30 (per WHO)": [(30, 30, "WHO", "", "whole")],
    "200 killed (Ukrainian claim)": [(200, 200, "Ukrainian", "", "whole")],
    "1,000 (800–1,200)": [(1000, 1000, "", "", "whole"), (800, 1200, "", "", "whole")],
    "45 dead (120 wounded)": [(45, 45, "", "", "whole"), (120, 120, "", "wounded", "whole")],
    "3 (1 man, 2 women)": [
        (3, 3, "", "", "whole"),
        (1, 1, "", "man", "part"),
        (2, 2, "", "women", "part"),
    ],
    "12<br>15 (UN)": [(12, 12, "", "", "whole"), (15, 15, "UN", "", "whole")],
    "1,234[3]": [(1234, 1234, "", "", "whole")],
    "Dozens (rebel claim)": [(24, 99, "rebel", "", "whole")],
    "7 killed, 19 injured": [(7, 7, "", "", "whole"), (19, 19, "", "", "whole")],
    "no casualties": [(0, 0, "", "", "whole")],
    "Total: 45 (30 civilians, 15 militants)": [
        (45, 45, "", "Total", "whole"),
        (30, 30, "", "civilians", "part"),
        (15, 15, "", "militants", "part"),
    ],
    "300–500 (Reuters), 1,000 (AFP)": [
        (300, 500, "Reuters", "", "whole"),
        (1000, 1000, "AFP", "", "whole"),
    ],
    "12 (7 in Mali and 5 in Niger)": [
        (12, 12, "", "", "whole"),
        (7, 7, "", "in Mali", "part"),
        (5, 5, "", "in Niger", "part"),
    ],
    "2 (both pilots)": [(2, 2, "", "both pilots", "whole")],
    "12 + 3": [(12, 12, "", "", "part"), (3, 3, "", "", "part")],
}
NONE = {
    "Unknown": "unknown", "N/A": "not available", "n.a.": "not available", "—": "dash",
    "": "empty", "  ": "empty", "TBD": "determined", "?": "question mark", "Heavy": "no number",
    "12 May 2020": "date", "(unknown)": "unknown", "Not reported": "not reported",
    "...": "dash", "Casualties: unknown": "unknown", "None reported": "none is reported",
}  # fmt: skip


@pytest.mark.parametrize("text", CELLS)
def test_every_number_of_a_cell_with_what_stands_beside_it(text: str) -> None:
    cell = parse_cell(text)
    said = [
        (m.phrase.lower, m.phrase.upper, m.source_text, m.label, m.scope) for m in cell.mentions
    ]
    assert said == CELLS[text]
    assert cell.reason == ""


@pytest.mark.parametrize("text", NONE)
def test_a_cell_without_a_number_says_why(text: str) -> None:
    cell = parse_cell(text)
    assert cell.mentions == ()
    assert NONE[text] in cell.reason


def test_what_a_plus_in_brackets_adds_is_additional() -> None:
    first, second = parse_cell("72,587+ (+14,222 missing)").mentions
    assert (first.additional, second.additional, second.event) == (False, True, "missing")


def test_what_is_asked_or_none_is_told_as_such() -> None:
    (doubtful,) = parse_cell("10?").mentions
    assert "unverified" in doubtful.flags
    none, three = parse_cell("no deaths, 3 injuries").mentions
    assert (none.event, none.phrase.upper, three.event) == ("killed", 0, "wounded")
    first, second = parse_cell("1,200 (2021); 1,350 (2022)").mentions
    assert [str(m.period.first) for m in (first, second) if m.period] == [
        "2021-01-01",
        "2022-01-01",
    ]


@given(st.text(max_size=60) | st.text("0123456789()+-–;,/ [].abKM<>:\n", max_size=60))
def test_any_text_is_mentions_or_a_reason(text: str) -> None:
    cell = parse_cell(text)
    assert isinstance(cell, Cell)
    assert bool(cell.mentions) != bool(cell.reason)
    for mention in cell.mentions:
        first, last = mention.span
        assert 0 <= first < last <= len(text)
