"""Writes a report into a folder: the page, its figures and its data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from reconcile.errors import OptionError, one_of
from reconcile.ledger import Ledger
from reconcile.plot.parts.saving import write_whole
from reconcile.report.chromium import find_browser, print_pdf
from reconcile.report.data_files import data_texts
from reconcile.report.drawings import drawings
from reconcile.report.gathering import Progress, gather
from reconcile.report.html_page import html_page
from reconcile.report.markdown_page import markdown_page

PAGE_FORMATS = ("html", "md", "pdf")
# What the parts of the work take of the time, as measured on ledgers of 37 and 4,609 claims.
_ASKED, _DRAWN = 0.6, 0.95


def write_report(
    ledger: Ledger | None = None,
    quantities: Sequence[str] = (),
    *,
    out: str | Path,
    formats: Iterable[str] = ("html",),
    progress: Progress = lambda done, what: None,
    **settings: Any,
) -> list[Path]:
    """Write a report on `quantities` (none: all) into the folder `out`; returns the pages.

    Beside the pages stand `figures/` (SVG, PNG, PDF) and `data/` (CSV).

    Parameters
    ----------
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    quantities : sequence of str
        The ids of those to answer; none: all that have claims.
    out : path-like
        The folder; it is made where there is none.
    formats : sequence of str
        "html" is one page that loads nothing and works without JavaScript; "md" is Markdown for
        Quarto; "pdf" is printed from the page by a Chromium on this machine.
    progress : callable
        Told the share that is done, and what comes next.
    settings : keyword arguments
        Those of `reconcile.report.gather` (`date`, `as_of`, `quick`, `workers`, ...).

    Raises
    ------
    OptionError
        For another format, where `out` can't be a folder, or where a PDF is asked for and there is
        no Chromium.
    UnknownQuantityError
        If the ledger has no such quantity.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> pages = write_report(quantities=["brigades"], out=mkdtemp(), quick=True)
    >>> [page.name for page in pages]
    ['report.html']
    """
    wanted = list(dict.fromkeys(formats))
    for name in wanted:
        one_of("format", name, PAGE_FORMATS)
    browser = find_browser() if "pdf" in wanted else None
    folder = _folder(Path(out))
    contents = gather(
        ledger, quantities, progress=lambda done, what: progress(_ASKED * done, what), **settings
    )
    drawn = drawings(
        contents,
        folder / "figures",
        lambda done, what: progress(_ASKED + (_DRAWN - _ASKED) * done, what),
    )
    progress(_DRAWN, "page and data")
    for name, text in data_texts(contents):
        write_whole(folder / "data" / name, text.encode())
    pages = [folder / f"report.{name}" for name in wanted]
    if "html" in wanted or browser is not None:
        write_whole(folder / "report.html", html_page(contents, drawn).encode())
    if "md" in wanted:
        write_whole(folder / "report.md", markdown_page(contents, drawn).encode())
    if browser is not None:
        progress(0.97, "PDF")
        print_pdf(browser, folder / "report.html", folder / "report.pdf")
    progress(1.0, "done")
    return pages


def _folder(folder: Path) -> Path:
    try:
        for part in ("figures", "data"):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise OptionError(
            f"expected a folder to write the report into, got {folder}: {error}"
        ) from None
    return folder
