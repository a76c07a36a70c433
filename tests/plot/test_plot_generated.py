"""Laws of the timeline on over a hundred generated ledgers: what is named, where words stand."""

from __future__ import annotations

import os
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from generated_timelines import LOCALES, generated
from matplotlib.dates import date2num
from matplotlib.lines import Line2D
from plot_cases import (
    INF,
    boxes,
    figure_of,
    labelled,
    make_estimate,
    misplaced,
    outside,
    overlaps,
    words_on,
)

from reconcile import plot
from reconcile.intervals import Interval
from reconcile.values import Conflict

# `make check` draws them all; a third of them has every size, language, count and scale too.
SEEDS = range(0, 112, 1 if "RECONCILE_ALL_LEDGERS" in os.environ else 3)
SIZES = ("column", "page", "slide", (120, 90), (210, 60))


def drawn(seed: int):
    """A generated timeline, drawn in one of the sizes and languages."""
    value = generated(seed)
    options = {"size": SIZES[seed // 5 % len(SIZES)], "locale": LOCALES[seed % 7 % 4]}
    return value, plot.timeline(value, **options)


@pytest.mark.parametrize("seed", SEEDS)
def test_laws_of_any_timeline(seed: int) -> None:
    value, ax = drawn(seed)
    texts = words_on(ax)
    covered = boxes([*texts], ax)
    assert outside(ax, texts, covered) == []
    assert overlaps(ax, texts, covered) == []
    _labels_have_their_marks(ax)
    _marks_are_whole(ax)
    _height_is_used(value, ax)
    _bands_are_named(value, texts)
    _days_after_the_last_claim_are_marked(value, ax)


def _labels_have_their_marks(ax) -> None:
    """A leader ends in a mark, and no label covers one."""
    marks = boxes(labelled(ax, "_claim:"), ax, shrink=-1.0)
    tags = boxes(labelled(ax, "_tag"), ax)
    for leader in labelled(ax, "_leader"):
        assert isinstance(leader, Line2D)
        x, y = leader.get_transform().transform(leader.get_xydata())[0]
        assert any(box.padded(2).contains(x, y) for box in marks)
    for tag in tags:
        assert not any(box.padded(-1.5).overlaps(tag) for box in marks)
    _leaders_keep_apart(ax)
    reach = 0.45 * np.hypot(ax.bbox.width, ax.bbox.height)
    for tag in tags:
        assert any(_apart(tag, mark) <= reach for mark in marks)


def _leaders_keep_apart(ax) -> None:
    """No two leaders cross; where claims are many, none runs over a mark beside its own."""
    leaders = [
        each.get_transform().transform(each.get_xydata()) for each in labelled(ax, "_leader")
    ]
    assert not [1 for one, other in combinations(leaders, 2) if _cross(one, other)]
    artists = labelled(ax, "_claim:")
    named = zip([artist.get_label() for artist in artists], boxes(artists, ax), strict=True)
    marks = [(name, box.padded(-1.0)) for name, box in named]
    for leader in leaders:
        own = {name for name, box in marks if box.padded(3.0).contains(*leader[0])}
        points = leader[0] + np.linspace(0, 1, 100)[:, None] * (leader[1] - leader[0])
        met = {name for name, box in marks if any(box.contains(*point) for point in points)}
        assert len({name for name, _ in marks}) <= 14 or met <= own


def _cross(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two segments (2, 2) cross, by solving for where they meet."""
    steps = np.stack([one[1] - one[0], other[0] - other[1]], axis=1)
    if abs(np.linalg.det(steps)) < 1e-9:
        return False
    at = np.linalg.solve(steps, other[0] - one[0])
    return bool(((at > 1e-6) & (at < 1 - 1e-6)).all())


def _apart(one, other) -> float:
    dx = max(one.x0 - other.x1, other.x0 - one.x1, 0)
    dy = max(one.y0 - other.y1, other.y0 - one.y1, 0)
    return float(np.hypot(dx, dy))


def _marks_are_whole(ax) -> None:
    """No mark that is drawn by itself reaches out of the Axes, on its first and last day too."""
    room = ax.bbox.padded(2.0)
    for artist, box in zip(
        labelled(ax, "_claim:"), boxes(labelled(ax, "_claim:"), ax), strict=True
    ):
        assert room.x0 <= box.x0, artist.get_label()
        assert box.x1 <= room.x1, artist.get_label()
        assert box.y1 <= room.y1 + 2, artist.get_label()
        assert box.y0 >= room.y0 - 2, artist.get_label()


def _height_is_used(value, ax) -> None:
    """What is drawn spans most of the height of the Axes."""
    frame = value.to_frame()
    shown = [*frame["lower"], *frame["upper"]]
    for mark in value.claims.to_dict("records"):
        if not mark["during"]:
            shown += [v for v in (mark["lower"], mark["upper"]) if np.isfinite(v)]
    at = ax.transAxes.inverted().transform(
        ax.transData.transform(np.c_[np.zeros(len(shown)), shown])
    )[:, 1]
    assert at.max() - max(at.min(), 0) >= 0.45 or np.ptp(shown) == 0


def _bands_are_named(value, texts) -> None:
    """The level of the headline is one of the bands drawn."""
    said = {text.get_text().replace("\u202f", "") for text in texts}
    assert f"{100 * value.level:g}%" in said


def _days_after_the_last_claim_are_marked(value, ax) -> None:
    active = value.claims[value.claims["status"] == "active"]
    if not len(active):
        return
    last = pd.to_datetime(active["end"]).max()
    line = [line for line in ax.lines if line.get_label() == "_last"]
    if last < pd.Timestamp(value.dates[-1]):
        assert [float(each.get_xdata()[0]) for each in line] == [float(date2num(last))]
        assert any(each.get_label() == "_beyond" for each in ax.lines)
    else:
        assert line == []


@pytest.mark.parametrize("figure", [plot.spread, plot.forest, plot.conflicts])
@pytest.mark.parametrize("seed", SEEDS[::3])
def test_laws_of_any_rows_of_claims(figure, seed: int) -> None:
    """Words lie inside and apart, marks are whole, and what is counted is told in whole numbers."""
    value = generated(seed)
    day = value.dates[len(value.dates) // 2]
    pair = Conflict(tuple(value.claims["claim"].iloc[:2]), 3.0, "Both cannot be true.")
    estimate = make_estimate(
        day, value.about, value.distributions[len(value.dates) // 2], value.claims,
        envelope=Interval(-INF, INF), consensus=None, conflicts=(pair,), sources=pd.DataFrame(),
    )  # fmt: skip
    ax = figure(estimate, size=SIZES[seed // 3 % len(SIZES)], locale=LOCALES[seed % 4])
    assert misplaced(ax) == ([], [])
    for artist, box in zip(
        labelled(ax, "_claim:"), boxes(labelled(ax, "_claim:"), ax), strict=True
    ):
        assert ax.bbox.x0 - 2 <= box.x0, artist.get_label()
        assert box.x1 <= ax.bbox.x1 + 2, artist.get_label()
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert len(ticks) >= 2
    if value.about.unit == "count":
        assert all(tick == round(tick) for tick in ticks)


@pytest.mark.parametrize("seed", [2, 5, 11, 25, 40, 56])
def test_every_source_is_named_where_there_are_few(seed: int) -> None:
    value = generated(seed, count=24)
    table = value.claims.assign(source="s" + pd.Series(range(24)).mod(6).astype(str))
    table["source_label"] = table["source"].str.upper()
    ax = plot.timeline(_with(value, table))
    said = " ".join(text.get_text() for text in words_on(ax))
    assert all(label in said for label in set(table["source_label"]))


def _with(value, table):
    import dataclasses

    return dataclasses.replace(value, claims=table)


@pytest.mark.parametrize("seed", [0, 10])
def test_five_thousand_claims_are_a_density_that_hides_nothing(seed: int) -> None:
    value = generated(seed, count=5000)
    ax = plot.timeline(value, size="page")
    assert misplaced(ax) == ([], [])
    squares = sum(len(each.get_offsets()) for each in labelled(ax, "_density"))
    assert 50 < squares < 5000
    assert 1 <= len({tag.get_text() for tag in labelled(ax, "_tag")}) <= 20
    active = int((value.claims["status"] == "active").sum())
    told = (
        f"Claims: {active:,} from {value.claims['source'].nunique()} sources; {5000 - active} withd"
    )
    assert told in plot.describe(ax).source_line
    assert figure_of(ax).get_figwidth() == pytest.approx(170 / 25.4)
