"""What authors may ask of a figure: sizes, words, bands, choices, languages, Axes of their own."""

from __future__ import annotations

import dataclasses
import re
import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from plot_cases import (
    CASUALTIES,
    LABELS,
    casualties_on,
    check_values,
    counts,
    crowd,
    figure_of,
    labelled,
    left_out_table,
    log_normal,
    make_estimate,
    make_timeline,
    misplaced,
    outside,
    overlaps,
    sources_table,
    vintage_table,
    words_on,
)

from reconcile import plot
from reconcile.errors import OptionError

FIGURES = {
    "timeline": lambda **o: plot.timeline(make_timeline(), **o),
    "spread": lambda **o: plot.spread(make_estimate(), **o),
    "forest": lambda **o: plot.forest(make_estimate(), **o),
    "sources": lambda **o: plot.sources(sources_table(), **o),
    "conflicts": lambda **o: plot.conflicts(make_estimate(), **o),
    "revisions": lambda **o: plot.revisions(vintage_table(), about=CASUALTIES, **o),
    "sensitivity": lambda **o: plot.sensitivity(left_out_table(), about=CASUALTIES, **o),
    "calibration": lambda **o: plot.calibration(check_values(), **o),
    "compare": lambda **o: plot.compare([make_estimate(), second()], **o),
    "stacked": lambda **o: plot.stacked([part("killed", 0.3), part("wounded", 0.6)], **o),
}


def second():
    return dataclasses.replace(
        make_estimate(), distribution=log_normal(180, 3), method="random-effects"
    )


def part(name: str, share: float):
    about = dataclasses.replace(CASUALTIES, id=name, label=name, parts=())
    return make_timeline(
        about,
        lambda day: log_normal(max(share * casualties_on(day).median, 0.01), 2),
        counts().iloc[:0],
    )


def said(ax) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in words_on(ax))


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("name", "locale"), [(name, ("de", "fr", "es")[k % 3]) for k, name in enumerate(FIGURES)]
)
def test_no_english_is_left_in_another_language(name: str, locale: str) -> None:
    """Words of the English table that the other lacks are in no text, caption or alt text."""
    size, before = "column" if locale == "fr" else "page", dict(mpl.rcParams)
    ax = FIGURES[name](size=size, locale=locale)
    assert dict(mpl.rcParams) == before  # settings of the caller are left alone
    assert misplaced(ax) == ([], [])
    words = plot.describe(ax)
    told = f"{said(ax)} {words.caption} {words.alt} {words.source_line}"
    for phrase in (*LABELS.values(), *counts()["phrase"], *vintage_table()["news"].dropna()):
        told = told.replace(phrase, "")
    english = re.findall(
        r"\b(the|and|by|from|claims?|sources?|of|last|known|what|without|each|credible)\b", told
    )
    english = [word for word in english if locale != "fr" or not word.startswith("source")]
    # labels of quantities come from the ledger: "casualties (killed and wounded)"
    assert english.count("and") <= told.lower().count("killed and wounded")
    assert set(english) <= {"and"}


def test_numbers_and_dates_go_with_the_language() -> None:
    german, french = (said(plot.timeline(make_timeline(), locale=name)) for name in ("de", "fr"))
    assert "10.000" in german
    assert "27.\u00a0Feb.\u00a02025" in german
    assert "Dez." in german
    assert "90\u202f%" in german
    assert "10\u202f000" in french
    assert "déc." in french
    assert plot.describe(make_timeline(), locale="de_DE").title == "Casualties (killed and wounded)"


def test_a_language_of_ones_own_is_a_file(tmp_path) -> None:
    path = tmp_path / "uk.toml"
    path.write_text(
        'base = "en"\nplural = "slavic"\nmonths = ["січ", "лют", "бер", "кві", "тра", "чер", '
        '"лип", "сер", "вер", "жов", "лис", "гру"]\n'
        '[claims]\nline = "Твердження: {n} з {sources}"\n'
        '[counts]\nsource.one = "{n} джерела"\nsource.few = "{n} джерел"\n'
        'source.other = "{n} джерел"\n[timeline]\nlast_claim = "останнє {date}"\n',
        encoding="utf-8",
    )
    told = said(plot.timeline(make_timeline(), locale=path))
    assert "Твердження: 11 з 7 джерел" in told
    assert "останнє 31 гру" in told
    assert "Line: median" in told  # from the base


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[timeline]\nlast_clame = "x"\n', "did you mean 'timeline.last_claim'"),
        ('[timeline]\nlast_claim = "{day}"\n', r"only \['date'\] in braces"),
        ('decimal = ","\n', "missing: dates.day"),
        ('base = "en"\nmonths = ["a"]\n', "expected 12 months"),
        ('base = "en"\nplural = "none"\n', "expected plural of"),
        ("base = \n", "expected a TOML file"),
    ],
)
def test_a_broken_language_says_what_is_wrong(tmp_path, text: str, message: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match=message):
        plot.timeline(make_timeline(), locale=str(path))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(OptionError, match="expected a locale of de, en, es, fr"):
        plot.spread(make_estimate(), locale="xx")


