"""`audit` finds what was planted, says it in full, and its edits mend it in a copy."""

from __future__ import annotations

import numpy as np
import pytest

import reconcile
from reconcile.ledger import Ledger, read_ledger


def stream(numbers: list[float], source: str = "town", **more: object) -> list[dict[str, object]]:
    return [
        {"quantity": "dead", "source": source, "value": n, "on": f"2024-03-{i:02d}"} | more
        for i, n in enumerate(numbers, start=1)
    ]


def found(ledger: Ledger, check: str) -> list[str]:
    return [str(finding) for finding in reconcile.audit(ledger) if finding.check == check]


@pytest.mark.parametrize(
    ("numbers", "words", "edit"),
    [
        ([15020, 15080, 1515, 15200, 15260], "a power of ten", "number of row-3: 15,150"),
        ([100, 102102, 104, 106], "pasted twice", "number of row-2: 102"),
        ([4230, 4233, 4327, 4240, 4250], "swapped", "number of row-3: 4,237"),
        ([100, 110, 0, 120, 130], "no report", "leave out row-3"),
        ([10, 20, 30, 40, 20, 50, 60], "stale", "leave out row-5"),
        ([15000, 15100, 1515], "a power of ten", "number of row-3: 15,150"),
    ],
)
def test_a_slip_is_found_with_its_edit(numbers: list[float], words: str, edit: str) -> None:
    ledger = read_ledger(stream(numbers))
    (told,) = found(ledger, "doubtful number")
    assert words in told
    assert told.endswith(f"-> {edit}")
    mended = reconcile.audit(ledger).apply(ledger)
    assert found(mended, "doubtful number") == []
    assert len(ledger) == len(numbers)


@pytest.mark.parametrize(
    ("numbers", "edits"),
    [
        ([12000, 13000, 14, 15], {"row-3": "14,000", "row-4": "15,000"}),
        ([12, 13, 14000, 15000], {"row-1": "12,000", "row-2": "13,000"}),
        ([5000, 7, 7.5, 9000], {"row-2": "7,000", "row-3": "7,500"}),
        ([1200, 1, 2, 3, 5], {}),  # begins again, and doubles
        ([3, 5, 5000, 7100], {}),  # an outbreak
    ],
)
def test_numbers_that_go_over_to_thousands_are_told(
    numbers: list[float], edits: dict[str, str]
) -> None:
    ledger = read_ledger([row | {"quantity_kind": "stock"} for row in stream(numbers)])
    told = reconcile.audit(ledger).edits
    assert {edit.claim: edit.new for edit in told if edit.what == "number"} == edits
    assert any("thousands?" in text for text in ledger.warnings) == bool(edits)
    assert found(reconcile.audit(ledger).apply(ledger), "fall") == []


def test_a_number_is_stale_where_two_others_count_on() -> None:
    desk, army = stream([95, 95, 95, 95], "desk"), stream([98, 150, 240, 390], "army")
    both = [*desk, *army]
    assert found(read_ledger(both), "doubtful number") == []  # one against one
    rows = [*both, *stream([100, 160, 250, 400], "rescue")]
    told = found(read_ledger(rows), "doubtful number")
    assert [text.split("-> ")[1] for text in told] == [f"leave out row-{i}" for i in (2, 3, 4)]
    assert "since 2024-03-01, where others went on (army 390, rescue 400)" in told[-1]
    split = [*both, *stream([100, 160, 900, 2000], "rescue")]  # the others quarrel
    assert len(found(read_ledger(split), "doubtful number")) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_clean_stream_has_no_doubt(seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = [float(n) for n in 300 + np.cumsum(rng.integers(1, 40, 25))]
    ledger = read_ledger(stream(numbers))
    for check in ("doubtful number", "fall", "restart", "contradiction", "far date"):
        assert found(ledger, check) == []


def test_a_bound_is_no_total_and_numbers_are_told_in_full() -> None:
    rows = stream([1234567, 1234570])
    bound = {"quantity": "dead", "source": "town", "phrase": "at least 30", "on": "2024-03-03"}
    assert found(read_ledger([*rows, bound]), "fall") == []
    (told,) = found(read_ledger([*rows, bound | {"phrase": "1,234,001"}]), "fall")
    assert "1,234,570" in told
    assert "1,234,001" in told


def test_a_culprit_is_named_once_for_all_that_it_contradicts() -> None:
    rows = [row for k in range(4) for row in stream([100, 110, 120], source=f"s{k}")]
    wrong = {"quantity": "dead", "source": "blog", "value": 900, "on": "2024-03-01", "id": "blog"}
    (told,) = found(read_ledger([*rows, wrong]), "contradiction")
    assert told.startswith("contradiction: blog (blog: '900')")


def test_a_restart_is_told_and_not_again_as_contradictions() -> None:
    count = [40.0 * k for k in range(1, 13)]
    ledger = read_ledger(stream(count + count))
    assert len(found(ledger, "restart")) == 1
    assert found(ledger, "contradiction") == []
    assert reconcile.falls(ledger).counts["restart"] == 1


def test_far_dates_repeats_fractions_and_what_is_missing() -> None:
    rows = stream([100.5, 137, 141], reliability="B")
    rows += [{"quantity": "dead", "source": "press", "value": 137, "on": "2024-03-02"}]
    rows += [{"quantity": "dead", "source": "town", "value": 90, "on": "2009-03-01"}]
    for i in range(5, 15):
        rows.append(
            {"quantity": "dead", "source": "town", "value": 140 + i, "on": f"2024-03-{i:02d}"}
        )
    ledger = read_ledger(rows, decimal=".", dates="far")
    checks = reconcile.audit(ledger).counts
    assert checks["far date"] == 1
    assert checks["repeat"] == 1
    assert any("fraction" in text for text in found(ledger, "doubtful number"))
    assert checks["missing prior"] == 1
    assert "press" in found(ledger, "missing grade")[0]
    frame = reconcile.audit(ledger).to_frame()
    assert list(frame.columns) == ["check", "quantity", "claims", "text", "edit"]
    assert len(frame) == len(reconcile.audit(ledger))


def test_edits_are_noted_at_their_claims() -> None:
    ledger = read_ledger(stream([15020, 15080, 1515, 15200, 15260]))
    mended = reconcile.audit(ledger).apply(ledger)
    claim = mended["row-3"]
    assert (claim.phrase.nominal, claim.lower, claim.upper) == (15150, 15150, 15150)
    assert "audit: was 1,515" in claim.note
    assert ledger["row-3"].phrase.nominal == 1515


@pytest.mark.parametrize(
    ("names", "other"), [(("Police", "police"), "hospital"), (("WHO", "W.H.O."), "Red Cross")]
)
def test_names_are_merged_before_repeats_are_looked_for(names: tuple[str, str], other: str) -> None:
    said = [(names[0], "about 150", 14), (names[1], "about 150", 14), (names[1], "150+", 16)]
    said += [(other, "163", 16), ("mayor", "163", 17), (other, "212", 18)]
    ledger = read_ledger(
        [
            {"quantity": "dead", "source": source, "value": text, "on": f"2024-03-{day}"}
            for source, text, day in said
        ]
    )
    audit = reconcile.audit(ledger)
    assert {edit.what for edit in audit.edits} >= {"source"}
    mended = audit.apply(ledger)
    assert len({claim.source for claim in mended}) == 3
    assert not any(c.origin and mended[c.origin].source == c.source for c in mended)
    repeats = [finding for finding in audit if finding.check == "repeat"]
    assert [finding.claims for finding in repeats] == [("row-5", "row-4")]
