"""The place of the caller's Axes: how much of the figure it may fill with its words."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox


def cell_of(ax: Axes) -> Bbox:
    """The pixels that an Axes has for itself and all that hangs on it.

    In a grid: up to half way to its neighbours, and to the edge of the figure where there are
    none. Alone in its figure: all of it. Else, placed by hand: its own box.
    """
    host = ax.get_figure(root=False)
    if host is None:
        raise TypeError("expected Axes that are part of a figure")
    spec = ax.get_subplotspec()
    if spec is None:
        others = [each for each in host.axes if each is not ax and each not in ax.child_axes]
        if ax not in host.axes or others:
            return Bbox(ax.get_position(original=True).transformed(host.transSubfigure))
        return Bbox(host.bbox.get_points())
    grid = spec.get_gridspec()
    bottoms, tops, lefts, rights = (
        [float(at) for at in edges]
        for edges in grid.get_grid_positions(host)  # pyright: ignore[reportArgumentType]
    )
    rows, columns = spec.rowspan, spec.colspan
    left, right = _between(lefts, rights, columns.start, columns.stop)
    # rows count from the top: turned round, they are columns
    top, bottom = _between([1 - y for y in tops], [1 - y for y in bottoms], rows.start, rows.stop)
    return Bbox(
        Bbox.from_extents(left, 1 - bottom, right, 1 - top).transformed(host.transSubfigure)
    )


def _between(
    starts: Sequence[float], ends: Sequence[float], first: int, past: int
) -> tuple[float, float]:
    """From half way to the cell before `first` to half way to the one after the last."""
    low = 0.0 if first == 0 else (ends[first - 1] + starts[first]) / 2
    high = 1.0 if past == len(starts) else (ends[past - 1] + starts[past]) / 2
    return low, high
