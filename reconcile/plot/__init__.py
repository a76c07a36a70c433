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
    from reconcile.plot.draw_calibration import calibration as calibration
    from reconcile.plot.draw_conflict import conflict as conflict
    from reconcile.plot.draw_forest import forest as forest
    from reconcile.plot.draw_sensitivity import sensitivity as sensitivity
    from reconcile.plot.draw_sources import sources as sources
    from reconcile.plot.draw_spread import spread as spread
    from reconcile.plot.draw_timeline import timeline as timeline
    from reconcile.plot.draw_vintages import vintages as vintages
    from reconcile.plot.saving import save as save

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Description": "description",
        "calibration": "draw_calibration",
        "conflict": "draw_conflict",
        "describe": "describing",
        "forest": "draw_forest",
        "palette": "colouring",
        "save": "saving",
        "sensitivity": "draw_sensitivity",
        "sources": "draw_sources",
        "spread": "draw_spread",
        "timeline": "draw_timeline",
        "vintages": "draw_vintages",
    },
)
