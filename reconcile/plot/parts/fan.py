"""The fan: bands at 50%, 80% and the level of the answer, and the median, over time."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import date2num
from matplotlib.text import Text
from numpy.typing import NDArray

from reconcile.plot.parts.colouring import BAND_COLOURS, INK, MEDIAN, QUIET
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.words import number_label

__all__ = [
    "band_levels",
    "band_words",
    "draw_fan",
    "fan_slabs",
    "frame_level",
    "label_fan",
    "settle_labels",
    "spread_out",
]

Array = NDArray[np.float64]


def band_levels(level: float) -> list[float]:
    """The levels drawn, widest first: 50%, 80% and the one that the headline gives.

    >>> band_levels(0.9), band_levels(0.8)
    ([0.9, 0.8, 0.5], [0.8, 0.5])
    """
    return sorted({0.5, 0.8, round(level, 6)}, reverse=True)


def band_words(level: float) -> str:
    """The levels drawn in words.

    >>> band_words(0.9)
    '50%, 80% and 90% credible'
    """
    *first, last = [f"{100 * each:.3g}%" for each in band_levels(level)[::-1]]
    return f"{', '.join(first)} and {last} credible"


def band_colour(rank: int, pale: float = 0.0) -> str:
    """The colour of the band of that rank, the widest first, thinned with white by `pale`."""
    shade = np.array(to_rgb([*BAND_COLOURS.values()][rank]))
    return to_hex(tuple(1 - (1 - pale) * (1 - shade)))


def frame_level(frame: pd.DataFrame) -> float:
    """The level of the columns `lower` and `upper`; 90% where the table does not tell."""
    return float(frame["level"].iloc[0]) if "level" in frame.columns and len(frame) else 0.9


def band_bounds(frame: pd.DataFrame, level: float) -> tuple[Array, Array]:
    """The bounds (T,) at one of `band_levels`."""
    name = "" if math.isclose(level, frame_level(frame), abs_tol=1e-6) else f"{100 * level:.0f}"
    return frame[f"lower{name}"].to_numpy(float), frame[f"upper{name}"].to_numpy(float)


PALE = 0.55  # how far the bands are thinned where no claim speaks of the days any more


def draw_fan(ax: Axes, frame: pd.DataFrame, step: bool = False, sure: int | None = None) -> None:
    """Bands and median from the columns of `Timeline.to_frame`.

    After the first `sure` rows (default: all) no claim speaks of the days: there the bands are
    paler and the median is dashed.
    """
    sure = len(frame) if sure is None else sure
    _draw_part(ax, frame.iloc[:sure], step, extrapolated=False)
    if sure < len(frame):
        _draw_part(ax, frame.iloc[max(sure - 1, 0) :], step, extrapolated=True)


def _draw_part(ax: Axes, frame: pd.DataFrame, step: bool, extrapolated: bool) -> None:
    if not len(frame):
        return
    x = cast("Array", date2num(frame["date"].to_numpy()))
    levels = band_levels(frame_level(frame))
    for rank, level in enumerate(levels, start=len(BAND_COLOURS) - len(levels)):
        ax.fill_between(
            x,
            *band_bounds(frame, level),
            step="post" if step else None,
            color=band_colour(rank, PALE if extrapolated else 0.0),
            linewidth=0,
            zorder=1,
        )
    ax.plot(
        x,
        frame["median"].to_numpy(float),
        color=MEDIAN,
        linewidth=1.2 if extrapolated else 1.6,
        linestyle=(0, (4, 2)) if extrapolated else "-",
        drawstyle="steps-post" if step else "default",
        solid_capstyle="butt",
        zorder=2.5,
        label="_beyond" if extrapolated else "_median",
    )


def label_fan(sheet: Sheet, frame: pd.DataFrame) -> list[Text]:
    """The levels and the last median, right of the fan; `settle_labels` sets them apart."""
    last = frame.iloc[-1]
    width = float(last["upper"] - last["lower"])
    words = [
        (f"{100 * level:.3g}%", float(band_bounds(frame, level)[1][-1]), "normal", QUIET)
        for level in band_levels(frame_level(frame))
    ]
    words.append((number_label(float(last["median"]), width), float(last["median"]), "bold", INK))
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


def fan_slabs(ax: Axes, frame: pd.DataFrame) -> Array:
    """Upright boxes over the widest band, which labels would rather leave free."""
    rows = frame.iloc[:: max(1, len(frame) // 40)]
    x = np.asarray(date2num(rows["date"].to_numpy()), dtype=float)
    low = ax.transData.transform(np.c_[x, rows["lower"].to_numpy(float)])
    high = ax.transData.transform(np.c_[x, rows["upper"].to_numpy(float)])
    half = 0.5 * float(np.median(np.diff(low[:, 0]))) if len(x) > 1 else 2.0
    return np.c_[low[:, 0] - half, low[:, 1], high[:, 0] + half, high[:, 1]]


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
