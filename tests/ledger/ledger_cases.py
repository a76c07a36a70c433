"""Random ledgers, and broken ones, for the tests of this room."""

from __future__ import annotations

import math
from datetime import date, timedelta

from hypothesis import strategies as st

from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.values import (
    Claim,
    Days,
    Period,
    Phrase,
    Prior,
    Quantity,
    Report,
    Resolution,
    Source,
)

EPOCH = date(2024, 10, 1)
QUANTITIES = (
    Quantity("lost", "lost", epoch=EPOCH, parts=("dead", "hurt"), within=("came",), side="north"),
    Quantity("dead", epoch=EPOCH, synonyms=("killed", "KIA")),
    Quantity("hurt", epoch=EPOCH, priors=(Prior("ratio", 3.0, 0.5, 'the usual "three"'),)),
    Quantity("came", epoch=EPOCH),
    Quantity("there", kind="stock", epoch=EPOCH, arrivals="came", note="line\nbreak"),
    Quantity("squad", kind="constant"),
    Quantity("margin", scale="linear", kind="stock"),
)
SOURCES = (
    Source("north_army", "Army", parent="north", side="north", reliability="D"),
    Source("north", "North", "government", side="north"),
    Source("observer", "Observer", reliability="B", synonyms=("observers",)),
)
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


def days() -> st.SearchStrategy[Days]:
    """Exact and imprecise days of a year from the epoch on."""
    first = st.integers(0, 300).map(lambda n: EPOCH + timedelta(n))
    return st.builds(lambda a, n: Days(a, a + timedelta(n)), first, st.sampled_from([0, 0, 1, 9]))


@st.composite
def periods(draw: st.DrawFn, window: bool) -> Period:
    start = draw(days())
    if not window:
        return Period.on(start)
    length = draw(st.integers(1, 20))
    end = Days(start.first + timedelta(length - 1), start.last + timedelta(length - 1))
    return Period("during", start, end, draw(st.sampled_from([None, length])))


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    low = draw(st.floats(0, 1e6) | st.integers(0, 100_000).map(float))
    kind, lower, upper, closed = draw(
        st.sampled_from(
            [
                ("exact", low, low, "both"),
                ("range", low, low * 1.5 + 1, "both"),
                ("at_least", low, math.inf, "left"),
                ("more_than", low, math.inf, "neither"),
                ("at_most", -math.inf, low, "right"),
                ("vague", low, low + 99, "both"),
            ]
        )
    )
    nominal = draw(st.sampled_from([None, low]))
    text = draw(_TEXT.filter(lambda t: bool(t.strip())))
    span = draw(st.sampled_from([(0, 0), (3, 17)]))
    digits = draw(st.sampled_from([None, 1, 3]))
    rule = draw(st.sampled_from(["", "numeral"]))
    interval = Interval(lower, upper, closed)
    return Phrase(text, kind, interval, nominal, "count", digits, rule, "default", span)


@st.composite
def claims(draw: st.DrawFn, name: str, earlier: tuple[str, ...]) -> Claim:
    quantity = draw(st.sampled_from([q.id for q in QUANTITIES]))
    additional = quantity == "there" and draw(st.booleans())
    flow = quantity in ("lost", "dead", "hurt", "came") and draw(st.booleans())
    credibility = draw(st.integers(1, 6))
    status = draw(st.sampled_from(["active", "active", "retracted", "superseded"]))
    later = st.integers(0, 400).map(lambda n: EPOCH + timedelta(n))
    return Claim(
        name,
        quantity,
        draw(st.sampled_from([s.id for s in SOURCES])),
        draw(phrases()),
        draw(periods(window=additional or flow)),
        report=draw(st.sampled_from([None, "daily", "wire"])),
        said=draw(st.none() | days()),
        credibility=credibility,
        credibility_reason="why not" if credibility < 6 else "",
        unsupported=draw(st.booleans()),
        scope=draw(st.sampled_from(["whole", "part"])),
        additional=additional,
        origin=draw(st.sampled_from([None, *earlier])),
        status=status if earlier or status != "superseded" else "active",
        retracted_on=draw(later) if status == "retracted" else None,
        superseded_by=draw(st.sampled_from(earlier))
        if status == "superseded" and earlier
        else None,
        note=draw(_TEXT),
    )


@st.composite
def ledgers(draw: st.DrawFn, most: int = 6) -> Ledger:
    """Checked ledgers of up to `most` claims with origins, retractions and corrections."""
    found: list[Claim] = []
    for number in range(draw(st.integers(1, most))):
        earlier = tuple(claim.id for claim in found)
        found.append(draw(claims(f"c{number}", earlier)))
    reports = (
        Report("daily", "The Daily", date=Days.of("2025-01-03")),
        Report("wire", link="x://y"),
    )
    truth = Resolution("dead", 12.5, EPOCH, date(2025, 2, 1), "found")
    return Ledger.of(draw(st.permutations(found)), QUANTITIES, SOURCES, reports, [truth])
