"""The timeline: what it holds, where its words stand, and what it must not say."""

from __future__ import annotations

from datetime import date
from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from plot_cases import (
    CASUALTIES,
    INF,
    KINDS,
    MARGIN,
    TROOPS,
    at_sizes,
    boxes,
    casualties_on,
    counts,
    crowd,
    every_kind,
    figure_of,
    forces,
    labelled,
    log_normal,
    make_timeline,
    make_troops,
    margin_on,
    misplaced,
    row,
    troops_on,
    words_on,
)

from reconcile import plot
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.values import Quantity

SIZES = ("column", "page", "slide")


@cache
def cases():
    """Ledgers that figures break on: clusters, crowds, nothing, one, every kind, other scales."""
    dozens = counts()
    dozens.loc[4:5, "status"] = ["retracted", "superseded"]
    money = Quantity("money", "money spent", unit="USD")
    spent = pd.DataFrame(
        [
            row("m1", "a", "3 trillion", "exact", 3e12, 3e12, "2024-11-01", 0.2, 3e12, "money"),
            row("m2", "b", "thousands", "vague", 2e3, 9999, "2024-12-01", 0.2, quantity="money"),
        ]
    )
    rate = Quantity("rate", "rate", unit="percent", kind="stock")
    rates = pd.DataFrame(
        [
            row("r1", "a", "0.003", "exact", 0.003, 0.003, "2024-11-01", 0.2, 0.003, "rate"),
            row("r2", "b", "up to 0.5", "at_most", -INF, 0.5, "2024-12-01", 0.2, 0.5, "rate"),
        ]
    )
    polls = pd.DataFrame(
        [
            row("p1", "a", "3.1 points", "approx", 2.1, 4.1, "2024-10-05/2024-10-08", 0.2, 3.1,
                "margin"),
            row("p2", "b", "−1.5", "exact", -1.5, -1.5, "2024-11-05", 0.2, -1.5, "margin"),
            row("p3", "c", "at least −4", "at_least", -4, INF, "2024-12-05", 0.2, -4, "margin"),
            row("p4", "d", "less than 0", "less_than", -INF, 0, "2024-12-25", 0.2, 0, "margin"),
        ]
    )  # fmt: skip
    return {
        "casualties": make_timeline(),
        "troops": make_troops(),
        "as-of": make_timeline(
            claims=dozens,
            as_of=date(2024, 12, 18),
            envelope=lambda day: Interval(36 if day > date(2024, 12, 16) else 0, 900),
        ),
        "early-as-of": make_timeline(as_of=date(2024, 9, 28)),
        "late-as-of": make_timeline(as_of=date(2025, 2, 26)),
        "crowd": make_timeline(claims=crowd(200)),
        "forty": make_timeline(claims=crowd(40, seed=5, sources=6)),
        "kinds": make_timeline(claims=every_kind()),
        "one": make_timeline(claims=counts().iloc[[4]]),
        "one-flow": make_timeline(claims=counts().iloc[[10]]),
        "none": make_timeline(claims=counts().iloc[:0]),
        "bare": make_timeline(claims=pd.DataFrame()),
        "one-day": make_timeline(start="2024-12-18", end="2024-12-18"),
        "two-days": make_timeline(start="2024-12-17", end="2024-12-18"),
        "years": make_timeline(start="2020-01-01", end="2026-12-31"),
        "before-the-epoch": make_timeline(start="2024-08-01", end="2024-09-20"),
        "huge": make_timeline(
            money, lambda day: log_normal(1e6 * 1.08 ** (day - date(2024, 9, 1)).days, 5), spent
        ),
        "tiny": make_timeline(rate, lambda day: log_normal(0.01, 8), rates),
        "negative": make_timeline(MARGIN, margin_on, polls, "2024-10-01", "2025-01-10"),
        "long-words": make_timeline(
            claims=counts().assign(
                source_label="the Main Directorate of Intelligence of the Ministry of Defence",
                phrase="somewhere between a couple hundred and several hundred, maybe more",
            )
        ),
    }


@cache
def drawn(name: str, size: str = "page"):
    """The figure of a case, drawn once for all tests that only look at it."""
    return plot.timeline(cases()[name], size=size)


HARD = ("casualties", "troops", "as-of", "crowd", "kinds", "huge", "long-words", "before-the-epoch")


