"""Faults that were seen in figures of other people's data, each with the data that showed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from plot_cases import (
    CASUALTIES,
    INF,
    crowd,
    figure_of,
    labelled,
    log_normal,
    make_estimate,
    make_timeline,
    misplaced,
    normal,
    row,
    sources_table,
    vintage_table,
    words_on,
)

from reconcile import plot
from reconcile.check import Check
from reconcile.intervals import Interval
from reconcile.plot.figures.spread import density
from reconcile.plot.parts.typefaces import installed_families
from reconcile.plot.parts.values_axis import value_axis
from reconcile.values import Conflict, Distribution, Quantity

LEVEL = Quantity("level", "river level", unit="m", kind="stock", scale="linear")


def texts(ax) -> list[str]:
    return [text.get_text() for text in words_on(ax)]


def of_days(name: str, source: str, value: float, day: str, quantity: str = "casualties") -> dict:
    return row(name, source, f"{value:g}", "exact", value, value, day, 0.05, value, quantity)


def test_one_far_claim_does_not_take_the_height_from_the_rest() -> None:
    rows = [of_days(f"c{k}", "a", 100.0 + 3 * k, f"2024-12-{k + 1:02}") for k in range(20)] + [
        row("far", "b", "up to 3,000", "at_most", -INF, 3000, "2024-12-05", 0.01, 3000)
    ]
    ax = plot.timeline(
        make_timeline(on=lambda day: log_normal(130, 1.1), claims=pd.DataFrame(rows))
    )
    low, high = (ax.transAxes.inverted().transform(ax.transData.transform((0, y)))[1]
                 for y in (100, 160))  # fmt: skip
    assert ax.get_yscale() == "symlog"
    assert high - low > 0.08


def jagged(day: date) -> Interval:
    """Bounds of a level: on the day of a claim alone, each day another."""
    return Interval(3 + day.day % 7, 9 + day.day % 5)


@pytest.mark.parametrize("every", [1, 3])
def test_bounds_of_single_days_are_no_line_and_no_caption_says_so(every: int) -> None:
    def bounds(day: date) -> Interval:
        return jagged(day) if day.toordinal() % every == 0 else Interval(-INF, INF)

    claims = pd.DataFrame([of_days("a", "a", 8.0, "2024-12-01", "level")])
    line = make_timeline(LEVEL, lambda day: normal(8.0, 2.0), claims, envelope=bounds)
    ax = plot.timeline(line)
    assert not labelled(ax, "_lower")
    assert not labelled(ax, "_upper")
    assert "dashed lines" not in plot.describe(ax).caption


def test_bounds_that_are_drawn_are_told() -> None:
    line = make_timeline(envelope=lambda day: Interval(40, 400))
    ax = plot.timeline(line)
    assert labelled(ax, "_lower")
    assert "dashed lines" in plot.describe(ax).caption


def test_a_check_of_claims_speaks_of_claims_and_not_of_truths() -> None:
    rows = pd.DataFrame(
        {"source": ["b", "a"] * 10, "label": ["Bureau", "Agency"] * 10, "truth": 1.0,
         "pit": np.linspace(0.02, 0.98, 20), "score": 0.0004}
    )  # fmt: skip
    ax = plot.calibration(Check(rows, of="claims"))
    words, shown = plot.describe(ax), " ".join(texts(ax))
    for text in (words.title, words.caption, words.alt, words.source_line, shown):
        assert "truth" not in text.lower()
    assert "Checked on 20 claims" in words.source_line
    assert "Agency (10)" in shown
    assert misplaced(ax) == ([], [])
    assert "truths" in plot.describe(plot.calibration(Check(rows))).caption


def test_all_inside_is_a_hundred_percent() -> None:
    rows = pd.DataFrame({"truth": 1.0, "pit": np.full(300, 0.5), "score": 0.1})
    assert "95% intervals hold 100% of truths" in plot.describe(plot.calibration(Check(rows))).alt


def test_medians_and_changes_without_a_source_add_up() -> None:
    table = pd.DataFrame(
        {"source": ["", "a", "b"], "label": ["", "a", "b"], "median": [4.31, 4.27, 4.36],
         "lower": [3.9, 3.0, 3.95], "upper": [5.0, 6.6, 4.9], "level": 0.9}
    )  # fmt: skip
    told = plot.describe(plot.sensitivity(table, about=LEVEL)).caption
    assert "the median is 4.3; without b 4.4 (0); " not in told
    assert "without a 4.3 (0)" in told


@pytest.mark.parametrize("size", ["column", "page", "slide"])
def test_estimates_side_by_side_keep_what_tells_them_apart(size: str) -> None:
    days = [date(2024, 12, 18), date(2024, 12, 31)]
    long = replace(CASUALTIES, label="casualties of all formations on the whole of the front")
    ax = plot.compare([make_estimate(day, long) for day in days], size=size)
    shown = texts(ax)
    assert any("18 Dec 2024" in text for text in shown)
    assert any("31 Dec 2024" in text for text in shown)
    assert misplaced(ax) == ([], [])


def test_stacked_parts_are_paler_after_the_last_claim() -> None:
    whole = make_timeline()
    parts = [
        make_timeline(replace(CASUALTIES, id=name, label=name, parts=()))
        for name in ("killed", "hurt")
    ]
    ax = plot.stacked(parts, whole)
    words = plot.describe(ax)
    assert any(text.startswith("last claim") for text in texts(ax))
    assert "after the last claim" in words.caption
    assert "after the last claim" in words.alt
    assert "sources" in words.source_line


def test_news_is_shown_in_whole_items() -> None:
    table = vintage_table()
    table.loc[3, "news"] = "; ".join(f"the regional governor of district {k}: 20" for k in range(5))
    shown = texts(plot.revisions(table, about=CASUALTIES))
    assert any(text.endswith(";\u00a0…") for text in shown)
    assert not any("…" in text and not text.endswith(";\u00a0…") for text in shown)


def test_claims_of_several_years_tell_the_year() -> None:
    rows = [of_days(f"c{k}", "a", 100.0 + k, f"{2015 + k}-12-31") for k in range(5)]
    apart = texts(plot.spread(make_estimate(date(2019, 12, 31), claims=pd.DataFrame(rows))))
    assert any("31 Dec 2017" in text for text in apart)
    near = texts(plot.spread(make_estimate()))
    assert not any(text.startswith("20 Nov 2024") for text in near)


def test_a_count_has_no_density_below_zero() -> None:
    p = np.linspace(0, 1, 201)
    spread = Distribution(0.2 * p**3, p)
    axis = value_axis([0, 0.2], Quantity("cases"), "linear")
    x, height = density(spread, axis)
    assert x.min() >= 0
    assert height[0] == pytest.approx(1.0, abs=0.05)


def test_nobody_is_not_outside_of_nearly_nobody() -> None:
    claims = pd.DataFrame([of_days("none", "a", 0.0, "2024-12-18")])
    few = Distribution(np.array([1e-4, 0.02, 0.2]), np.array([0.0, 0.5, 1.0]))
    words = plot.describe(plot.spread(make_estimate(spread=few, claims=claims)))
    assert "Outside the 90% interval: 0 of 1 claim" in words.alt


def test_names_that_differ_at_their_end_are_told_apart_when_cut() -> None:
    label = "Committee for the Defence of Detained Persons and their Families"
    rows = [
        of_days(f"c{k}", f"s{k}", 200.0 + k, "2024-12-18") | {"source_label": f"{label} {k}"}
        for k in range(3)
    ]
    ax = plot.forest(make_estimate(claims=pd.DataFrame(rows)), size="page")
    cut = [text for text in texts(ax) if "Committee" in text]
    assert len(cut) == len(set(cut)) == 3


def test_sixty_sources_leave_the_height_to_the_figure() -> None:
    few, ax = (
        plot.timeline(make_timeline(claims=crowd(60, sources=count)), size="column")
        for count in (8, 60)
    )
    assert ax.bbox.height > 0.8 * few.bbox.height
    assert misplaced(ax) == ([], [])


def test_the_words_for_a_single_day_leave_its_median_free() -> None:
    claims = pd.DataFrame([of_days("a", "mayor", 260.0, "2024-12-18")])
    line = make_timeline(claims=claims, start="2024-12-18", end="2024-12-18")
    ax = plot.timeline(line)
    median = ax.transData.transform((0, line.distributions[0].median))[1]
    for text in words_on(ax):
        if text.get_label() == "_tag":
            box = text.get_window_extent()
            assert not box.y0 < median < box.y1


def counted_after() -> pd.DataFrame:
    """Counts of what was over on the first day, which rise from day to day; one was taken back."""
    rows = [of_days(f"c{k}", f"s{k % 3}", v, f"2026-03-{3 + k:02}", "dead")
            for k, v in enumerate([14.0, 31.0, 58.0, 94.0, 127.0, 151.0, 158.0])]  # fmt: skip
    rows.append(of_days("wrong", "s1", 400.0, "2026-03-06", "dead") | {"status": "retracted"})
    return pd.DataFrame(rows)


def test_what_was_over_has_no_bounds_by_the_day_of_the_count() -> None:
    def counted(day: date) -> Interval:
        return Interval(10.0 * day.day, 16.0 * day.day)

    drawn = {}
    for closed in (None, date(2026, 3, 3)):
        about = Quantity("dead", "killed", epoch=date(2026, 3, 3), closed=closed)
        line = make_timeline(about, lambda day: log_normal(170, 1.2), counted_after(),
                             "2026-03-03", "2026-03-10", envelope=counted)  # fmt: skip
        ax = plot.timeline(line)
        drawn[closed] = [*labelled(ax, "_lower"), *labelled(ax, "_upper")]
        told = "bounds that some consistent set" in plot.describe(ax).caption
        assert told == bool(drawn[closed])
    assert drawn[None]
    assert not drawn[date(2026, 3, 3)]


def test_bounds_that_are_one_number_every_day_only_say_the_claims_again() -> None:
    def exact(day: date) -> Interval:
        return Interval(4 + 0.1 * day.day, 4 + 0.1 * day.day)

    rows = [of_days(f"c{k}", "a", 4 + 0.1 * k, f"2024-12-{k:02}", "level") for k in range(1, 21)]
    line = make_timeline(LEVEL, lambda day: normal(4 + 0.1 * day.day, 0.1), pd.DataFrame(rows),
                         "2024-12-01", "2024-12-20", envelope=exact)  # fmt: skip
    ax = plot.timeline(line)
    assert not [*labelled(ax, "_lower"), *labelled(ax, "_upper")]


def test_withdrawn_claims_are_counted_apart_as_in_the_answer() -> None:
    about = Quantity("dead", "killed", epoch=date(2026, 3, 3))
    line = make_timeline(about, lambda day: log_normal(170, 1.2), counted_after(),
                         "2026-03-03", "2026-03-12", as_of=None)  # fmt: skip
    words = plot.describe(line)
    assert words.source_line == "Claims: 7 from 3 sources; 1 withdrawn"
    assert "from 14 (s0) to 158 (s0)" in words.alt  # 400 was taken back
    german = plot.describe(line, locale="de").source_line
    assert german == "Angaben: 7 aus 3 Quellen; 1 zurückgezogen"


def test_claims_of_nobody_are_whole_marks_and_one_sentence() -> None:
    rows = [of_days(f"c{k}", f"s{k}", 0.0, f"2024-12-{k:02}", "cases") for k in (3, 6, 9, 12)]
    about = Quantity("cases", "cases", epoch=date(2024, 12, 1))
    spread = Distribution(np.array([0.0, 0.02, 0.4]), np.array([0.0, 0.5, 1.0]))
    for scale in ("linear", "log"):
        ax = plot.timeline(
            make_timeline(about, lambda day: spread, pd.DataFrame(rows), "2024-12-01",
                          "2024-12-12", as_of=None), scale=scale,
        )  # fmt: skip
        marks = labelled(ax, "_claim:")
        assert len(marks) == 4
        assert all(mark.get_window_extent().y0 >= ax.bbox.y0 - 0.5 for mark in marks)
    assert "All 4 claims of it say 0." in plot.describe(ax).alt


def test_a_leader_crosses_no_other_mark_where_claims_are_many() -> None:
    rows = [of_days(f"c{k}", f"s{k % 4}", 40.0 + 23 * (k % 9), f"2024-12-{1 + k // 5:02}")
            for k in range(36)]  # fmt: skip
    rows += [row(f"r{k}", "s9", "20 to 300", "range", 20, 300, f"2024-12-{2 + k:02}", 0.01)
             for k in range(4)]  # fmt: skip
    line = make_timeline(on=lambda day: log_normal(130, 1.3), claims=pd.DataFrame(rows),
                         start="2024-11-28", end="2024-12-14")  # fmt: skip
    for size in ("column", "page", "slide"):
        ax = plot.timeline(line, size=size)
        words_on(ax)
        assert labelled(ax, "_tag")
        marks = {}
        for artist in labelled(ax, "_claim:"):
            marks.setdefault(artist.get_label(), []).append(artist.get_window_extent())
        for leader in labelled(ax, "_leader"):
            ends = leader.get_transform().transform(leader.get_xydata())
            met = [name for name, boxes in marks.items() if any(_meets(ends, b) for b in boxes)]
            assert len(met) <= 1, (size, met)


def _meets(ends: np.ndarray, box) -> bool:
    """Whether a segment goes through a box, by looking at many of its points."""
    points = ends[0] + np.linspace(0, 1, 200)[:, None] * (ends[1] - ends[0])
    inside = box.padded(-1.0)
    return any(inside.contains(x, y) for x, y in points)


@pytest.mark.parametrize("size", ["column", "page", "slide", (120, 60)])
def test_contradictions_keep_to_their_sheet_however_long_the_words(size) -> None:
    rows = [
        of_days(f"c{k}", f"s{k}", value, "2024-12-10")
        | {"source_label": "Office for the Coordination of Humanitarian Affairs, Eastern Bureau"}
        for k, value in enumerate([100.0, 150.0, 158.0, 159.0])
    ]
    text = "The Office for the Coordination of Humanitarian Affairs says so and so many; " * 4
    found = [Conflict((f"c{a}", f"c{b}"), 8.0, text) for a, b in ((0, 3), (1, 2), (1, 3))]
    ax = plot.conflicts(make_estimate(claims=pd.DataFrame(rows), conflicts=tuple(found)), size=size)
    assert misplaced(ax) == ([], [])
    assert "3 contradictions: claims" in " ".join(texts(ax))


def test_of_equal_claims_those_near_the_day_of_the_answer_have_rows() -> None:
    days = pd.date_range("2024-06-01", periods=300)
    rows = [of_days(f"c{k}", "a", 200.0 + k, f"{day:%Y-%m-%d}") | {"weight": 1e-6}
            for k, day in enumerate(days)]  # fmt: skip
    for figure in (plot.spread, plot.forest):
        ax = figure(make_estimate(date(2024, 9, 1), claims=pd.DataFrame(rows)), size="page")
        assert any(text.startswith("1 Sep") for text in texts(ax))


def test_a_family_of_boxes_for_every_letter_is_not_chosen() -> None:
    assert not [name for name, _ in installed_families() if "Last Resort" in name]


def test_sixty_sources_fit_on_a_printed_page() -> None:
    """A figure that grows with its rows ends at A4; those rows remain that tell most."""
    names = [f"s{k:02}" for k in range(60)]
    table = pd.DataFrame({"source": names, "factor": [1 + k / 60 for k in range(60)]})
    table = table.assign(factor_lower=table["factor"] * 0.9, factor_upper=table["factor"] * 1.1)
    left_out = pd.DataFrame(
        {"source": ["", *names], "median": 100.0 + np.arange(61), "lower": 80.0, "upper": 190.0}
    )
    for size in ("column", "page"):
        for ax in (plot.sources(table, size=size),
                   plot.sensitivity(left_out, about=CASUALTIES, size=size)):  # fmt: skip
            assert figure_of(ax).get_figheight() <= 297 / 25.4
            assert misplaced(ax) == ([], [])
            shown = texts(ax)
            assert any(text.endswith("more") and text.startswith("and") for text in shown)
            assert any("s59" in text for text in shown)


def test_the_title_of_what_sources_do_is_in_the_language_of_the_figure() -> None:
    table = pd.DataFrame(
        {"source": ["", "a"], "median": [4.3, 4.2], "lower": 3.9, "upper": 5.0,
         "date": date(2024, 12, 18)}
    )  # fmt: skip
    title = plot.describe(plot.sensitivity(table, about=LEVEL, locale="de")).title
    assert title == "Was jede Quelle an der Schätzung ändert: river level, am 18. Dez. 2024"


def test_shares_are_told_in_percent_and_what_moves_them_in_points() -> None:
    about = Quantity("yes", "support", unit="percent", kind="stock", scale="logit")
    rows = [row(f"c{k}", "poll", f"{v}", "exact", v / 100, v / 100, f"2024-12-{k + 1:02}", 0.2,
                v / 100, "yes") for k, v in enumerate([44.8, 38.1])]  # fmt: skip
    rows = [made | {"influence": 0.0123} for made in rows]
    made = make_estimate(date(2024, 12, 2), about, normal(0.416, 0.02), pd.DataFrame(rows),
                         envelope=Interval(0.38, 0.45), consensus=None, conflicts=())  # fmt: skip
    line = make_timeline(about, lambda day: normal(0.416, 0.02), pd.DataFrame(rows))
    for ax in (plot.timeline(line), plot.spread(made), plot.forest(made), plot.compare([made])):
        shown = texts(ax)
        assert "40%" in shown
        assert not [text for text in shown if "0.4" in text]
    assert "+1.2" in texts(plot.forest(made))
    assert "about 41.6% (90% credible 38.3% to 44.9%)" in plot.describe(made).caption
    assert "41,6\u202f%" in " ".join(texts(plot.spread(made, locale="de")))


def test_claims_of_nobody_stand_whole_over_a_zero_in_spread_and_forest() -> None:
    days = [f"2024-12-{k + 10:02}" for k in range(6)]
    rows = [of_days(f"c{k}", "a", float(k // 3), day, "cases") for k, day in enumerate(days)]
    about = Quantity("cases", "cases", epoch=date(2024, 12, 1))
    for figure in (plot.spread, plot.forest):
        ax = figure(make_estimate(date(2024, 12, 15), about, log_normal(5, 1.4),
                                  pd.DataFrame(rows), envelope=Interval(0, INF), consensus=None,
                                  conflicts=()))  # fmt: skip
        assert "0" in texts(ax)
        assert ax.get_xlim()[0] < 0


def test_of_many_equal_claims_few_have_rows_and_the_axis_is_theirs() -> None:
    days = pd.date_range("2022-02-24", periods=800)
    rows = [of_days(f"c{k}", "staff", 500.0 + 700 * k, f"{day:%Y-%m-%d}") | {"weight": 1e-5}
            for k, day in enumerate(days)]  # fmt: skip
    made = make_estimate(days[400].date(), spread=log_normal(280_000, 1.5),
                         claims=pd.DataFrame(rows), envelope=Interval(280_500, 280_500),
                         consensus=None, conflicts=())  # fmt: skip
    for figure in (plot.spread, plot.forest):
        ax = figure(made)
        shown = texts(ax)
        assert sum(text.endswith(", staff") for text in shown) == 8
        assert any("792 lighter claims" in text and "off this axis" in text for text in shown)
        assert ax.get_xlim()[0] > 10_000


def test_a_figure_that_is_all_levels_tells_of_no_lighter_rows() -> None:
    whole = pd.DataFrame([of_days("a", "a", 250.0, "2024-12-18")])
    for figure in (plot.spread, plot.forest):
        told = plot.describe(figure(make_estimate(claims=whole))).caption
        assert "Lighter" not in told + " ".join(texts(figure(make_estimate(claims=whole))))
    assert "Lighter" in " ".join(texts(plot.forest(make_estimate())))


def test_dates_and_large_numbers_are_not_broken_between_lines() -> None:
    long = replace(CASUALTIES, label="casualties of all formations on the whole northern front")
    for size in ("column", "page", "slide", (100, 100)):
        shown = " ".join(texts(plot.spread(make_estimate(about=long), size=size)))
        assert "18\u00a0Dec\u00a02024" in shown or "18 Dec 2024" in shown


def test_another_quantity_is_no_mark_on_the_fan() -> None:
    """What is known of the killed bears on the wounded, but is no number of them."""
    wounded = replace(CASUALTIES, id="wounded", label="wounded", parts=())
    line = make_timeline(wounded)
    ax = plot.timeline(line)
    assert "_claim:gdc-500" not in {each.get_label() for each in labelled(ax, "_claim:")}
    assert "of other quantities, which bear on this one" in plot.describe(ax).caption


def test_levels_of_different_days_are_not_praised_as_free_of_contradiction() -> None:
    rows = [of_days(f"c{k}", "a", 3.0 + k, f"2024-12-{k + 1:02}", "level") for k in range(3)]
    made = make_estimate(date(2024, 12, 2), LEVEL, normal(4, 0.2), pd.DataFrame(rows), conflicts=())
    assert any(
        "levels of different days may differ" in text for text in texts(plot.conflicts(made))
    )
    total = make_estimate(conflicts=())
    assert "No claims contradict each other." in texts(plot.conflicts(total))


def test_a_name_of_which_nothing_would_be_left_is_left_out() -> None:
    claims = pd.DataFrame(
        [of_days("a", "a", 250.0, "2024-12-18")
         | {"phrase": "more than two hundred and fifty in two days",
            "source_label": "nurse at a hospital near Moscow"}]
    )  # fmt: skip
    assert "18 Dec, weight 5%" in texts(plot.forest(make_estimate(claims=claims), size="column"))


def test_a_gap_is_as_wide_in_its_label_as_in_its_sentence() -> None:
    found = Conflict(("gdc-500", "us-200"), 359.4, "they miss each other by 360")
    ax = plot.conflicts(make_estimate(conflicts=(found,)))
    assert [text for text in texts(ax) if "apart" in text] == ["360 apart"]


@pytest.mark.parametrize("name", ["وزارة الصحة", "משרד הבריאות"])
def test_a_sentence_that_begins_with_an_arabic_name_stays_an_english_one(name: str) -> None:
    told = f"{name} says 475 killed; {name} says 300: both cannot be true"
    ax = plot.conflicts(make_estimate(conflicts=(Conflict(("gdc-500", "us-200"), 175.0, told),)))
    (head,) = [text for text in texts(ax) if "both cannot" in text]
    assert head.startswith("\u200e")
    plain = plot.conflicts(make_estimate())
    assert not any("\u200e" in text for text in texts(plain))


def test_sides_are_told_of_where_there_are_any() -> None:
    table = sources_table()
    assert "by the side it speaks for." in plot.describe(plot.sources(table)).caption
    words = plot.describe(plot.sources(table.assign(side="")))
    assert "side" not in words.caption
    assert words.caption.endswith("credible interval.")


def test_one_day_is_told_once() -> None:
    words = plot.describe(plot.timeline(make_timeline(start="2024-12-18", end="2024-12-18")))
    assert " to " not in words.caption.partition(":")[0]
    assert "each day" not in words.caption
    assert words.alt.count("18 Dec 2024") == 1
