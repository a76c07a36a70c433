"""HTML as the text a reader sees, with the title and the day of publication the page states."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "button"})
_BLOCKS = frozenset(
    {
        *("p", "div", "section", "article", "header", "footer", "aside", "nav", "main", "figure"),
        *("figcaption", "blockquote", "pre", "ul", "ol", "li", "table", "tr", "td", "th", "dl"),
        *("dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "form", "title", "time"),
    }
)
_DATES = frozenset(
    {"article:published_time", "datepublished", "date", "dc.date", "pubdate", "og:published_time"}
)


class Page(NamedTuple):
    """What a page says: its text, its title, and its date (ISO 8601) if it states one."""

    text: str
    title: str
    published: str | None


def is_html(text: str) -> bool:
    """Whether a text is an HTML page.

    >>> is_html("<!DOCTYPE html><p>12</p>"), is_html("x < 12")
    (True, False)
    """
    head = text[:1000].lstrip("\ufeff \t\r\n").lower()
    return head.startswith(("<!doctype html", "<html", "<head", "<body", "<article", "<div", "<p>"))


def read_html(text: str) -> Page:
    """The visible text of a page, a blank line between its blocks.

    >>> read_html("<title>T</title><p>Some 50</p><script>x=1</script><p>were hurt</p>")
    Page(text='Some 50\\n\\nwere hurt', title='T', published=None)
    """
    parser = _Reader()
    parser.feed(text)
    parser.close()
    kept = [" ".join(line.split()) for line in "".join(parser.parts).split("\n")]
    return Page("\n\n".join(line for line in kept if line), parser.title.strip(), parser.date)


class _Reader(HTMLParser):
    """Collects text outside hidden elements; every block begins a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title = ""
        self.date: str | None = None
        self._hidden: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note dates, hide what is not shown, begin a line with each block."""
        self._note_date(tag, dict(attrs))
        if tag == "title":
            self._in_title = True
        elif tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag == "br":
            self.parts.append(" ")
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Show again what follows a hidden element; end a line with each block."""
        if tag == "title":
            self._in_title = False
        elif tag in self._hidden:
            while self._hidden and self._hidden.pop() != tag:
                continue
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep text that is shown, its spaces as single ones."""
        if self._in_title:
            self.title += " ".join(data.split())
        elif not self._hidden:
            spaced = " ".join(data.split())
            before = " " if data[:1].isspace() else ""
            after = " " if data[-1:].isspace() and spaced else ""
            self.parts.append(f"{before}{spaced}{after}")

    def _note_date(self, tag: str, attrs: dict[str, str | None]) -> None:
        if self.date is not None:
            return
        name = (attrs.get("property") or attrs.get("name") or attrs.get("itemprop") or "").lower()
        found = attrs.get("content") if tag == "meta" and name in _DATES else None
        if tag == "time":
            found = attrs.get("datetime")
        day = (found or "")[:10]
        if len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdecimal():
            self.date = day
