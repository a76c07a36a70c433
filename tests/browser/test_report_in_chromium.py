"""The report as a reader meets it: opened from the disk in a real browser."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

N_CLAIMS = 9
PHONE = {"width": 375, "height": 800, "deviceScaleFactor": 2, "mobile": True}


def dark(driver: Any) -> None:
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def phone(driver: Any) -> None:
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)


def press(driver: Any, *keys: str) -> None:
    """Keys to whatever has the focus, as a person without a mouse types them."""
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(driver).send_keys(*keys).perform()


def tab_to(driver: Any, selector: str) -> None:
    """Press Tab until the element has the focus."""
    from selenium.webdriver.common.keys import Keys

    for _ in range(200):
        press(driver, Keys.TAB)
        if driver.execute_script("return document.activeElement.matches(arguments[0])", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def shown_rows(driver: Any) -> list[str]:
    return driver.execute_script(
        "return [...document.querySelectorAll('#claims-table tbody tr')]"
        ".filter(row => row.offsetParent !== null).map(row => row.id)"
    )


def test_it_opens_from_disk_without_an_error_or_a_request(driver: Any, page: Path) -> None:
    errors = [entry for entry in driver.get_log("browser") if entry["level"] != "INFO"]
    assert errors == []
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
        and event["params"]["documentURL"] == page.as_uri()
    }
    assert page.as_uri() in asked
    assert {url for url in asked if not url.startswith("data:")} == {page.as_uri()}


def test_no_text_of_the_ledger_runs_or_turns_the_page(driver: Any) -> None:
    assert driver.title == "Flood <b>report</b>"
    counted = driver.execute_script(
        "return [document.scripts.length, document.querySelectorAll('[onmouseover],[onerror],"
        "[onclick]').length, document.querySelectorAll('img[src=x], a[href^=javascript]').length]"
    )
    assert counted == [1, 0, 0]
    text = driver.execute_script("return document.body.innerText")
    assert "<script>document.title='broken'</script>" in text
    assert "\u202e" not in text
    for image in driver.execute_script(
        "return [...document.images].map(i => [i.naturalWidth, i.alt.length])"
    ):
        assert image[0] > 100
        assert image[1] > 20


def test_claims_are_found_filtered_and_sorted_by_keyboard_alone(driver: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    assert len(shown_rows(driver)) == N_CLAIMS
    tab_to(driver, "#find")
    press(driver, "mayor 200")
    assert len(shown_rows(driver)) == 1
    assert driver.find_element("id", "shown").text == f"1 of {N_CLAIMS} claims shown"
    tab_to(driver, "#reset")
    press(driver, Keys.ENTER)
    assert len(shown_rows(driver)) == N_CLAIMS
    tab_to(driver, "#by-source")
    press(driver, "a")
    assert driver.execute_script("return document.activeElement.value") == "agency"
    assert len(shown_rows(driver)) == 2
    driver.find_element("id", "reset").click()
    tab_to(driver, "th[data-key=reads] button")
    press(driver, Keys.ENTER)
    first = driver.execute_script(
        "return [...document.querySelectorAll('#claims-table tbody tr')].map(r => r.dataset.reads)"
    )
    numbers = [float(value) for value in first]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) > 4
    head = driver.find_element("css selector", "th[data-key=reads]")
    assert head.get_attribute("aria-sort") == "descending"
    press(driver, Keys.ENTER)
    assert head.get_attribute("aria-sort") == "ascending"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_switch_shows_the_answer_without_a_source(
    request: pytest.FixtureRequest, scripts: bool
) -> None:
    from selenium.webdriver.common.keys import Keys

    chrome = request.getfixturevalue("driver" if scripts else "bare")
    switch = chrome.find_elements("css selector", ".switch")[0]
    positions = switch.find_elements("css selector", ".position")
    assert [each.is_displayed() for each in positions] == [True, False, False, False, False]
    before = positions[0].text
    switch.find_elements("css selector", "input")[0].send_keys(Keys.ARROW_DOWN)
    assert [each.is_displayed() for each in positions] == [False, True, False, False, False]
    assert positions[1].text.startswith("Without ")
    assert positions[1].text != before


def test_without_javascript_everything_is_there(bare: Any) -> None:
    assert not bare.find_element("css selector", ".tools").is_displayed()
    rows = bare.find_elements("css selector", "#claims-table tbody tr")
    assert len(rows) == N_CLAIMS
    assert all(row.is_displayed() for row in rows)
    assert not bare.find_elements("css selector", "th button")


def test_a_phone_shows_it_without_scrolling_sideways(driver: Any) -> None:
    phone(driver)
    wide, inner = driver.execute_script(
        "return [document.scrollingElement.scrollWidth, window.innerWidth]"
    )
    assert inner == PHONE["width"]
    assert wide <= inner
    beyond = driver.execute_script(
        "const kinds = 'main p, main h2, main img, #claims-table td, .tools *';"
        "return [...document.querySelectorAll(kinds)].filter(e => e.offsetParent"
        " && e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert beyond == []


def test_dark_mode_is_dark(driver: Any) -> None:
    light = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    dark(driver)
    night = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert light == "rgb(255, 255, 255)"
    assert max(map(int, night.removeprefix("rgb(").rstrip(")").split(","))) < 60


@pytest.mark.parametrize("way", ["wide", "phone", "dark"])
def test_axe_finds_no_serious_violation(driver: Any, axe: str, way: str) -> None:
    {"wide": lambda _: None, "phone": phone, "dark": dark}[way](driver)
    driver.execute_script(axe)
    found = driver.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run(document).then(done, done)"
    )
    assert len(found["passes"]) > 15
    grave = [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_every_focus_is_seen(driver: Any) -> None:
    """No element takes the focus without an outline, and the order is that of the page."""
    from selenium.webdriver.common.keys import Keys

    tops: list[float] = []
    for _ in range(60):
        press(driver, Keys.TAB)
        where = driver.execute_script(
            "const e = document.activeElement, s = getComputedStyle(e);"
            "const b = e.getBoundingClientRect();"
            "return [e.tagName, s.outlineStyle, b.top + scrollY, b.width * b.height]"
        )
        if where[0] == "BODY":
            break
        assert where[1] != "none", where
        assert where[3] > 0, where
        tops.append(where[2])
    assert len(tops) > 30
    assert sum(b < a - 5 for a, b in pairwise(tops)) <= 1


def test_it_prints_whole_pages(driver: Any, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("no pdftoppm on this machine: printed pages are not looked at")
    made = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(base64.b64decode(made["data"]))
    subprocess.run(["pdftoppm", "-r", "40", "-gray", pdf, tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.pgm"))
    assert 3 < len(pages) < 25
    inked = [_ink(page) for page in pages]
    assert all(share > 0.003 for share in inked[:-1]), inked
    assert inked[-1] > 0.0005
    text = subprocess.run(
        ["pdftotext", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "Without Agency & Sons" in text
    assert "Show all" not in text


def test_on_paper_a_head_is_words_and_claims_have_wide_columns(driver: Any) -> None:
    """A button is not painted again on the next page of a table."""
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = driver.execute_script(
            "const of = (what) => getComputedStyle(document.querySelector(what));"
            "return [of('th button').display, parseFloat(of('#claims-table td[dir]').minWidth)]"
        )
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown[0] == "contents"
    assert shown[1] > 80  # pixels of 1/96 inch: room for two words


def _ink(page: Path) -> float:
    """The share of dark pixels of a greyscale picture (PGM)."""
    header, pixels = page.read_bytes().split(b"\n255\n", 1)
    assert header.startswith(b"P5")
    return sum(value < 128 for value in pixels) / len(pixels)
