"""The words of a figure, from the figure or straight from the value it draws."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reconcile.errors import OptionError
from reconcile.plot.description import Description, described
from reconcile.plot.draw_spread import describe_spread
from reconcile.plot.draw_timeline import describe_timeline
from reconcile.values.estimate import Estimate, Timeline

__all__ = ["describe"]


def describe(drawn: Axes | Figure | Estimate | Timeline) -> Description:
    """Caption, alt text, source line and data of a figure of this package.

    An `Estimate` is described as `spread` draws it and a `Timeline` as `timeline` does, without
    drawing. Raises `OptionError` for Axes on which nothing of this package was drawn.
    """
    if isinstance(drawn, Estimate):
        return describe_spread(drawn)
    if isinstance(drawn, Timeline):
        return describe_timeline(drawn)
    found = described(drawn)
    if found is None:
        raise OptionError(
            "expected Axes or a figure drawn by reconcile.plot, an Estimate or a Timeline; "
            f"nothing of reconcile.plot is drawn on this {type(drawn).__name__}"
        )
    return found
