"""What the columns of a table look like, by their names and cells: counts, dates, names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from reconcile.errors import ReconcileError
from reconcile.ledger.phrase_memory import phrase_of
from reconcile.ledger.tables.column_names import (
    COUNTED,
    GROUPS,
    MEANINGS,
    PLACES,
    counted_name,
    folded,
)
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.number_columns import looks_like_numbers, missing_reason
from reconcile.ledger.tables.raw_table import RawTable, blank

NAMES = tuple(meaning.name for meaning in MEANINGS)
NUMBERS = ("phrase", "value", "lower", "upper")
TIMES = ("on", "during", "during_start", "during_end")
HIDDEN = frozenset(("_column", "_named"))
"""Columns of our own making: that of a number, and what the reader calls its quantity."""

_LIKE_DATE = (
    "timestamp",
    "datetime",
    "date",
    "datum",
    "fecha",
    "data",
    "day",
    "time",
    "week",
    "period",
    "when",
    "season",
    *("zeit", "zeitraum", "stand", "woche", "kw", "monat", "jour", "semaine", "mois", "période"),
    *("día", "semana", "mes", "periodo", "giorno", "settimana", "mese"),
)
_NO_COUNT = frozenset(
    """
id code index row lat latitude lon lng longitude x y year month population zip priority
geo_precision time_precision date_prec timestamp iso fips geoid objectid fid rank postcode zipcode
phone
""".split()  # noqa: SIM905
)


SPREADS = frozenset(
    """
sd std stdev std_dev standard_deviation margin uncertainty error plus_minus
""".split()  # noqa: SIM905
)
"""Names of what may be the error of a number or the spread of what was measured."""


def counts_something(table: RawTable, name: str) -> bool:
    """Whether a column that has no meaning yet holds counts."""
    plain = folded(name)
    if name not in NAMES and counted_name(name) and _hold_digits(table.filled(name)):
        return True
    if (
        name in NAMES
        or plain in _NO_COUNT
        or plain in PLACES
        or plain in GROUPS
        or _says_no_count(plain)
        or plain in SPREADS
        or name.startswith("#")
        or (plain in _ROW_NAMES and _numbers_rows(table[name]))
    ):
        return False
    if plain in _LIKE_DATE and all(_YEAR.fullmatch(str(cell)) for cell in table.filled(name)):
        return False  # "season: 2023"
    return looks_like_numbers(table[name]) and not looks_like_dates(table[name])


_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:\.0)?")


def _says_no_count(plain: str) -> bool:
    """Whether a name is that of a code or date; "killed this month" is not."""
    marks = plain.endswith(("_id", "_code", "_no", "year", "month", "_day", "iday", "eventid"))
    return marks and COUNTED.isdisjoint(plain.split("_"))


def columns_of_numbers(table: RawTable) -> list[str]:
    """The columns without a meaning that hold counts; where there are none and no column of ours
    gives numbers, those of numbers in words."""
    names = [n for n in table.names if n not in HIDDEN and not n.startswith("place ")]
    plain = [name for name in names if counts_something(table, name)]
    if plain or set(NUMBERS) & set(table.names):
        return plain
    rest = [n for n in names if n not in NAMES and folded(n) not in SPREADS]
    rest = [name for name in rest if not looks_like_dates(table[name])]
    return [name for name in rest if numbers_in_words(table[name])]


_ROW_NAMES = frozenset(
    "column_1 unnamed_0 level_0 nr n no num s_no sr sr_no serial lfd_nr row_number".split()  # noqa: SIM905
)


def _numbers_rows(cells: Sequence[Any]) -> bool:
    """Whether the cells are 0, 1, 2 ... or 1, 2, 3 ..., as an index that was saved is."""
    told = [str(cell).strip().removesuffix(".0") for cell in cells]
    return any(told == [str(i + first) for i in range(len(told))] for first in (0, 1))


def numbers_in_words(cells: Sequence[Any]) -> bool:
    """Whether most cells are numbers with words and nothing else: "around 60%", "at least 24"."""
    told = [str(cell).strip() for cell in cells if not blank(cell)][:_READ]
    fits = sum(any(c.isdigit() for c in text) and _is_number(text) for text in told)
    return 2 * fits > len(told)


_READ = 50  # cells of a column from which its look is told


def _is_number(text: str) -> bool:
    try:
        return phrase_of(text).span == (0, len(text))
    except ReconcileError:
        return False


def _hold_digits(cells: Sequence[Any]) -> bool:
    """Whether most cells have a digit, as words around a number do ("at least 24"), or say none."""
    told = [str(cell) for cell in cells[:200]]
    fits = sum(any(c.isdigit() for c in t) or missing_reason(t) is not None for t in told)
    return 2 * fits >= len(told) and not looks_like_dates(cells)


_OF_EACH = frozenset("this last past per each every a".split())  # noqa: SIM905


def named_as_date(table: RawTable, name: str) -> bool:
    """Whether a column is named as a date and most of its cells have a digit."""
    parts = folded(name).split("_")
    dated = [k for k, part in enumerate(parts) if part in _LIKE_DATE]
    if not dated or any(k and parts[k - 1] in _OF_EACH for k in dated):
        return False
    cells = [str(cell) for cell in table.filled(name)][:200]
    return sum(any(c.isdigit() for c in cell) for cell in cells) > 0.6 * max(len(cells), 1)


def all_constant(table: RawTable) -> bool:
    """Whether every row says that its quantity does not depend on time."""
    if "quantity_kind" not in table:
        return False
    kinds = {str(cell).strip().casefold() for cell in table["quantity_kind"] if not blank(cell)}
    return kinds == {"constant"} and not any(map(blank, table["quantity_kind"]))


YES = frozenset("1 1.0 true yes y t x ja oui si sí sim".split())  # noqa: SIM905
NO = frozenset("0 0.0 false no n f nein non não".split())  # noqa: SIM905


def holds_names(table: RawTable, name: str) -> bool:
    """Whether a column's cells are names rather than sentences or addresses of pages."""
    told = [str(cell) for cell in table.filled(name)][:200]
    return bool(told) and sum(map(len, told)) < 40 * len(told) and "://" not in told[0]
