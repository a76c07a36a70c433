"""What a table lacks, or has and nothing reads: asked for in one line each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reconcile.errors import DataProblem, LedgerError, ReconcileError, near_misses
from reconcile.ledger.io.row_cells import hint
from reconcile.ledger.phrase_memory import phrase_of
from reconcile.ledger.tables.column_looks import (
    HIDDEN,
    NAMES,
    NO,
    NUMBERS,
    TIMES,
    YES,
    all_constant,
    columns_of_numbers,
    holds_names,
    named_as_date,
)
from reconcile.ledger.tables.column_names import PLACES, counted_name, folded, meaning_of
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.date_formats import is_day_of_year, month_number
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank

_LIKE_SOURCE = frozenset(
    """
ref refs reference references publisher outlet agency newspaper media speaker author authority
provider who pollster broker institute institution institut analyst forecaster reported claimed
ministry observer reporter witness expert informant respondent model utility
channel website paper journal press spokesperson official organisme agence zeitung institut fonte
agencia periódico jornal giornale ente source sources quelle fuente bron by counter surveyor
""".split()  # noqa: SIM905
)


def complete(table: RawTable, as_came: Sequence[str] = ()) -> None:
    """Raise `LedgerError` where a needed column is absent, naming those that look like it, and the
    columns of the file `as_came`."""
    if not len(table):
        return
    have = set(table.names)
    unknown = [name for name in table.names if name not in NAMES and name not in HIDDEN]
    problems: list[DataProblem] = []
    numbers = columns_of_numbers(table)
    dates = [n for n in unknown if looks_like_dates(table[n]) or named_as_date(table, n)]
    texts = [n for n in unknown if n not in (*numbers, *dates) and _of_words(table, n)]
    told = [] if numbers else _told(table, texts)
    names = [n for n in texts if n not in told and _may_name(table, n)]
    numberless = not have & set(NUMBERS)
    neither = numberless and not have & {"quantity", "source"} and len(numbers) > 1
    own_name = numbers if numberless and "quantity" not in have and len(numbers) == 1 else []
    if neither:
        problems.append(_wide_asked(table, numbers, texts))
    if "quantity" not in have and not neither:
        problems.append(_quantity_asked(table, names, own_name))
    if "source" not in have and not neither:
        problems.append(_source_asked(table, names))
    if numberless and not neither and not own_name:
        problems.append(_number_asked(table, numbers, told))
    constant = all_constant(table)
    if not have & set(TIMES) and not constant and (dates or not problems):
        like = _ends_asked(dates) or asking("on", dates)
        weeks = "".join(_week_asked(name) for name in dates[:1] if _WEEK_END.search(folded(name)))
        expected = f"a day of each claim, and there is no column 'on'{weeks}{like}"
        expected += "" if dates else _NO_DAY
        problems.append(_missing(table, "on", expected))
    stray = [n for n in numbers if counted_name(n) and "value" in have]
    problems += [
        DataProblem(
            table.file,
            None,
            name,
            "a column of numbers beside the column 'value'",
            f"what it means: --columns value={quoted(name)} or --columns ignore={quoted(name)}",
        )
        for name in stray
    ]
    bounds = [n for n in numbers if n not in stray and _LIKE_BOUND & set(folded(n).split("_"))]
    problems += [
        DataProblem(
            table.file,
            None,
            name,
            "a column of numbers that is not understood",
            f"what it means: --columns lower={quoted(name)} (or upper, value, ignore)",
        )
        for name in bounds
    ]
    if not problems and have & set(TIMES):
        problems += _told_apart(table, [n for n in unknown if n not in dates], numbers)
    if problems:
        came = f"the columns {_shown(as_came or table.names)}"
        problems = [replace(p, came=came) if p.came == _ABSENT else p for p in problems]
        raise LedgerError(_at_once(problems))


def _number_asked(table: RawTable, numbers: Sequence[str], told: Sequence[str]) -> DataProblem:
    """Nothing gives the numbers: columns of numbers, or those `told` in words, may."""
    days = [n for n in numbers if looks_like_dates([n]) or _DAY_NAME.search(n)]
    months = [n for n in numbers if month_number(n)]
    if len(days) > 1:
        every = ",".join(f"on={quoted(name)}" for name in days)
        like = f"; columns of numbers that are named for days: --columns {every}"
    elif len(months) > 1:
        like = f"; name the columns {', '.join(months)} with their year: 2024-01, 2024-02, ..."
    else:
        like = _pair_asked(numbers) or asking("value", numbers) or asking("phrase", told)
    return _missing(table, "phrase", f"phrase, value, or lower and upper{like}")


def _told(table: RawTable, texts: Sequence[str]) -> list[str]:
    """The columns of texts most of which begin with a number, or have one in their words."""
    found: list[str] = []
    for name in texts:
        cells = [str(cell) for cell in table.filled(name)][:_READ]
        fits = sum(t[:1].isdigit() or (" " in t and _has_number(t)) for t in cells)
        found += [name] if 2 * fits >= len(cells) > 0 else []
    return found


_READ = 50  # cells of a column from which its look is told


def _has_number(text: str) -> bool:
    try:
        phrase_of(text)
    except ReconcileError:
        return False
    return True


def _may_name(table: RawTable, name: str) -> bool:
    """Whether cells may be names of sources or quantities, and not addresses, or yes and no."""
    cells = {str(cell).strip().casefold() for cell in table.filled(name)}
    return holds_names(table, name) and not cells <= YES | NO


def _of_words(table: RawTable, name: str) -> bool:
    return folded(name) in PLACES or not looks_like_numbers(table[name])


_NO_DAY = (
    "; one day for all rows: --columns on==2024-03-01; for what does not depend on time: --columns "
    "quantity_kind==constant"
)
_WEEK_END = re.compile(r"week_end|week_to|^w_e$|^we_date$|week_commencing|week_begin|week_start")


def _week_asked(name: str) -> str:
    """What to pass for a column of dates that by its name are the ends, or begins, of weeks."""
    side = "start" if re.search("commencing|begin|start", folded(name)) else "end"
    return (
        f"; by its name `{name}` tells weeks: for what was counted in each, --columns "
        f"during_{side}={quoted(name)},days==7; for totals so far, this"
    )


TOLD = re.compile(r"--columns ((?:\"[^\"]*\"|[^\s;\"(),]+|,)+)")
"""What a problem says to pass."""
AT_ONCE = "; all at once: --columns "


def _at_once(problems: list[DataProblem]) -> list[DataProblem]:
    """The problems; where two or more say each what to pass, the last says all of it: the first
    answer of each, but of the source that which names one for all where no column looks like it."""
    told: list[str] = []
    for problem in problems:
        answers = TOLD.findall(problem.expected)
        one = [text for text in answers if "source==" in text and "place=" not in text]
        told += one[:1] or answers[:1]
    if len(told) < 2:
        return problems
    last = problems[-1]
    both = f"{last.expected}{AT_ONCE}{','.join(told)}"
    return [*problems[:-1], replace(last, expected=both)]


def _pair_asked(numbers: Sequence[str]) -> str:
    """What to pass for two columns of numbers that are named as the ends of a range."""
    ends = _ends_among(numbers)
    if ends is None:
        return ""
    told = f"lower={quoted(ends[0])},upper={quoted(ends[1])}"
    return f"; `{ends[0]}` and `{ends[1]}` look like its ends: --columns {told}"


def _ends_asked(dates: Sequence[str]) -> str:
    """What to pass for two columns of dates that are named as the ends of a period."""
    ends = _ends_among(dates)
    if ends is None:
        return ""
    told = f"during_start={quoted(ends[0])},during_end={quoted(ends[1])}"
    return f"; the ends of what was counted: pass --columns {told}"


def _ends_among(names: Sequence[str]) -> tuple[str, str] | None:
    """The two of `names` that say from where and to where."""
    named = {folded(name): name for name in names}
    pairs = ((named[a], named[b]) for a, b in _ENDS if a in named and b in named)
    return next(pairs, None)


_ENDS = (("from", "to"), ("von", "bis"), ("de", "à"), ("de", "a"), ("desde", "hasta"))
_DAY_NAME = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)|^[A-Z][a-z]{2}[-\s]\d\d$")
_LIKE_BOUND = frozenset("lower upper low high min max minimum maximum".split())  # noqa: SIM905


def _told_apart(table: RawTable, names: Sequence[str], numbers: Sequence[str]) -> list[DataProblem]:
    """Columns without a meaning by which a source's numbers of one quantity and day differ.

    Ignored, two sites (sexes, candidates) would be one quantity of which a source says two things.
    A column of numbers counts where they come again, as codes do.
    """
    if not names:
        return []
    same = _same_told(table)
    codes = [n for n in numbers if len({*map(str, table[n])}) * 2 <= len(table)]
    found = [
        name
        for name in names
        if (name in codes if name in numbers else holds_names(table, name))
        and 2 * sum(len({str(table[name][i]) for i in rows}) == len(rows) for rows in same)
        > len(same)
    ]
    if not same or not found:
        return []
    lines = ", ".join(str(table.lines[i]) for i in same[0][:3])
    told = ", ".join(f"`{name}`" for name in found[:3])
    expected = (
        f"one number of a source for a quantity and day, and lines {lines} hold several; {told} "
        f"tell{'s' * (len(found) == 1)} them apart: pass --columns place={quoted(found[0])} "
        f"(quantities of their own), or --columns ignore={quoted(found[0])}"
    )
    return [
        DataProblem(table.file, table.lines[same[0][1]], found[0], "a column ignored", expected)
    ]


def _same_told(table: RawTable) -> list[list[int]]:
    """The rows of one quantity, source and time whose numbers differ, by their positions."""
    keys = [n for n in table.names if n in NAMES and n not in (*NUMBERS, "id", "note", "level")]
    told = [table[name] for name in NUMBERS if name in table]
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, cells in enumerate(zip(*(table[name] for name in keys), strict=True)):
        if not all(blank(column[i]) for column in told):
            groups.setdefault(tuple(map(str, cells)), []).append(i)
    several = [rows for rows in groups.values() if len(rows) > 1]
    return [rows for rows in several if len({tuple(str(c[i]) for c in told) for i in rows}) > 1]


def _wide_asked(table: RawTable, numbers: Sequence[str], texts: Sequence[str]) -> DataProblem:
    """Several columns of numbers, and nothing tells whether they are quantities or sources."""
    days = [n for n in numbers if is_day_of_year(n) and not re.search(r"\d{4}", n)]
    if len(days) > 1:
        expected = f"days with their year as names of the columns {', '.join(days)}: 2024-05-03"
        return _missing(table, "on", expected)
    one = ",".join(f"quantity={quoted(name)}" for name in numbers)
    other = ",".join(f"source={quoted(name)}" for name in numbers)
    who = [name for name in texts if _says_who(name)][:1]
    may = who or [n for n in texts if folded(n) not in PLACES and holds_names(table, n)][:2]
    told = [f"--columns {one},source={quoted(name)}" for name in may]
    told += [] if who else [f"--columns {one},source==ministry"]
    expected = f"what the columns of numbers are; each a quantity: {' or '.join(told)}"
    if not who:
        expected += f"; each a source: --columns {other},quantity==deaths"
    return _missing(table, "quantity", expected)


def _quantity_asked(table: RawTable, texts: Sequence[str], own_name: Sequence[str]) -> DataProblem:
    """`own_name` is the only column of numbers, which may be named for what it counts."""
    texts = [name for name in texts if meaning_of(name) is None and not _says_who(name)]
    texts = [name for name in texts if folded(name) not in PLACES]
    if own_name:
        own = quoted(own_name[0])
        rest = [
            f"; where `{n}` says it: --columns quantity={quoted(n)},value={own}" for n in texts[:3]
        ]
        only = "" if rest else "pass "
        like = f"; where `{own_name[0]}` is its name: {only}--columns quantity={own}{''.join(rest)}"
        return _missing(table, "quantity", f"a column 'quantity'{like}")
    near = near_misses("quantity", texts)
    like = asking("quantity", near) or _said_or_named("quantity", texts, "deaths")
    return _missing(table, "quantity", f"a column 'quantity'{hint('quantity', texts)}{like}")


def _source_asked(table: RawTable, texts: Sequence[str]) -> DataProblem:
    near = near_misses("source", texts)
    who = [name for name in texts if _says_who(name)]
    found = tuple(dict.fromkeys((*near, *who)))
    like = asking("source", found) or _said_or_named("source", texts, "ministry")
    if not found and "_column" in table:
        where = [name for name in texts if folded(name) not in PLACES and holds_names(table, name)]
        like += "".join(
            f"; where each `{n}` is counted by itself: --columns place={quoted(n)},source==ministry"
            for n in where[:2]
        )
    like = _sources_in_names(table) + like
    return _missing(table, "source", f"a column 'source'{hint('source', texts)}{like}")


def _sources_in_names(table: RawTable) -> str:
    """What to pass for columns whose names share what they count ("MoH killed, UN killed")."""
    names = list(dict.fromkeys(map(str, table.get("_column"))))
    plain = [folded(name).split("_") for name in names]
    shared = [word for word in plain[0] if all(word in parts for parts in plain)] if plain else []
    noun = next((word for word in shared if counted_name(word)), None)
    if noun is None or len(names) < 2 or any(len(parts) == 1 for parts in plain):
        return ""
    each = ",".join(f"source={quoted(name)}" for name in names)
    return f"; where the columns are each a source: --columns {each},quantity=={noun}"


def _says_who(name: str) -> bool:
    return bool(set(folded(name).split("_")) & _LIKE_SOURCE)


def _said_or_named(ours: str, texts: Sequence[str], example: str) -> str:
    """What to pass where a column says it, and where it is the same for all rows."""
    texts = [name for name in texts if folded(name) not in PLACES][:3]
    said = " or ".join(f"--columns {ours}={quoted(name)}" for name in texts)
    column = f"; where a column says it: {said}" if said else ""
    return f"{column}; to name one for all rows: --columns {ours}=={example}"


def asking(ours: str, names: Sequence[str]) -> str:
    """``; `event_date` looks like it: pass --columns on=event_date``."""
    if not names:
        return ""
    if len(names) == 1:
        return f"; `{names[0]}` looks like it: pass --columns {ours}={quoted(names[0])}"
    told = " or ".join(f"--columns {ours}={quoted(name)}" for name in names[:3])
    return f"; {', '.join(f'`{n}`' for n in names[:3])} look like it: pass {told}"


def quoted(name: str) -> str:
    """A column name as a shell and `--columns` take it: what has signs of theirs, without signs.

    >>> quoted("deaths"), quoted("Deaths (all)"), quoted("Deaths, all")
    ('deaths', '"Deaths (all)"', 'deaths_all')
    """
    if any(c in ",=\"'`$!\\\n" for c in name):
        return folded(name)
    return name if all(c.isalnum() or c in "_-." for c in name) else f'"{name}"'


def _missing(table: RawTable, field: str, expected: str) -> DataProblem:
    return DataProblem(table.file, None, field, _ABSENT, expected)


_ABSENT = "the columns"  # of the file, which `complete` names


def _shown(names: Sequence[str]) -> str:
    shown = ", ".join(name for name in names if name not in HIDDEN)
    return shown if len(shown) <= 200 else f"{shown[:200]}..."
