"""The spread: the density is the distribution, and every claim has its row."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from plot_cases import (
    INF,
    MARGIN,
    TROOPS,
    at_sizes,
    counts,
    crowd,
    every_kind,
    figure_of,
    forces,
    labelled,
    log_normal,
    make_estimate,
    misplaced,
    normal,
    outside,
    overlaps,
    row,
    troops_on,
    words_on,
)
from scipy.stats import norm

from reconcile import plot
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.plot.figures.spread import density, stacks
from reconcile.plot.parts.values_axis import value_axis
from reconcile.values import Distribution


@cache
def cases():
    free = {"envelope": Interval(-INF, INF), "consensus": None}
    polls = pd.DataFrame(
        [
            row("p1", "a", "3.1 points", "approx", 2.1, 4.1, "2024-12-01", 0.2, 3.1, "margin"),
            row("p2", "b", "at least −4", "at_least", -4, INF, "2024-12-05", 0.2, -4, "margin"),
        ]
    )
    skewed = Distribution.from_samples(np.random.default_rng(4).lognormal(5, 1.2, 4000))
    return {
        "casualties": make_estimate(),
        "troops": make_estimate(
            about=TROOPS, spread=troops_on(date(2024, 12, 18)), claims=forces(), **free
        ),
        "crowd": make_estimate(claims=crowd(200)),
        "kinds": make_estimate(claims=every_kind()),
        "one": make_estimate(claims=counts().iloc[[4]], **free),
        "none": make_estimate(claims=counts().iloc[:0], **free),
        "bare": make_estimate(claims=pd.DataFrame(), **free),
        "zero": make_estimate(day=date(2024, 9, 1)),
        "no-date": make_estimate(day=None),
        "negative": make_estimate(about=MARGIN, spread=normal(-1.1, 1.4), claims=polls, **free),
        "huge": make_estimate(spread=log_normal(4e11, 3)),
        "tiny": make_estimate(spread=log_normal(0.02, 3), claims=counts().iloc[:0], **free),
        "samples": make_estimate(spread=skewed),
        "empty-envelope": make_estimate(envelope=Interval(INF, -INF), consensus=None),
        "floor": make_estimate(envelope=Interval(0, 999), consensus=None),
    }


@cache
def drawn(name: str, size: str = "page", form: str = "density"):
    """The figure of a case, drawn once for all tests that only look at it."""
    return plot.spread(cases()[name], size=size, form=form)


@pytest.mark.parametrize(("name", "size"), at_sizes([*cases()], ("casualties", "crowd", "kinds")))
def test_words_never_overlap_and_never_leave_the_canvas(name: str, size: str) -> None:
    ax = drawn(name, size, form="dots" if name == "samples" else "density")
    assert misplaced(ax) == ([], [])


def test_every_claim_has_its_words() -> None:
    for size in ("column", "page"):
        said = [text.get_text() for text in words_on(drawn("casualties", size))]
        for phrase in counts()["phrase"]:
            assert any(text.startswith(phrase) for text in said), phrase
        assert "260" in said
        assert "5 of 7 origins agree" in said


def test_forms_stand_where_the_numbers_are() -> None:
    ax = drawn("casualties")
    box = labelled(ax, "_claim:us-200")[0]
    assert (box.get_x(), box.get_x() + box.get_width()) == (150, 300)
    dot = labelled(ax, "_claim:nurse-120")[-1]
    assert list(dot.get_xdata()) == [120]


def test_what_is_no_total_is_lighter_and_headed() -> None:
    ax = drawn("casualties")
    assert labelled(ax, "_claim:nurse-120")[-1].get_alpha() < 1
    said = [text.get_text() for text in words_on(ax)]
    assert "Claims of a part or of a window, not of the total" in said


def test_arrivals_are_no_value_of_a_level() -> None:
    ax = drawn("troops")
    assert labelled(ax, "_claim:ja-3000") == []
    assert ax.get_xlim()[0] > 5_000
    assert any("≤ 3,000, not on this axis" in text.get_text() for text in words_on(ax))


def test_the_density_is_the_normal_curve() -> None:
    """Oracle: scipy's density, widened by the kernel as the rule says."""
    spread = normal(10.0, 2.0)
    axis = value_axis([0.0, 20.0], MARGIN)
    x, height = density(spread, axis)
    width = 0.9 * 2.0 * 2000**0 * 400**-0.2
    expected = norm.pdf(x, 10, np.hypot(2, width))
    assert np.allclose(height, expected / expected.max(), atol=0.02)


def test_the_density_on_a_log_axis_is_per_decade() -> None:
    """On its own axis a log-normal is a symmetric hill, so its peak is at the median."""
    axis = value_axis([10, 100_000], make_estimate().about)
    x, height = density(log_normal(1000, 4), axis)
    assert x[np.argmax(height)] == pytest.approx(1000, rel=0.02)
    low, high = np.interp([250, 4000], x, height)
    assert low == pytest.approx(high, rel=0.03)


def test_dots_are_quantiles() -> None:
    centres, levels = stacks(np.sort(np.random.default_rng(2).normal(size=50)), 0.3)
    assert len(centres) == 50
    per_stack = pd.Series(levels).groupby(centres).agg(["min", "max", "count"])
    assert (per_stack["min"] == 0).all()
    assert (per_stack["max"] + 1 == per_stack["count"]).all()
    assert (np.diff(np.unique(centres)) > 0).all()


def test_there_are_fifty_dots() -> None:
    ax = drawn("casualties", form="dots")
    bare = [a for a in ax.lines if a.get_marker() == "o" and a.get_markeredgewidth() == 0]
    assert sum(len(line.get_xdata()) for line in bare) == 50
    median = cases()["casualties"].median
    left = sum((np.asarray(line.get_xdata()) < median).sum() for line in bare)
    assert 22 <= left <= 28


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(OptionError, match="form of density, dots; got 'violin'"):
        plot.spread(cases()["casualties"], form="violin")


def test_an_axes_that_is_given_keeps_its_place_with_all_its_words() -> None:
    figure = Figure(figsize=(9, 6))
    given, other = figure.subplots(1, 2)
    before = other.get_position().bounds
    assert plot.spread(make_estimate(), ax=given) is given
    assert other.get_position().bounds == before
    assert given.get_position().x1 < before[0]
    assert outside(given) == []
    assert overlaps(given) == []


def test_the_words_hold_the_numbers() -> None:
    words = plot.describe(cases()["casualties"])
    assert words.title == "Casualties (killed and wounded), by 18 Dec 2024"
    assert "about 260 (90% credible 140 to 490)" in words.caption
    assert "Outside the 90% interval: 0 of 1 claim of that day." in words.alt
    data = words.to_frame()
    median = data.loc[data["probability"] == 0.5, "value"].item()
    assert median == cases()["casualties"].median
    assert len(data[data["drawn"].isin(["level", "floor", "flow"])]) == 11


def test_a_claim_is_held_against_the_band_of_its_own_day() -> None:
    table = counts()
    day = pd.Timestamp("2024-12-18")
    several = table["claim"].eq("kirby-dozens")
    assert several.sum() == 1
    of_the_day = table.assign(
        start=table["start"].mask(several, day), end=table["end"].mask(several, day)
    )
    alt = plot.describe(make_estimate(claims=of_the_day)).alt
    assert "Outside the 90% interval: 1 of 2 claims of that day: several dozens" in alt


def test_estimates_draw_themselves() -> None:
    ax = make_estimate().plot(size="page")
    assert round(figure_of(ax).get_figwidth() * 25.4, 3) == 170
    assert plot.describe(ax).title.endswith("by 18 Dec 2024")
