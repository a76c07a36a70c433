"""The command that draws: `reconcile plot FIGURE QUANTITY [DATE] -o FILE`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from reconcile.cli import options
from reconcile.cli.asking import arguments, drawable
from reconcile.cli.figure_options import figure_look, figure_options
from reconcile.cli.fit_cache import kept_fit
from reconcile.cli.sections import command
from reconcile.cli.table_options import opened
from reconcile.cli.terminal import print_json, told_warnings, warn
from reconcile.errors import near_hint
from reconcile.plot import (
    calibration,
    compare,
    conflicts,
    describe,
    facets,
    forest,
    save,
    sources,
    spread,
    stacked,
)
from reconcile.questions.fit import Fit, checked_method
from reconcile.questions.fit import fit as ask_fit
from reconcile.questions.revisions import revisions as ask_revisions
from reconcile.questions.sensitivity import sensitivity as ask_sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reconcile.values import Estimate, Timeline

Drawn = tuple["Axes | Figure", tuple[str, ...]]
DAY = re.compile(r"\d{4}(-\d\d?){0,2}")


@dataclass(frozen=True)
class _Asked:
    """What was typed: quantities, dates, the arguments of the fit and the fit, the days between."""

    quantities: Sequence[str]
    dates: Sequence[str | None]
    question: Mapping[str, Any]
    known: Fit
    method: str
    days: Mapping[str, Any]
    methods: Sequence[str]
    ledgers: Sequence[str]

    @property
    def quantity(self) -> str:
        """The one quantity."""
        return self.quantities[0]

    @property
    def date(self) -> str | None:
        """The one date, if any."""
        return self.dates[0]

    def estimate(self) -> Estimate:
        """The answer for the one quantity at the one date."""
        return self.known.estimate(self.quantity, self.date, method=self.method)

    def timeline(self, quantity: str, **days: Any) -> Timeline:
        """The timeline of a quantity."""
        return self.known.timeline(quantity, method=self.method, **{**self.days, **days})

    def by_model(self) -> Mapping[str, Any]:
        """The arguments of what only the model answers; a usage error with another method."""
        if self.method != "state-space":
            raise click.UsageError(
                f"this figure is drawn by state-space alone, got --method {self.method}"
            )
        return self.question


@command
@click.argument("words", metavar="[FIGURE] QUANTITY ... [DATE ...]", nargs=-1, required=True)
@click.option("--start", metavar="DATE", help="First day of a timeline.")
@click.option("--end", metavar="DATE", help="Last day of a timeline.")
@options.freq
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file: SVG, PNG or PDF. [default: QUANTITY.svg]",
)
@click.option(
    "--against",
    metavar="METHOD",
    multiple=True,
    help="compare: add this method; repeatable.",
)
@click.option(
    "--and-ledger",
    metavar="PATH",
    multiple=True,
    help="compare: add this ledger; repeatable.",
)
@figure_options
@options.answered
@options.cache
@options.json_output
@options.example(
    "reconcile plot casualties -o casualties.png",
    "reconcile plot forest casualties 2024-12-18 -o forest.pdf",
    "reconcile plot revisions casualties 2024-12-18 -o known.svg --size column",
    "reconcile plot compare killed wounded 2024-12-18 -o both.pdf --locale de",
)
def plot(words: tuple[str, ...], output: Path | None, as_json: bool, **settings: Any) -> None:
    """Draw a FIGURE about QUANTITY into a file.

    About one quantity, FIGURE is timeline, spread, forest, sources, conflicts, revisions,
    sensitivity or calibration. Without FIGURE it is the timeline, and with DATE the spread on
    that day.

    About several quantities, dates, methods or ledgers, FIGURE is compare (side by side), facets
    (one timeline for each) or stacked (the parts of QUANTITY, or the quantities named after it).

    With --json the words of the figure (title, caption, alt text) and the numbers drawn are
    printed.
    """
    figure, quantities, dates = _asked(words)
    span = {name: settings.pop(name) for name in ("start", "end", "freq")}
    if figure not in _OVER_TIME and (span["start"] or span["end"]):
        raise click.UsageError("give a DATE, or --start and --end, not both")
    target = drawable(output or Path(f"{quantities[0]}.svg"))
    against, ledgers = settings.pop("against"), settings.pop("and_ledger")
    if figure != "compare" and (against or ledgers):
        raise click.UsageError(f"--against and --and-ledger are for compare, got {figure}")
    look = figure_look(settings)
    folder, method = settings.pop("cache"), checked_method(settings.pop("method"))
    question = arguments(settings)
    with kept_fit(ask_fit(**question, progress=True), folder) as known:
        asked = _Asked(quantities, dates, question, known, method, span, against, ledgers)
        with told_warnings():
            drawn, warnings = _FIGURES[figure](asked, look)
    saved = save(drawn, target)
    if as_json:
        print_json(_told(figure, saved, drawn, warnings))
        return
    click.echo(str(saved))
    warn(warnings)


def _told(
    figure: str, file: Path, drawn: Axes | Figure, warnings: Sequence[str]
) -> dict[str, object]:
    """The words of a figure and what was drawn, as plain data."""
    words = describe(drawn)
    named = ("title", "caption", "alt", "source_line")
    rows = words.to_frame().to_dict("records")
    return {
        "figure": figure,
        "file": str(file),
        **{name: getattr(words, name) for name in named},
        "data": [{str(key): _plain(value) for key, value in row.items()} for row in rows],
        "warnings": list(warnings),
    }


def _plain(value: Any) -> Any:
    """A cell of the drawn numbers as JSON has it: days as ISO 8601, what is missing as null."""
    if isinstance(value, dt.date):  # a Timestamp is one, NaT too
        return None if value != value else value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value


def _asked(words: tuple[str, ...]) -> tuple[str, list[str], list[str | None]]:
    """The figure, the quantities and the dates of what was typed."""
    first, *others = words
    named = first in _FIGURES and bool(others)
    figure, rest = (first, others) if named else ("", [first, *others])
    if figure in _SEVERAL:
        quantities = [word for word in rest if not DAY.fullmatch(word)]
        dates: list[str | None] = [word for word in rest if DAY.fullmatch(word)]
    else:
        quantities, dates = rest[:1], list[str | None](rest[1:])
    if len(rest) == 3 and not named:
        hint = near_hint(rest[0], _FIGURES)
        known = ", ".join(_FIGURES)
        raise click.UsageError(f"expected a figure of {known}, got {rest[0]!r}{hint}")
    figure = figure or ("spread" if dates else "timeline")
    if not quantities or (figure not in _SEVERAL and len(dates) > 1):
        raise click.UsageError(f"expected [FIGURE] QUANTITY [DATE], got {' '.join(words)!r}")
    if figure in _OVER_TIME and dates:
        raise click.UsageError(f"a {figure} takes no DATE; give --start and --end")
    return figure, quantities, dates or [None]


def _timeline(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    answer = asked.timeline(asked.quantity)
    return answer.plot(**look), answer.warnings


def _drawn(draw: Callable[..., Axes]) -> Callable[[_Asked, Mapping[str, Any]], Drawn]:
    """A figure of one answer."""

    def figure(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
        answer = asked.estimate()
        return draw(answer, **look), answer.warnings

    return figure


def _sources(answer: Estimate, **look: Any) -> Axes:
    """House effects are of the whole ledger; those of one quantity's claims are drawn."""
    return sources(answer.sources, **look)


