"""Figures that stand alone on a page, and their words.

Each takes a value, draws on the Axes given (or on a figure of its own) and returns the Axes; none
shows anything or changes Matplotlib's settings. `describe` gives the caption, the alt text and the
data of what was drawn, `save` the same bytes for the same figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.plot.colouring import palette as palette
    from reconcile.plot.describing import describe as describe
    from reconcile.plot.description import Description as Description
    from reconcile.plot.draw_spread import spread as spread
    from reconcile.plot.draw_timeline import timeline as timeline
    from reconcile.plot.saving import save as save

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Description": "description",
        "describe": "describing",
        "palette": "colouring",
        "save": "saving",
        "spread": "draw_spread",
        "timeline": "draw_timeline",
    },
)
