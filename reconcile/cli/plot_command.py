"""The command that draws: `reconcile plot FIGURE QUANTITY [DATE] -o FILE`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconcile.cli import options
from reconcile.cli.asking import arguments, drawable
from reconcile.cli.terminal import warn
from reconcile.errors import near_hint
from reconcile.plot import conflicts, forest, save, sources
from reconcile.questions.estimate import estimate as ask_estimate
from reconcile.questions.estimate import timeline as ask_timeline
from reconcile.questions.revisions import revisions as ask_revisions
from reconcile.questions.sensitivity import sensitivity as ask_sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot"]

Drawn = tuple["Axes", tuple[str, ...]]


@click.command()
@click.argument("words", metavar="[FIGURE] QUANTITY [DATE]", nargs=-1, required=True)
@click.option("--start", metavar="DATE", help="First day of a timeline.")
@click.option("--end", metavar="DATE", help="Last day of a timeline.")
@click.option(
    "--freq",
    metavar="D|W|MS",
    default="D",
    show_default=True,
    help="One row for each day, week or month.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SVG, PNG or PDF. [default: QUANTITY.svg here]",
)
@click.option(
    "--size",
    type=click.Choice(["column", "page", "slide"]),
    default="page",
    show_default=True,
    help="85 mm, 170 mm, or 16:9.",
)
@click.option("--title", metavar="TEXT", help='In place of the quantity\'s label; "" for none.')
@options.ledger
@options.as_of
@options.level
@options.method
@options.convention
@options.exclude
@options.seed
@options.example(
    "reconcile plot casualties -o casualties.png",
    "reconcile plot forest casualties 2024-12-18 -o forest.pdf",
    "reconcile plot revisions casualties 2024-12-18 -o known.svg --size column",
)
def plot(words: tuple[str, ...], output: Path | None, **settings: Any) -> None:
    """Draw a FIGURE about QUANTITY into a file.

    FIGURE is timeline, spread, forest, sources, conflicts, revisions or
    sensitivity. Without one it is the timeline, or with DATE the spread on that day.
    """
    figure, quantity, date = _asked(words)
    span = {name: settings.pop(name) for name in ("start", "end", "freq")}
    if figure != "timeline" and (span["start"] or span["end"]):
        raise click.UsageError("give a DATE, or --start and --end, not both")
    target = drawable(output or Path(f"{quantity}.svg"))
    look = {name: settings.pop(name) for name in ("size", "title")}
    look = {name: value for name, value in look.items() if value is not None}
    asked = arguments(settings)
    axes, warnings = _FIGURES[figure](quantity, date, asked | span, look)
    click.echo(str(save(axes, target)))
    warn(warnings)


def _asked(words: tuple[str, ...]) -> tuple[str, str, str | None]:
    """The figure, the quantity and the date of what was typed."""
    first, *others = words
    named = first in _FIGURES and bool(others)
    figure, rest = (first, others) if named else ("", [first, *others])
    if len(rest) == 3 and not named:
        hint = near_hint(rest[0], _FIGURES)
        known = ", ".join(_FIGURES)
        raise click.UsageError(f"expected a figure of {known}, got {rest[0]!r}{hint}")
    if len(rest) > 3 or (named and len(rest) > 2):
        raise click.UsageError(f"expected [FIGURE] QUANTITY [DATE], got {' '.join(words)!r}")
    quantity, date = rest[0], rest[1] if len(rest) > 1 else None
    figure = figure or ("timeline" if date is None else "spread")
    if figure == "timeline" and date is not None:
        raise click.UsageError("a timeline takes no DATE; give --start and --end")
    return figure, quantity, date


def _timeline(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    answer = ask_timeline(quantity, **asked)
    return answer.plot(**look), answer.warnings


def _spread(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    answer = ask_estimate(quantity, date, **_of_one_day(asked))
    return answer.plot(**look), answer.warnings


def _forest(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    answer = ask_estimate(quantity, date, **_of_one_day(asked))
    return forest(answer, **look), answer.warnings


def _conflicts(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    answer = ask_estimate(quantity, date, **_of_one_day(asked))
    return conflicts(answer, **look), answer.warnings


def _sources(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    """House effects are of the whole ledger; those of one quantity's claims are drawn."""
    answer = ask_estimate(quantity, date, **_of_one_day(asked))
    return sources(answer.sources, **look), answer.warnings


def _revisions(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    answer = ask_revisions(quantity, date, **_by_model(asked))
    return answer.plot(**look), answer.warnings


def _sensitivity(quantity: str, date: str | None, asked: Any, look: Mapping[str, Any]) -> Drawn:
    answer = ask_sensitivity(quantity, date, **_by_model(asked))
    return answer.plot(**look), answer.answer.warnings


def _of_one_day(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in ("start", "end", "freq")}


def _by_model(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What revisions and sensitivity take: they are answers of the model alone."""
    kept = _of_one_day(asked)
    method = kept.pop("method")
    if method != "state-space":
        raise click.UsageError(f"this figure is drawn by state-space alone, got --method {method}")
    return kept


_FIGURES: Mapping[str, Callable[[str, str | None, Any, Mapping[str, Any]], Drawn]] = {
    "timeline": _timeline,
    "spread": _spread,
    "forest": _forest,
    "sources": _sources,
    "conflicts": _conflicts,
    "revisions": _revisions,
    "sensitivity": _sensitivity,
}
