"""A real Chromium, and a report to read in it; without either the tests are skipped and counted."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "report"))

from report_cases import nasty_ledger

from reconcile.report import write_report

HERE = Path(__file__).parent
WIDE, TALL = 1200, 900


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a ledger whose texts try to break out of it."""
    if not os.environ.get("RECONCILE_BROWSER_TESTS"):
        pytest.skip("browser tests are run by `make check`")
    for name in ("chromium", "chromedriver"):
        if shutil.which(name) is None:
            pytest.skip(f"no {name} on this machine: what a browser shows is not checked")
    folder = tmp_path_factory.mktemp("report")
    return write_report(nasty_ledger(), out=folder, title="Flood <b>report</b>")[0]


def _started(page: Path, profile: Path, scripts: bool) -> Any:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--disable-component-update", "--no-first-run", f"--window-size={WIDE},{TALL}"),
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not scripts:
        blocked = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", blocked)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.get(page.as_uri())
    return driver


@pytest.fixture(scope="module")
def driver(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium with the report open."""
    driver = _started(page, tmp_path_factory.mktemp("profile"), scripts=True)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def bare(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The same with JavaScript switched off."""
    driver = _started(page, tmp_path_factory.mktemp("bare"), scripts=False)
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest, page: Path) -> None:
    """Each test begins with the page as it opens, in a wide window and daylight."""
    for name in ("driver", "bare"):
        if name in request.fixturenames:
            chrome = request.getfixturevalue(name)
            chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
            chrome.get(page.as_uri())


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    found = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not found.exists():
        pytest.skip("no axe-core on this machine: accessibility is not checked")
    return found.read_text(encoding="utf-8")
