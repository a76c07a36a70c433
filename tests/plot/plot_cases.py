"""Estimates and timelines to draw, shaped like those of the bundled ledger, and how to measure."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from scipy.special import ndtr, ndtri

from reconcile.intervals import Interval
from reconcile.plot.parts.style import style_settings
from reconcile.plot.parts.typefaces import measuring_renderer
from reconcile.values import (
    Conflict,
    Consensus,
    Contribution,
    Distribution,
    Estimate,
    Quantity,
    Timeline,
)

INF = math.inf
CASUALTIES = Quantity(
    "casualties",
    "casualties (killed and wounded)",
    epoch=date(2024, 10, 1),
    parts=("killed", "wounded"),
)
TROOPS = Quantity("troops_deployed", "troops in Russia", kind="stock", epoch=date(2024, 10, 1))
MARGIN = Quantity("margin", "margin", unit="percent", kind="stock", scale="linear")
KINDS = ("exact", "range", "approx", "at_least", "more_than", "at_most", "less_than", "vague")
LABELS = {
    "gdc": "Global Defense Corp.",
    "gur": "Ukraine's HUR",
    "sof": "Ukraine's special forces",
    "us_official": "US official (AP)",
    "white_house": "White House",
    "nurse": "nurse (intercepted call)",
    "kyiv_independent": "Kyiv Independent",
    "us_ua": "US and Ukrainian authorities",
    "zelensky": "Zelensky",
    "joongang": "JoongAng",
    "abc": "ABC News",
}


def row(
    name: str,
    source: str,
    phrase: str,
    kind: str,
    lower: float,
    upper: float,
    days: str,
    weight: float,
    nominal: float = math.nan,
    quantity: str = "casualties",
    flow: bool = False,
    scope: str = "whole",
    additional: bool = False,
    length: int | None = None,
) -> dict[str, object]:
    """A row of a claims table; `days` is a day or "first/last"."""
    start, _, end = days.partition("/")
    first, last = pd.Timestamp(start), pd.Timestamp(end or start)
    tail = f", {length} days" if length else ""
    return {
        "claim": name,
        "source": source,
        "source_label": LABELS.get(source, source),
        "phrase": phrase,
        "kind": kind,
        "lower": float(lower),
        "upper": float(upper),
        "nominal": float(nominal),
        "quantity": quantity,
        "period": f"{days}{tail}",
        "start": first,
        "end": last,
        "during": flow,
        "said": last,
        "scope": scope,
        "additional": additional,
        "origin": name,
        "status": "active",
        "weight": weight,
        "influence": 0.3 - 3 * weight,
        "report": "report",
        "publisher": "Publisher",
    }


def part(name: str, source: str, phrase: str, kind: str, bounds, days: str, quantity: str, w=0.05):
    """A count of a part within a window."""
    lower, upper, nominal = bounds
    return row(name, source, phrase, kind, lower, upper, days, w, nominal, quantity, True, "part")


COUNTS = [
    row("gdc-500", "gdc", "500", "exact", 500, 500, "2024-11-20", 0.01, 500, "killed"),
    part("gur-30", "gur", "at least 30", "at_least", (30, INF, 30), "2024-12-14/2024-12-18",
         "casualties", 0.08),
    part("sof-50", "sof", "50", "exact", (50, 50, 50), "2024-12-14/2024-12-18", "killed", 0.09),
    part("sof-47", "sof", "47 more", "exact", (47, 47, 47), "2024-12-14/2024-12-18", "wounded",
         0.09),
    row("us-200", "us_official", "a couple hundred", "vague", 150, 300, "2024-12-17", 0.22, 200),
    row("kirby-dozens", "white_house", "several dozens", "vague", 36, 99,
        "2024-12-16/2024-12-17", 0.12),
    part("nurse-200", "nurse", "more than 200", "more_than", (200, INF, 200),
         "2024-12-16/2024-12-18", "wounded"),
    part("nurse-100", "nurse", "about 100", "approx", (90, 110, 100), "2024-12-16/2024-12-17",
         "wounded"),
    part("nurse-120", "nurse", "120", "exact", (120, 120, 120), "2024-12-17/2024-12-18",
         "wounded"),
    row("ki-hundreds", "kyiv_independent", "hundreds", "vague", 200, 999, "2024-12-18", 0.04),
    row("wh-1000", "white_house", "more than 1,000", "more_than", 1000, INF,
        "2024-12-15/2024-12-31", 0.2, 1000, flow=True, length=7),
]  # fmt: skip
FORCES = [
    row("zel-12000", "zelensky", "two brigades of 6,000", "exact", 12000, 12000, "2024-10-22",
        0.1, 12000, "troops_deployed"),
    row("wh-3000", "white_house", "at least 3,000", "at_least", 3000, INF,
        "2024-10-01/2024-10-23", 0.1, 3000, "troops_deployed", True, additional=True),
    row("gur-12000", "gur", "roughly 12,000", "approx", 10800, 13200, "2024-10-24", 0.15, 12000,
        "troops_deployed"),
    row("ua-us-11000", "us_ua", "approximately 11,000", "approx", 9900, 12100,
        "2024-11-26/2024-11-28", 0.2, 11000, "troops_deployed"),
    row("us-ua-range", "us_ua", "between 10,000 and 12,000", "range", 10000, 12000, "2024-12-18",
        0.2, quantity="troops_deployed"),
    row("abc-up-to", "abc", "up to 12,000", "at_most", -INF, 12000, "2024-12-18", 0.05, 12000,
        "troops_deployed"),
    row("ki-over", "kyiv_independent", "over 10,000", "more_than", 10000, INF, "2024-12-18", 0.1,
        10000, "troops_deployed"),
    row("us-10000", "us_official", "around 10,000", "approx", 9000, 11000,
        "2024-10-01/2024-10-31", 0.1, 10000, "troops_deployed"),
    row("ja-3000", "joongang", "up to 3,000 additional", "at_most", -INF, 3000,
        "2025-01-01/2025-02-27", 0.1, 3000, "troops_deployed", True, additional=True),
]  # fmt: skip


def counts() -> pd.DataFrame:
    return pd.DataFrame(COUNTS)


def forces() -> pd.DataFrame:
    return pd.DataFrame(FORCES)


def crowd(number: int, seed: int = 1, sources: int = 14) -> pd.DataFrame:
    """Claims of every kind around the true path, a third of them about windows."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(number):
        day = pd.Timestamp("2024-10-05") + pd.Timedelta(days=int(rng.integers(0, 140)))
        middle = float(casualties_on(day.date()).median * np.exp(0.4 * rng.normal()))
        kind = KINDS[int(rng.integers(len(KINDS)))]
        lower, upper = bounds_of(kind, middle)
        flow = bool(rng.random() < 0.3)
        end = day + pd.Timedelta(days=int(rng.integers(0, 20)) if flow else 0)
        source = f"s{k % sources}"
        nominal = math.nan if kind in ("vague", "range") else middle
        rows.append(
            row(f"c{k:03}", source, f"{kind} {middle:.0f}", kind, lower, upper,
                f"{day:%Y-%m-%d}/{end:%Y-%m-%d}", float(rng.random() / number), nominal, flow=flow)
        )  # fmt: skip
    return pd.DataFrame(rows)


