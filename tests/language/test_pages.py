"""HTML pages as the text a reader sees."""

from __future__ import annotations

from reconcile.language import extract_mentions
from reconcile.language.document.markup import is_html, read_html

_PAGE = """<!DOCTYPE html><html><head><title>Storm &amp; flood</title>
<meta property="article:published_time" content="2024-05-16T09:06:00Z">
<style>p { width: 12px }</style></head><body><nav><a>5 ways</a></nav>
<p>At least <b>30</b> people died,<br>and some 1,200&nbsp;homes burned.</p>
<script>var n = 99;</script><ul><li>Hundreds fled</li><li>12 dams broke</li></ul></body></html>"""


def test_text_title_and_date() -> None:
    page = read_html(_PAGE)
    assert (page.title, page.published) == ("Storm & flood", "2024-05-16")
    assert "99" not in page.text
    assert "12px" not in page.text
    assert "At least 30 people died, and some 1,200 homes burned." in page.text
    assert page.text.endswith("Hundreds fled\n\n12 dams broke")


def test_the_numbers_of_a_page() -> None:
    found = [m.phrase.text for m in extract_mentions(read_html(_PAGE).text)]
    assert found == ["5", "At least 30", "some 1,200", "Hundreds", "12"]


def test_broken_markup_is_no_error() -> None:
    for text in (
        "<p>12 <b>men",
        "<<<>>>",
        "</script></p>5",
        "<script>3",
        "<!-- 4",
        "&#0;&bogus; 7",
    ):
        assert isinstance(read_html(text).text, str)


def test_what_is_html() -> None:
    assert is_html("\ufeff \n<html lang='en'>")
    assert not is_html("Losses < 12, said A. <b@example.com>")
