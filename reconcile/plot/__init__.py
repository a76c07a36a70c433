"""Figures that stand alone on a page, and their words.

Each takes a value, draws on the Axes given (or on a figure of its own) and returns the Axes; none
shows anything or changes Matplotlib's settings. `describe` gives the caption, the alt text and the
data of what was drawn, `save` the same bytes for the same figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.plot.figures.calibration import calibration as calibration
    from reconcile.plot.figures.compare import compare as compare
    from reconcile.plot.figures.conflicts import conflicts as conflicts
    from reconcile.plot.figures.facets import facets as facets
    from reconcile.plot.figures.forest import forest as forest
    from reconcile.plot.figures.revisions import revisions as revisions
    from reconcile.plot.figures.sensitivity import sensitivity as sensitivity
    from reconcile.plot.figures.sources import HasSources as HasSources
    from reconcile.plot.figures.sources import sources as sources
    from reconcile.plot.figures.spread import spread as spread
    from reconcile.plot.figures.stacked import stacked as stacked
    from reconcile.plot.figures.timeline import timeline as timeline
    from reconcile.plot.parts.colouring import SourceLook as SourceLook
    from reconcile.plot.parts.colouring import palette as palette
    from reconcile.plot.parts.describing import describe as describe
    from reconcile.plot.parts.description import Description as Description
    from reconcile.plot.parts.messages import Messages as Messages
    from reconcile.plot.parts.pages import save_pages as save_pages
    from reconcile.plot.parts.request import FigureOptions as FigureOptions
    from reconcile.plot.parts.saving import save as save

lazy(__name__)
