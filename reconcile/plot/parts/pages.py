"""Many figures in one PDF, a page each: their fonts are embedded once, which takes most time."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from reconcile.plot.parts.saving import SAVING, write_whole
from reconcile.plot.parts.style import style_settings
from reconcile.plot.parts.typefaces import quiet_boxes


def save_pages(drawn: Sequence[Axes | Figure], path: str | Path, *, title: str = "") -> Path:
    """Write figures as the pages of one PDF, each of its own size; returns the path.

    The same figures give the same bytes.
    """
    content = BytesIO()
    about = {"Title": title, "CreationDate": None, "ModDate": None, "Creator": "reconcile"}
    settings = style_settings("reconcile") | dict(SAVING)
    with mpl.rc_context(settings), quiet_boxes(), PdfPages(content, metadata=about) as pages:
        for each in drawn:
            figure = each if isinstance(each, Figure) else each.get_figure(root=True)
            pages.savefig(figure)
    target = Path(path)
    write_whole(target, content.getvalue())
    return target