@pytest.mark.parametrize(("name", "size"), at_sizes([*cases()], HARD))
def test_words_never_overlap_and_never_leave_the_canvas(name: str, size: str) -> None:
    ax = drawn(name, size)
    assert misplaced(ax) == ([], [])


@pytest.mark.parametrize(
    ("name", "size"),
    at_sizes(
        ["casualties", "troops", "as-of", "kinds", "forty", "negative"], ("casualties", "kinds")
    ),
)
def test_labels_keep_off_the_marks_and_off_the_median(name: str, size: str) -> None:
    ax = drawn(name, size)
    words_on(ax)
    tags = labelled(ax, "_tag")
    assert tags
    marks = boxes(labelled(ax, "_claim:"), ax)
    frame = cases()[name].to_frame()
    x = date2num(frame["date"].to_numpy())
    fine = np.linspace(x[0], x[-1], 4000)
    median = ax.transData.transform(np.c_[fine, np.interp(fine, x, frame["median"])])
    for tag, box in zip(tags, boxes(tags, ax), strict=True):
        assert not any(box.overlaps(mark) for mark in marks), tag.get_text()
        inside = (median > box.min) & (median < box.max)
        assert not inside.all(axis=1).any(), tag.get_text()


def test_the_cluster_of_december_is_all_named() -> None:
    for size in SIZES:
        said = {text.get_text() for text in words_on(drawn("casualties", size))}
        assert {"500 killed", "a couple hundred", "several dozens", "hundreds"} <= said


def test_windows_and_parts_are_not_levels_of_the_total() -> None:
    ax = drawn("casualties")
    on_fan = {str(artist.get_label()).removeprefix("_claim:") for artist in labelled(ax, "_claim:")}
    assert on_fan == {"gdc-500", "us-200", "kirby-dozens", "ki-hundreds"}
    strip = ax.child_axes
    assert len(strip) == 1
    said = " ".join(text.get_text() for text in strip[0].texts)
    assert "not totals" in said
    assert "more than 1,000 in 7 days" in said
    assert "50 killed" in said


def test_a_window_is_as_long_as_its_days() -> None:
    ax = drawn("casualties")
    strip = next(iter(ax.child_axes))
    spans = {(bar.get_x(), bar.get_x() + bar.get_width()) for bar in strip.patches}
    first, past_last = date2num([pd.Timestamp("2024-12-15"), pd.Timestamp("2025-01-01")])
    assert (first, past_last) in spans


def test_a_part_on_a_day_is_a_lighter_floor() -> None:
    ax = drawn("casualties")
    arrow_up = [a for a in labelled(ax, "_claim:gdc-500") if getattr(a, "get_marker", str)() == "^"]
    assert len(arrow_up) == 1
    assert arrow_up[0].get_alpha() < 1
    plain = labelled(ax, "_claim:us-200")
    assert all(artist.get_alpha() in (None, 1.0) for artist in plain)


def test_withdrawn_claims_are_hollow() -> None:
    ax = drawn("as-of")
    hollow = labelled(ax, "_claim:us-200")[0]
    solid = labelled(ax, "_claim:ki-hundreds")[0]
    assert hollow.get_hatch() is None
    assert hollow.get_linestyle() != "-"
    assert solid.get_hatch()
    assert any("withdrawn" in text.get_text() for text in words_on(ax))


def test_each_kind_has_a_form_of_its_own() -> None:
    ax = drawn("kinds")
    forms = {kind: _form(labelled(ax, f"_claim:{kind}-active")) for kind in KINDS}
    assert "^" in forms["at_least"]
    assert "v" in forms["at_most"]
    assert "hatch" in forms["vague"]
    assert forms["more_than"] == forms["at_least"]
    assert forms["less_than"] == forms["at_most"]
    assert len(set(forms.values())) == 6


def _form(artists) -> tuple[str, ...]:
    """Caps, arrows, bars and hatches; not the marker, whose shape is the source's."""
    parts = []
    for artist in artists:
        marker = getattr(artist, "get_marker", lambda: "")()
        if isinstance(artist, Rectangle):
            parts.append("hatch" if artist.get_hatch() else "box")
        elif isinstance(artist, LineCollection):
            first, last = artist.get_colors()[[0, -1], :3].sum(axis=1)
            parts.append("fading" if abs(first - last) > 0.1 else "bar")
        else:
            parts.append(marker if marker in ("_", "^", "v") else "marker")
    return tuple(parts)


