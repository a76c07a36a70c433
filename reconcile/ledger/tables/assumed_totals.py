"""Quantities that were only assumed to be running totals of counts, against their own numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reconcile.errors import DataProblem
from reconcile.language import counted_by_name
from reconcile.ledger.tables.column_names import counted_name
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.counted_columns import is_fraction, says_total
from reconcile.ledger.tables.public_tables import Imported
from reconcile.values import Claim, Days, Period, Quantity

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
    imported: Imported,
) -> tuple[list[DataProblem], list[str]]:
    """Problems and warnings of new quantities whose numbers are no running totals of counts.

    Names of shares over numbers from 0 to 100 are problems, and so are numbers of several months,
    weeks or years, which may be counts of each, whether they fall or rise, and numbers of days that
    fall. Where these are counts by their name they are told: a source may correct itself. What
    `said` describes (kind or scale), by quantity, is believed, and so are names that say "total".
    Of a table whose dates stand under `on`, as ours do, days that fall and fractions are told, and
    periods that rise are not asked about.
    """
    assumed = {
        name
        for name, quantity in quantities.items()
        if quantity.kind == "cumulative"
        and quantity.scale == "log"
        and not said.get(name, {}).keys() & {"kind", "scale"}
    }
    table = imported.table
    series: dict[tuple[str, str], list[tuple[Claim, int]]] = {}
    for claim, line in zip(claims, lines, strict=True):
        if claim.quantity in assumed and not claim.additional and claim.status == "active":
            series.setdefault((claim.quantity, claim.source), []).append((claim, line))
    called = dict(zip(map(str, table.get("quantity")), table.get("_named"), strict=True))
    called = {name: str(called.get(name) or name) for name in assumed}
    shares = list(_shares(series, called, table.file))
    if not imported.dated:
        shares += _levels_asked(series, called, table.file)
    named = {problem.field for problem in shares}
    rest = {key: told for key, told in series.items() if called[key[0]] not in named}
    falls = [*_falls(rest), *_falls_among_sources(rest, called)]
    open_falls = [fall for fall in falls if _is_odd(fall, called, imported.dated)]
    series = {} if imported.dated else rest
    periods = list(_of_periods(series, open_falls, called, table.file))
    asked = {problem.field for problem in periods}
    rest = {key: told for key, told in rest.items() if called[key[0]] not in asked}
    told = _of_days([f for f in falls if f not in open_falls])
    if imported.dated:
        fractions = _fractions(rest, called, is_fraction)
        return [*shares, *periods], [*told, *map(_fraction_told, fractions.items())]
    fractions = _fractions(rest, called, _is_broken)
    return [*shares, *periods, *_fractions_asked(fractions, table.file)], told


def spans_days(claim: Claim) -> bool:
    """Whether a claim tells what was added in several days, or the level in them."""
    window = claim.period.kind == "during" and not claim.additional
    return window and claim.period.first < claim.period.last


def levels_of_windows(
    claims: Sequence[Claim], quantities: Mapping[str, Quantity]
) -> tuple[list[Claim], list[str]]:
    """Numbers of levels that stand beside windows, as levels on one of their days, and a word."""
    found = {c.quantity for c in claims if spans_days(c) and quantities[c.quantity].kind == "stock"}
    made = [
        replace(claim, period=Period.on(Days(claim.period.first, claim.period.last)))
        if claim.quantity in found and spans_days(claim)
        else claim
        for claim in claims
    ]
    names = sorted(found)
    told = "numbers beside first and last days are read as levels on one of the days: "
    told += ", ".join(map(repr, names))
    counts = [name for name in names if quantities[name].scale == "log"]
    told += f" (counts of each period: {_every('flow', counts)})" if counts else ""
    return made, [told] if found else []


def _levels_asked(series: _Series, called: Mapping[str, str], file: str) -> Iterator[DataProblem]:
    """Numbers of windows under names of what is mostly a level: "missing", "in hospital"."""
    found: dict[str, tuple[Claim, int]] = {}
    for (quantity, _), told in series.items():
        kind = counted_by_name(called[quantity])
        first = next((pair for pair in told if spans_days(pair[0])), None)
        if kind is not None and kind.kind == "stock" and first is not None:
            found.setdefault(called[quantity], first)
    flow, stock = _every("flow", found), _every("stock", found)
    expected = f"what they are: counts of each period: {flow}; levels: {stock}"
    for name, (claim, line) in found.items():
        yield DataProblem(file, line, name, f"{claim.phrase.text} in {claim.period}", expected)


def _shares(series: _Series, called: Mapping[str, str], file: str) -> Iterator[DataProblem]:
    """Names of shares, and estimates with errors, over numbers that may all be percent."""
    told: dict[str, list[tuple[Claim, int]]] = {}
    for (name, _), pairs in series.items():
        estimated = all(c.phrase.level is not None and c.lower < c.upper for c, _ in pairs)
        if _is_share(name) or (estimated and not counted_name(called[name])):
            told.setdefault(called[name], []).extend(pairs)
    found = {
        name: pairs[0]
        for name, pairs in told.items()
        if not any(claim.lower > _WHOLE or claim.phrase.unit != "count" for claim, _ in pairs)
    }
    logit, linear, log = (_every(word, found) for word in ("logit", "linear", "log"))
    for name, (claim, line) in found.items():
        expected = (
            f"what these numbers are: percent or shares: {logit}; levels that may be below 0: "
            f"{linear}; counts: {log}"
        )
        yield DataProblem(file, line, name, f"{claim.phrase.text} of {name!r}", expected)


def _every(word: str, names: Iterable[str]) -> str:
    return f"--columns {','.join(f'{word}={quoted(name)}' for name in names)}"


def _is_share(name: str) -> bool:
    return not _SHARES.isdisjoint(_WORD.findall(name.casefold()))


def _fractions(
    series: _Series, called: Mapping[str, str], broken: Callable[[Claim], bool]
) -> dict[str, tuple[Claim, int]]:
    """The first number that is `broken`, and its line, of what is not counted one by one by its
    name: prices, rates, means."""
    found: dict[str, tuple[Claim, int]] = {}
    for (quantity, _), told in series.items():
        if not counted_name(called[quantity]):
            odd = next((pair for pair in told if broken(pair[0])), None)
            if odd is not None:
                found.setdefault(called[quantity], odd)
    return found


def _is_broken(claim: Claim) -> bool:
    """Whether a claim gives a number that is not whole, whatever its unit."""
    return bool((claim.phrase.nominal or 0.0) % 1)


def _fraction_told(found: tuple[str, tuple[Claim, int]]) -> str:
    name, (claim, line) = found
    return (
        f"fractions of what is taken for a running total ({claim.phrase.nominal:.15g} of {name!r}, "
        f"line {line}): of prices, rates and means say {_every('linear', [name])}"
    )


def _fractions_asked(found: Mapping[str, tuple[Claim, int]], file: str) -> Iterator[DataProblem]:
    linear, stock, total = (_every(word, found) for word in ("linear", "stock", "total"))
    for name, (claim, line) in found.items():
        expected = (
            f"what these numbers are: prices, rates, measures: {linear}; levels that are never "
            f"below 0: {stock}; totals up to then: {total}"
        )
        yield DataProblem(file, line, name, f"{claim.phrase.nominal:.15g} of {name!r}", expected)


_Fall = tuple[Claim, Claim, int, bool]


def _falls(series: _Series) -> Iterator[_Fall]:
    """The first fall of each source's numbers of a quantity: the two claims, a line, and whether
    they fall twice and no less often than they rise, as no running total does."""
    for told in series.values():
        exact = [(c, n) for c, n in told if c.period.kind == "on" and _number(c) is not None]
        exact.sort(key=lambda pair: pair[0].period.last)
        steps = [
            (a, b, n)
            for (a, _), (b, n) in itertools.pairwise(exact)
            if a.period.last < b.period.first
        ]
        falls = [step for step in steps if _rise(*step[:2]) < 0]
        rises = sum(_rise(a, b) > 0 for a, b, _ in steps)
        if falls:
            yield *falls[0], len(falls) > 1 and len(falls) >= rises


def _number(claim: Claim) -> float | None:
    """The number that a claim gives, alone or with the error of an estimate."""
    if claim.lower == claim.upper:
        return claim.lower
    return claim.phrase.nominal if claim.phrase.level is not None else None


def _rise(a: Claim, b: Claim) -> float:
    return (_number(b) or 0.0) - (_number(a) or 0.0)


def _falls_among_sources(series: _Series, called: Mapping[str, str]) -> Iterator[_Fall]:
    """The first fall of what each source tells on one day alone, where it goes up and down.

    No source tells that it grows, and in the middle of what is told on each day it falls half as
    much as it rises or more. Of what its name calls counts, sources may dispute each other.
    """
    told: dict[str, list[tuple[Claim, int]]] = {}
    growing: set[str] = set()
    for (quantity, _), pairs in series.items():
        told.setdefault(quantity, []).extend(pairs)
        if len({claim.period for claim, _ in pairs}) > 1:
            growing.add(quantity)
    for quantity, pairs in told.items():
        if quantity in growing or counted_name(called[quantity]):
            continue
        steps = [(a, b, line) for (a, _), (b, line) in itertools.pairwise(_middles(pairs))]
        down = [step for step in steps if _rise(*step[:2]) < 0]
        fallen = -sum(_rise(a, b) for a, b, _ in down)
        risen = sum(max(0.0, _rise(a, b)) for a, b, _ in steps)
        if len(steps) > 1 and down and _HALF * fallen >= risen:
            yield *down[0], True


def _middles(pairs: Sequence[tuple[Claim, int]]) -> list[tuple[Claim, int]]:
    """Of the exact numbers of each day the middle one, by day."""
    days: dict[date, list[tuple[Claim, int]]] = {}
    for claim, line in pairs:
        period = claim.period
        if period.kind == "on" and period.start.exact and _number(claim) is not None:
            days.setdefault(period.last, []).append((claim, line))
    ordered = (sorted(days[day], key=lambda pair: _number(pair[0]) or 0.0) for day in sorted(days))
    return [told[len(told) // 2] for told in ordered]


_HALF = 2.0  # a running total of which sources differ rises more than twice as much as it falls


def _of_periods(
    series: _Series,
    falls: Sequence[_Fall],
    called: Mapping[str, str],
    file: str,
) -> Iterator[DataProblem]:
    """A problem for each column of numbers of months, weeks or years that may be counts of each."""
    found: dict[str, tuple[str, int]] = {}
    for a, b, line, _ in falls:
        came = f"{_number(a):,.15g} in {a.period} and then {_number(b):,.15g} in {b.period}"
        found.setdefault(called[b.quantity], (came, line))
    spans: dict[str, dict[str, int]] = {}
    days: set[str] = set()
    for (quantity, _), told in series.items():
        for claim, line in told:
            name = called[quantity]
            if claim.period.kind == "on" and claim.period.first < claim.period.last:
                spans.setdefault(name, {}).setdefault(str(claim.period), line)
            else:
                days.add(name)
    for name, lines in spans.items():
        if len(lines) > 1 and name not in days and not says_total(name):
            came = f"numbers of {', '.join(list(lines)[:2])}"
            found.setdefault(name, (came, list(lines.values())[1]))
    large = {called[q] for (q, _), told in series.items() if any(c.upper > _WHOLE for c, _ in told)}
    shares = [name for name in found if name not in large and not counted_name(name)]
    for name, (came, line) in found.items():
        more = f"; percent or shares: {_every('logit', shares)}" if name in shares else ""
        yield DataProblem(file, line, name, came, f"what they are: {kinds_asked(found)}{more}")


def kinds_asked(names: Collection[str]) -> str:
    """What to pass where it is not known how numbers of periods behave."""
    flow, stock, total = (_every(word, names) for word in ("flow", "stock", "total"))
    return f"counts of each period: {flow}; levels: {stock}; totals up to then: {total}"


def _is_odd(fall: _Fall, called: Mapping[str, str], dated: bool) -> bool:
    """Whether a fall is no mere correction: of periods, often, or of what no name calls counts."""
    _, fallen, _, often = fall
    if fallen.period.first < fallen.period.last:
        return True
    return not dated and (often or not counted_name(called[fallen.quantity]))


def _of_days(falls: Sequence[_Fall]) -> list[str]:
    told: dict[str, str] = {}
    for a, b, line, _ in falls:
        said = f"{b.quantity!r} ({_number(a):,.15g}, then {_number(b):,.15g}, line {line})"
        told.setdefault(b.quantity, said)
    if not told:
        return []
    first = ", ".join(list(told.values())[:4])
    more = f" and {len(told) - 4} more" if len(told) > 4 else ""
    return [
        f"numbers that fall, which running totals never do: {first}{more}; levels: quantity_kind = "
        "stock; counts of each day: their dates under during; corrections: see `reconcile audit`"
    ]
