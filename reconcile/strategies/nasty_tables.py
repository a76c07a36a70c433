"""Tables as nobody should bring them: cells that broke readers before, in every column."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_NUMBERS: tuple[Any, ...] = (
    *("30", "1,234", "1.234,5", "about 40", "dozens", "", " ", "nan", "inf", "-inf", "1e400"),
    *("-7", "0x10", "5e-324", "1" * 310, "none", "n/a", "3 to 2", "½", "٣٠", "12" + "0" * 4_300),
    *("5e65×10^6", "=1+1", "\x1b[31m5\x1b[0m", "5\x00", "\u202e51", "1e308"),
    *(
        30,
        30.5,
        -1,
        0,
        2**63,
        10**310,
        float("nan"),
        float("inf"),
        -0.0,
        None,
        True,
        [30],
        {"a": 1},
    ),
)
_DAYS: tuple[Any, ...] = (
    *("2024-10-05", "2024-10-05", "2024-11-01", "2024-12", "2024", "1024-10-05", "9999-12-31"),
    *(
        "0001-01-01",
        "0000-01-01",
        "2024-02-30",
        "2000/2024",
        "1924/2023",
        "05/06/2024",
        "yesterday",
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-12:00", "2024-W05", "", None, 20241005),
    *(1e400, -1, "2024-10-05/2024-10-01", "\ud800", "2024-10-05T25:00"),
)
_WORDS: tuple[Any, ...] = (
    *("dead", "dead", "wounded", "", None, "=cmd()", "a\nb", "ß" * 300, "\x1b[2J", "../x", "nan"),
    *(1234567890123456789, 1.5, "Dead ", "\u202e", "a|b", "stock", "Stock", "linear", "foo"),
)
_COLUMNS: dict[str, tuple[Any, ...]] = {
    "id": (*_WORDS, "r1", "r2", "r3", 1, 2),
    "quantity": _WORDS[:2] * 6 + _WORDS,
    "source": ("mayor", "agency") * 6 + _WORDS,
    "value": ("30", 40, "about 40") * 5 + _NUMBERS,
    "lower": _NUMBERS,
    "upper": _NUMBERS,
    "on": _DAYS[:3] * 6 + _DAYS,
    "during_start": _DAYS,
    "during_end": _DAYS,
    "days": (1, 7, 0, -1, 1_000_000, "inf", 1e400, "7 days", None),
    "said": _DAYS,
    "credibility": (1, 3, 6, 7, 0, "2", "inf", 1e400, None, "B2"),
    "scope": ("whole", "part", "Part", "", None, 3),
    "origin": (*_WORDS, "r1", "r2", "r3"),
    "status": ("active", "retracted", "superseded", "gone", None),
    "retracted_on": _DAYS,
    "superseded_by": (None, "r1", "r9", ""),
    "quantity_kind": ("stock", "Stock", "cumulative", "constant", "total", "", None, 5),
    "scale": ("log", "linear", "logit", "foo", None),
    "reliability": ("A", "F", "G", "a", "", None, 1),
    "epoch": _DAYS,
    "unit": ("count", "km²", "", None, "%"),
    "note": _WORDS,
}
_USUAL = ("quantity", "source", "value", "on")


@st.composite
def nasty_rows(draw: st.DrawFn, *, max_rows: int = 5) -> list[dict[str, Any]]:
    """Rows of a claims table, most with something in them that broke a reader before.

    For tests that a reader gives a ledger or a `LedgerError` that names what is wrong, and no other
    exception.

    >>> from hypothesis import given, settings
    >>> from reconcile.errors import LedgerError
    >>> from reconcile.ledger import read_ledger
    >>> @settings(max_examples=5, deadline=None)
    ... @given(nasty_rows(max_rows=2))
    ... def test_a_table_is_a_ledger_or_says_why_not(rows):
    ...     try:
    ...         assert all(claim.quantity for claim in read_ledger(rows))
    ...     except LedgerError as error:
    ...         assert str(error)
    >>> test_a_table_is_a_ledger_or_says_why_not()
    """
    others = sorted(set(_COLUMNS) - set(_USUAL))
    names = [*_USUAL, *draw(st.lists(st.sampled_from(others), max_size=4, unique=True))]
    if draw(st.integers(0, 9)) == 0:
        names.remove(draw(st.sampled_from(_USUAL)))
    cells = st.fixed_dictionaries({name: st.sampled_from(_COLUMNS[name]) for name in names})
    return draw(st.lists(cells, max_size=max_rows))
