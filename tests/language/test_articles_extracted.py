"""The five documents, from $RECONCILE_ARTICLES: what extract finds against the ledger by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from reconcile.ledger import Ledger, read_ledger
from reconcile.questions.extract import extract
from reconcile.values import Claim, Mention

_REPORTS = {
    "abc-2024-12-18": ("000_*.txt", "2024-12-18"),
    "kyiv-independent-2024-12-18": ("001_*.txt", "2024-12-18"),
    "us-news-site-2025-02-27": ("002_*.txt", "2025-02-27"),
    "cnn-2024-10-24": ("003_*.txt", "2024-10-24"),
    "korea-daily-2024-11-27": ("004_*.txt", "2024-11-26/2024-11-28"),
}
_ABOUT_PEOPLE = ("casualties", "killed", "wounded", "troops_deployed", "troops_sent")
# Where the person who made the ledger inferred a speaker that the text does not name there.
_INFERRED = {"abc-troops-up-to", "ki-troops-10000", "ki-hundreds", "cnn-kirby-3000-inside"}


@pytest.fixture
def ledger() -> Ledger:
    return read_ledger()


@pytest.fixture
def mentions(articles: Path) -> dict[str, Sequence[Mention]]:
    found: dict[str, Sequence[Mention]] = {}
    for report, (pattern, published) in _REPORTS.items():
        (path,) = articles.glob(pattern)
        found[report] = extract(path.read_text(encoding="utf-8"), published=published)
    return found


def _matched(claim: Claim, found: Sequence[Mention]) -> Mention | None:
    """The mention with the claim's bounds that agrees with it best."""
    bounds = (claim.phrase.lower, claim.phrase.upper)
    same = [m for m in found if (m.phrase.lower, m.phrase.upper) == bounds]
    agreeing = sorted(same, key=lambda m: (m.quantity != claim.quantity, m.source != claim.source))
    return agreeing[0] if agreeing else None


def test_the_claims_of_the_ledger_are_found(
    ledger: Ledger, mentions: dict[str, Sequence[Mention]]
) -> None:
    pairs = [(c, _matched(c, mentions[c.report or ""])) for c in ledger]
    missing = [claim.id for claim, m in pairs if m is None]
    assert len(pairs) - len(missing) >= 27
    assert len(missing) <= 3, missing


def test_casualties_and_troops_have_their_quantity_and_source(
    ledger: Ledger, mentions: dict[str, Sequence[Mention]]
) -> None:
    for claim in ledger:
        if claim.quantity not in _ABOUT_PEOPLE or claim.report is None:
            continue
        mention = _matched(claim, mentions[claim.report])
        assert mention is not None, claim.id
        assert mention.quantity == claim.quantity, claim.id
        if claim.id not in _INFERRED:
            assert mention.source == claim.source, claim.id


def test_dates_and_unit_names_yield_none(mentions: dict[str, Sequence[Mention]]) -> None:
    texts = [m.phrase.text.lower() for found in mentions.values() for m in found]
    assert not {"third", "2018", "2022", "2024", "2025", "18", "17", "9", "30, 2024"} & set(texts)
    counts = {report: len(found) for report, found in mentions.items()}
    assert counts == {
        "abc-2024-12-18": 10,
        "kyiv-independent-2024-12-18": 11,
        "us-news-site-2025-02-27": 5,
        "cnn-2024-10-24": 22,
        "korea-daily-2024-11-27": 5,
    }


def test_sidebars_are_mentions_without_a_quantity(mentions: dict[str, Sequence[Mention]]) -> None:
    cnn = mentions["cnn-2024-10-24"]
    sidebar = [m for m in cnn if m.noun in ("migrants", "US service members")]
    assert len(sidebar) == 4
    assert {m.quantity for m in sidebar} == {None}
    assert [m.repeats is not None for m in sidebar] == [False, True, False, True]
    grounds = next(m for m in cnn if m.noun == "military training grounds")
    assert (grounds.phrase.nominal, grounds.quantity) == (5, "training_grounds")


def test_times_parts_and_carriers(mentions: dict[str, Sequence[Mention]]) -> None:
    week = next(m for m in mentions["us-news-site-2025-02-27"] if m.phrase.nominal == 1000)
    assert str(week.said) == "2024-12-21/2024-12-31"
    assert str(week.period) == "2024-12-15/2024-12-25 to 2024-12-21/2024-12-31, 7 days"
    arrived = next(m for m in mentions["cnn-2024-10-24"] if m.quantity == "troops_sent")
    assert (str(arrived.period), str(arrived.said)) == ("2024-10-01 to 2024-10-23", "2024-10-23")
    more = next(m for m in mentions["us-news-site-2025-02-27"] if m.additional)
    assert (more.source, more.via) == ("joongang", ("associated_press",))
    nurse = next(m for m in mentions["abc-2024-12-18"] if m.source == "nurse" and m.quantity)
    assert nurse.scope == "part"
    assert {"intercepted", "unverified"} <= nurse.flags
    strike = next(m for m in mentions["korea-daily-2024-11-27"] if m.phrase.nominal == 500)
    assert {"unverified", "disputed"} <= strike.flags
    assert strike.scope == "part"