def test_the_as_of_day_is_marked_only_where_days_after_it_are_shown() -> None:
    def told(name: str) -> bool:
        words = words_on(drawn(name))
        return any(text.get_text().strip().startswith("as known on") for text in words)

    assert told("as-of")
    assert not told("casualties")  # its last day is the day of knowledge


def test_the_fan_is_the_frame() -> None:
    value = cases()["casualties"]
    ax = drawn("casualties")
    frame = value.to_frame()
    known, beyond = (
        next(line for line in ax.lines if line.get_label() == name)
        for name in ("_median", "_beyond")
    )
    line = [*known.get_ydata(), *beyond.get_ydata()[1:]]
    assert np.array_equal(line, frame["median"])
    bands = [band.get_paths()[0].vertices for band in ax.collections[:6]]
    for k, column in enumerate(("upper", "upper80", "upper50")):
        highest = max(bands[k][:, 1].max(), bands[k + 3][:, 1].max())
        assert highest == frame[column].max()


def test_days_after_the_last_claim_look_and_read_otherwise() -> None:
    value = cases()["casualties"]
    last = pd.to_datetime(value.claims["end"]).max()
    assert pd.Timestamp(value.dates[-1]) > last
    ax = drawn("casualties")
    line = next(line for line in ax.lines if line.get_label() == "_last")
    assert line.get_xdata()[0] == date2num(last)
    beyond = next(line for line in ax.lines if line.get_label() == "_beyond")
    assert beyond.get_linestyle() == "--"
    assert beyond.get_xdata()[0] == date2num(last)
    known, paler = (ax.collections[k].get_facecolor()[0][:3].mean() for k in (0, 3))
    assert paler > known
    words = plot.describe(ax)
    assert "after the last claim" in words.alt
    assert "after the last claim" in words.caption
    assert any(text.get_text().startswith("last claim ") for text in words_on(ax))


def test_levels_are_said() -> None:
    said = [text.get_text() for text in words_on(drawn("casualties"))]
    assert {"50%", "80%", "90%"} <= set(said)
    assert any("50%, 80% and 90% credible" in text.replace("\n", " ") for text in said)
    assert "Claims: 11 from 7 sources, as known on 2025-02-27" in said


def test_zero_is_on_the_axis_and_counts_span_decades() -> None:
    ax = drawn("casualties")
    assert ax.get_yscale() == "symlog"
    assert ax.get_ylim()[0] == 0
    assert drawn("troops").get_yscale() == "linear"
    assert plot.timeline(cases()["casualties"], scale="linear").get_yscale() == "linear"
    assert plot.timeline(cases()["troops"], scale="log").get_yscale() == "symlog"


def test_the_first_days_of_a_level_do_not_decide_its_axis() -> None:
    """A level that comes from nothing is known badly at first, and mostly lies elsewhere."""

    def arriving(day: date):
        wide = 60 if day < date(2024, 10, 12) else 1.3
        return log_normal(450 if wide > 2 else 11_000, wide)

    level = make_timeline(TROOPS, arriving, forces(), start="2024-10-01")
    assert level.to_frame()["lower95"].min() < 10
    assert plot.timeline(level).get_yscale() == "linear"
    total = make_timeline(CASUALTIES, arriving, forces().iloc[:0], start="2024-10-01")
    assert plot.timeline(total).get_yscale() == "symlog"


def test_negative_numbers_refuse_a_log_axis() -> None:
    with pytest.raises(OptionError, match="log axis can't show"):
        plot.timeline(cases()["negative"], scale="log")


def test_claims_out_of_sight_are_counted_but_not_drawn() -> None:
    ax = plot.timeline(make_timeline(start="2025-01-10", end="2025-02-27"))
    assert labelled(ax, "_claim:") == []
    assert plot.describe(ax).source_line.startswith("Claims: 11 from 7 sources")


