"""How honest `reconcile.pool` is where the truth is known: the table of docs/pool.md.

    RECONCILE_BENCH=<folder of benchmark data> python benchmarks/truth.py

Three data sets (the folder's README says where they come from), each answered by the model with
its defaults and by the textbook methods, and the time for 200,000 simulated quantile claims.
Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reconcile.api.pooling import pool
from reconcile.check import interval_score

WINSOR = {"experts (21 studies)": 20.0}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    data: str
    method: str
    n: int
    coverage: float
    coverage50: float
    score: float
    error: float

    def __str__(self) -> str:
        return (
            f"| {self.data} | {self.method} | {self.n} | {self.coverage:.3f} | "
            f"{self.coverage50:.3f} | {self.score:.3f} | {self.error:.3f} |"
        )


def read(folder: Path, name: str) -> pd.DataFrame:
    """A table of `truth/`, with what its `extra` column holds in columns of their own."""
    frame = pd.read_csv(folder / "truth" / f"{name}.csv.gz")
    extra = frame.pop("extra").astype(str)
    for key in ("scale", "partisan", "election", "n"):
        if extra.str.contains(f"{key}=").any():
            frame[key] = extra.str.extract(rf"(?:^|;){key}=([^;]*)", expand=False)
    return frame


def truths(frame: pd.DataFrame, index: pd.Index) -> np.ndarray:
    """The truth of each item (I,)."""
    return frame.groupby("item").truth.first().reindex(index).to_numpy(dtype=float)


def row(data: str, method: str, answers: pd.DataFrame, truth: np.ndarray, unit: object) -> Row:
    """Score answers that are on the scale of the scores already."""
    lower, upper, median = (answers[c].to_numpy() for c in ("lower", "upper", "median"))
    cap = WINSOR.get(data, np.inf)
    inside = (truth >= lower) & (truth <= upper)
    half = (truth >= answers["lower50"]) & (truth <= answers["upper50"])
    scores = np.minimum(interval_score(lower, upper, truth, 0.9) / unit, cap)
    errors = np.minimum(np.abs(median - truth) / unit, cap)
    return Row(data, method, len(truth), inside.mean(), half.mean(), scores.mean(), errors.mean())


def logged(answers: pd.DataFrame, log: np.ndarray) -> pd.DataFrame:
    """The numbers of the items in `log` (I,) as logarithms."""
    columns = ["median", "lower", "upper", "lower50", "upper50"]
    numbers = answers[columns].to_numpy(dtype=float)
    held = np.where(log[:, None], np.log(np.maximum(numbers, 1e-300)), numbers)
    return pd.DataFrame(held, columns=columns, index=answers.index)


EXPERTS = ("hierarchical", "linear-pool", "performance-weighted", "quantile-average")
RACES = ("hierarchical", "mean", "random-effects")
DISHES = ("hierarchical", "mean", "median", "random-effects")


def cooke(folder: Path, methods: Sequence[str] = EXPERTS) -> Iterator[Row]:
    """Experts, study by study, from the other questions of the study.

    The study's own scale is told; scores are in units of the experts' range (without the truth),
    in logarithms where the scale is LOG and all bounds are above 0.
    """
    frame = read(folder, "cooke_dev")
    positive = frame.groupby("item").lower.transform("min") > 0
    frame["scale"] = np.where((frame["scale"] == "LOG") & positive, "log", "linear")
    study = frame["item"].str.split("|").str[0]
    of_item = frame.groupby("item")
    for method in methods:
        parts = [
            pool(one, method=method, learn="others").to_frame().set_index("item")
            for _, one in frame.groupby(study, sort=False)
        ]
        answers = pd.concat(parts)
        log = (of_item["scale"].first().reindex(answers.index) == "log").to_numpy()
        ends = pd.DataFrame({"low": of_item.lower.min(), "high": of_item.upper.max()})
        ends = ends.reindex(answers.index).to_numpy(dtype=float)
        ends = np.where(log[:, None], np.log(np.maximum(ends, 1e-300)), ends)
        truth = truths(frame, answers.index)
        truth = np.where(log, np.log(np.maximum(truth, 1e-300)), truth)
        unit = ends[:, 1] - ends[:, 0]
        yield row("experts (21 studies)", method, logged(answers, log), truth, unit)


def polls(folder: Path, methods: Sequence[str] = RACES) -> Iterator[Row]:
    """General two-party races with three polls or more, walking forward; scored from 2004 on."""
    frame = read(folder, "polls_1998_2014")
    race = frame["item"].str.split("_").str[1]
    many = frame.groupby("item")["item"].transform("size") >= 3
    frame = frame[race.isin(["Pres-G", "Sen-G", "Gov-G", "House-G"]) & many]
    frame = frame.assign(resolved=pd.to_datetime(frame["election"]), stance=frame["partisan"])
    frame["group"] = frame["resolved"].dt.year // 2 * 2
    frame = frame.drop(columns=["n", "election", "partisan"])
    cycle = frame.groupby("item").group.first()
    for method in methods:
        answers = pool(frame, method=method).to_frame().set_index("item")
        scored = answers[cycle.reindex(answers.index) >= 2004]
        yield row("polls (2004-2014)", method, scored, truths(frame, scored.index), 1.0)
    answers = house_effects(frame)
    yield row("polls (2004-2014)", "DL + house + past", answers, truths(frame, answers.index), 1.0)


def house_effects(frame: pd.DataFrame, least: float = 2.0) -> pd.DataFrame:
    """The best baseline: DerSimonian-Laird of polls less their house's past deviation from other
    polls, with the error that DL means had in past cycles added to its variance."""
    frame = frame.assign(variance=((frame.upper - frame.lower) / 3.2897) ** 2)
    found: dict[str, list[float]] = {}
    for cycle in sorted(set(frame["group"])):
        if cycle < 2004:
            continue
        past, now = frame[frame.group < cycle], frame[frame.group == cycle]
        error = past.value - past.truth
        relative = error - error.groupby(past["item"]).transform("mean")
        by_house = relative.groupby(past.source).agg(["sum", "count"])
        house = by_house["sum"] / (by_house["count"] + relative.var() / least)
        old = _means(past, house)
        known = past.groupby("item").truth.first().reindex(old.index)
        shared = max(float(((old.centre - known) ** 2).mean() - old.variance.mean()), 0.0)
        for item, one in _means(now, house).iterrows():
            sd = np.sqrt(one.variance + shared)
            steps = np.array([0, -1.6449, 1.6449, -0.6745, 0.6745])
            found[str(item)] = list(one.centre + sd * steps)
    columns = ["median", "lower", "upper", "lower50", "upper50"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns)


def _means(frame: pd.DataFrame, house: pd.Series) -> pd.DataFrame:
    """DerSimonian-Laird means by item: `centre`, `variance`."""
    value = frame.value - frame.source.map(house).fillna(0.0)
    found = {}
    for item, rows in value.groupby(frame["item"]):
        y, v = rows.to_numpy(), frame.loc[rows.index, "variance"].to_numpy()
        w = 1 / v
        q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
        between = (q - len(y) + 1) / (w.sum() - (w**2).sum() / w.sum()) if len(y) > 1 else 0.0
        w = 1 / (v + max(between, 0.0))
        found[item] = ((w * y).sum() / w.sum(), 1 / w.sum())
    return pd.DataFrame.from_dict(found, orient="index", columns=["centre", "variance"])


def calories(folder: Path, methods: Sequence[str] = DISHES) -> Iterator[Row]:
    """Dishes guessed by some 84 people each; errors in logarithms."""
    frame = read(folder, "calories")[["item", "source", "value", "truth"]]
    for method in methods:
        answers = pool(frame, method=method, learn="others").to_frame().set_index("item")
        every = np.ones(len(answers), dtype=bool)
        truth = np.log(truths(frame, answers.index))
        yield row("calories (18 dishes)", method, logged(answers, every), truth, 1.0)


def seconds(claims: int = 200_000, sources: int = 20) -> float:
    """Processor seconds for a simulated table of quantile claims, walking forward."""
    rng = np.random.default_rng(0)
    items = claims // sources
    item = np.repeat(np.arange(items), sources)
    truth = rng.normal(5, 1.5, items)
    said = (truth + rng.normal(0, 0.2, items))[item] + rng.normal(0, 0.2, claims)
    steps = np.array([-1.645, -0.674, 0, 0.674, 1.645])
    quantiles = np.exp(said[:, None] + 0.25 * steps)
    frame = pd.DataFrame(quantiles, columns=["q05", "q25", "q50", "q75", "q95"])
    day = np.sort(rng.integers(0, 200, items))[item]
    frame = frame.assign(
        item=item, source=np.tile(np.arange(sources), items), time=day, resolved=day + 5,
        truth=np.exp(truth)[item], group=item % 4,
    )  # fmt: skip
    start = time.process_time()
    pool(frame)
    return time.process_time() - start


def bars(rows: dict[tuple[str, str], Row], took: float) -> dict[str, bool]:
    """What must hold."""
    experts, races, dishes = "experts (21 studies)", "polls (2004-2014)", "calories (18 dishes)"
    ours = {data: rows[data, "hierarchical"] for data in (experts, races, dishes)}
    return {
        "experts: 0.87 to 0.93 covered": 0.87 <= ours[experts].coverage <= 0.93,
        "experts: score below the linear pool's": ours[experts].score
        < rows[experts, "linear-pool"].score,
        "experts: score below Cooke's weights'": ours[experts].score
        < rows[experts, "performance-weighted"].score,
        "polls: 0.88 to 0.92 covered": 0.88 <= ours[races].coverage <= 0.92,
        "polls: score below DL + house + past": ours[races].score
        < rows[races, "DL + house + past"].score,
        "polls: error no worse than the mean's": ours[races].error <= rows[races, "mean"].error,
        "calories: error below 0.30": ours[dishes].error < 0.30,
        "calories: at least 0.85 covered": ours[dishes].coverage >= 0.85,
        "200,000 quantile claims in under 60 s": took < 60,
    }


def main() -> int:
    """Print the table and the bars."""
    folder = Path(os.environ["RECONCILE_BENCH"])
    print("| data | method | items | 90 % cover | 50 % cover | interval score | abs error |")
    print("|---|---|---|---|---|---|---|")
    rows: dict[tuple[str, str], Row] = {}
    for part in (cooke, polls, calories):
        for one in part(folder):
            rows[one.data, one.method] = one
            print(one, flush=True)
    took = seconds()
    print(f"\n200,000 quantile claims: {took:.1f} s of one core\n")
    held = bars(rows, took)
    for bar, holds in held.items():
        print(f"{'holds ' if holds else 'MISSED'}  {bar}")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
