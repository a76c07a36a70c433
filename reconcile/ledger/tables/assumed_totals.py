"""Quantities that were only assumed to be running totals of counts, against their own numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.column_names import counted_name
from reconcile.ledger.tables.counted_columns import is_fraction
from reconcile.values import Claim, Quantity

_SHARES = frozenset(
    """
turnout coverage unemployment inflation approval disapproval approve disapprove favour favor
favourable favorable unfavourable unfavorable oppose undecided yes
literacy occupancy positivity support
participation attendance_rate utilisation utilization penetration humidity poverty readiness
wahlbeteiligung arbeitslosigkeit zustimmung participación participation_électorale abstención
abstention abstentions affluenza chômage desempleo
""".split()  # noqa: SIM905
)
"""What is usually given in percent, and sometimes counted in full ("turnout: 1,204,000")."""
_WORD = re.compile(r"[^\W\d_]+")
_WHOLE = 100.0  # percent
_Series = Mapping[tuple[str, str], Sequence[tuple[Claim, int]]]


def against_totals(
    claims: Sequence[Claim],
    lines: Sequence[int],
    quantities: Mapping[str, Quantity],
    said: Mapping[str, Mapping[str, Any]],
    file: str,
) -> tuple[list[DataProblem], list[str]]:
    """Problems and warnings of new quantities whose numbers are no running totals of counts.

    Names of shares over numbers from 0 to 100 are problems, and so are numbers of months, weeks or
    years that fall; numbers of days that fall are told, since a source may correct itself. What
    `said` describes (kind or scale), by quantity, is believed.
    """
    assumed = {
        name
        for name, quantity in quantities.items()
        if quantity.kind == "cumulative"
        and quantity.scale == "log"
        and not said.get(name, {}).keys() & {"kind", "scale"}
    }
    series: dict[tuple[str, str], list[tuple[Claim, int]]] = {}
    for claim, line in zip(claims, lines, strict=True):
        if claim.quantity in assumed and not claim.additional and claim.status == "active":
            series.setdefault((claim.quantity, claim.source), []).append((claim, line))
    shares = list(_shares(series, file))
    named = {problem.field for problem in shares}
    rest = {key: told for key, told in series.items() if key[0] not in named}
    falls = list(_falls(rest))
    return [*shares, *_of_periods(falls, file)], [*_of_days(falls), *_fractions(rest)]


def _shares(series: _Series, file: str) -> Iterator[DataProblem]:
    """Names of shares over numbers that may all be percent."""
    names = [name for name in dict.fromkeys(n for n, _ in series) if _is_share(name)]
    for name in names:
        told = [pair for key, pairs in series.items() if key[0] == name for pair in pairs]
        if any(claim.lower > _WHOLE or claim.phrase.unit != "count" for claim, _ in told):
            continue
        claim, line = told[0]
        expected = (
            "what these numbers are: percent or shares: --columns scale==logit; a level that may "
            "be below 0: --columns scale==linear; counts: --columns scale==log"
        )
        yield DataProblem(file, line, name, f"{claim.phrase.text} of {name!r}", expected)


def _is_share(name: str) -> bool:
    return not _SHARES.isdisjoint(_WORD.findall(name.casefold()))


def _fractions(series: _Series) -> Iterator[str]:
    """Fractions of what is not counted one by one by its name: prices, rates, means."""
    for (name, _), told in series.items():
        if counted_name(name):
            continue
        for claim, line in told:
            if is_fraction(claim):
                yield (
                    f"fractions of what is taken for a running total ({claim.phrase.nominal:.15g} "
                    f"of {name!r}, line {line}): of prices, rates and means say scale = linear"
                )
                return


def _falls(series: _Series) -> Iterator[tuple[Claim, Claim, int]]:
    """The first fall of each source's numbers of a quantity: the two claims, and a line."""
    for told in series.values():
        exact = [(c, n) for c, n in told if c.period.kind == "on" and c.lower == c.upper]
        exact.sort(key=lambda pair: pair[0].period.last)
        for (a, _), (b, line) in itertools.pairwise(exact):
            if b.lower < a.lower and a.period.last < b.period.first:
                yield a, b, line
                break


def _of_periods(falls: Sequence[tuple[Claim, Claim, int]], file: str) -> Iterator[DataProblem]:
    for a, b, line in falls:
        if b.period.first == b.period.last:
            continue
        came = f"{a.lower:,.15g} in {a.period} and then {b.lower:,.15g} in {b.period}"
        expected = (
            "running totals, which never fall; for counts of each period: --columns "
            "during=<the column of dates>; for levels: --columns quantity_kind==stock; where these "
            "are totals all the same: --columns quantity_kind==cumulative"
        )
        yield DataProblem(file, line, b.quantity, came, expected)


def _of_days(falls: Sequence[tuple[Claim, Claim, int]]) -> list[str]:
    told: dict[str, str] = {}
    for a, b, line in falls:
        if b.period.first == b.period.last:
            said = f"{b.quantity!r} ({a.lower:,.15g}, then {b.lower:,.15g}, line {line})"
            told.setdefault(b.quantity, said)
    if not told:
        return []
    first = ", ".join(list(told.values())[:4])
    more = f" and {len(told) - 4} more" if len(told) > 4 else ""
    return [
        f"numbers that fall, which running totals never do: {first}{more}; levels: quantity_kind = "
        "stock; counts of each day: their dates under during; corrections: see `reconcile audit`"
    ]