def bounds_of(kind: str, middle: float) -> tuple[float, float]:
    """Bounds that a phrase of that kind may have around a number."""
    if kind in ("at_least", "more_than"):
        return middle, INF
    if kind in ("at_most", "less_than"):
        return -INF, middle
    wide = {"exact": 1.0, "range": 1.2, "approx": 1.1, "vague": 1.8}[kind]
    return middle / wide, middle * wide


def every_kind() -> pd.DataFrame:
    """One claim of each kind, in each state of being said and of being taken back."""
    rows = []
    for k, kind in enumerate(KINDS):
        for status in ("active", "retracted"):
            lower, upper = bounds_of(kind, 200.0 + 10 * k)
            made = row(f"{kind}-{status}", f"s{k}", kind, kind, lower, upper, "2024-12-17", 0.1,
                       200.0 + 10 * k)  # fmt: skip
            rows.append(made | {"status": status})
    return pd.DataFrame(rows)


def log_normal(median: float, ratio: float) -> Distribution:
    """A log-normal whose 90% interval reaches from median / ratio to median * ratio."""
    z = np.linspace(-4, 4, 161)
    cdf = ndtr(z)
    cdf[0], cdf[-1] = 0.0, 1.0
    return Distribution(median * np.exp(z * math.log(ratio) / 1.645), cdf)


