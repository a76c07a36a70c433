"""Asks everything that a report tells, each question once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from reconcile.errors import FitError
from reconcile.ledger import Ledger, read_ledger
from reconcile.questions.answer_tables import origin_sources
from reconcile.questions.fit import Fit, fit
from reconcile.questions.leave_out import bounds_of, without
from reconcile.questions.refits import Execution, Refit, spreads_of
from reconcile.report.contents import Contents, Section, Without
from reconcile.values import Distribution, Estimate, Timeline

Progress = Callable[[float, str], None]
"""Called with the share that is done, from 0 to 1, and what is done next."""

# Claims fitted anew, in all: for what each source does, and for what was known when (of which a
# fit holds half on average). A ledger of 800 claims has five sources left out and ten days shown;
# from 4,000 on neither, whose answers alone take a minute: the page says so, and `leave_out` asks
# for it. Set on ledgers of 37, 816 and 4,609 claims.
_LEFT_OUT, _REVISED = 4_000, 8_000
# Of a small ledger as many as a reader takes in, since each is a fit of its own: a switch of ten
# positions beside the first, a table of twelve days. The page says what is not shown.
_MOST_LEFT_OUT, _MOST_VINTAGES = 10, 12
# A timeline has at most so many dates; longer ones go by week, then by month.
_MOST_DAYS, _MOST_WEEKS = 750, 5_250


def gather(
    ledger: Ledger | None = None,
    quantities: Sequence[str] = (),
    *,
    date: Any = None,
    as_of: Any = None,
    level: float = 0.9,
    method: str = "state-space",
    exclude: str | Iterable[str] = (),
    convention: str = "default",
    seed: int = 0,
    leave_out: int | None = None,
    quick: bool = False,
    workers: int = 1,
    title: str = "",
    progress: Progress = lambda done, what: None,
) -> Contents:
    """Everything that a report on `quantities` tells (none: all that are claimed about).

    Each is answered for `date`, by default the last day that a claim about it speaks of. Every
    source is left out once, for all quantities together, and each day of knowledge fitted once:
    at most ten sources and twelve days, fewer as the ledger grows, or the `leave_out` weightiest
    sources. `quick` fits
    once and tells of neither. `workers` processes share out the fits; with more than one the script
    that asks must be importable (`if __name__ == "__main__":`). Other arguments, and what is
    raised, are those of `estimate`.
    """
    whole = read_ledger(convention=convention) if ledger is None else ledger
    chosen = whole.select(exclude=exclude) if exclude else whole
    asking = _Asking(chosen, as_of, level, method, convention, seed)
    base = asking.fitted(chosen)
    if not len(base.ledger):
        raise FitError(f"expected claims that were public by {as_of}, got none: no report is made")
    names = list(dict.fromkeys(quantities or (claim.quantity for claim in base.ledger)))
    for name in names:
        base.ledger.quantity(name)
    sections: list[Section] = []
    for number, name in enumerate(names):
        progress(0.5 * number / len(names), f"answer: {name}")
        sections.append(_section(asking, base, name, date))
    left, days = _sources_left(asking, sections, 0 if quick else leave_out), _Days((), (), 0)
    if not quick:
        days = _days_of_news(asking, sections)
    variants = [*_without(base, sections, left), *_as_known(asking, days)]
    execution = Execution(workers, progress=_within(progress, 0.5, 1.0))
    spreads = _spreads(method, base, variants, execution)
    sections = _left_out(base, sections, left, spreads[: len(left)])
    if not quick:
        sections = _revised(base, sections, days, spreads[len(left) :])
    return Contents(
        title=title or _title(sections),
        ledger=base.ledger,
        as_of=base.as_of,
        level=level,
        sections=tuple(sections),
        sources=_sources(sections),
        methods=base.methods_text(*names),
        settings=sections[0].answer.settings,
        notes=tuple(whole.warnings),
    )


@dataclass(frozen=True)
class _Asking:
    """The settings that all questions of a report share."""

    ledger: Ledger
    as_of: Any
    level: float
    method: str
    convention: str
    seed: int

    def fitted(self, ledger: Ledger, as_of: Any = None) -> Fit:
        """The fit of a ledger under these settings; nothing is computed until it is asked."""
        return fit(
            ledger, as_of=self.as_of if as_of is None else as_of, level=self.level,
            convention=self.convention, seed=self.seed,
        )  # fmt: skip


@dataclass(frozen=True)
class _Variant:
    """The fit of other claims than those of the report (None: there are none), and the sections
    that it is asked about."""

    fit: Fit | None
    sections: Sequence[Section]
    what: str


def _spreads(
    method: str, base: Fit, variants: Sequence[_Variant], execution: Execution
) -> list[tuple[Distribution, ...] | None]:
    """The answers of each variant to its sections; None where no claim is left to fit."""
    found: dict[int, tuple[Distribution, ...]] = {}
    refits: dict[int, Refit] = {}
    for number, each in enumerate(variants):
        asked = tuple((section.id, section.answer.date) for section in each.sections)
        if each.fit is None:
            continue
        if method == "state-space":
            refits[number] = Refit(each.fit, asked, each.what)
            continue
        with suppress(FitError):  # the method finds no claim that it can read
            answers = [each.fit.estimate(*one, method=method) for one in asked]
            found[number] = tuple(answer.distribution for answer in answers)
    answers = spreads_of(list(refits.values()), execution, base)
    found |= dict(zip(refits, answers, strict=True))
    return [found.get(number) for number in range(len(variants))]


def _section(asking: _Asking, base: Fit, name: str, when: Any) -> Section:
    if base.ledger.quantity(name).kind == "constant":
        return Section(base.estimate(name, method=asking.method), None)
    line = _timeline(asking, base, name)
    day = _last_day(line) if when is None else when
    return Section(base.estimate(name, day, method=asking.method), line)


def _timeline(asking: _Asking, base: Fit, name: str) -> Timeline:
    """Daily, or where that is too much weekly or monthly."""
    claims = [claim for claim in base.ledger if claim.quantity == name]
    about = base.ledger.quantity(name)
    first = about.epoch or min((claim.period.first for claim in claims), default=None)
    last = max((claim.period.last for claim in base.ledger), default=None)
    days = 0 if first is None or last is None else (last - first).days
    freq = "D" if days <= _MOST_DAYS else "W" if days <= _MOST_WEEKS else "MS"
    return base.timeline(name, freq=freq, method=asking.method)


def _last_day(line: Timeline) -> date:
    """The last day that a claim about it speaks of; without any, the last of the timeline."""
    used = line.claims[line.claims["status"] == "active"]
    return used["end"].max().date() if len(used) else line.dates[-1]


# ---------------------------------------------------------------- without each source


def _sources_left(asking: _Asking, sections: list[Section], wanted: int | None) -> list[str]:
    """The sources that are left out in turn."""
    affordable = min(_MOST_LEFT_OUT, _LEFT_OUT // max(len(asking.ledger), 1))
    return list(_weights(sections))[: affordable if wanted is None else wanted]


def _without(base: Fit, sections: list[Section], left: Sequence[str]) -> Iterator[_Variant]:
    for source in left:
        others = without(base, source)
        known = others if len(others.ledger) else None
        yield _Variant(known, _bearing(sections, source), f"without {source}")


def _left_out(
    base: Fit,
    sections: list[Section],
    left: Sequence[str],
    answers: Sequence[tuple[Distribution, ...] | None],
) -> list[Section]:
    passed = [source for source in _weights(sections) if source not in left]
    found = {each.id: [Without("", "all sources", each.answer.distribution)] for each in sections}
    for source, spreads in zip(left, answers, strict=True):
        label = base.ledger.source(source).label or source
        for k, section in enumerate(_bearing(sections, source)):
            spread = None if spreads is None else spreads[k]
            change = _change(spread, section.answer)
            found[section.id].append(Without(source, label, spread, change))
    return [
        replace(section, without=tuple(found[section.id]), unasked=_speaking(section, passed, base))
        for section in sections
    ]


def _weights(sections: list[Section]) -> dict[str, float]:
    """The sources that bear on any section, the weightiest first."""
    total: dict[str, float] = {}
    for section in sections:
        for source, weight in section.answer.claims.groupby("source")["weight"].sum().items():
            total[str(source)] = total.get(str(source), 0.0) + float(weight)
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def _bearing(sections: list[Section], source: str) -> list[Section]:
    """The sections on which a source bears."""
    return [each for each in sections if (each.answer.claims["source"] == source).any()]


def _change(spread: Distribution | None, answer: Estimate) -> float:
    if spread is None:
        return float("nan")
    if answer.about.scale == "log" and answer.median > 0:
        return spread.median / answer.median
    return spread.median - answer.median


def _speaking(section: Section, sources: list[str], base: Fit) -> tuple[str, ...]:
    said = set(section.answer.claims["source"])
    return tuple(base.ledger.source(s).label or s for s in sources if s in said)


# ---------------------------------------------------------------- what was known when


@dataclass(frozen=True)
class _Days:
    """The days of knowledge that are shown, out of `news` with any: what came in about each section
    until then, in words, and the sections that it is about."""

    shown: Sequence[tuple[date, Mapping[str, list[str]]]]
    moved: Sequence[Sequence[Section]]
    news: int


def _days_of_news(asking: _Asking, sections: list[Section]) -> _Days:
    news = {section.id: _news(section) for section in sections}
    days = sorted({day for told in news.values() for day in told})
    most = min(_MOST_VINTAGES, _REVISED // max(len(asking.ledger), 1))
    chosen = _thinned(days, most)
    told = [_told(news, chosen[k - 1] if k else date.min, day) for k, day in enumerate(chosen)]
    moved = [[section for section in sections if section.id in texts] for texts in told]
    return _Days(list(zip(chosen, told, strict=True)), moved, len(days))


def _as_known(asking: _Asking, days: _Days) -> Iterator[_Variant]:
    for (day, _), members in zip(days.shown, days.moved, strict=True):
        yield _Variant(asking.fitted(asking.ledger, day), members, f"as known on {day}")


def _revised(
    base: Fit,
    sections: list[Section],
    days: _Days,
    answers: Sequence[tuple[Distribution, ...] | None],
) -> list[Section]:
    """Each section with its answers by what was known on each day on which claims came in."""
    rows: dict[str, list[dict[str, Any]]] = {section.id: [] for section in sections}
    for (day, told), members, spreads in zip(days.shown, days.moved, answers, strict=True):
        for section, spread in zip(members, spreads or (), strict=True):
            row = _vintage(spread, section, day, told[section.id], base.ledger)
            rows[section.id].append(row)
    note = _passed_over(days.news, len(days.shown))
    return [
        replace(section, revisions=_steps(rows[section.id], section.answer), thinned=note)
        for section in sections
    ]


def _passed_over(news: int, shown: int) -> str:
    """Which of the days with `news` are not shown, and why; nothing where all are."""
    if shown == news:
        return ""
    if shown < 2:
        return (
            f"{news:,} days brought news; none is shown, since each needs a fit of its own: ask"
            " reconcile revisions for those that matter"
        )
    return f"{news:,} days brought news; {shown} are shown"


def _told(
    news: Mapping[str, dict[date, list[str]]], since: date, day: date
) -> dict[str, list[str]]:
    """What came in about each section after `since` and by `day`, where anything did."""
    found = {
        name: [text for when, texts in told.items() if since < when <= day for text in texts]
        for name, told in news.items()
    }
    return {name: texts for name, texts in found.items() if texts}


def _news(section: Section) -> dict[date, list[str]]:
    """What became public about a section on each day, in words."""
    found: dict[date, list[str]] = {}
    for row in section.answer.claims.to_dict("records"):
        if not pd.isna(row["said"]):
            who = str(row["source_label"]).partition(",")[0]
            found.setdefault(row["said"].date(), []).append(f"{who}: {row['phrase']}")
    return found


def _thinned(days: list[date], most: int) -> list[date]:
    """At most so many days, evenly, the last always; of many days two would tell nothing."""
    if len(days) <= most:
        return days
    if most < 3:
        return []
    return [days[round(i * (len(days) - 1) / (most - 1))] for i in range(most)]


def _vintage(
    spread: Distribution, section: Section, day: date, told: list[str], ledger: Ledger
) -> dict[str, Any]:
    answer = section.answer
    claims = answer.claims[answer.claims["said"] <= pd.Timestamp(day)]
    more = f" and {len(told) - 3:,} more" if len(told) > 3 else ""
    return {
        "as_of": pd.Timestamp(day),
        "date": pd.NaT if answer.date is None else pd.Timestamp(answer.date),
        **bounds_of(spread, answer.level),
        "n_claims": len(claims),
        "n_origins": len({*origin_sources(claims["claim"], ledger)}),
        "news": "; ".join(told[:3]) + more,
    }


def _steps(rows: list[dict[str, Any]], answer: Estimate) -> pd.DataFrame | None:
    if len(rows) < 2:
        return None
    frame = pd.DataFrame(rows)
    before = frame["median"].shift(1)
    ratio = answer.about.scale == "log"
    return frame.assign(change=frame["median"] / before if ratio else frame["median"] - before)


# ---------------------------------------------------------------- what is common


def _sources(sections: Sequence[Section]) -> pd.DataFrame:
    """The sources tables of all sections; a source has a row for each whole it speaks of."""
    tables = [section.answer.sources for section in sections if len(section.answer.sources)]
    if not tables:
        return sections[0].answer.sources
    joined = pd.concat(tables, ignore_index=True).drop_duplicates(["source", "quantity"])
    joined.attrs = dict(tables[0].attrs)
    return joined.reset_index(drop=True)


def _title(sections: Sequence[Section]) -> str:
    first, *others = [section.label for section in sections]
    if not others:
        return first
    if len(others) == 1:
        return f"{first}; {others[0]}"
    return f"{first} and {len(others):,} more quantities"


def _within(progress: Progress, start: float, end: float) -> Progress:
    return lambda done, what: progress(start + (end - start) * done, what) if what else None
