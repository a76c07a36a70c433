"""How answers show themselves in notebooks and Quarto: words, figure, table, with alt text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Protocol

# The figure as wide as a page of text; a notebook cell scales it down where it is narrower.
_STYLE = "max-width:100%;height:auto;background:#fff"


class DrawnAxes(Protocol):
    """Axes of this package: they give themselves as SVG, and their alt text."""

    alt: str

    def _repr_svg_(self) -> str: ...


class Displayed:
    """What notebooks ask of an answer that has a figure."""

    def plot(self, **options: Any) -> Any:
        """The figure of the value, on Axes of this package."""
        raise NotImplementedError

    def _page(self, picture: str) -> str:
        """The value as HTML around its figure."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return self._repr_mimebundle_()[0]["text/html"]

    def _repr_svg_(self) -> str:
        return _svg(self.plot())[0]

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> tuple[dict[str, str], dict[str, Mapping[str, str]]]:
        """All forms at once, the figure drawn once; the alt text is the metadata of each."""
        svg, alt = _svg(self.plot())
        source = b64encode(svg.encode()).decode()
        picture = (
            f'<img style="{_STYLE}" alt="{escape(alt)}" src="data:image/svg+xml;base64,{source}">'
        )
        forms = {"text/plain": repr(self), "text/html": self._page(picture), "image/svg+xml": svg}
        wanted = set(forms if include is None else include) - set(exclude or ())
        shown = {kind: form for kind, form in forms.items() if kind in wanted}
        return shown, {kind: {"alt": alt} for kind in shown if kind != "text/plain"}


def page_of(words: str, picture: str, notes: Iterable[str], table: str, summary: str) -> str:
    """Words, figure, notes, and a table that opens when asked for."""
    told = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f"<p>{escape(words)}</p>{picture}"
        + (f"<ul>{told}</ul>" if told else "")
        + f"<details><summary>{escape(summary)}</summary>{table}</details>"
    )


def _svg(axes: DrawnAxes) -> tuple[str, str]:
    return axes._repr_svg_(), axes.alt  # pyright: ignore[reportPrivateUsage]
