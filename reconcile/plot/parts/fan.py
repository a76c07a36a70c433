"""The fan: bands of 50, 80 and 95% and the median over time, with the levels said beside it."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.text import Text
from numpy.typing import NDArray

from reconcile.plot.parts.colouring import BAND_COLOURS, INK, MEDIAN, QUIET
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.words import number_label

__all__ = ["draw_fan", "fan_slabs", "label_fan", "settle_labels", "spread_out"]

Array = NDArray[np.float64]


def draw_fan(ax: Axes, frame: pd.DataFrame, step: bool = False) -> None:
    """Bands and median from the columns of `Timeline.to_frame`."""
    x = cast("Array", date2num(frame["date"].to_numpy()))
    how = "post" if step else None
    for percent, colour in BAND_COLOURS.items():
        ax.fill_between(
            x,
            frame[f"lower{percent}"].to_numpy(float),
            frame[f"upper{percent}"].to_numpy(float),
            step=how,
            color=colour,
            linewidth=0,
            zorder=1,
        )
    ax.plot(
        x,
        frame["median"].to_numpy(float),
        color=MEDIAN,
        linewidth=1.6,
        drawstyle="steps-post" if step else "default",
        solid_capstyle="butt",
        zorder=2.5,
    )


def label_fan(sheet: Sheet, frame: pd.DataFrame) -> list[Text]:
    """The levels and the last median, right of the fan; `settle_labels` sets them apart."""
    last = frame.iloc[-1]
    width = float(last["upper"] - last["lower"])
    words = [
        (f"{percent}%", float(last[f"upper{percent}"]), "normal", QUIET) for percent in BAND_COLOURS
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
    low = ax.transData.transform(np.c_[x, rows["lower95"].to_numpy(float)])
    high = ax.transData.transform(np.c_[x, rows["upper95"].to_numpy(float)])
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
