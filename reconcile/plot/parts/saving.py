"""Files: the same figure gives the same bytes, with its words in the metadata."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reconcile.errors import OptionError
from reconcile.plot.parts.description import Description, described
from reconcile.plot.parts.style import style_settings
from reconcile.plot.parts.typefaces import quiet_boxes

FORMATS = ("svg", "png", "pdf")
SAVING: Mapping[Any, Any] = {
    "svg.hashsalt": "reconcile",
    "svg.fonttype": "none",  # text stays text
    "svg.image_inline": True,
    "pdf.fonttype": 42,  # TrueType, embedded
    "pdf.compression": 6,
    "savefig.bbox": None,
    "savefig.transparent": False,
}


def save(drawn: Axes | Figure, path: str | Path, *, dpi: float = 300) -> Path:
    """Write a figure as SVG, PNG or PDF, by the ending of `path`; returns the path.

    The same figure gives the same bytes: no dates, ids from the content. Title, caption and alt
    text go into the metadata, in an SVG also where screen readers look. In a PDF fonts are
    embedded; in an SVG text stays text. The file appears whole or not at all. Raises
    `OptionError` for another ending.
    """
    target = Path(path)
    kind = target.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        endings = ", ".join(f".{name}" for name in FORMATS)
        raise OptionError(f"expected a path that ends in one of {endings}, got {str(path)!r}")
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    if figure is None:
        raise OptionError("expected Axes that are part of a figure, got removed Axes")
    write_whole(target, _bytes(figure, kind, described(drawn), dpi))
    return target


def svg_text(drawn: Axes | Figure) -> str:
    """The figure as the text of an SVG, as `save` writes it."""
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    if figure is None:
        raise OptionError("expected Axes that are part of a figure, got removed Axes")
    return _bytes(figure, "svg", described(drawn), dpi=300).decode("utf-8")


def _bytes(figure: Figure, kind: str, words: Description | None, dpi: float) -> bytes:
    page = BytesIO()
    with mpl.rc_context(style_settings("reconcile") | dict(SAVING)), quiet_boxes():
        figure.savefig(page, format=kind, dpi=dpi, metadata=_metadata(kind, words))
    content = page.getvalue()
    return _accessible(content, words) if kind == "svg" and words else content


def _metadata(kind: str, words: Description | None) -> dict[str, Any]:
    """What each format has a field for; None takes the date and the program out."""
    title, caption, alt = (words.title, str(words), words.alt) if words else ("", "", "")
    if kind == "svg":
        named = {"Title": title, "Description": alt} if words else {}
        return {**named, "Date": None, "Creator": "reconcile"}
    if kind == "png":
        named = {"Title": title, "Description": alt, "Comment": caption} if words else {}
        return {**named, "Software": "reconcile"}
    named = {"Title": title, "Subject": alt, "Keywords": caption} if words else {}
    return {**named, "CreationDate": None, "ModDate": None, "Creator": "reconcile"}


def _accessible(svg: bytes, words: Description) -> bytes:
    """The alt text as the drawing's description, which screen readers read out."""
    text = svg.decode("utf-8").replace("<svg ", '<svg role="img" ', 1)
    before, title, after = text.partition("</title>")
    if not title:
        return text.encode("utf-8")
    return f"{before}{title}\n <desc>{escape(words.alt)}</desc>{after}".encode()


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and move it there, so that no half file is ever seen."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
