"""The bundled ledger: the five documents, every judgement where it was meant."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from reconcile._bundle import bundled
from reconcile.ledger import Ledger, read_ledger

FILES = {
    "cnn": "003_b15c44be75ceef99.txt",
    "kd": "004_49bd0db5aaa38cc3.txt",
    "abc": "000_36461ccc2e8b749b.txt",
    "ki": "001_45ec101f37ba3b93.txt",
    "us": "002_6ad4542efee0ec86.txt",
}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read_ledger()


READINGS = [
    ("cnn-gur-12000", 10_800, 13_200),
    ("cnn-gur-12000-again", 12_000, 12_000),
    ("cnn-gur-training-grounds", 5, 5),
    ("cnn-kirby-3000", 3_000, math.inf),
    ("cnn-kirby-3000-inside", 3_000, math.inf),
    ("cnn-kirby-3000-teaser", 3_000, math.inf),
    ("cnn-zelensky-total", 12_000, 12_000),
    ("cnn-zelensky-brigades", 2, 2),
    ("cnn-zelensky-units", 2, 2),
    ("cnn-zelensky-brigade-size", 6_000, 6_000),
    ("cnn-gur-weeks", 3, 9),
    ("cnn-gur-officers", 500, 500),
    ("cnn-gur-generals", 3, 3),
    ("kd-troops-11000", 9_900, 12_100),
    ("kd-gdc-500", 500, 500),
    ("kd-agenstvo-week", 232.65, 237.35),
    ("kd-agenstvo-november", 600, 600),
    ("abc-troops-range", 10_000, 12_000),
    ("abc-troops-up-to", -math.inf, 12_000),
    ("abc-gur-30", 30, math.inf),
    ("abc-gur-assault-group", 20, 30),
    ("abc-gur-small-group", -math.inf, 6),
    ("abc-nurse-200", 200, math.inf),
    ("abc-kirby-dozens", 36, 99),
    ("abc-us-official-hundreds", 150, 300),
    ("ki-nurse-yesterday", 90, 110),
    ("ki-nurse-today", 120, 120),
    ("ki-nurse-total", 180, 220),
    ("ki-hundreds", 200, 999),
    ("ki-us-official-hundreds", 150, 300),
    ("ki-troops-10000", 10_000, math.inf),
    ("ki-sso-killed", 50, 50),
    ("ki-sso-wounded", 47, 47),
    ("ki-advance", 3, 5),
    ("us-troops-10000", 9_000, 11_000),
    ("us-white-house-1000-week", 1_000, math.inf),
    ("us-joongang-3000-more", -math.inf, 3_000),
]


def test_every_claim_reads_as_its_words_say(ledger: Ledger) -> None:
    found = [(c.id, pytest.approx(c.lower), pytest.approx(c.upper)) for c in ledger]
    assert found == READINGS
    assert not ledger.warnings


def test_each_claim_carries_the_reason_of_its_judgements(ledger: Ledger) -> None:
    for claim in ledger:
        assert claim.note, claim.id
        assert claim.credibility == 6 or claim.credibility_reason, claim.id
        assert claim.report in ledger.reports, claim.id
        assert len(claim.phrase.text.split()) <= 6, claim.id
    assert all(prior.reason for q in ledger.quantities.values() for prior in q.priors)
    assert all(source.note for source in ledger.sources.values())


def test_one_witness_however_often_he_is_quoted(ledger: Ledger) -> None:
    shared = {frozenset(group) for group in ledger.origins.values() if len(group) > 1}
    nurse = {c.id for c in ledger if c.source == "nurse"} | {"ki-hundreds"}
    assert nurse in shared
    assert {"abc-us-official-hundreds", "ki-us-official-hundreds"} in shared
    assert len(nurse) == 5
    assert set(ledger.duplicates) == {
        "ki-us-official-hundreds",
        "cnn-kirby-3000-teaser",
        "cnn-zelensky-units",
    }


def test_parts_flows_and_increments(ledger: Ledger) -> None:
    parts = {c.id for c in ledger if c.scope == "part"}
    assert parts == {
        *("abc-gur-30", "abc-nurse-200", "ki-nurse-yesterday", "ki-nurse-today", "ki-nurse-total"),
        *("ki-hundreds", "ki-sso-killed", "ki-sso-wounded", "kd-gdc-500"),
    }
    assert {c.id for c in ledger if c.additional} == {"us-joongang-3000-more", "ki-sso-wounded"}
    assert {c.id for c in ledger if c.unsupported} == {"kd-gdc-500"}
    flows = {c.id for c in ledger if c.period.kind == "during"}
    assert {"us-white-house-1000-week", "ki-sso-killed", "abc-nurse-200"} < flows


@pytest.mark.parametrize(
    ("name", "first", "last", "placements"),
    [
        ("us-white-house-1000-week", date(2024, 12, 15), date(2024, 12, 31), 11),
        ("abc-nurse-200", date(2024, 12, 16), date(2024, 12, 18), 2),
        ("ki-nurse-yesterday", date(2024, 12, 16), date(2024, 12, 17), 2),
        ("ki-nurse-today", date(2024, 12, 17), date(2024, 12, 18), 2),
        ("ki-sso-killed", date(2024, 12, 13), date(2024, 12, 18), 4),
        ("kd-gdc-500", date(2024, 11, 20), date(2024, 11, 20), 1),
        ("kd-agenstvo-week", date(2024, 11, 11), date(2024, 11, 26), 10),
        ("cnn-kirby-3000", date(2024, 10, 1), date(2024, 10, 23), 1),
    ],
)
def test_what_the_text_leaves_open_is_a_range(
    ledger: Ledger, name: str, first: date, last: date, placements: int
) -> None:
    period = ledger[name].period
    assert (period.first, period.last, len(period.placements())) == (first, last, placements)


def test_the_identity_and_the_ceilings(ledger: Ledger) -> None:
    whole = ledger.quantity("casualties")
    assert whole.parts == ("killed", "wounded")
    for name in ("casualties", *whole.parts):
        quantity = ledger.quantity(name)
        assert (quantity.kind, quantity.epoch) == ("cumulative", date(2024, 10, 1))
        assert quantity.within == ("troops_sent",)
    assert ledger.quantity("troops_deployed").kind == "stock"
    assert ledger.quantity("troops_deployed").arrivals == "troops_sent"
    assert ledger.quantity("wounded").prior("ratio").median == 3.0


@pytest.mark.parametrize(
    ("day", "known"),
    [("2024-10-21", 0), ("2024-10-23", 7), ("2024-11-20", 15), ("2024-12-18", 35)],
)
def test_what_was_public_when(ledger: Ledger, day: str, known: int) -> None:
    """By 23 October: Kirby's three and Zelensky's four; the U.S. figure of October by its end."""
    assert len(ledger.as_of(day)) == known


def test_reading_the_bundled_ledger_needs_no_third_party_package() -> None:
    program = (
        "import sys, reconcile.ledger as l; l.read_ledger();"
        "print(*{n.partition('.')[0] for n in sys.modules} & {'numpy', 'pandas', 'scipy'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def _plain(text: str) -> str:
    """Lower case, one blank between words, no brackets or quotes."""
    return " ".join(re.sub(r"[()\"'“”‘’]", "", text).casefold().split())


def test_every_phrase_stands_in_its_article(ledger: Ledger, articles: Path) -> None:
    texts = {key: _plain((articles / name).read_text()) for key, name in FILES.items()}
    for claim in ledger:
        assert _plain(claim.phrase.text) in texts[claim.id.partition("-")[0]], claim.id


def test_no_sentence_of_an_article_is_in_the_project(articles: Path) -> None:
    """No run of eight words of an article, titles apart, stands in our data."""
    ours: list[str] = []
    for kind in ("seeds", "data"):
        for file in bundled(kind).rglob("*.toml"):
            lines = file.read_text().splitlines()
            ours.append(" ".join(line for line in lines if not line.startswith("title = ")))
    runs = {run for text in ours for run in _runs(text, 8)}
    for article in articles.glob("*.txt"):
        assert not runs & _runs(article.read_text(), 8), article.name


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w$%]+", text.casefold())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