# ---------------------------------------------------------------- sizes, words, bands


@pytest.mark.parametrize("name", FIGURES)
def test_a_size_and_words_of_ones_own_are_kept(name: str) -> None:
    ax = FIGURES[name](title="My title", subtitle="My subtitle", size=(170, 110))
    mm, told = figure_of(ax), said(ax)
    assert (mm.get_figwidth(), mm.get_figheight()) == pytest.approx((170 / 25.4, 110 / 25.4))
    assert "My title" in told
    assert "My subtitle" in told
    assert plot.describe(ax).title == "My title"
    without = FIGURES[name](title="", subtitle="", figsize=(5, 4))
    inches, bare = figure_of(without), said(without)
    assert (inches.get_figwidth(), inches.get_figheight()) == pytest.approx((5, 4))
    assert "median" not in bare or name == "sensitivity"


@pytest.mark.parametrize("name", ["timeline", "revisions", "stacked"])
def test_words_along_both_axes(name: str) -> None:
    ax = FIGURES[name](xlabel="day of the war", ylabel="people")
    assert {"day of the war", "people"} <= {text.get_text() for text in words_on(ax)}
    assert misplaced(ax) == ([], [])


def test_the_headline_is_the_widest_band_that_is_drawn() -> None:
    value = make_timeline()
    ax = plot.timeline(value, bands=[0.5, 0.95])
    told, last = said(ax), value.distributions[-1].interval(0.95)
    assert "50% and 95% credible" in told
    assert "(95% credible" in told
    assert "80%" not in told
    data = plot.describe(ax).to_frame()
    assert data["upper95"].dropna().iloc[-1] == pytest.approx(last.upper)
    odd = plot.describe(plot.timeline(value, bands=[0.3, 0.66])).to_frame()
    assert odd["upper66"].dropna().iloc[-1] == value.distributions[-1].interval(0.66).upper
    with pytest.raises(OptionError, match="1 to 4 levels between 0 and 1"):
        plot.timeline(value, bands=[50, 90])
    with pytest.raises(OptionError, match=r"expected bands of 0.5, 0.8, 0.95 or 0.9, got 0.6"):
        plot.revisions(vintage_table(), bands=[0.6])


# ---------------------------------------------------------------- which claims


def test_claims_are_chosen_by_id_or_source() -> None:
    ax = plot.timeline(make_timeline(), claims=["us-200", "white_house"])
    drawn = {str(each.get_label()) for each in labelled(ax, "_claim:")}
    assert drawn == {"_claim:us-200", "_claim:kirby-dozens"}
    assert plot.describe(ax).source_line.startswith("Claims: 3 from 2 sources")
    assert labelled(plot.timeline(make_timeline(), claims=False), "_claim:") == []
    with pytest.raises(OptionError, match="did you mean 'us-200'"):
        plot.timeline(make_timeline(), claims=["us-20"])
    with pytest.raises(OptionError, match="a list of ids"):
        plot.timeline(make_timeline(), claims="us-200")


def test_labels_are_chosen_or_worded_by_the_author() -> None:
    ax = plot.timeline(make_timeline(), labels=["us-200"])
    bold = {text.get_text() for text in labelled(ax, "_tag")}
    assert "a couple hundred" in bold
    assert "several dozens" not in bold
    worded = plot.timeline(make_timeline(), labels={"us-200": "about two hundred, they said"})
    assert "about two hundred," in said(worded)
    rows = said(plot.forest(make_estimate(), labels={"us-200": "two hundred"}))
    assert "two hundred" in rows
    assert "several dozens" in rows
    names = said(plot.sources(sources_table(), labels={"gdc": "the blog"}))
    assert "the blog" in names
    assert "Global Defense Corp." not in names


