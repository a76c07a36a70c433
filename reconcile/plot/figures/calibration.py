"""Calibration: do intervals hold what they promise?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator
from scipy.stats import binom

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand
from reconcile.plot.parts.colouring import GRID, INK, MEDIAN, QUIET
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.given import need_columns
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import EvenTicks
from reconcile.plot.parts.words import shorter_names

BAND = "#DCE5EE"
BINS = 10
MOST_SCORES = 14


@dataclass(frozen=True, eq=False)
class _Check:
    """What is drawn: coverage (level, covered, n), pit (N,), scores (source, score).

    `of` says what was forecast: "truths", or "claims".
    """

    coverage: pd.DataFrame
    pit: Array
    scores: pd.DataFrame
    of: str = "truths"

    def told(self, say: Messages, key: str, **words: object) -> str:
        """A message on calibration, in the words for what was forecast."""
        return say(f"calibration.{'' if self.of == 'truths' else 'claims_'}{key}", **words)


def calibration(check: object, **options: Unpack[FigureOptions]) -> Axes:
    """Draw whether intervals hold what they promise, as up to three panels.

    `check` is an object or mapping with some of `coverage` (table: `level`, `covered`, the share of
    truths inside, and `n`), `pit` (N,) (the probability integral transform of each truth: uniform
    if calibrated; Gneiting et al. 2007, doi 10.1111/j.1467-9868.2007.00587.x) and `scores` (table:
    `source`, `score`, lower is better, and `n` where known). Shaded is where 95% of calibrated
    forecasters fall, by the binomial distribution. With `ax`, the panels share out its place. The
    options are `FigureOptions`, without those about claims, bands, scale and axes. Raises
    `OptionError` if none of the three is there.
    """
    request = read_request("calibration", options)
    found = _found(check)
    words = _describe(found, request)
    names = found.scores["source"].astype(str) if len(found.scores) else ()
    with request.open(words, names, _height(request.size.name, found)) as sheet:
        panels = _panels(sheet, found)
        for name, panel in panels.items():
            {"coverage": _coverage, "pit": _pit, "scores": _scores}[name](sheet, panel, found)
        request.frame(sheet, words, found.told(sheet.say, "subtitle"))
        sheet.fit()  # panels that stand out to the left grow with the Axes
    return sheet.ax


def _found(check: object) -> _Check:
    def take(name: str) -> Any:
        if isinstance(check, Mapping):
            return cast("Mapping[str, Any]", check).get(name)
        value = getattr(check, name, None)
        return value() if callable(value) else value

    coverage, pit, scores = take("coverage"), take("pit"), take("scores")
    found = _Check(
        _table(coverage, "coverage", ("level", "covered", "n")),
        np.asarray([] if pit is None else pit, dtype=float),
        _table(scores, "scores", ("source", "score")),
        "claims" if take("of") == "claims" else "truths",
    )
    if not (len(found.coverage) or len(found.pit) or len(found.scores)):
        raise OptionError(
            "expected a check with a coverage table, pit values or scores, "
            f"got {type(check).__name__} with none of them"
        )
    demand((found.pit >= 0) & (found.pit <= 1), "PIT values from 0 to 1", found.pit)
    return found


def _table(value: object, what: str, columns: tuple[str, ...]) -> pd.DataFrame:
    if value is None:
        return pd.DataFrame(columns=list(columns))
    table = value if isinstance(value, pd.DataFrame) else pd.DataFrame(cast("Any", value))
    need_columns(table, columns, f"the table {what!r}")
    return table


def _names(found: _Check) -> list[str]:
    return [name for name in ("coverage", "pit", "scores") if len(getattr(found, name))]


def _height(size: str, found: _Check) -> float | None:
    """In mm: side by side on a page, one under the other in a column."""
    count = len(_names(found))
    return {"column": 22.0 + 52.0 * count, "page": 88.0 if count > 1 else 100.0}.get(size)


def _panels(sheet: Sheet, found: _Check) -> dict[str, Axes]:
    """Axes inside the host, which itself is emptied: it only keeps their place."""
    names = _names(found)
    sheet.ax.set_axis_off()
    count = len(names)
    stacked = sheet.size.name == "column"
    panels: dict[str, Axes] = {}
    for k, name in enumerate(names):
        if stacked:
            share = (1 - 0.12 * (count - 1)) / count
            # the names of the sources stand left of their panel alone
            left = max(_label_share(sheet, found) - 0.08, 0.0) if name != "scores" else 0.0
            left /= 1 - _label_share(sheet, found)
            place = (-left, 1 - share - k * (share + 0.12), 1.0 + left, share)
        else:
            gaps = [0.09 + _label_share(sheet, found) * (name == "scores") for name in names[1:]]
            share = (1 - sum(gaps)) / count
            place = (k * share + sum(gaps[:k]), 0.0, share, 1.0)
        panels[name] = _panel(sheet, place)
    return panels


def _score_labels(sheet: Sheet, found: _Check) -> list[str]:
    """Names of the sources, the best score first, with the number of truths where it is told."""
    name = "label" if "label" in found.scores.columns else "source"
    table = found.scores.sort_values("score", kind="stable").head(MOST_SCORES)
    told = (
        [f" ({sheet.say.digits(f'{n:,.0f}')})" for n in table["n"]]
        if "n" in table
        else [""] * len(table)
    )
    wide = (0.36 if sheet.size.name == "column" else 0.2) * sheet.room
    return [
        sheet.name(shorter_names(str(text)), wide, sheet.font) + count
        for text, count in zip(table[name], told, strict=True)
    ]


def _label_share(sheet: Sheet, found: _Check) -> float:
    """The share of the width that the names of the sources take."""
    widths = [sheet.measure(text, sheet.font)[0] for text in _score_labels(sheet, found)]
    return max(widths, default=0.0) / sheet.room


def _panel(sheet: Sheet, place: tuple[float, float, float, float]) -> Axes:
    panel = sheet.ax.inset_axes(place)
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(labelsize=sheet.font)
    panel.set_axisbelow(True)
    return panel


def _heading(sheet: Sheet, panel: Axes, text: str) -> None:
    style: Options = {"fontsize": sheet.font, "fontweight": "bold", "color": INK}
    panel.set_title(text, loc="left", pad=0.7 * sheet.font, **style)


def _coverage(sheet: Sheet, panel: Axes, found: _Check) -> None:
    """Share inside against level promised; on the diagonal the promise is kept."""
    table = found.coverage.sort_values("level")
    level, covered = table["level"].to_numpy(float), table["covered"].to_numpy(float)
    n = table["n"].to_numpy(int)
    grid = np.linspace(0.001, 0.999, 200)
    size = int(np.median(n))
    low, high = np.asarray(binom.ppf([[0.025], [0.975]], size, grid), dtype=float) / size
    panel.fill_between(grid, low, high, color=BAND, linewidth=0, zorder=1)
    panel.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=(0, (3, 2)), zorder=2)
    style: Options = {"linewidth": 1.2, "marker": "o", "markersize": 4, "zorder": 3}
    panel.plot(level, covered, color=MEDIAN, clip_on=False, **style)
    panel.set(xlim=(0, 1), ylim=(0, 1.0))
    ticks = [0, 0.5, 1.0]
    for axis, shown in ((panel.xaxis, ticks), (panel.yaxis, ticks[1:])):  # one 0% in the corner
        axis.set_major_locator(FixedLocator(shown))
        axis.set_major_formatter(FixedFormatter([sheet.say.percent(tick) for tick in shown]))
    panel.grid(color=GRID, linewidth=0.6)
    panel.set_xlabel(sheet.say("calibration.coverage_axis"), fontsize=0.95 * sheet.font)
    _heading(sheet, panel, found.told(sheet.say, "coverage"))


def _pit(sheet: Sheet, panel: Axes, found: _Check) -> None:
    """Histogram of the transform; flat if calibrated, a valley if overconfident."""
    count = len(found.pit)
    heights, edges = np.histogram(found.pit, bins=BINS, range=(0, 1))
    low, high = np.asarray(binom.ppf([0.025, 0.975], count, 1 / BINS), dtype=float)
    panel.bar(
        edges[:-1], heights, np.diff(edges), align="edge", color="#7F9FC0",
        edgecolor="white", linewidth=0.8, zorder=2,
    )  # fmt: skip
    panel.fill_between([0, 1], low, high, color=BAND, alpha=0.85, linewidth=0, zorder=1)
    for end in (low, high):
        panel.plot([0, 1], [end, end], color=QUIET, linewidth=0.7, linestyle=(0, (3, 2)), zorder=3)
    panel.set(xlim=(0, 1), ylim=(0, 1.12 * max(float(heights.max()), float(high), 1.0)))
    panel.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    panel.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    panel.xaxis.set_major_formatter(
        FixedFormatter([sheet.say.digits(each) for each in ("0", "0.5", "1")])
    )
    panel.set_xlabel(found.told(sheet.say, "pit_axis"), fontsize=0.95 * sheet.font)
    _heading(sheet, panel, found.told(sheet.say, "pit"))


def _scores(sheet: Sheet, panel: Axes, found: _Check) -> None:
    """A dot for each source, the best on top."""
    table = found.scores.sort_values("score", kind="stable").head(MOST_SCORES)
    y = np.arange(len(table))
    score = table["score"].to_numpy(float)
    panel.hlines(y, 0, score, color="#B4C7DA", linewidth=1.0, zorder=1)
    panel.plot(score, y, "o", color=MEDIAN, markersize=4, zorder=2)
    panel.set_ylim(len(table) - 0.4, -0.6)
    panel.set_xlim(min(0.0, 1.1 * float(score.min())), 1.1 * float(max(score.max(), 1e-12)))
    panel.yaxis.set_major_locator(FixedLocator([float(k) for k in y]))
    panel.yaxis.set_major_formatter(FixedFormatter(_score_labels(sheet, found)))
    panel.tick_params(axis="y", length=0)
    panel.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    panel.xaxis.set_major_formatter(EvenTicks(sheet.say))
    panel.spines["left"].set_visible(False)
    panel.set_xlabel(sheet.say("calibration.scores_axis"), fontsize=0.95 * sheet.font)
    _heading(sheet, panel, sheet.say("calibration.scores"))


def _describe(found: _Check, request: Request) -> Description:
    say, parts, count = request.say, list[str](), len(found.pit)
    name = found.told(say, "title")
    if len(found.coverage):
        table = found.coverage.sort_values("level")
        parts.append(
            "; ".join(
                found.told(
                    say, "held", level=say.percent(level), covered=say.percent(round(covered, 2))
                )
                for level, covered in zip(table["level"], table["covered"], strict=True)
            )
        )
        count = max(count, int(table["n"].max()))
    if len(found.pit):
        tails = (float(np.mean(found.pit < 0.05)), float(np.mean(found.pit > 0.95)))
        low, high = (say.percent(round(share, 3)) for share in tails)
        parts.append(found.told(say, "tails", low=low, high=high))
    if len(found.scores):
        best = found.scores.sort_values("score").iloc[0]
        score = say.digits(f"{best['score']:.3g}")
        named = best["label"] if "label" in found.scores.columns else best["source"]
        parts.append(say("calibration.best", score=score, source=named))
    told = ". ".join(part[:1].upper() + part[1:] for part in parts)
    number = say.count(count, "truth" if found.of == "truths" else "claim")
    foot = say("calibration.line", truths=number)
    panels = say.count(len(_names(found)), "panel")
    return Description(
        request.titled(name),
        say("calibration.caption", title=name, told=told, subtitle=found.told(say, "subtitle")),
        say("calibration.alt", panels=panels, told=told),
        foot if count else say("calibration.line_scores"),
        _data(found),
    )


def _data(found: _Check) -> pd.DataFrame:
    heights, edges = np.histogram(found.pit, bins=BINS, range=(0, 1))
    histogram = pd.DataFrame({"drawn": "pit", "lower": edges[:-1], "count": heights})
    parts = [
        found.coverage.assign(drawn="coverage"),
        histogram if len(found.pit) else histogram.iloc[:0],
        found.scores.assign(drawn="scores"),
    ]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)
