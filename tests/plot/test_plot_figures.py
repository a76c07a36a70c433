"""Forest, sources, conflicts, revisions, calibration and sensitivity."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from plot_cases import (
    CASUALTIES,
    LABELS,
    at_sizes,
    boxes,
    check_values,
    counts,
    crowd,
    figure_of,
    forces,
    labelled,
    left_out_table,
    log_normal,
    make_estimate,
    misplaced,
    overlaps,
    row,
    sources_table,
    troops_on,
    vintage_table,
    words_on,
)
from plot_cases import TROOPS as STOCK
from scipy.stats import binom

from reconcile import plot
from reconcile.errors import OptionError
from reconcile.values import Conflict

SIZES = ("column", "page", "slide")


def second_answer():
    return dataclasses.replace(
        make_estimate(), distribution=log_normal(180, 3), method="random-effects"
    )


@cache
def drawings():
    """Each figure on ordinary input and on input that breaks figures."""
    crowded = make_estimate(claims=crowd(200))
    three = Conflict(("us-200", "sof-50", "sof-47"), 0.0, "These three can't all be true.")
    lost = Conflict(("gone", "us-200"), 12.0, "One of these is in another table.")
    many = tuple(Conflict(("kirby-dozens", "us-200"), 50.0 + k, "") for k in range(12))
    sources = sources_table()
    check = check_values()
    troops = make_estimate(about=STOCK, spread=troops_on(make_estimate().date), claims=forces())
    arrivals = dataclasses.replace(
        troops, conflicts=(Conflict(("ja-3000", "ki-over"), 7000.0, ""),)
    )
    far = sources.assign(factor_upper=[4000.0, *sources["factor_upper"][1:]])
    return {
        "forest": lambda **o: plot.forest(make_estimate(), others=[second_answer()], **o),
        "forest-crowd": lambda **o: plot.forest(crowded, **o),
        "forest-none": lambda **o: plot.forest(make_estimate(claims=counts().iloc[:0]), **o),
        "sources": lambda **o: plot.sources(sources, **o),
        "sources-bare": lambda **o: plot.sources(
            sources[["source", "factor", "factor_lower", "factor_upper"]], **o
        ),
        "sources-far": lambda **o: plot.sources(far, **o),
        "sources-none": lambda **o: plot.sources(sources.iloc[:0], **o),
        "conflicts": lambda **o: plot.conflicts(make_estimate(), **o),
        "conflicts-three": lambda **o: plot.conflicts(make_estimate(conflicts=(three, lost)), **o),
        "conflicts-many": lambda **o: plot.conflicts(make_estimate(conflicts=many), **o),
        "conflicts-none": lambda **o: plot.conflicts(make_estimate(conflicts=()), **o),
        "conflicts-arrivals": lambda **o: plot.conflicts(arrivals, **o),
        "revisions": lambda **o: plot.revisions(vintage_table(), about=CASUALTIES, **o),
        "revisions-one": lambda **o: plot.revisions(vintage_table().iloc[[2]], **o),
        "revisions-bare": lambda **o: plot.revisions(
            vintage_table().drop(columns=["news", "date", "n_claims"]), **o
        ),
        "calibration": lambda **o: plot.calibration(check, **o),
        "calibration-pit": lambda **o: plot.calibration({"pit": check["pit"]}, **o),
        "calibration-two": lambda **o: plot.calibration(
            {"coverage": check["coverage"], "scores": check["scores"]}, **o
        ),
        "sensitivity": lambda **o: plot.sensitivity(left_out_table(), about=CASUALTIES, **o),
        "sensitivity-one": lambda **o: plot.sensitivity(left_out_table().iloc[:1], **o),
    }


PLAIN = tuple(name for name in drawings() if "-" not in name)


@pytest.mark.parametrize(("name", "size"), at_sizes([*drawings()], (*PLAIN, "conflicts-arrivals")))
def test_words_never_overlap_and_never_leave_the_canvas(name: str, size: str) -> None:
    ax = drawings()[name](size=size)
    assert misplaced(ax) == ([], [])
    words = plot.describe(ax)
    assert words.title
    assert words.caption
    assert words.alt
    assert words.source_line


@pytest.mark.parametrize("name", PLAIN)
def test_each_draws_on_the_axes_it_is_given(name: str) -> None:
    figure = Figure(figsize=(8, 6))
    given = figure.add_subplot()
    assert drawings()[name](ax=given) is given
    assert figure.axes[0] is given


def test_the_area_of_a_box_is_the_weight() -> None:
    ax = plot.forest(make_estimate())
    squares = {
        (float(line.get_xdata()[0])): line.get_markersize()
        for line in ax.lines
        if line.get_marker() == "s" and line.get_zorder() == 5.5
    }
    heavy, light = squares[1000.0], squares[50.0]  # weights 0.20 and 0.09
    assert (heavy / light) ** 2 == pytest.approx(0.20 / 0.09)


def test_a_diamond_spans_the_interval_of_each_answer() -> None:
    answers = [make_estimate(), second_answer()]
    ax = plot.forest(answers[0], others=answers[1:])
    spans = [(p.get_xy()[:, 0].min(), p.get_xy()[:, 0].max()) for p in ax.patches
             if isinstance(p, Polygon)]  # fmt: skip
    for answer, span in zip(answers, spans, strict=True):
        assert span == (answer.interval().lower, answer.interval().upper)
    said = " ".join(text.get_text() for text in words_on(ax))
    assert "Random effects" in said
    assert "22%" in said


def test_the_forest_tells_how_much_each_claim_moves_the_answer() -> None:
    from reconcile.plot.figures.forest import influence_label

    assert influence_label(np.log(1.25), CASUALTIES) == "+25%"
    assert influence_label(np.log(0.75), CASUALTIES) == "−25%"
    assert influence_label(float("nan"), CASUALTIES) == ""
    said = [text.get_text() for text in words_on(plot.forest(make_estimate()))]
    assert {"weight", "moves it"} <= set(said)


def test_sources_stand_with_their_side_and_their_factor() -> None:
    ax = plot.sources(sources_table())
    said = [text.get_text() for text in words_on(ax)]
    assert {"Ukraine", "US", "Russia", "No side"} <= set(said)
    assert {"×½", "×1", "×2", "×4", "×1.8"} <= set(said)
    assert "C → B" in said
    low, high = ax.get_xlim()
    assert low < 1 / 2
    assert high > 4.1
    markers = {float(line.get_xdata()[0]) for line in ax.lines if len(line.get_xdata()) == 1}
    assert set(sources_table()["factor"]) <= markers


def test_a_fit_is_asked_for_its_sources() -> None:
    class Fitted:
        def sources(self) -> pd.DataFrame:
            return sources_table()

    told = plot.describe(plot.sources(Fitted()))
    assert told.alt == plot.describe(plot.sources(sources_table())).alt
    assert "Global Defense Corp. ×1.8 (×0.8 to ×4.1)" in told.alt


def test_a_source_has_one_colour_in_every_figure() -> None:
    ids = tuple(LABELS)
    claims, table, left = counts(), sources_table(), left_out_table()
    for frame in (claims, table, left):
        frame.attrs["sources"] = ids
    spread = plot.spread(make_estimate(claims=claims))
    house = plot.sources(table)
    without = plot.sensitivity(left)
    wanted = labelled(spread, "_claim:us-200")[0].get_edgecolor()

    def colours(ax) -> set:
        from matplotlib.colors import to_rgba

        return {
            to_rgba(line.get_markerfacecolor()) for line in ax.lines if len(line.get_xdata()) == 1
        }

    assert wanted in colours(house)
    assert wanted in colours(without)


def test_the_gap_between_contradicting_claims_is_drawn() -> None:
    ax = plot.conflicts(make_estimate())
    dotted = [patch for patch in ax.patches if patch.get_hatch() == "...."]
    spans = sorted((p.get_x(), p.get_x() + p.get_width()) for p in dotted)
    assert spans == [(99, 150), (300, 500)]
    said = [text.get_text() for text in words_on(ax)]
    assert {"51 apart", "200 apart"} <= set(said)
    widest_first = plot.describe(ax).data["gap"].tolist()
    assert widest_first == [200, 200, 51, 51]


def test_no_conflicts_are_said_in_words() -> None:
    ax = plot.conflicts(make_estimate(conflicts=()))
    assert any("No claims contradict" in text.get_text() for text in words_on(ax))
    assert "no contradictions" in plot.describe(ax).alt


def test_vintages_move_in_steps() -> None:
    table = vintage_table()
    ax = plot.revisions(table, about=CASUALTIES)
    path = next(line for line in ax.lines if len(line.get_xdata()) == len(table) + 1)
    assert path.get_drawstyle() == "steps-post"
    assert np.array_equal(path.get_ydata()[:-1], table["median"])
    words = plot.describe(ax)
    assert "for 18 Dec 2024 went from 300 (known on 20 Nov 2024) to 400" in words.caption
    assert words.source_line == "Claims: 9, as known on 2025-02-27"


def test_vintages_keep_words_off_dots() -> None:
    ax = plot.revisions(vintage_table(), about=CASUALTIES)
    words_on(ax)
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    at = ax.transData.transform(np.c_[dots.get_xdata(), dots.get_ydata()])
    tags = labelled(ax, "_tag")
    assert len(tags) >= 8
    for box in boxes(tags, ax):
        assert not ((at > box.min) & (at < box.max)).all(axis=1).any()


def test_bands_of_calibration_are_binomial() -> None:
    """Oracle: the quantiles of the binomial distribution itself."""
    ax = plot.calibration(check_values())
    bars = ax.child_axes[1]
    low, high = binom.ppf([0.025, 0.975], 300, 0.1)
    edges = {float(line.get_ydata()[0]) for line in bars.lines}
    assert edges == {low, high}
    heights = [patch.get_height() for patch in bars.patches]
    assert sum(heights) == 300
    points = ax.child_axes[0].lines[1]
    assert list(points.get_ydata()) == [0.46, 0.76, 0.87, 0.93]


def test_calibration_panels_hold_no_overlapping_words() -> None:
    for size in SIZES:
        ax = plot.calibration(check_values(), size=size)
        texts = [t for panel in ax.child_axes for t in panel.findobj() if hasattr(t, "get_text")]
        assert len(texts) > 12
        assert overlaps(ax) == []


def test_an_object_with_methods_can_be_checked() -> None:
    class Check:
        pit = np.linspace(0.01, 0.99, 60)

        def coverage(self) -> pd.DataFrame:
            return pd.DataFrame({"level": [0.9], "covered": [0.8], "n": [60]})

    words = plot.describe(plot.calibration(Check()))
    assert "90% intervals hold 80% of truths" in words.caption
    assert words.source_line == "Checked on 60 truths"


def test_sensitivity_puts_the_furthest_move_first() -> None:
    ax = plot.sensitivity(left_out_table(), about=CASUALTIES)
    names = [text for text in words_on(ax) if text.get_text().startswith("without")]
    top = min(names, key=lambda text: text.get_position()[1])
    assert top.get_text() == "without White House"
    said = {text.get_text() for text in words_on(ax)}
    assert {"−45%", "+35%", "All sources"} <= said


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plot.sources(pd.DataFrame({"source": ["a"]})), "factor.* missing, got source"),
        (lambda: plot.revisions(vintage_table().drop(columns="as_of")), "as_of missing"),
        (lambda: plot.revisions(vintage_table().iloc[:0]), "without rows"),
        (lambda: plot.sensitivity(left_out_table().iloc[1:]), "one row without a source.*got 0"),
        (lambda: plot.sensitivity(pd.DataFrame({"source": [""]})), "median, lower, upper missing"),
        (lambda: plot.calibration({}), "coverage table, pit values or scores, got dict"),
        (lambda: plot.calibration({"pit": [0.2, 1.4]}), "from 0 to 1"),
        (lambda: plot.calibration({"coverage": {"level": [0.9]}}), "covered, n missing"),
        (lambda: plot.describe(Figure().add_subplot()), "nothing of reconcile.plot"),
        (
            lambda: plot.describe(make_estimate(), "histogram"),
            "of spread, forest, conflicts",
        ),
    ],
)
def test_what_can_not_be_drawn_is_named(draw, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        draw()


def test_descriptions_need_no_drawing() -> None:
    estimate = make_estimate()
    for name in ("spread", "forest", "conflicts"):
        told = plot.describe(estimate, name)
        drawn = plot.describe(getattr(plot, name)(estimate))
        assert (told.title, told.caption, told.alt) == (drawn.title, drawn.caption, drawn.alt)
        pd.testing.assert_frame_equal(told.data, drawn.data)


def test_titles_can_be_replaced_or_left_out() -> None:
    ax = plot.spread(make_estimate(), title="Losses in Kursk")
    assert "Losses in Kursk" in [text.get_text() for text in words_on(ax)]
    none = plot.spread(make_estimate(), title="")
    assert all(
        text.get_fontweight() != "bold" or text.get_fontsize() < 9 for text in words_on(none)
    )


def test_notebooks_show_the_figure_with_its_alt_text() -> None:
    estimate = make_estimate(
        claims=pd.DataFrame(
            [row("a<b", "<i>", "<script>", "exact", 9e3, 9e3, "2024-12-18", 1, 9e3)]
        )
    )
    ax = plot.spread(estimate, size="column")
    page = ax._repr_html_()
    assert page.startswith("<img ")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert ax._repr_png_().startswith(b"\x89PNG")
    assert figure_of(ax).get_dpi() == 150


@pytest.mark.parametrize("name", ["sensitivity", "sources"])
@pytest.mark.parametrize("size", ["slide", (120, 70)])
def test_on_a_given_height_sources_are_readable_or_counted(name: str, size) -> None:
    """Sixty sources on a slide: those that tell most, and a line for the others."""
    many = [f"Source number {i}" for i in range(60)]
    if name == "sources":
        table = pd.DataFrame({"source": many, "factor": np.linspace(0.3, 3.0, 60)})
        table = table.assign(factor_lower=table["factor"] / 1.2, factor_upper=table["factor"] * 1.2)
        ax = plot.sources(table, size=size)
        told = ["Source number 0", "Source number 59"]
    else:
        table = pd.DataFrame({"source": ["", *many], "median": [100.0, *np.linspace(101, 160, 60)]})
        table = table.assign(lower=table["median"] - 30, upper=table["median"] + 30)
        ax = plot.sensitivity(table, about=CASUALTIES, size=size)
        told = ["Source number 59"]
    assert misplaced(ax) == ([], [])
    said = [text.get_text() for text in words_on(ax)]
    assert all(any(source in text for text in said) for source in told)
    shown = sum("Source number" in text for text in said)
    more = next(text for text in said if text.startswith("and "))
    assert shown + int(more.split()[1]) == 60
    assert plot.describe(ax).alt.endswith(f"{more}.")
    assert len(plot.describe(ax).to_frame()) == len(table)


def test_a_level_far_from_zero_has_the_height_to_itself() -> None:
    from reconcile.plot.parts.values_axis import value_axis

    level = dataclasses.replace(STOCK, scale="log")
    assert value_axis([9_000, 13_000], level, zero=True).lower > 8_000
    assert value_axis([3_000, 13_000], level, zero=True).lower == 0
    assert value_axis([9_000, 13_000], CASUALTIES, zero=True).lower == 0
