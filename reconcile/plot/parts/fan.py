"""The fan: the median over time and the bands around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import date2num
from matplotlib.text import Text

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.plot.parts.colouring import BAND_COLOURS, INK, MEDIAN, QUIET
from reconcile.plot.parts.placing import boxes_along
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.words import number_label
from reconcile.values.distribution import Distribution

FOUR = ("#E4EBF2", "#D1DDE9", "#BCCDDE", "#A6BDD4")


@dataclass(frozen=True, eq=False)
class Fan:
    """Days (T,) as Matplotlib counts them, medians (T,), and the bands: (level, lower, upper),
    widest first. No claim speaks of the days after the first `sure` of them."""

    days: Array
    median: Array
    bands: Sequence[tuple[float, Array, Array]]
    sure: int

    @property
    def lower(self) -> Array:
        """The lower bounds of the widest band."""
        return self.bands[0][1]

    @property
    def upper(self) -> Array:
        """The upper bounds of the widest band."""
        return self.bands[0][2]

    def part(self, rows: slice) -> Fan:
        """Some of the days."""
        bands = [(level, lower[rows], upper[rows]) for level, lower, upper in self.bands]
        return Fan(self.days[rows], self.median[rows], bands, self.sure)

    def slabs(self, ax: Axes) -> Array:
        """Upright boxes over the widest band in pixels, which labels would rather leave free."""
        few = self.part(slice(None, None, max(1, len(self.days) // 40)))
        low = ax.transData.transform(np.c_[few.days, few.lower])
        high = ax.transData.transform(np.c_[few.days, few.upper])
        half = 0.5 * float(np.median(np.diff(low[:, 0]))) if len(few.days) > 1 else 2.0
        return np.c_[low[:, 0] - half, low[:, 1], high[:, 0] + half, high[:, 1]]

    def path(self, ax: Axes) -> Array:
        """Boxes along the median in pixels, which labels must leave free."""
        return boxes_along(ax.transData.transform(np.c_[self.days, self.median]), 4.0)


def fan_of(
    frame: pd.DataFrame,
    levels: Sequence[float],
    spreads: Sequence[Distribution] = (),
    sure: int | None = None,
) -> Fan:
    """The fan of a table with the columns of `Timeline.to_frame`, with bands at these `levels`.

    What the table does not hold comes from the distributions of its days, if they are given.
    Raises `OptionError` for a level that neither has.
    """
    level = frame_level(frame)
    bands: list[tuple[float, Array, Array]] = []
    for each in levels:
        name = "" if math.isclose(each, level, abs_tol=1e-6) else f"{100 * each:g}"
        if f"lower{name}" in frame.columns and (not name or name in ("50", "80", "95")):
            lower, upper = (frame[f"{side}{name}"].to_numpy(float) for side in ("lower", "upper"))
        elif len(spreads) == len(frame):
            tail = (1 - each) / 2
            lower, upper = np.array([spread.quantile([tail, 1 - tail]) for spread in spreads]).T
        else:
            raise OptionError(f"expected bands of 0.5, 0.8, 0.95 or {level:g}, got {each:g}")
        bands.append((each, lower, upper))
    days = cast("Array", np.asarray(date2num(frame["date"].to_numpy()), dtype=float))
    return Fan(days, frame["median"].to_numpy(float), bands, len(days) if sure is None else sure)


def band_shades(count: int, pale: float = 0.0) -> list[str]:
    """Colours of so many bands, the widest first, thinned with white by `pale`."""
    shades = FOUR if count > 3 else [*BAND_COLOURS.values()][3 - count :]
    return [to_hex(tuple(1 - (1 - pale) * (1 - np.array(to_rgb(each))))) for each in shades]


def frame_level(frame: pd.DataFrame) -> float:
    """The level of the columns `lower` and `upper`; 90% where the table does not tell."""
    return float(frame["level"].iloc[0]) if "level" in frame.columns and len(frame) else 0.9


PALE = 0.55  # how far the bands are thinned where no claim speaks of the days any more


def draw_fan(ax: Axes, fan: Fan, step: bool = False) -> None:
    """Bands and median; after the last claim the bands are paler and the median is dashed."""
    _draw_part(ax, fan.part(slice(0, fan.sure)), step, extrapolated=False)
    if fan.sure < len(fan.days):
        _draw_part(ax, fan.part(slice(max(fan.sure - 1, 0), None)), step, extrapolated=True)


def _draw_part(ax: Axes, fan: Fan, step: bool, extrapolated: bool) -> None:
    if not len(fan.days):
        return
    shades = band_shades(len(fan.bands), PALE if extrapolated else 0.0)
    for (_, lower, upper), shade in zip(fan.bands, shades, strict=True):
        ax.fill_between(
            fan.days,
            lower,
            upper,
            step="post" if step else None,
            color=shade,
            linewidth=0,
            zorder=1,
        )
    ax.plot(
        fan.days,
        fan.median,
        color=MEDIAN,
        linewidth=1.2 if extrapolated else 1.6,
        linestyle=(0, (4, 2)) if extrapolated else "-",
        drawstyle="steps-post" if step else "default",
        solid_capstyle="butt",
        zorder=2.5,
        label="_beyond" if extrapolated else "_median",
    )


def label_fan(sheet: Sheet, fan: Fan) -> list[Text]:
    """The levels and the last median, right of the fan; `settle_labels` sets them apart."""
    middle, width = float(fan.median[-1]), float(fan.upper[-1] - fan.lower[-1])
    words = [
        (sheet.say.percent(level), float(upper[-1]), "normal", QUIET)
        for level, _, upper in fan.bands
    ]
    words.append((number_label(middle, width or math.inf, sheet.say), middle, "bold", INK))
    transform = sheet.beside(right=3.5)
    return [
        sheet.ax.text(
            1,
            y,
            text,
            transform=transform,
            fontsize=0.92 * sheet.font,
            fontweight=weight,
            color=colour,
            va="center_baseline",
            clip_on=False,
        )
        for text, y, weight, colour in words
    ]


def settle_labels(sheet: Sheet, texts: list[Text]) -> None:
    """Move texts beside the Axes up and down until none touch, staying within its height."""
    ax = sheet.ax
    x0 = ax.get_xlim()[0]
    wanted = np.array([ax.transData.transform((x0, text.get_position()[1]))[1] for text in texts])
    low, high = ax.bbox.y0, ax.bbox.y1
    height = sheet.px(1.18 * 0.92 * sheet.font)
    placed = spread_out(np.clip(wanted, low, high), height)
    placed -= max(0.0, placed.max() + height / 2 - high - height / 2)
    back = ax.transData.inverted().transform([(ax.bbox.x0, y) for y in placed])[:, 1]
    for text, y in zip(texts, back, strict=True):
        text.set_y(float(y))


def spread_out(wanted: Array, gap: float) -> Array:
    """Positions at least `gap` apart, in the order of `wanted`, as near to it as can be.

    Pool adjacent violators on wanted - k * gap: the least-squares answer.

    >>> spread_out(np.array([0.0, 1.0, 10.0]), 4.0)
    array([-1.5,  2.5, 10. ])
    """
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(len(wanted))
    blocks: list[list[float]] = []  # [mean, size]
    for value in wanted[order] - steps:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, size), (other, more) = blocks[-2], blocks.pop()
            blocks[-1] = [(mean * size + other * more) / (size + more), size + more]
    flat = np.concatenate([np.full(int(size), mean) for mean, size in blocks])
    placed = np.empty_like(flat)
    placed[order] = flat + steps
    return placed