def normal(mean: float, sd: float) -> Distribution:
    p = np.linspace(0, 1, 201)
    return Distribution(mean + sd * ndtri(np.clip(p, 1e-5, 1 - 1e-5)), p)


_KNOTS = [date(2024, 10, 1), date(2024, 10, 10), date(2024, 11, 20), date(2024, 12, 1),
          date(2024, 12, 13), date(2024, 12, 18), date(2025, 1, 5), date(2025, 1, 20),
          date(2025, 2, 27)]  # fmt: skip
_MEDIANS = [0.05, 2.0, 25.0, 55.0, 110.0, 260.0, 1900.0, 2600.0, 3500.0]
_RATIOS = [20.0, 12.0, 4.5, 3.6, 2.6, 1.9, 1.9, 2.4, 3.4]


def casualties_on(day: date) -> Distribution:
    if day < _KNOTS[0]:
        return Distribution.point(0.0)
    knots = [knot.toordinal() for knot in _KNOTS]
    median, ratio = (
        math.exp(np.interp(day.toordinal(), knots, np.log(values)))
        for values in (_MEDIANS, _RATIOS)
    )
    return log_normal(median, ratio)


def troops_on(day: date) -> Distribution:
    if day < date(2024, 10, 1):
        return Distribution.point(0.0)
    days = (day - date(2024, 10, 1)).days
    return log_normal(11_000 / (1 + 3 * math.exp(-days / 8)), 1.15 + 0.5 * math.exp(-days / 15))


def margin_on(day: date) -> Distribution:
    days = (day - date(2024, 10, 1)).days
    return normal(2 - 0.04 * days, 1 + 0.02 * abs(days - 60))


def no_bounds(day: date) -> Interval:
    return Interval(-INF, INF)


def sources_table() -> pd.DataFrame:
    rows = [
        ("gdc", "", 1.8, 0.8, 4.1, 0.6, "E", "E", 1),
        ("gur", "Ukraine", 1.1, 0.7, 1.7, 0.3, "C", "C", 3),
        ("sof", "Ukraine", 1.3, 0.8, 2.2, 0.35, "C", "B", 2),
        ("nurse", "Russia", 0.9, 0.4, 2.0, 0.5, "D", "D", 4),
        ("white_house", "US", 0.85, 0.6, 1.2, 0.25, "B", "B", 4),
        ("us_official", "US", 0.95, 0.7, 1.3, 0.25, "B", "B", 2),
        ("kyiv_independent", "Ukraine", 1.05, 0.5, 2.2, 0.5, "F", "F", 2),
    ]
    names = "source side factor factor_lower factor_upper spread grade posterior_grade n_claims"
    table = pd.DataFrame(rows, columns=names.split())
    return table.assign(label=table["source"].map(LABELS))


