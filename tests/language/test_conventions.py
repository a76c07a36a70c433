"""Conventions are data: each one's values, a user's own file, and what a broken one says."""

from __future__ import annotations

import csv
from math import inf
from pathlib import Path

import pytest

from reconcile.errors import OptionError, PhraseError, UnknownNameError
from reconcile.language import convention_names, parse, read_convention


@pytest.mark.parametrize(
    ("words", "convention", "lower", "upper", "nominal"),
    [
        ("tens", "acled", 10, inf, None),
        ("dozens", "acled", 12, inf, None),
        ("hundreds", "acled", 100, inf, None),
        ("thousands", "acled", 1000, inf, None),
        ("tens of thousands", "acled", 10_000, inf, None),
        ("several hundred", "acled", 300, inf, None),
        ("hundreds", "crowd", 200, 200, 200),
        ("thousands", "crowd", 2000, 2000, 2000),
        ("tens of thousands", "crowd", 20_000, 20_000, 20_000),
        ("a couple", "survey", 2, 3.75, 2),
        ("a few", "survey", 3, 5.75, 3),
        ("some", "survey", 3, 7.75, 4.5),
        ("several", "survey", 4, 10, 7),
        ("dozens", "survey", 12, 57.5, 36),
        ("scores", "survey", 9.5, 1750, 80),
        ("hundreds", "survey", 200, 675, 300),
        ("thousands", "survey", 2000, 9999, None),
    ],
)
def test_vague_words(
    words: str, convention: str, lower: float, upper: float, nominal: float | None
) -> None:
    phrase = parse(words, convention=convention)
    assert (phrase.lower, phrase.upper, phrase.nominal) == (lower, upper, nominal)
    assert (phrase.kind, phrase.convention) == ("vague", convention)


@pytest.mark.parametrize(
    ("words", "relative"),
    [
        ("about 30", 0.09), ("about 300", 0.05), ("about 1,000", 0.056), ("about 12,000", 0.015),
        ("around 30", 0.10), ("around 300", 0.06), ("around 1,000", 0.08), ("around 12,000", 0.02),
        ("roughly 300", 0.05), ("about 10", 0.09), ("about 50,000", 0.015),
    ],
)  # fmt: skip
def test_hedges_measured_in_experiments(words: str, relative: float) -> None:
    phrase = parse(words, convention="experiment")
    assert phrase.nominal is not None
    assert phrase.upper == pytest.approx(phrase.nominal * (1 + relative))
    assert phrase.lower == pytest.approx(phrase.nominal * (1 - relative))


@pytest.mark.parametrize(
    ("number", "width"), [(30, 0.06), (300, 0.03), (1000, 0.03), (12_000, 0.007)]
)
def test_almost_in_experiments(number: int, width: float) -> None:
    phrase = parse(f"almost {number:,}", convention="experiment")
    assert (phrase.lower, phrase.upper) == (pytest.approx(number * (1 - width)), number)


def test_between_the_sizes_asked_about_the_width_lies_between() -> None:
    widths = [parse(f"about {n}", convention="experiment").upper / n - 1 for n in (30, 90, 300)]
    assert widths[0] > widths[1] > widths[2]


def test_what_a_convention_does_not_say_is_as_in_default() -> None:
    for name in ("acled", "crowd", "survey"):
        assert parse("about 300", convention=name).interval == parse("about 300").interval
        assert parse("low hundreds", convention=name).upper == 399
    assert parse("dozens", convention="experiment").interval == parse("dozens").interval


def test_every_value_has_its_source() -> None:
    for name in convention_names():
        convention = read_convention(name)
        meanings = [
            *convention.words.values(), *convention.scaled.values(), *convention.bands.values(),
            *convention.decades.values(), convention.plural,
        ]  # fmt: skip
        assert all(meaning.source for meaning in meanings), name
        assert all(convention.width_sources.values()), name
        assert convention.about


