"""Axes that a notebook shows by itself, since figures here are made apart from pyplot."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import Any

from matplotlib.axes import Axes

from reconcile.plot.parts.description import described
from reconcile.plot.parts.saving import svg_text


class NotebookAxes(Axes):
    """Axes whose figure is displayed where a notebook cell ends with it, with its alt text."""

    @property
    def alt(self) -> str:
        """What is seen, in words; empty before anything is drawn."""
        words = described(self)
        return words.alt if words else ""

    def _repr_png_(self) -> bytes:
        figure = self.get_figure(root=True)
        if figure is None:
            return b""
        page = BytesIO()
        figure.savefig(page, format="png")
        return page.getvalue()

    def _repr_svg_(self) -> str:
        return svg_text(self)

    def _repr_html_(self) -> str:
        figure = self.get_figure(root=True)
        if figure is None:
            return ""
        width, page = round(figure.get_figwidth() * 96), b64encode(self._repr_png_()).decode()
        return f'<img width="{width}" src="data:image/png;base64,{page}" alt="{escape(self.alt)}">'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """All forms, with the alt text as their metadata."""
        forms: dict[str, Any] = {
            "text/html": self._repr_html_(),
            "image/svg+xml": self._repr_svg_(),
            "image/png": self._repr_png_(),
        }
        return forms, {kind: {"alt": self.alt} for kind in forms}
