"""Numbers said to the digit by several: known, copied, or chance as their rarity tells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest

from reconcile.pooling.agreed_numbers import granularity
from reconcile.pooling.items import read_items
from reconcile.pooling.pool import UNSEEN, pool
from reconcile.pooling.repeats import repeats_of


def _row(values: list[float], **columns: object) -> pd.Series:
    names = [f"s{k}" for k in range(len(values))]
    frame = pd.DataFrame({"item": "a", "source": names, "value": values}).assign(**columns)
    return pool(frame, learn=None).to_frame().iloc[0]


@pytest.mark.parametrize(
    ("values", "known"),
    [
        ([137946, 0, 137946], 137946),
        ([137946, 137946, 138500, 99999], 137946),
        ([4021, 9, 4021, 4021000, 4021], 4021),
        ([512, 511, 0, 512, 512], 512),
        ([0.12345, 0.9, 0.12345], 0.12345),
        ([-7.132, -7.132, 40.0], -7.132),
        ([8.8541878, 8.8541878, 8.85, 9.1], 8.8541878),
    ],
)
def test_odd_numbers_that_two_give_are_the_answer(values: list[float], known: float) -> None:
    assert _row(values)["median"] == pytest.approx(known, rel=1e-3)


@pytest.mark.parametrize("values", [[5, 5, 3, -2], [10, 10, 20, 30], [100000, 100000, 250000]])
def test_round_and_coarse_numbers_gain_little(values: list[float]) -> None:
    found = _row(values)
    assert found["upper"] - found["lower"] > 0.3 * (max(values) - min(values))


def test_a_stated_width_is_no_number_to_the_digit() -> None:
    frame = {"lower": [100.0, 100.0, 50.0], "upper": [160.0, 160.0, 90.0], "level": 0.9}
    found = _row([130.0, 130.0, 70.0], **frame)
    assert found["upper"] - found["lower"] > 30


def test_granularity_is_the_power_of_ten_that_divides() -> None:
    found = granularity(np.array([137946.0, 138000.0, 100.0, 2.5, 0.0]))
    assert found.tolist() == pytest.approx([1, 1000, 100, 0.1, np.inf])


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_vandals_move_fewer_answers_than_the_plain_median(share: float) -> None:
    frame = pool_worlds.vandalised(80, share=share, items=120)
    truth = frame.groupby("item").truth.first()
    off = {}
    for method in ("hierarchical", "median"):
        found = pool(frame, learn=None, method=method).to_frame().set_index("item")["median"]
        off[method] = float((np.abs(found / truth.reindex(found.index) - 1) > 0.01).mean())
    assert off["hierarchical"] < off["median"]


def test_agreement_by_chance_is_learnt_from_the_field() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(50, 20, 120)
    said = np.round(truth[:, None] + rng.normal(0, 1.5, (120, 6)))
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.arange(120), 6), "source": np.tile(np.arange(6), 120),
            "value": said.ravel(), "truth": np.repeat(truth, 6),
        }
    )  # fmt: skip
    pooled = pool(frame, learn="others", method="hierarchical").to_frame()
    held = (truth >= pooled["lower"]) & (truth <= pooled["upper"])
    assert 0.84 <= held.mean() <= 0.98


def _single_vandals(seed: int, *, items: int = 60) -> pd.DataFrame:
    """Three edits an item, no two alike: the truth, an old number, and nonsense far off."""
    rng = np.random.default_rng(seed)
    rows = []
    for item in range(items):
        truth = int(np.exp(rng.normal(9, 1))) + 1000
        old = int(truth * rng.uniform(0.8, 0.97))
        said = [truth, old, int(truth * rng.uniform(20, 90))]
        rows += [(f"t{item}", f"u{k}", value, truth) for k, value in enumerate(said)]
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def test_a_middle_number_that_is_mostly_exact_is_the_answer() -> None:
    frame = _single_vandals(1)
    told = pool(frame, learn="others").to_frame()
    truth = frame.groupby("item", sort=False).truth.first().to_numpy()
    assert (np.abs(told["median"] / truth - 1) < 1e-3).mean() > 0.95
    alone = pool(frame, learn=None).to_frame()  # that it is exact must be known
    assert (alone["upper"] > 1.1 * alone["lower"]).all()


def test_exact_truths_are_told_from_own_claims_and_hold_for_rare_numbers_only() -> None:
    rows = [("a", [7213, 7213, 9999], 7213), ("b", [7213, 7213, 9999], 9999),
            ("c", [3, 3, 4], 3), ("d", [812345, 790001, 12], 790001)]  # fmt: skip
    frame = pd.DataFrame(
        [(n, f"s{k}", v, t) for n, said, t in rows for k, v in enumerate(said)],
        columns=["item", "source", "value", "truth"],
    )
    found = repeats_of(read_items(frame, learn="others"), "others").exact
    assert found.tolist() == [True, False, False, True]
    one = repeats_of(read_items(frame[frame["item"] == "d"], learn="others"), "others").exact
    assert one.tolist() == [True]


@pytest.mark.parametrize("seed", [1, 2])
def test_auto_leaves_numbers_that_two_give_as_sharp_as_the_model_does(seed: int) -> None:
    frame = pool_worlds.vandalised(seed, share=0.15, items=80)
    scores = {m: pool(frame, learn="others", method=m) for m in ("auto", "hierarchical")}
    wide = {m: np.log(one.to_frame()["upper"] / one.to_frame()["lower"].clip(lower=1)).median()
            for m, one in scores.items()}  # fmt: skip
    assert wide["auto"] < 1.5 * wide["hierarchical"] + 0.01


def test_without_truths_the_assumed_correlation_is_said() -> None:
    frame = pool_worlds.edits(1, items=12)
    assert UNSEEN in pool(frame, learn=None).warnings
    assert UNSEEN not in pool(frame, learn="others", method="hierarchical").warnings


def test_crowds_that_share_information_are_covered_better_than_by_their_scatter() -> None:
    rng = np.random.default_rng(5)
    truth, common = rng.normal(100, 20, 60), rng.normal(0, 4, 60)
    said = truth[:, None] + common[:, None] + rng.normal(0, 3, (60, 10))
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.arange(60), 10), "source": np.tile(np.arange(10), 60),
            "value": said.ravel().round(2),
        }
    )  # fmt: skip
    found = pool(frame, learn=None).to_frame()
    held = ((truth >= found["lower"]) & (truth <= found["upper"])).mean()
    plain = pool(frame, learn=None, method="random-effects").to_frame()
    alone = ((truth >= plain["lower"]) & (truth <= plain["upper"])).mean()
    assert held > 0.72
    assert alone < 0.5


def test_rounded_claims_that_agree_are_not_the_truth_to_the_digit() -> None:
    # all see 20.3 and say 20; the truth is told to the tenth, and is "20" as often as chance has it
    rng = np.random.default_rng(0)
    rows = []
    for day in range(120):
        seen = rng.normal(20, 6)
        truth = round(seen + rng.normal(0, 2), 1)
        rows += [(day, f"s{s}", round(seen + rng.normal(0, 0.4)), day, truth, day + 1)
                 for s in range(6)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["item", "source", "value", "time", "truth", "resolved"])
    found = pool(frame).to_frame().iloc[60:]
    assert (found["upper50"] - found["lower50"]).median() > 0.7 * 2 * 0.674 * 2


def test_counts_that_are_hit_anyway_keep_their_spread() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for day in range(150):
        truth = int(rng.poisson(1.0))
        rows += [(day, f"s{s}", int(rng.binomial(truth, 0.7)), day, truth, day + 1)
                 for s in range(4)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["item", "source", "value", "time", "truth", "resolved"])
    found = pool(frame).to_frame().set_index("item").iloc[75:]
    assert (found[["lower", "median", "upper"]] % 1 == 0).all(axis=None)
    truth = frame.groupby("item")["truth"].first()[75:]
    assert ((truth >= found["lower"]) & (truth <= found["upper"])).mean() > 0.85


@pytest.mark.parametrize("learn", ["past", "others"])
def test_a_register_that_is_exact_is_believed_against_sites_that_copy(learn: str) -> None:
    rng = np.random.default_rng(2)
    rows = []
    for town in range(60):
        truth = int(np.exp(rng.normal(10, 1)))
        said = {"register": truth, "metro": int(truth * rng.uniform(1.3, 2.5))}
        said |= {
            "site1": said["metro"],
            "site2": said["metro"],
            "guess": int(truth * rng.uniform(0.8, 1.1)),
        }
        rows += [(town, name, value, town, truth, town + 1) for name, value in said.items()]
    frame = pd.DataFrame(rows, columns=["item", "source", "value", "time", "truth", "resolved"])
    found = pool(frame, learn=learn).to_frame().set_index("item").iloc[30:]
    truth = frame.groupby("item")["truth"].first()[30:]
    assert (found["median"] / truth - 1).abs().max() < 1e-3
    assert ((truth >= found["lower"]) & (truth <= found["upper"])).mean() > 0.9
