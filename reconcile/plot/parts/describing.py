"""The words of a figure, from the figure or straight from the value it draws."""

from __future__ import annotations

from typing import Literal, Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reconcile.errors import OptionError, one_of
from reconcile.plot.figures.conflicts import describe_conflicts
from reconcile.plot.figures.forest import describe_forest
from reconcile.plot.figures.spread import describe_spread
from reconcile.plot.figures.timeline import describe_timeline
from reconcile.plot.parts.description import Description, described
from reconcile.plot.parts.request import FigureOptions, read_request
from reconcile.values import Estimate, Timeline

_OF_ESTIMATES = {
    "spread": describe_spread,
    "forest": describe_forest,
    "conflicts": describe_conflicts,
}


def describe(
    drawn: Axes | Figure | Estimate | Timeline,
    figure: Literal["spread", "forest", "conflicts"] = "spread",
    **options: Unpack[FigureOptions],
) -> Description:
    """Caption, alt text, source line and data of a figure of this package.

    A `Timeline` is described as `timeline` draws it with these options and an `Estimate` as
    `figure` does, without drawing. Raises `OptionError` for another `figure` and for Axes on which
    nothing of this package was drawn.
    """
    if isinstance(drawn, Estimate):
        one_of("figure", figure, [*_OF_ESTIMATES])
        request = read_request(figure, options).on(drawn.about)
        return _OF_ESTIMATES[figure](drawn, request.marks(drawn), request)
    if isinstance(drawn, Timeline):
        return describe_timeline(drawn, read_request("timeline", options))
    found = described(drawn)
    if found is None:
        raise OptionError(
            "expected Axes or a figure drawn by reconcile.plot, an Estimate or a Timeline; "
            f"nothing of reconcile.plot is drawn on this {type(drawn).__name__}"
        )
    return found