def test_a_source_of_two_quantities_says_of_which() -> None:
    table = sources_table().assign(quantity="casualties")
    twice = table.iloc[[0]].assign(quantity="troops_deployed")
    told = said(plot.sources(pd.concat([table, twice], ignore_index=True)))
    assert "Global Defense Corp.: casualties" in told
    assert "Global Defense Corp.: troops deployed" in told


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("timeline", {"titel": "x"}, "did you mean 'title'"),
        ("spread", {"ylabel": "x"}, "got 'ylabel'"),
        ("sources", {"scale": "log"}, "got 'scale'"),
        ("timeline", {"size": (10, 10)}, "at least 45 x 40 mm"),
        ("timeline", {"size": (100, 80), "figsize": (4, 3)}, "got both"),
        ("timeline", {"size": (100,)}, "in mm, got"),
        ("timeline", {"labels": "us-200"}, "ids of claims"),
        ("compare", {"claims": []}, "got 'claims'"),
        ("timeline", {"colours": {"gur": "blau"}}, "a colour for 'gur'.*got 'blau'"),
        ("spread", {"colours": "red"}, "colours by source id"),
        ("timeline", {"colours": {"white_hous": "red"}}, "did you mean 'white_house'"),
        ("compare", {"colours": {"nobody": "red"}}, "got .nobody."),
        ("stacked", {"colours": {"nobody": "red"}}, "got .nobody."),
        ("conflicts", {"labels": ["us-20"]}, "did you mean 'us-200'"),
    ],
)
def test_wrong_options_say_what_is_expected(name: str, options, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        FIGURES[name](**options)


# ---------------------------------------------------------------- Axes of one's own


LAYOUTS = ("none", "constrained", "tight", "compressed")
IN_LAYOUTS = [("timeline", layout) for layout in LAYOUTS]


@pytest.mark.parametrize(
    ("name", "layout"), [*IN_LAYOUTS, ("spread", "constrained"), ("compare", "tight")]
)
def test_subplots_in_any_layout_keep_all_words_inside(name: str, layout: str) -> None:
    figure = Figure(figsize=(11, 6), layout=layout)
    left, right = figure.subplots(1, 2)
    right.plot([1, 2], [3, 4])
    assert FIGURES[name](ax=left) is left
    figure.draw_without_rendering()
    assert outside(left) == []
    assert overlaps(left) == []
    assert left.bbox.height > 60
    assert left.bbox.width > 60
    for text in words_on(left):
        if text.axes is left:
            assert text.get_window_extent().x0 < right.bbox.x0


def test_subfigures_are_places_too() -> None:
    figure = Figure(figsize=(9, 9), layout="constrained")
    top, bottom = figure.subfigures(2, 1)
    first = plot.timeline(make_timeline(), ax=top.subplots())
    other = plot.forest(make_estimate(), ax=bottom.subplots())
    figure.draw_without_rendering()
    assert first.bbox.y0 > other.bbox.y1
    for ax in (first, other):
        assert misplaced(ax) == ([], [])


def test_labels_move_with_their_marks_when_the_figure_is_made_larger() -> None:
    figure = Figure(figsize=(7, 5), layout="constrained")
    ax = plot.timeline(make_timeline(), ax=figure.subplots())
    before = {t.get_text(): t.get_window_extent().x0 for t in words_on(ax) if t.get_text()}
    figure.set_size_inches(12, 9)
    assert misplaced(ax) == ([], [])
    after = {t.get_text(): t.get_window_extent().x0 for t in words_on(ax) if t.get_text()}
    assert after["a couple hundred"] > before["a couple hundred"]


# ---------------------------------------------------------------- side by side


def test_compare_names_what_differs_and_spans_the_intervals() -> None:
    first, other = make_estimate(), second()
    ax = plot.compare([first, other])
    told = said(ax)
    assert "State space" in told
    assert "Random effects" in told
    spans = {tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2}
    for each in (first, other):
        span = each.interval()
        assert (span.lower, span.upper) in spans
    frame = plot.describe(ax).to_frame()
    assert list(frame["median"]) == [first.median, other.median]
    by_name = said(plot.compare({"our count": first, "theirs": other}, locale="de"))
    assert "our count" in by_name
    money = dataclasses.replace(
        first, about=dataclasses.replace(first.about, id="m", unit="USD", parts=())
    )
    with pytest.raises(OptionError, match="in one unit"):
        plot.compare([first, money])
    with pytest.raises(OptionError, match="estimates to compare, got none"):
        plot.compare([])


def test_facets_share_axes_and_say_whose_panel_it_is() -> None:
    axes = plot.facets({"ours": make_timeline(), "theirs": make_timeline(claims=crowd(20))})
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1
    figure = figure_of(axes[0])
    words = plot.describe(figure)
    assert "2 panels" in words.alt
    assert set(words.to_frame()["panel"]) == {"ours", "theirs"}
    assert outside(axes[0]) == []
    assert overlaps(axes[0]) == []
    own = plot.facets([make_timeline(), make_timeline(end="2024-12-01")], shared=False)
    assert own[0].get_xlim() != own[1].get_xlim()
    titled = plot.facets([make_timeline(), make_timeline()], title="Two ledgers", size="column")
    assert overlaps(titled[0]) == []
    assert "Two ledgers" in said(titled[0])
    with pytest.raises(OptionError, match="expected timelines"):
        plot.facets([make_estimate()])


def test_stacked_parts_stand_on_each_other() -> None:
    killed, wounded = part("killed", 0.3), part("wounded", 0.6)
    ax = plot.stacked([killed, wounded], make_timeline())
    tops = [each.get_paths()[0].vertices[:, 1].max() for each in ax.collections[:2]]
    last = [value.distributions[-1].median for value in (killed, wounded)]
    assert tops == pytest.approx(np.cumsum(last))
    assert ax.get_ylim()[0] == 0
    assert ax.get_yscale() == "linear"
    with pytest.raises(OptionError, match="the same days"):
        plot.stacked([killed, make_timeline(end="2024-12-30")])


def test_parts_of_one_day_are_stacked_in_a_bar() -> None:
    day = {"start": "2024-12-17", "end": "2024-12-17"}
    parts = [
        make_timeline(dataclasses.replace(CASUALTIES, id=name, label=name, parts=()), **day)
        for name in ("killed", "wounded")
    ]
    whole = make_timeline(**day)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plot.stacked(parts, whole)
    bar, other = (each.get_paths()[0].vertices for each in ax.collections[:2])
    assert np.ptp(bar[:, 0]) > 0.5
    assert other[:, 1].max() == pytest.approx(sum(part.distributions[0].median for part in parts))
    low, high = ax.get_xlim()
    assert high - low == pytest.approx(2)


# ---------------------------------------------------------------- scripts


def test_names_in_other_scripts_are_written(tmp_path: Path) -> None:
    """Cyrillic and Greek are in the package's type; what no family has is told once."""
    claims = counts().assign(
        source_label="Генеральний штаб Збройних сил України", phrase="біля 200"
    )
    ax = plot.timeline(make_timeline(claims=claims))
    assert "біля 200" in said(ax)
    from reconcile.plot.parts.typefaces import families_for

    plain = families_for(["plain", "Ελλάδα", "тест"], ["DejaVu Sans"])
    assert plain == ["DejaVu Sans"]
    claims = counts().assign(source_label="\U00016f00\U00016f01")  # Miao, which few fonts have
    with pytest.warns(UserWarning, match="no font on this machine has 2 of the letters") as told:
        plot.save(plot.timeline(make_timeline(claims=claims)), tmp_path / "boxes.png")
    assert len(told) == 1


def test_differences_are_no_factors() -> None:
    """On linear and logit scales a house effect is a difference: an axis of its own, about 0."""
    rows = [("ipsos", -0.021, -0.15, 0.11), ("yougov", 0.3, 0.1, 0.5)]
    table = pd.DataFrame(rows, columns=["source", "factor", "factor_lower", "factor_upper"])
    table = table.assign(quantity="turnout", scale="logit")
    ax = plot.sources(table)
    low, high = ax.get_xlim()
    assert low == -high
    assert ax.get_xscale() == "linear"
    told = plot.describe(ax).alt
    assert "yougov +0.30 (+0.10 to +0.50)" in told
    assert "1 of them clearly off" in told
    assert "×" not in said(ax)
    with pytest.raises(OptionError, match="factors above 0, got differences"):
        plot.sources(table.drop(columns="scale"))
    both = pd.concat([table, table.assign(scale="log", quantity="killed")])
    with pytest.raises(OptionError, match="draw those of turnout apart"):
        plot.sources(both)


def test_different_figures_share_a_constrained_figure() -> None:
    """Words inside one figure must not ask for ever more room where its neighbours are wide."""
    figure = Figure(figsize=(13, 9), layout="constrained")
    left, right = figure.subfigures(1, 2)
    (a, b), (c, d) = left.subplots(2, 1), right.subplots(2, 1)
    plot.timeline(make_timeline(), ax=a, ylabel="people", bands=[0.5, 0.95], subtitle="")
    plot.spread(make_estimate(), ax=b, xlabel="people", claims=["gur", "us_official"])
    plot.revisions(vintage_table(), about=CASUALTIES, ax=c, ylabel="known then", bands=[0.5])
    plot.sensitivity(left_out_table(), about=CASUALTIES, ax=d, locale="de")
    figure.draw_without_rendering()
    for ax in (a, b, c, d):
        box = ax.get_position()
        assert box.width > 0.35, ax.get_title()
        assert ax.get_window_extent().height > 150
