"""What changed between two ledgers: replayed on the old one it gives the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from ledger_cases import ledgers

from reconcile.ledger import Changes, Ledger, changes, read_ledger
from reconcile.ledger.io import records
from reconcile.values import Prior, Resolution

STATUS = {"status", "retracted_on", "superseded_by"}


def rows(ledger: Ledger) -> dict[str, dict[str, Any]]:
    full = {claim.id: records.claim_record(claim) for claim in ledger}
    return {
        name: {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
        for name, row in full.items()
    }


def replayed(before: Ledger, found: Changes, after: Ledger) -> Mapping[str, dict[str, Any]]:
    """The old claims with every change made to them; what was added is taken from the new."""
    state, new = rows(before), rows(after)
    for change in found:
        if change.what != "claim":
            continue
        if change.kind == "removed":
            del state[change.id]
        elif change.kind == "added":
            state[change.id] = new[change.id]
        elif change.field == "status":
            kept = {k: v for k, v in state[change.id].items() if k not in STATUS}
            state[change.id] = kept | {k: v for k, v in new[change.id].items() if k in STATUS}
        else:
            row = state[change.id]
            default = {"credibility": 6, "scope": "whole"}.get(change.field)
            assert row.get(change.field, default) == change.old
            row[change.field] = change.new
            if change.new in (None, default):
                del row[change.field]
    return state


@settings(max_examples=25, deadline=None)
@given(ledgers(), ledgers())
def test_the_changes_lead_from_one_ledger_to_the_other(before: Ledger, after: Ledger) -> None:
    found = changes(before, after)
    assert replayed(before, found, after) == rows(after)
    assert (not found) == (before == after)
    assert not changes(after, after)
    back = changes(after, before)
    mirror = {"added": "removed", "removed": "added"}
    ends = {(c.id, mirror[c.kind]) for c in found if c.kind in mirror}
    assert ends == {(c.id, c.kind) for c in back if c.kind in mirror}
    forth = {(c.id, c.field, repr(c.old), repr(c.new)) for c in found if c.kind == "changed"}
    assert forth == {(c.id, c.field, repr(c.new), repr(c.old)) for c in back if c.kind == "changed"}
    turned = replace(before, claims=tuple(reversed(before.claims)))
    assert changes(turned, after) == found


def test_each_kind_of_change_in_words() -> None:
    before = read_ledger()
    claims = {claim.id: claim for claim in before}
    claims["kd-gdc-500"] = replace(
        claims["kd-gdc-500"], status="retracted", retracted_on=date(2024, 12, 1)
    )
    claims["ki-sso-killed"] = replace(
        claims["ki-sso-killed"], status="superseded", superseded_by="ki-sso-wounded", credibility=6
    )
    del claims["cnn-gur-generals"]
    sources = dict(before.sources)
    sources["gur"] = replace(sources["gur"], reliability="B")
    quantities = dict(before.quantities)
    priors = quantities["wounded"].priors
    ratio = replace(next(p for p in priors if p.name == "ratio"), median=2.5)
    quantities["wounded"] = replace(
        quantities["wounded"], priors=tuple(ratio if p.name == "ratio" else p for p in priors)
    )
    known = Resolution("killed", 300.0, date(2024, 12, 31), date(2025, 6, 1))
    after = Ledger.of(claims.values(), quantities, sources, before.reports, [known])
    found = changes(before, after)
    assert [str(change) for change in found] == [
        'cnn-gur-generals removed: gur says "three" of generals, 2024-10-24',
        "kd-gdc-500 retracted on 1 Dec 2024",
        "ki-sso-killed superseded by ki-sso-wounded",
        "ki-sso-killed: credibility 3 -> 6",
        "killed 2024-12-31 added: 300, known on 1 Jun 2025",
        "gur: reliability C -> B",
        "wounded: priors.ratio.median 3 -> 2.5",
    ]
    assert found.quantities == ("generals", "killed", "wounded")
    assert found.counts["claim retracted"] == found.counts["source changed"] == 1
    assert [str(c) for c in changes(after, before)][1:3] == [
        "kd-gdc-500 reinstated",
        "ki-sso-killed reinstated",
    ]
    frame = found.to_frame()
    assert frame.loc[frame["id"] == "gur", ["old", "new"]].to_numpy().tolist() == [["C", "B"]]


def test_a_prior_that_comes_new_is_told_by_its_fields() -> None:
    before = read_ledger()
    quantities = dict(before.quantities)
    quantities["generals"] = replace(
        quantities["generals"], priors=(Prior("level", 5.0, 0.2, "as counted"),)
    )
    found = changes(before, replace(before, quantities=quantities))
    assert {change.field for change in found} >= {"priors.level.median", "priors.level.reason"}
    assert {change.id for change in found} == {"generals"}