def make_estimate(
    day: date | None = date(2024, 12, 18),
    about: Quantity = CASUALTIES,
    spread: Distribution | None = None,
    claims: pd.DataFrame | None = None,
    **changes,
) -> Estimate:
    table = counts() if claims is None else claims
    options = {
        "as_of": date(2025, 2, 27),
        "method": "state-space",
        "envelope": Interval(150, 999),
        "consensus": Consensus(Interval(150, 300), 5, 7, ("kirby-dozens", "gdc-500")),
        "n_claims": len(table),
        "n_origins": table["origin"].nunique() if len(table) else 0,
        "n_effective": 4.2,
        "conflicts": (
            Conflict(
                ("kirby-dozens", "us-200"),
                51.0,
                "The White House says several dozens by 17 Dec; a US official says a couple "
                "hundred: both cannot be true.",
            ),
            Conflict(
                ("gdc-500", "us-200"),
                200.0,
                "Global Defense Corp. says 500 killed by 20 Nov; a US official says a couple "
                "hundred casualties by 17 Dec: both cannot be true.",
            ),
        ),
        "terms": (Contribution("prior", 3.0),),
        "sources": sources_table(),
    } | changes
    return Estimate(
        about=about,
        date=day,
        level=0.9,
        distribution=spread or casualties_on(day or date(2024, 12, 18)),
        claims=table,
        **options,
    )


def make_timeline(
    about: Quantity = CASUALTIES,
    on: Callable[[date], Distribution] = casualties_on,
    claims: pd.DataFrame | None = None,
    start: str = "2024-09-25",
    end: str = "2025-02-27",
    as_of: date | None = date(2025, 2, 27),
    envelope: Callable[[date], Interval] = no_bounds,
) -> Timeline:
    asked = tuple(stamp.date() for stamp in pd.date_range(start, end))
    table = counts() if claims is None else claims
    return Timeline(
        about=about,
        dates=asked,
        level=0.9,
        as_of=as_of,
        method="state-space",
        distributions=tuple(on(day) for day in asked),
        envelopes=tuple(envelope(day) for day in asked),
        counts=(len(table),) * len(asked),
        claims=table,
        warnings=(),
        answer=lambda day: make_estimate(day, about, on(day), table),
    )


def make_troops() -> Timeline:
    return make_timeline(TROOPS, troops_on, forces())


def vintage_table() -> pd.DataFrame:
    rows = []
    for k, (day, median, ratio, news) in enumerate(
        [
            ("2024-11-20", 300, 8, "500 killed"),
            ("2024-11-26", 150, 7, None),
            ("2024-12-16", 90, 4, "at least 30"),
            ("2024-12-17", 230, 2.2, "a couple hundred; several dozens"),
            ("2024-12-18", 260, 1.9, "nurse: about 200"),
            ("2024-12-27", 420, 2.5, "more than 1,000 in a week"),
            ("2025-02-27", 400, 2.4, None),
        ]
    ):
        spread = log_normal(median, ratio)
        made = {"as_of": day, "date": pd.Timestamp("2024-12-18"), "median": spread.median}
        for percent in (50, 80, 95):
            span = spread.interval(percent / 100)
            made |= {f"lower{percent}": span.lower, f"upper{percent}": span.upper}
        span = spread.interval(0.9)
        rows.append(
            made | {"lower": span.lower, "upper": span.upper, "news": news, "n_claims": k + 3}
        )
    return pd.DataFrame(rows)


def left_out_table() -> pd.DataFrame:
    factors = [0.98, 1.01, 1.2, 0.9, 0.55, 1.35, 1.0]
    rows = [{"source": None, "label": "", "median": 260.0, "lower": 140.0, "upper": 490.0}]
    for source, factor in zip(sources_table()["source"], factors, strict=True):
        rows.append(
            {
                "source": source,
                "label": LABELS[source],
                "median": 260 * factor,
                "lower": 130 * factor,
                "upper": 500 * factor**1.3,
            }
        )
    return pd.DataFrame(rows).assign(level=0.9)


def check_values(seed: int = 3) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    return {
        "coverage": pd.DataFrame(
            {"level": [0.5, 0.8, 0.9, 0.95], "covered": [0.46, 0.76, 0.87, 0.93], "n": 300}
        ),
        "pit": rng.beta(0.8, 0.9, 300),
        "scores": pd.DataFrame({"source": [*"abcdef"], "score": rng.random(6)}),
    }


