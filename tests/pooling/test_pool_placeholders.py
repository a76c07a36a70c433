"""Numbers that stand for nothing: said of many items, far from what all others say."""

import numpy as np
import pandas as pd
import pytest

from reconcile.pooling.items import read_items
from reconcile.pooling.placeholders import doubted
from reconcile.pooling.pool import pool


def edits(seed: int, *, items: int = 80, joke: float = 0.15) -> pd.DataFrame:
    """Populations by three editors each: near the truth, or 1 or 999999 for a joke."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = int(np.exp(rng.normal(9, 1)))
        for editor in range(3):
            said = int(truth * np.exp(rng.normal(0, 0.05)))
            said = int(rng.choice([1, 999_999])) if rng.random() < joke else said
            rows.append((f"t{item}", f"e{rng.integers(30)}-{editor}", said, item, truth, item + 3))
    return pd.DataFrame(rows, columns=["item", "source", "value", "time", "truth", "resolved"])


def sound_by_number(frame: pd.DataFrame, learn: str | None) -> pd.Series:
    items = read_items(frame, learn=learn)
    told = doubted(items, learn).witnesses
    raw = np.round(items.to_raw(told.x[:, [2]], told.item)[:, 0])
    return pd.Series(told.sound, index=raw)


@pytest.mark.parametrize("learn", ["past", "others", None])
def test_jokes_are_told_from_numbers(learn: str | None) -> None:
    sound = sound_by_number(edits(1), learn)
    late = sound.iloc[len(sound) // 2 :]
    joke = late.index.isin([1.0, 999_999.0])
    assert joke.sum() >= 5
    assert late[joke].max() < 0.35
    assert (late[~joke] > 0.9).mean() > 0.98


def test_counts_that_are_often_none_are_no_placeholders() -> None:
    rng = np.random.default_rng(2)
    rows = [
        (f"w{item}", f"s{s}", int(rng.binomial(truth, 0.8)))
        for item, truth in enumerate(rng.poisson(0.8, 300))
        for s in range(4)
    ]
    frame = pd.DataFrame(rows, columns=["item", "source", "value"])
    assert sound_by_number(frame, "others").min() > 0.8


def test_round_numbers_of_measurements_are_no_placeholders() -> None:
    rng = np.random.default_rng(3)
    rows = [
        (f"d{item}", f"s{s}", round(truth + rng.standard_t(3)))
        for item, truth in enumerate(rng.normal(15, 8, 200))
        for s in range(6)
    ]
    frame = pd.DataFrame(rows, columns=["item", "source", "value"])
    assert sound_by_number(frame, "others").min() > 0.5
    assert (sound_by_number(frame, "others") > 0.9).mean() > 0.99


def test_a_missing_value_code_on_a_linear_scale_is_found() -> None:
    rng = np.random.default_rng(4)
    rows = [
        (f"d{item}", f"s{s}", -999.0 if rng.random() < 0.06 else round(truth + rng.normal(), 1))
        for item, truth in enumerate(rng.normal(5, 8, 150))
        for s in range(5)
    ]
    frame = pd.DataFrame(rows, columns=["item", "source", "value"])
    sound = sound_by_number(frame, "others")
    assert sound[-999.0].max() < 0.1
    assert sound[sound.index != -999.0].min() > 0.8


@pytest.mark.parametrize("learn", ["others", "past"])
def test_two_jokes_agree_on_nothing(learn: str) -> None:
    frame = edits(5)
    last = pd.DataFrame(
        {"item": "new", "source": ["a", "b", "c"], "value": [1, 1, 8214], "time": 100.0}
    )
    answers = pool(pd.concat([frame, last], ignore_index=True), learn=learn)
    found = answers.quantile([0.05, 0.5, 0.95]).loc["new"].to_numpy()
    assert found[1] > 3000  # 1, where agreement on a number that stands for nothing counts
    assert found[2] > 7000


def test_a_later_item_moves_no_earlier_soundness() -> None:
    frame = edits(6)
    first = frame[frame["time"] < 50]
    whole, part = (sound_by_number(one, "past").to_numpy()[: len(first)] for one in (frame, first))
    assert whole.tobytes() == part.tobytes()


def test_answers_know_no_claim_on_what_is_not_yet_known() -> None:
    """Neither truths that come later nor claims on items that nothing is known of."""
    frame = edits(8, items=60)
    whole = pool(frame).quantile([0.05, 0.5, 0.95])
    for time in (30, 45, 59):
        own = frame["time"] == time
        told = frame[(frame["resolved"] <= time) | own]
        part = pool(told.assign(truth=told["truth"].mask(own[told.index])))
        found = part.quantile([0.05, 0.5, 0.95]).loc[f"t{time}"].to_numpy()
        assert found.tobytes() == whole.loc[f"t{time}"].to_numpy().tobytes()


def test_truths_tell_nothing_of_placeholders() -> None:
    frame = edits(7)
    hidden = frame.assign(truth=np.where(frame["time"] % 3 == 0, np.nan, frame["truth"]))
    one, other = (sound_by_number(f, "others").to_numpy() for f in (frame, hidden))
    assert one.tobytes() == other.tobytes()