def test_a_source_keeps_its_colour_when_others_go() -> None:
    table = counts()
    table.attrs["sources"] = tuple(table["source"])
    one = table[table["source"] == "white_house"]
    one.attrs["sources"] = tuple(table["source"])

    def colour(claims) -> str:
        ax = plot.timeline(make_timeline(claims=claims))
        return labelled(ax, "_claim:kirby-dozens")[0].get_edgecolor()

    assert colour(table) == colour(one)
    ax = plot.timeline(make_timeline(claims=table), colours={"white_house": "#123456"})
    edge = labelled(ax, "_claim:kirby-dozens")[0].get_edgecolor()
    assert edge == mpl.colors.to_rgba("#123456")


def test_where_labels_are_missing_a_key_names_the_sources() -> None:
    value = cases()["crowd"]
    ax = drawn("crowd")
    said = [text.get_text() for text in words_on(ax)]
    for label in value.claims["source_label"].unique():
        assert label in said
    bare = {
        text.get_text() for text in words_on(plot.timeline(cases()["casualties"], labels=False))
    }
    assert "White House" in bare
    assert "several dozens" not in bare


def test_it_draws_on_the_axes_it_is_given() -> None:
    figure = Figure(figsize=(8, 6))
    given = figure.add_subplot()
    returned = plot.timeline(make_timeline(), ax=given)
    assert returned is given
    assert given.get_figure() is figure
    assert "Casualties" in " ".join(text.get_text() for text in words_on(given))


def test_settings_of_the_caller_are_left_alone() -> None:
    def settings() -> dict:
        return {name: mpl.rcParams[name] for name in mpl.rcParams if name != "backend"}

    before = settings()
    plot.timeline(make_timeline(), size="column")
    with mpl.rc_context({"font.size": 21.0, "text.usetex": False}):
        ours = plot.timeline(make_timeline())
        theirs = plot.timeline(make_timeline(claims=counts().iloc[:0]), style=None, size="slide")
    assert settings() == before
    sizes = {round(text.get_fontsize(), 3) for text in words_on(ours)}
    assert max(sizes) < 12
    assert max(text.get_fontsize() for text in words_on(theirs)) > 21


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": "colum"}, "did you mean 'column'"),
        ({"style": "recncile"}, "did you mean 'reconcile'"),
        ({"scale": "square"}, "expected scale 'auto', 'log' or 'linear', got 'square'"),
    ],
)
def test_unknown_options_say_what_is_known(options, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        plot.timeline(make_timeline(), **options)


def test_a_table_without_its_columns_is_named() -> None:
    broken = counts().drop(columns=["kind", "scope"])
    with pytest.raises(OptionError, match="kind, scope missing"):
        plot.timeline(make_timeline(claims=broken))


def test_the_words_hold_the_numbers() -> None:
    words = plot.describe(cases()["casualties"])
    assert str(words) == str(plot.describe(drawn("casualties")))
    assert "by 27 Feb 2025 about 3,500 (90% credible 1,000 to 12,000)" in words.caption
    assert "several dozens (White House) to hundreds (Kyiv Independent)" in words.alt
    data = words.to_frame()
    assert list(data["drawn"].value_counts().sort_index().index) == [
        "estimate",
        "floor",
        "flow",
        "level",
    ]
    days = data[data["drawn"] == "estimate"]
    assert np.array_equal(days["median"], cases()["casualties"].to_frame()["median"])
    data["median"] = 0.0
    assert words.to_frame()["median"].max() > 0  # a copy, not the figure's own


def test_stock_flows_are_told_apart_by_name() -> None:
    ax = drawn("troops")
    strip = next(iter(ax.child_axes))
    said = [text.get_text() for text in strip.texts]
    assert any("not levels" in text for text in said)
    assert "up to 3,000 additional" in said


def test_nothing_is_drawn_by_pyplot() -> None:
    import matplotlib.pyplot as plt

    before = plt.get_fignums()  # those of whoever drew with pyplot in this process
    plot.timeline(make_timeline())
    assert plt.get_fignums() == before


def test_timelines_draw_themselves() -> None:
    ax = make_timeline().plot(size="column")
    assert plot.describe(ax).title == "Casualties (killed and wounded)"
    assert round(figure_of(ax).get_figwidth() * 25.4, 3) == 85


def test_troops_before_the_epoch_are_none() -> None:
    assert troops_on(date(2024, 9, 1)).median == 0
    assert casualties_on(date(2024, 9, 1)).median == 0
    assert TROOPS.kind == "stock"
    assert CASUALTIES.epoch == date(2024, 10, 1)
    assert len(forces()) == 9