def at_sizes(names: list[str], everywhere: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every case on a page, and those of `everywhere` in a column and on a slide too."""
    pairs = [(name, "page") for name in names]
    return pairs + [(name, size) for name in everywhere for size in ("column", "slide")]


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def words_on(ax: Axes) -> list[Text]:
    """All texts to be seen on the figure of `ax`."""
    figure = figure_of(ax)
    with mpl.rc_context(style_settings("reconcile")):
        figure.draw_without_rendering()
    hidden = {id(text) for panel in figure.findobj(Axes) for text in _unseen_ticks(panel)}
    found = figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    return [text for text in found if text.get_text().strip() and id(text) not in hidden]


def _unseen_ticks(panel: Axes) -> list[Text]:
    """Tick labels of an axis that is off or out of the limits; and the second one of each tick."""
    unseen = []
    for axis, span in (
        (panel.xaxis, panel.viewLim.intervalx),
        (panel.yaxis, panel.viewLim.intervaly),
    ):
        low, high = sorted(span)
        for tick in axis.get_major_ticks():
            inside = low - 1e-9 <= tick.get_loc() <= high + 1e-9
            if not (inside and axis.get_visible() and panel.axison):
                unseen.append(tick.label1)
            unseen.append(tick.label2)
    return unseen


def boxes(artists: list[Artist], ax: Axes, shrink: float = 0.5) -> list[Bbox]:
    """What artists cover, in pixels, a little less so that touching is allowed."""
    figure = figure_of(ax)
    with mpl.rc_context(style_settings("reconcile")):
        renderer = measuring_renderer(figure.dpi)
        found = [_extent(artist, renderer) for artist in artists]
    return [Bbox(box.padded(-shrink).get_points()) for box in found]


def _extent(artist: Artist, renderer: RendererBase) -> Bbox:
    """What an artist covers; of a collection of lines the ends, which it does not tell itself."""
    if isinstance(artist, LineCollection):
        ends = np.concatenate([path.vertices for path in artist.get_paths()])
        return (
            Bbox.null()
            .from_extents(
                *artist.get_transform().transform(ends).min(axis=0),
                *artist.get_transform().transform(ends).max(axis=0),
            )
            .padded(1.0)
        )
    return artist.get_window_extent(renderer)


def overlaps(
    ax: Axes, texts: list[Text] | None = None, covered: list[Bbox] | None = None
) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other; `covered` are their boxes, if known."""
    texts = words_on(ax) if texts is None else texts
    covered = boxes([*texts], ax) if covered is None else covered
    return [
        (texts[i].get_text(), texts[j].get_text())
        for i, j in combinations(range(len(texts)), 2)
        if covered[i].overlaps(covered[j])
    ]


def outside(
    ax: Axes, texts: list[Text] | None = None, covered: list[Bbox] | None = None
) -> list[str]:
    """Texts that leave the canvas; `covered` are their boxes, if known."""
    page = figure_of(ax).bbox
    texts = words_on(ax) if texts is None else texts
    covered = boxes([*texts], ax) if covered is None else covered
    return [
        text.get_text()
        for text, box in zip(texts, covered, strict=True)
        if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
    ]


def labelled(ax: Axes, prefix: str) -> list[Artist]:
    """Artists of the Axes, and of what hangs on it, that the figure knows under a name."""
    return ax.findobj(lambda artist: str(artist.get_label()).startswith(prefix))


def misplaced(ax: Axes) -> tuple[list[str], list[tuple[str, str]]]:
    """Texts that leave the canvas, and pairs that cover each other: of one look at the figure."""
    texts = words_on(ax)
    covered = boxes([*texts], ax)
    return outside(ax, texts, covered), overlaps(ax, texts, covered)
