"""The axis of values: logarithmic or linear, zero-safe, with ticks that people can read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.plot.parts.messages import ENGLISH, Messages
from reconcile.values.registry import Quantity

AxisScale = Literal["auto", "log", "linear"]

DECADES = 1.5  # a log axis when the values span more than this
SQUEEZED = 1 / 3  # or when on a linear axis one outlier would leave the rest less than this
ROOM = 9  # and never more decades than this below the largest value
LINEAR_SHARE = 0.36  # with base 10: the stretch from 0 to the threshold is 0.4 decades


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """How values are laid out: `lower` to `upper`, logarithmic above `threshold` if `log`.

    Of things that are counted (`whole`) there is no half.
    """

    log: bool
    lower: float
    upper: float
    threshold: float = 1.0
    whole: bool = False

    def apply(
        self, ax: Axes, along: Literal["x", "y"], ticks: int = 6, say: Messages = ENGLISH
    ) -> None:
        """Set scale, limits and ticks of one axis of `ax`."""
        axis = ax.xaxis if along == "x" else ax.yaxis
        if self.log:
            options = {"linthresh": self.threshold, "linscale": LINEAR_SHARE, "base": 10}
            ax.set(**{f"{along}scale": "linear"})
            (ax.set_xscale if along == "x" else ax.set_yscale)("symlog", **options)
            axis.set_major_locator(FixedLocator(self.log_ticks(ticks)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: tick_words(value, say)))
        else:
            (ax.set_xscale if along == "x" else ax.set_yscale)("linear")
            axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10], integer=self.whole))
            axis.set_major_formatter(EvenTicks(say))
        axis.set_minor_locator(NullLocator())
        (ax.set_xlim if along == "x" else ax.set_ylim)(self.lower, self.upper)

    def with_room(
        self, upward: Iterable[float], downward: Iterable[float], share: float
    ) -> ValueAxis:
        """Wide enough for arrows up and down from these bounds, each `share` of the axis long."""
        low, high = (float(end) for end in self.to_scale([self.lower, self.upper]))
        for bound in self.to_scale([*upward]):
            high = max(high, (float(bound) - share * low) / (1 - share))
        for bound in self.to_scale([*downward]):
            low = min(low, (float(bound) - share * high) / (1 - share))
        lower, upper = (float(end) for end in self.from_scale([low, high]))
        return replace(self, lower=lower, upper=upper)

    def with_edge(self, points: Sequence[float], share: float) -> ValueAxis:
        """With ends at least `share` of the axis off these points: below zero too, and over all."""
        if not len(points):
            return self
        low, high, *at = (float(v) for v in self.to_scale([self.lower, self.upper, *points]))
        edge = (max(min(at), low) - share * high) / (1 - share)
        lower = float(self.from_scale([edge])[0]) if edge < low else self.lower
        edge = (min(max(at), high) - share * min(low, edge)) / (1 - share)
        upper = float(self.from_scale([edge])[0]) if edge > high else self.upper
        return replace(self, lower=lower, upper=upper)

    def log_ticks(self, most: int) -> list[float]:
        """Round numbers inside the limits, at most about `most` of them: 1-2-5 steps or decades."""
        low = max(self.lower, self.threshold)
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(self.upper))
        found: list[float] = []
        for steps, skip in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
            found = [m * 10.0**e for e in range(first, last + 1, skip) for m in steps]
            found = [tick for tick in found if low <= tick * 1.0001 and tick <= self.upper * 1.0001]
            if len(found) + (self.lower <= 0) <= most:
                break
        return [0.0, *found] if self.lower <= 0 else found

    def to_scale(self, values: float | Array | Sequence[float]) -> Array:
        """Positions on the axis, in decades if `log`, else the values."""
        x = np.asarray(values, dtype=float)
        if not self.log:
            return x
        ratio = np.abs(x) / self.threshold
        beyond = LINEAR_SHARE / 0.9 + np.log10(np.maximum(ratio, 1))
        return np.sign(x) * np.where(ratio > 1, beyond, ratio * LINEAR_SHARE / 0.9)

    def from_scale(self, positions: float | Array | Sequence[float]) -> Array:
        """Values at positions on the axis."""
        z = np.asarray(positions, dtype=float)
        if not self.log:
            return z
        share = LINEAR_SHARE / 0.9
        beyond = 10.0 ** np.maximum(np.abs(z) - share, 0)
        return np.sign(z) * self.threshold * np.where(np.abs(z) > share, beyond, np.abs(z) / share)

    def clip(self, value: float) -> float:
        """`value`, brought inside the limits (unbounded ends come to the edge)."""
        return min(max(value, self.lower), self.upper)


def value_axis(
    values: Iterable[float],
    about: Quantity,
    scale: AxisScale = "auto",
    zero: bool = False,
    deciding: Iterable[float] | None = None,
    common: Iterable[float] = (),
) -> ValueAxis:
    """The axis that shows all finite `values`; `zero` asks for the zero of a count to be on it,
    which a level gets that comes near it, and so does whatever is on a log axis.

    `deciding` are the values whose span decides between log and linear, if not all of them;
    `common` those by which a log axis with zero turns linear: below the least of them nothing
    happens that would be worth its height.
    Raises `OptionError` for another `scale` than "auto", "log" or "linear", and for a log axis
    that would have to show negative numbers.
    """
    if scale not in ("auto", "log", "linear"):
        raise OptionError(f"expected scale 'auto', 'log' or 'linear', got {scale!r}")
    shown = np.array([value for value in values if math.isfinite(value)] or [0.0, 1.0])
    positive = shown[shown > 0]
    threshold = _threshold(positive, about)
    judged = positive if deciding is None else np.array([v for v in deciding if 0 < v < math.inf])
    big = np.maximum(judged, threshold)
    spans = len(big) > 1 and math.log10(big.max() / big.min()) > DECADES
    spans |= len(big) > 1 and big.max() < SQUEEZED * shown.max()
    wanted = about.scale == "log" and spans and shown.min() >= 0
    log = scale == "log" or (scale == "auto" and wanted)
    if log and shown.min() < 0:
        raise OptionError(f"a log axis can't show {shown.min():g}; use scale='linear'")
    if log:
        least = min((value for value in common if 0 < value < math.inf), default=0.0)
        if zero and least > 10 * threshold:
            threshold = 10.0 ** math.floor(math.log10(least))
        return _log_axis(shown, threshold, zero and shown.min() < 2 * threshold)
    # a level far from zero has the height to itself; a total begins at nothing
    far = about.kind != "cumulative" and shown.min() > 0.5 * shown.max()
    axis = _linear_axis(shown, zero and about.scale == "log" and not far)
    axis = replace(axis, whole=about.unit == "count" and about.scale == "log")
    if about.scale == "logit" and shown.min() >= 0 and shown.max() <= 1:
        return replace(axis, lower=max(axis.lower, 0.0), upper=min(axis.upper, 1.0))
    return axis


def _threshold(positive: Array, about: Quantity) -> float:
    """Below it a log axis turns linear: one person for counts, else what the data reach."""
    if about.unit == "count" or not len(positive):
        return 1.0
    return 10.0 ** math.floor(math.log10(max(positive.min(), positive.max() / 10.0**ROOM)))


def _log_axis(shown: Array, threshold: float, zero: bool) -> ValueAxis:
    upper = max(shown.max(), threshold) * 1.35
    small = shown.min()
    if zero or small < threshold:
        return ValueAxis(True, 0.0, upper, threshold)
    return ValueAxis(True, max(small / 1.35, threshold), upper, threshold)


def _linear_axis(shown: Array, zero: bool) -> ValueAxis:
    low, high = float(shown.min()), float(shown.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    pad = 0.06 * (high - low) or 0.5 * max(abs(high), 1.0)
    return ValueAxis(False, low if zero and low == 0 else low - pad, high + pad)


def thin_ticks(ax: Axes, along: Literal["x", "y"], gap: float) -> None:
    """Drop ticks whose labels would come closer than `gap` pixels; zero and the ends stay."""
    axis, side = (ax.xaxis, 0) if along == "x" else (ax.yaxis, 1)
    low, high = sorted(axis.get_view_interval())
    ticks = [float(tick) for tick in axis.get_majorticklocs() if low <= tick <= high]
    kept: list[tuple[float, float]] = []
    for tick in sorted(ticks, key=lambda value: (value != 0, -abs(value))):
        at = float(ax.transData.transform((tick, tick))[side])
        if all(abs(at - other) >= gap for _, other in kept):
            kept.append((tick, at))
    axis.set_major_locator(FixedLocator(sorted(tick for tick, _ in kept)))


class EvenTicks(FuncFormatter):
    """Numbers in even steps, all with as many decimals as any of them needs; zero is a plain 0."""

    def __init__(self, say: Messages) -> None:
        super().__init__(lambda value, _: tick_words(value, say))
        self.say = say

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The words of all ticks of an axis."""
        if self.say.shares:
            told = EvenTicks(self.say.plain).format_ticks([100 * value for value in values])
            return [self.say("numbers.percent", n=each) for each in told]
        plain = [f"{abs(value):.4g}" for value in values]
        decimals = max((len(text.partition(".")[2]) for text in plain), default=0)
        if not decimals or any("e" in text for text in plain):
            return [tick_words(value, self.say) for value in values]
        return [
            ("−" if value < 0 else "") + self.say.digits(f"{abs(value):,.{decimals}f}")
            if round(value, decimals)
            else "0"
            for value in values
        ]


def tick_words(value: float, say: Messages = ENGLISH) -> str:
    """A number on an axis.

    >>> [tick_words(v) for v in (0, 0.5, 1000, 2_500_000, -3, 4e9)]
    ['0', '0.5', '1,000', '2.5m', '−3', '4bn']
    """
    if say.shares:
        return say("numbers.percent", n=tick_words(100 * value, say.plain))
    sign, size = ("−" if value < 0 else ""), abs(value)
    for unit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size >= 1e15:
            return f"{value:.0e}"
        if size >= unit:
            return sign + say(f"numbers.short_{word}", n=say.digits(f"{size / unit:,.4g}"))
    return sign + say.digits(f"{size:,.0f}" if size == round(size) else f"{size:.4g}")
