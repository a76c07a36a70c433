"""Tables as offices, clinics, polls and copied pages have them, as `habits.toml` lists."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from table_cases import dates_are, fails, told

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import read_ledger

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("habits.toml").read_text("utf-8"))
DAYS = ["2024-03-01", "2024-03-02"]
BOTH = ["killed | AP | 12..12 | 2024-03-01", "killed | AP | 14..14 | 2024-03-02"]


@pytest.mark.parametrize("name", CASES["headers"])
def test_a_name_of_a_column_says_what_its_numbers_are(name: str) -> None:
    rows = [
        {"date": "2024-03-05", "source": "Reuters", name: 12},
        {"date": "2024-03-06", "source": "AP", name: 15},
    ]
    expected = CASES["headers"][name]
    if expected.startswith("! "):
        fails(expected[2:], rows)
        return
    quantity, _, bounds, _ = told(read_ledger(rows))[0].split(" | ")
    assert f"{quantity} {bounds}" == expected


@pytest.mark.parametrize("text", CASES["cells"])
def test_a_cell_gives_its_number_or_a_problem(text: str) -> None:
    row = {"quantity": "dead", "source": "town", "value": text, "on": "2024-03-01"}
    expected = CASES["cells"][text]
    if expected.startswith("! "):
        fails(expected[2:], [row])
        return
    found = [line.split(" | ") for line in told(read_ledger([row]))]
    assert "; ".join(bounds if q == "dead" else f"{q}={bounds}" for q, _, bounds, _ in found) == (
        expected
    )


@pytest.mark.parametrize("texts", CASES["dates"])
def test_a_date_is_read_or_refused(texts: str) -> None:
    dates_are(texts, CASES["dates"][texts])


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_is_read_or_told_what_to_do(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / "t.csv"
    path.write_text(case["content"], "utf-8")
    options = {key: case[key] for key in ("columns", "by") if key in case}
    if "says" in case:
        fails(case["says"], path, **options)
        return
    ledger = read_ledger(path, **options)
    assert told(ledger) == case["reads"]
    assert case.get("warns", "") in "\n".join(ledger.warnings)


def _frame(**more: Any) -> pd.DataFrame:
    return pd.DataFrame({"date": DAYS, "source": ["AP", "AP"], "killed": [12, 14], **more})


FRAMES: dict[str, Callable[[], object]] = {
    "an index that was saved": lambda: pd.read_csv(io.StringIO(_frame().to_csv())),
    "an index made a column twice": lambda: _frame().reset_index().reset_index(),
    "an index of rows and days": lambda: _frame().set_index([pd.Index([0, 1]), "date"]),
    "text in memory": lambda: io.StringIO(_frame().to_csv(index=False)),
    "bytes in memory": lambda: io.BytesIO(_frame().to_csv(index=False).encode()),
    "sparse numbers": lambda: _frame().astype({"killed": pd.SparseDtype(int)}),
    "nullable texts": lambda: _frame().astype("string"),
    "categories": lambda: _frame().astype("category"),
    "sums of groups": lambda: _frame().groupby(["date", "source"])[["killed"]].sum(),
    "texts beside days": lambda: _frame().assign(date=[pd.Timestamp(DAYS[0]), DAYS[1]]),
    "milliseconds since 1970": lambda: _frame().assign(date=[1709251200000, 1709337600000]),
    "zones": lambda: _frame().assign(
        date=pd.to_datetime([f"{day}T23:30" for day in DAYS]).tz_localize("America/New_York")
    ),
    "marks that nobody sees": lambda: _frame().assign(
        source="\u200eAP\u200b", killed=["\ufeff12", "14\u2060"]
    ),
}
REFUSED: dict[str, tuple[str, Callable[[], object]]] = {
    "a column": ("reset_index", lambda: _frame().set_index("date")["killed"]),
    "a style": ("expected a path, a dataframe", lambda: _frame().style),
    "groups": ("expected a path, a dataframe", lambda: _frame().groupby("source")),
    "sizes without a name": (
        "names of what they count",
        lambda: _frame().groupby(["date", "source"]).size().reset_index(),
    ),
    "intervals": ("", lambda: _frame().assign(killed=pd.cut([12, 14], [0, 13, 20]))),
    "durations": ("", lambda: _frame().assign(killed=pd.to_timedelta([1, 2], unit="D"))),
    "truth": ("", lambda: _frame().assign(killed=[True, False])),
    "two of a name": ("one column", lambda: pd.concat([_frame(), _frame()[["killed"]]], axis=1)),
    "a gap for a day": ("a day", lambda: _frame().assign(date=pd.to_datetime([DAYS[0], None]))),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_read(name: str) -> None:
    assert told(read_ledger(FRAMES[name]())) == BOTH


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_of_numbers_is_told(name: str) -> None:
    words, make = REFUSED[name]
    fails(words, make(), error=(LedgerError, OptionError))


def test_fractions_of_what_is_counted_are_told() -> None:
    rows = [{"quantity": "killed", "source": "town", "value": 12.5, "on": "2024-03-01"}]
    assert any("fractions of what is counted" in text for text in read_ledger(rows).warnings)
    level = [row | {"scale": "linear"} for row in rows]
    assert not any("fractions" in text for text in read_ledger(level).warnings)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("12 a day", "not a rate"),
        ("12 weekly", "not a rate"),
        ("not 12", "denied, taken away"),
        ("12 fewer", "denied, taken away"),
        ("between 10 and", "or missing"),
        ("1200 (IQR 1100-1300)", "other statistics"),
        ("12 Tsd.", "'Tsd' may multiply"),
        ("mindestens 12", "'mindestens' may multiply"),
        ("12 (1)", "a footnote, a part or a bound"),
        ("12 (2023)", "can be a year or a part"),
        ("▲ 12", "an arrow"),
    ],
)
def test_words_of_a_phrase_that_say_another_number_are_refused(words: str, says: str) -> None:
    fails(says, [{"quantity": "dead", "source": "town", "phrase": words, "on": "2024-03-01"}])


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        ("12 or fewer", "..12"),
        ("no fewer than 12", "12.."),
        ("fewer than 12", "..12"),
        ("not 12 but 14", "14..14"),
        ("at least 12 were killed in the attack on the market", "12.."),
    ],
)
def test_other_words_of_a_phrase_may_stand(words: str, bounds: str) -> None:
    rows = [{"quantity": "dead", "source": "town", "phrase": words, "on": "2024-03-01"}]
    assert told(read_ledger(rows)) == [f"dead | town | {bounds} | 2024-03-01"]


def test_a_rate_of_a_period_that_the_row_names_may_stand() -> None:
    row = {"quantity": "dead", "source": "town", "phrase": "12 a day"}
    row |= {"during_start": "2024-03-01", "during_end": "2024-03-01"}
    assert len(read_ledger([row])) == 1
