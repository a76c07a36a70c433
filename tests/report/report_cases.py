"""A small ledger whose every text tries to break out of the page that shows it."""

from __future__ import annotations

from datetime import date

from reconcile.intervals import Interval
from reconcile.language import parse
from reconcile.ledger import Ledger
from reconcile.values import Claim, Days, Period, Phrase, Prior, Quantity, Report, Source

SCRIPT = "<script>document.title='broken'</script>"
ATTRIBUTE = '" onmouseover="document.title=1" x="'
MARK = "<img src=x onerror=document.title=2>"

CUT = Quantity(
    "=cmd()",
    f"households {SCRIPT} cut off",
    epoch=date(2023, 6, 1),
    priors=(Prior("rate", 40.0, 1.5, "a flood of a small river"),),
)
SHARE = Quantity(
    "share of homes", f"share of homes under water {ATTRIBUTE}", kind="constant", scale="logit",
    unit="share",
)  # fmt: skip
BOATS = Quantity("boats|$x$", "القوارب boats", kind="constant")

SOURCES = (
    Source("mayor", f"mayor {MARK}", reliability="B"),
    Source("@daily", "The Daily, *bold* [link](javascript:alert(1))", reliability="C"),
    Source("-news", "משרד ‮ Valley News", reliability="D"),
    Source("agency", "Agency & Sons", reliability="A"),
)
REPORTS = (
    Report("r1", f"Daily {SCRIPT}", f"Title {ATTRIBUTE}", Days.of("2023-06-05"),
           "javascript:document.title=3"),
    Report("r2", "Valley News", "A title", Days.of("2023-06-08"),
           'https://example.org/"onclick="document.title=4'),
)  # fmt: skip


def claim(name: str, quantity: Quantity, source: str, words: str, day: str, report: str) -> Claim:
    return Claim(name, quantity.id, source, parse(words), Period.on(day), report)


def share_of(name: str, source: str, words: str, share: tuple[float, float], day: str) -> Claim:
    phrase = Phrase(words, "range", Interval(*share))
    return Claim(name, SHARE.id, source, phrase, Period.on(day), "r2")


def nasty_ledger() -> Ledger:
    """Nine claims on three quantities by four sources."""
    return Ledger.of(
        [
            claim("=1+1", CUT, "mayor", "about 200", "2023-06-04", "r1"),
            claim("b</td>", CUT, "@daily", "at least 150", "2023-06-04", "r1"),
            claim("c'\"", CUT, "-news", "between 300 and 400", "2023-06-06", "r2"),
            claim("d\\{}", CUT, "agency", "350", "2023-06-07", "r2"),
            claim("e#$%", CUT, "mayor", "fewer than 300", "2023-06-07", "r2"),
            share_of("f|g", "agency", f"12 percent {MARK}", (0.115, 0.125), "2023-06-07"),
            share_of("h`i`", "@daily", "about 15 percent", (0.13, 0.17), "2023-06-05"),
            claim("j\u202ek", BOATS, "-news", "dozens", "2023-06-06", "r2"),
            claim("l", BOATS, "@daily", "30", "2023-06-05", "r1"),
        ],
        (CUT, SHARE, BOATS),
        SOURCES,
        REPORTS,
    )
