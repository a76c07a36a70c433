"""A PDF of the page, printed by a Chromium that is on this machine; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from reconcile.errors import OptionError

_VARIABLE = "RECONCILE_BROWSER"
_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge", "brave-browser"),
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# A report of thousands of claims prints in half a minute on a slow machine.
_PATIENCE = 240


def find_browser() -> Path:
    """The Chromium to print with: the one that RECONCILE_BROWSER names, or one that is installed.

    Raises `OptionError` where there is none.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise OptionError(f"expected a program that {_VARIABLE} names, got {named!r}")
        return Path(found)
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in _PLACES:
        if Path(place).is_file():
            return Path(place)
    raise OptionError(
        "expected a Chromium on this machine to print the PDF with, found none: install one (on "
        f"Debian: apt-get install chromium), or name one in {_VARIABLE}, or write --format html "
        "and print the page from any browser"
    )


def print_pdf(browser: Path, page: Path, target: Path) -> None:
    """Print the HTML file `page` into `target`. Raises `OptionError` with what the browser said."""
    with tempfile.TemporaryDirectory() as profile:
        made = Path(profile) / "page.pdf"
        command = [
            str(browser), "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions",
            f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={made}",
            *(["--no-sandbox"] if _is_root() else []), page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            told = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise OptionError(
                f"expected {browser} to print {page} within {_PATIENCE} s, got nothing: print it "
                "from a browser window"
            ) from None
        if told.returncode or not made.is_file():
            last = told.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise OptionError(f"expected {browser} to print {page}, got: {' '.join(last)}")
        shutil.copyfile(made, target)


def _is_root() -> bool:
    """Chromium refuses its sandbox to root; the page is our own and loads nothing."""
    return sys.platform != "win32" and os.geteuid() == 0