def _beside() -> dict[str, Any]:
    """Fits that a figure asks beside its own are made on all cores."""
    return {"workers": options.cores(), "progress": True}


def _revisions(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    answer = ask_revisions(asked.quantity, asked.date, **asked.by_model(), **_beside())
    return answer.plot(**look), answer.warnings


def _sensitivity(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    answer = ask_sensitivity(asked.quantity, asked.date, **asked.by_model(), **_beside())
    return answer.plot(**look), answer.answer.warnings


def _calibration(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    """What each claim says against what all others make of it."""
    asked.by_model()
    asked.known.ledger.quantity(asked.quantity)
    check = asked.known.check()
    rows = check.rows[check.rows["quantity"] == asked.quantity]
    return calibration(replace(check, rows=rows.reset_index(drop=True)), **look), ()


def _compare(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    """Every quantity at every date, by every method, from every ledger, in that order."""
    others = {Path(path).stem: opened(path, asked.question["convention"]) for path in asked.ledgers}
    question = {name: each for name, each in asked.question.items() if name != "ledger"}
    fits = {name: ask_fit(each, **question, progress=True) for name, each in others.items()}
    found = [
        (name, known.estimate(quantity, date, method=method))
        for name, known in {"": asked.known, **fits}.items()
        for quantity in asked.quantities
        for date in asked.dates
        for method in dict.fromkeys([asked.method, *asked.methods])
    ]
    warnings = tuple(dict.fromkeys(w for _, answer in found for w in answer.warnings))
    answers = [answer for _, answer in found]
    if not others:
        return compare(answers, **look), warnings
    told = {f"{name or 'first'}: {_name_of(answer)}": answer for name, answer in found}
    return compare(told, **look), warnings


def _name_of(answer: Estimate) -> str:
    parts = (answer.about.label or answer.quantity, answer.date, answer.method)
    return ", ".join(str(part) for part in parts if part)


def _facets(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    answers = [asked.timeline(quantity) for quantity in asked.quantities]
    figure = cast("Figure", facets(answers, **look)[0].get_figure(root=True))
    return figure, _warnings(answers)


def _stacked(asked: _Asked, look: Mapping[str, Any]) -> Drawn:
    """The parts that are named after the whole, or that its registry names."""
    whole = asked.timeline(asked.quantity)
    names = list(asked.quantities[1:]) or list(whole.about.parts)
    if not names:
        raise click.UsageError(
            f"{asked.quantity} has no parts in its registry: name the quantities to stack after it"
        )
    days = {"start": whole.dates[0].isoformat(), "end": whole.dates[-1].isoformat()}
    parts = [asked.timeline(name, **days) for name in names]
    return stacked(parts, whole, **look), _warnings([whole, *parts])


def _warnings(answers: Sequence[Timeline]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for answer in answers for w in answer.warnings))


_SEVERAL = ("compare", "facets", "stacked")
_OVER_TIME = ("timeline", "facets", "stacked")
_FIGURES: Mapping[str, Callable[[_Asked, Mapping[str, Any]], Drawn]] = {
    "timeline": _timeline,
    "spread": _drawn(spread),
    "forest": _drawn(forest),
    "sources": _drawn(_sources),
    "conflicts": _drawn(conflicts),
    "revisions": _revisions,
    "sensitivity": _sensitivity,
    "calibration": _calibration,
    "compare": _compare,
    "facets": _facets,
    "stacked": _stacked,
}
