"""Claims and ledgers: valid, small, with the lineage that real ones have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from reconcile.ledger import Ledger
from reconcile.strategies.phrase_strategies import phrases
from reconcile.values import Claim, Days, Grade, Period, Phrase, Quantity, Source

_START = date(2024, 10, 1)
_GRADES: tuple[Grade, ...] = ("A", "B", "C", "D", "E", "F")
QUANTITIES = (
    Quantity("casualties", "casualties", epoch=_START, parts=("killed", "wounded"), side="north"),
    Quantity("killed", "killed", epoch=_START, side="north"),
    Quantity("wounded", "wounded", epoch=_START, side="north"),
    Quantity("arrived", "troops arrived", epoch=_START, side="north"),
    Quantity("troops", "troops", kind="stock", epoch=_START, arrivals="arrived", side="north"),
    Quantity("squad", "size of a squad", kind="constant", side="north"),
)
"""A total with its parts, a stock that is fed by arrivals, and a constant."""

SOURCES = tuple(
    Source(f"source_{grade.lower()}", f"Source {grade}", reliability=grade, side=side)
    for grade, side in zip(_GRADES, ("south", "north", None, "south", "north", None), strict=True)
)
"""One source of each grade, of both sides and of none."""


def _dates(first: date, last: date) -> st.SearchStrategy[date]:
    return st.integers(0, (last - first).days).map(lambda n: first + timedelta(days=n))


@st.composite
def periods(
    draw: st.DrawFn,
    first: date = _START,
    last: date = _START + timedelta(days=120),
    *,
    flow: bool = False,
) -> Period:
    """A day between `first` and `last`, sometimes imprecise; with `flow` a window of days."""
    day = draw(_dates(first, last))
    if flow:
        length = draw(st.integers(1, 30))
        end = min(day + timedelta(days=length - 1), last)
        return Period.during(day, end)
    slack = draw(st.sampled_from([0, 0, 1, 7]))
    return Period.on(Days(day, min(day + timedelta(days=slack), last)))


@st.composite
def claims(
    draw: st.DrawFn,
    quantities: Sequence[Quantity] = QUANTITIES,
    sources: Sequence[Source] = SOURCES,
    *,
    id: str = "claim",
    said: st.SearchStrategy[Phrase] | None = None,
    origins: Sequence[str] = (),
) -> Claim:
    """A claim by one of `sources` about one of `quantities`, in the words of a phrase.

    `said` draws the phrase (by default one of any kind), `origins` are ids of claims that it may
    repeat. A flow, a part, an increment and an early or late publication all occur.
    """
    quantity = draw(st.sampled_from(quantities))
    additional = quantity.kind == "stock" and quantity.arrivals is not None and draw(st.booleans())
    flow = additional or (quantity.kind == "cumulative" and draw(st.booleans()))
    start = quantity.epoch or _START
    period = draw(periods(start, start + timedelta(days=120), flow=flow))
    public = period.last + timedelta(days=draw(st.integers(0, 30)))
    return Claim(
        id,
        quantity.id,
        draw(st.sampled_from(sources)).id,
        draw(phrases() if said is None else said),
        period,
        said=Days(public, public),
        credibility=draw(st.integers(1, 6)),
        scope=draw(st.sampled_from(["whole", "part"])),
        additional=additional,
        origin=draw(st.sampled_from([None, *origins])),
    )


@st.composite
def ledgers(
    draw: st.DrawFn,
    quantities: Sequence[Quantity] = QUANTITIES,
    sources: Sequence[Source] = SOURCES,
    *,
    min_claims: int = 1,
    max_claims: int = 6,
    said: st.SearchStrategy[Phrase] | None = None,
) -> Ledger:
    """Checked ledgers; later claims may repeat earlier ones.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(ledgers(max_claims=2))
    ... def test_every_source_is_known(ledger):
    ...     assert all(claim.source in ledger.sources for claim in ledger)
    >>> test_every_source_is_known()
    """
    found: list[Claim] = []
    for number in range(draw(st.integers(min_claims, max_claims))):
        earlier = tuple(claim.id for claim in found)
        found.append(
            draw(claims(quantities, sources, id=f"claim-{number}", said=said, origins=earlier))
        )
    return Ledger.of(found, quantities, sources)