def test_the_survey_is_that_of_the_readers(bench: Path) -> None:
    """The 5, 50 and 95 % quantiles of the answers (Hazen's numpy default), to the digits given."""
    with (bench / "phrases" / "perceptions_numberly.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {
        "couple": "A couple", "few": "A few ", "some": "Some", "several": "Several",
        "dozens": "Dozens", "scores": "Scores of", "hundreds": "Hundreds of",
    }  # fmt: skip
    convention = read_convention("survey")
    for word, column in columns.items():
        answers = sorted(float(row[column]) for row in rows)
        meaning = convention.words[word]
        assert len(answers) == 46
        found = [_quantile(answers, p) for p in (0.05, 0.5, 0.95)]
        assert found == pytest.approx([meaning.lower, meaning.nominal, meaning.upper], abs=0.3)


def _quantile(answers: list[float], p: float) -> float:
    place = (len(answers) - 1) * p
    below = int(place)
    above = min(below + 1, len(answers) - 1)
    return answers[below] + (place - below) * (answers[above] - answers[below])


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nextends = "default"\n[words.dozens]\nlower = 30\nupper = 60\n'
        "[approx]\nany = 0.2\n",
        encoding="utf-8",
    )
    assert parse("dozens", convention=str(path)).interval.upper == 60
    phrase = parse("about 100", convention=str(path))
    assert (phrase.lower, phrase.upper, phrase.convention) == (80, 120, "mine")
    assert parse("hundreds", convention=str(path)).interval == parse("hundreds").interval
    path.write_text('extends = "default"\n[words.dozens]\nlower = 1\nupper = 2\n', encoding="utf-8")
    assert parse("dozens", convention=str(path)).upper == 2


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("umpteen", 10, 99),
        ("umpteen soldiers", 10, 99),
        ("at least umpteen soldiers", 10, inf),
        ("Umpteen soldiers were killed", 10, 99),
        ("umpteen thousand dead", 10_000, 99_000),
        ("a smattering of soldiers", 3, 12),
    ],
)
def test_a_word_that_a_convention_adds(
    text: str, lower: float, upper: float, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "default"\nwords.umpteen = {lower = 10, upper = 99, source = "ours"}\n'
        'words.smattering = {lower = 3, upper = 12, source = "ours"}\n',
        encoding="utf-8",
    )
    phrase = parse(text, convention=str(path))
    assert (phrase.lower, phrase.upper) == (lower, upper)
    if "thousand" not in text:
        with pytest.raises(PhraseError):
            parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml [", "TOML"),
        ("[words.dozens]\nlower = 1\nupper = 2", "extends"),
        ('extends = "nowhere"', "extends"),
        ('extends = "default"\n[words.dozens]\nlower = "x"\nupper = 2', "words.dozens"),
        ('extends = "default"\n[words.dozens]\nlower = 5\nupper = 2', "lower <= upper"),
        ('extends = "default"\n[words]\ndozens = 5', "words.dozens"),
        ('extends = "default"\n[approx]\nany = "wide"', "approx"),
        ('extends = "default"\n[approx]\nany = [[300, 0.1], [30, 0.2]]', "rising"),
        ('extends = "default"\n[wordz.dozens]\nlower = 5', "wordz"),
    ],
)
def test_a_broken_file_says_where_and_what(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match=said) as caught:
        parse("dozens", convention=str(path))
    assert "broken.toml" in str(caught.value)


def test_unknown_conventions_name_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="acled"):
        parse("dozens", convention="acledd")
    with pytest.raises(OptionError, match="no convention file"):
        parse("dozens", convention="nowhere/at-all.toml")


def test_provenance_of_what_decided() -> None:
    acled, default = read_convention("acled"), read_convention("default")
    assert "12 for 'dozens'" in acled.provenance(parse("dozens", convention="acled").rule)
    assert "several dozen" in default.provenance(parse("dozens, several dozens").rule)
    assert "10 %" in default.provenance(parse("about 300").rule)
    assert "lower third" in default.provenance(parse("low hundreds").rule)
    assert default.provenance(parse("300").rule) == ""
