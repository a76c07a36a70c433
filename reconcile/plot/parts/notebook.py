"""Axes that a notebook shows by itself, since figures here are made apart from pyplot."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO

from matplotlib.axes import Axes

from reconcile.plot.parts.description import described

__all__ = ["NotebookAxes"]


class NotebookAxes(Axes):
    """Axes whose figure is displayed where a notebook cell ends with it, with its alt text."""

    def _repr_png_(self) -> bytes:
        figure = self.get_figure(root=True)
        if figure is None:
            return b""
        page = BytesIO()
        figure.savefig(page, format="png")
        return page.getvalue()

    def _repr_html_(self) -> str:
        figure, words = self.get_figure(root=True), described(self)
        if figure is None:
            return ""
        width, page = round(figure.get_figwidth() * 96), b64encode(self._repr_png_()).decode()
        return (
            f'<img width="{width}" src="data:image/png;base64,{page}"'
            f' alt="{escape(words.alt if words else "")}">'
        )
