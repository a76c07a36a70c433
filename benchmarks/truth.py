"""How honest the answers are where the truth is known: the table of docs/pool.md.

    RECONCILE_BENCH=<folder> python benchmarks/truth.py [--keep FOLDER] [--write FILE ...]

Three data sets of repeated questions (the folder's README says where they come from) and the
simulated ones of `pool_fields`, each answered by `reconcile.pool` with its defaults and by the
textbook methods; how the default compares with the best of its candidates; the claims of the PNAS
replication data, each foretold from the other blocks of time and from the other sources, by
`reconcile.fit` and by the textbook methods; and the time for 200,000 simulated quantile claims.
`--keep` holds what was measured, part by part, so that a run that was stopped goes on where it was;
what another state of the code measured is not read. `--pool-only` leaves out the PNAS claims, which
take hours. `--write` puts the tables between the markers
in those files. Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
import pool_fields
import pool_fields_further
import pool_fields_judges
import pool_fields_later
import pool_fields_unseen
from truth_pnas import TOLD, pnas
from truth_rows import BESIDE, COMPARED, END, HEAD, LEVELS, NOTE, START, Hindsight, P, Row, written

from reconcile.check import interval_score
from reconcile.pooling.answer import PROBABILITIES, from_grid
from reconcile.pooling.auto import hedge, views_of
from reconcile.pooling.candidates import candidates
from reconcile.pooling.items import read_items
from reconcile.pooling.pool import pool

__all__ = ["END", "HEAD", "LEVELS", "NOTE", "START", "Row", "written"]

EXPERTS, RACES, DISHES = "experts (21 studies)", "polls (2004-2014)", "calories (18 dishes)"
FIELDS = (
    *pool_fields.FIELDS, *pool_fields_later.FIELDS, *pool_fields_unseen.FIELDS,
    *pool_fields_judges.FIELDS, *pool_fields_further.FIELDS,
)  # fmt: skip
REAL = (EXPERTS, RACES, DISHES)
WINSOR = {EXPERTS: 20.0}


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
    """Score quantiles (I, P) at `P` that are on the scale of the scores already."""
    table = answers[P].to_numpy(dtype=float)
    cap = WINSOR.get(data, np.inf)
    ends = [(table[:, P.index((1 - at) / 2)], table[:, P.index((1 + at) / 2)]) for at in LEVELS]
    holds = tuple(float(((truth >= low) & (truth <= high)).mean()) for low, high in ends)
    scores = np.minimum(interval_score(*ends[2], truth, 0.9) / unit, cap)
    errors = np.minimum(np.abs(table[:, P.index(0.5)] - truth) / unit, cap)
    return Row(data, method, len(truth), holds, float(scores.mean()), float(errors.mean()))


def logged(answers: pd.DataFrame, log: np.ndarray) -> pd.DataFrame:
    """The numbers of the items in `log` (I,) as logarithms."""
    numbers = answers[P].to_numpy(dtype=float)
    held = np.where(log[:, None], np.log(np.maximum(numbers, 1e-300)), numbers)
    return pd.DataFrame(held, columns=P, index=answers.index)


@dataclass(frozen=True, eq=False)
class Task:
    """Tables of questions that are scored together: `frames`, `learn`, and `score`, which makes a
    row of a method's name and its quantiles (items x `P`)."""

    data: str
    frames: Sequence[pd.DataFrame]
    learn: str
    score: Callable[[str, pd.DataFrame], Row | None]

    def pooled(self, method: str, name: str = "") -> Row | None:
        """The answers of a method of `pool`."""
        parts = [pool(one, method=method, learn=self.learn).quantile(P) for one in self.frames]
        return self.score(name or method, pd.concat(parts))

    def by_candidate(self) -> tuple[dict[str, Row], dict[str, float]]:
        """Rows of auto and of its candidates, and the candidates' weights at the end, the mean
        over the tables. A candidate answers nine tenths of what auto does, or is left out."""
        at = np.searchsorted(PROBABILITIES, np.array(P) - 1e-9)
        parts: dict[str, list[pd.DataFrame]] = {}
        weights = pd.Series(dtype=float)
        for frame in self.frames:
            views = views_of(lambda on, f=frame: read_items(f, learn=self.learn, on=on))
            items, hedged = views.own, hedge(views, self.learn)
            share = hedged.methods.set_index("method")["weight"] / len(self.frames)
            weights = weights.add(share, fill_value=0.0)
            # what each answers by itself: auto's own learn less where numbers agree to the digit
            model, logs = (hedged.found[f"hierarchical{on}"] for on in ("", " on logs"))
            plain = candidates(views, self.learn, model, logs)
            found = {name: from_grid(one) for name, one in plain.items()}
            found |= {
                name: hedged.repeats.added(found[name]) for name in found if name[:4] == "hier"
            }
            for name, one in (found | {"auto": hedged.quantiles}).items():
                raw = pd.DataFrame(items.to_raw(one)[:, at], columns=P, index=items.item_ids)
                parts.setdefault(name, []).append(raw)
        whole = {name: pd.concat(each).dropna() for name, each in parts.items()}
        rows = {name: self.score(name, one) for name, one in whole.items() if len(one)}
        least = 0.9 * (rows["auto"].n if rows["auto"] else 0)
        kept = {name: row for name, row in rows.items() if row is not None and row.n >= least}
        return kept, weights.to_dict()


def experts(folder: Path) -> Task:
    """Experts, study by study, from the other questions of the study.

    The study's own scale is told; scores are in units of the experts' range (without the truth),
    in logarithms where the scale is LOG and all bounds are above 0.
    """
    frame = read(folder, "cooke_dev")
    positive = frame.groupby("item").lower.transform("min") > 0
    frame["scale"] = np.where((frame["scale"] == "LOG") & positive, "log", "linear")
    of_item = frame.groupby("item")
    ends = pd.DataFrame({"low": of_item.lower.min(), "high": of_item.upper.max()})
    on_logs = of_item["scale"].first() == "log"

    def score(method: str, answers: pd.DataFrame) -> Row:
        log = on_logs.reindex(answers.index).to_numpy(dtype=bool)
        both = ends.reindex(answers.index).to_numpy(dtype=float)
        both = np.where(log[:, None], np.log(np.maximum(both, 1e-300)), both)
        truth = truths(frame, answers.index)
        truth = np.where(log, np.log(np.maximum(truth, 1e-300)), truth)
        return row(EXPERTS, method, logged(answers, log), truth, both[:, 1] - both[:, 0])

    study = frame["item"].str.split("|").str[0]
    return Task(EXPERTS, [one for _, one in frame.groupby(study, sort=False)], "others", score)


def cooke(
    folder: Path,
    methods: Sequence[str] = (
        "linear-pool", "beta-transformed-linear-pool", "performance-weighted", "quantile-average",
    ),
) -> Iterator[Row]:  # fmt: skip
    """Experts by the methods of `pool`."""
    task = experts(folder)
    yield from (made for made in map(task.pooled, methods) if made)


def races(folder: Path) -> Task:
    """General two-party races with three polls or more, walking forward; scored from 2004 on."""
    frame = read(folder, "polls_1998_2014")
    race = frame["item"].str.split("_").str[1]
    many = frame.groupby("item")["item"].transform("size") >= 3
    frame = frame[race.isin(["Pres-G", "Sen-G", "Gov-G", "House-G"]) & many]
    frame = frame.assign(resolved=pd.to_datetime(frame["election"]), stance=frame["partisan"])
    frame["group"] = frame["resolved"].dt.year // 2 * 2
    frame = frame.drop(columns=["n", "election", "partisan"])
    cycle = frame.groupby("item").group.first()

    def score(method: str, answers: pd.DataFrame) -> Row:
        scored = answers[cycle.reindex(answers.index) >= 2004]
        return row(RACES, method, scored, truths(frame, scored.index), 1.0)

    return Task(RACES, [frame], "past", score)


def polls(
    folder: Path,
    methods: Sequence[str] = ("mean", "random-effects", "linear-pool"),
) -> Iterator[Row]:
    """Races by the methods of `pool`, by the mean of all polls and by the best baseline."""
    task = races(folder)
    yield from (made for made in map(task.pooled, methods) if made)
    (frame,) = task.frames
    alone = frame.assign(source=frame.index.astype(str))  # each poll a source of its own
    mean = Task(task.data, [alone], task.learn, task.score).pooled("mean", "mean of all polls")
    best = task.score("DL + house + past", house_effects(frame))
    yield from (made for made in (mean, best) if made)


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
            found[str(item)] = list(one.centre + sd * stats.norm.ppf(P))
    return pd.DataFrame.from_dict(found, orient="index", columns=P)


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


def dishes(folder: Path) -> Task:
    """Dishes guessed by some 84 people each; errors in logarithms."""
    frame = read(folder, "calories")[["item", "source", "value", "truth"]]

    def score(method: str, answers: pd.DataFrame) -> Row:
        every = np.ones(len(answers), dtype=bool)
        truth = np.log(truths(frame, answers.index))
        return row(DISHES, method, logged(answers, every), truth, 1.0)

    return Task(DISHES, [frame], "others", score)


def calories(
    folder: Path,
    methods: Sequence[str] = ("mean", "median", "random-effects"),
) -> Iterator[Row]:
    """Dishes by the methods of `pool`."""
    task = dishes(folder)
    yield from (made for made in map(task.pooled, methods) if made)


def field_task(field_: pool_fields.Field, seed: int = 1) -> Task:
    """A simulated field, scored over the last half in time; of logs of 1 + count, or in units of
    an item's spread, as the field says."""
    frame, data = field_.make(seed), f"simulated: {field_.name}"
    by_item, told = frame.groupby("item"), frame.loc[frame["truth"].notna(), "item"]

    def score(method: str, answers: pd.DataFrame) -> Row | None:
        kept = answers.dropna()
        if field_.learn == "past":
            when = by_item["time"].max()
            kept = kept[when.reindex(kept.index) >= when.median()]
        kept = kept[(kept.abs() < 1e200).all(axis=1) & kept.index.isin(told)]
        if not len(kept):
            return None
        truth, unit = truths(frame, kept.index), 1.0
        if field_.scores == "log":
            kept, truth = np.log1p(kept.clip(lower=0)), np.log1p(truth)
        elif field_.scores == "item":
            unit = by_item["value"].std().reindex(kept.index).to_numpy(dtype=float)
        return row(data, method, kept, truth, unit)

    return Task(data, [frame], str(field_.learn), score)


def hindsight(task: Task) -> Hindsight:
    """Auto beside its candidates."""
    return beside(*task.by_candidate(), task.data)


def beside(rows: dict[str, Row], weights: dict[str, float], data: str) -> Hindsight:
    """Auto beside the candidates in `rows`."""
    auto, rows = rows["auto"], {name: row for name, row in rows.items() if name != "auto"}
    best = min(rows.values(), key=lambda one: one.score)
    heaviest = max(weights, key=lambda name: weights[name])
    return Hindsight(data, auto, best, heaviest, weights[heaviest])


def tasks(folder: Path, seed: int = 1) -> Iterator[Task]:
    """All tables of repeated questions, real and simulated."""
    yield from (experts(folder), races(folder), dishes(folder))
    yield from (field_task(one, seed) for one in FIELDS)


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
    """What the default must hold."""
    ours = {data: rows[data, "auto"] for data in (EXPERTS, RACES, DISHES)}
    return {
        "experts: 0.87 to 0.93 covered": 0.87 <= ours[EXPERTS].coverage <= 0.93,
        "experts: score below the linear pool's": ours[EXPERTS].score
        < rows[EXPERTS, "linear-pool"].score,
        "experts: score below Cooke's weights'": ours[EXPERTS].score
        < rows[EXPERTS, "performance-weighted"].score,
        "polls: 0.88 to 0.92 covered": 0.88 <= ours[RACES].coverage <= 0.92,
        "polls: score below DL + house + past": ours[RACES].score
        < rows[RACES, "DL + house + past"].score,
        "polls: error no worse than that of the mean of all polls": ours[RACES].error
        <= rows[RACES, "mean of all polls"].error,
        "polls: error no worse than that of the mean of all houses": ours[RACES].error
        <= rows[RACES, "mean"].error,
        "calories: error below 0.30": ours[DISHES].error < 0.30,
        "calories: at least 0.85 covered": ours[DISHES].coverage >= 0.85,
        "200,000 quantile claims in under 30 s": took < 30,
    }


def hedged_bars(compared: Sequence[Hindsight]) -> dict[str, bool]:
    """Auto within 2 % of its best candidate; 0.87 to 0.93 covered where there are 200 items and a
    time, else within two standard errors of 0.90."""
    many = {f"simulated: {one.name}" for one in FIELDS if one.many} | {RACES}
    found: dict[str, bool] = {}
    for one in compared:
        found[f"{one.data}: within 2 % of the best candidate"] = one.ratio <= 1.02
        wide = 0.03 if one.data in many else 2 * np.sqrt(0.09 / one.auto.n)
        held = abs(one.auto.coverage - 0.9) <= wide
        found[f"{one.data}: covered 0.90 +- {wide:.2f}"] = bool(held)
    return found


@dataclass(frozen=True)
class Kept:
    """What was measured, part by part, in files of a `folder` (None: nothing is kept)."""

    folder: Path | None

    def of(self, name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The part `name`, measured now or before by the same code."""
        file = (
            self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.json"
            if self.folder
            else None
        )
        code = code_of()
        if file is not None and file.exists():
            told = json.loads(file.read_text(encoding="utf-8"))
            if told["code"] == code:
                return told["found"]
        start = time.process_time()
        found = measure()
        print(f"{name}: {time.process_time() - start:.0f} s", file=sys.stderr, flush=True)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"name": name, "code": code, "found": found}))
        return found


def code_of() -> str:
    """A digest of the package and of these programs."""
    root = Path(__file__).parents[1]
    files = sorted([*root.glob("reconcile/**/*.py"), *root.glob("benchmarks/*.py")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def row_of(told: dict[str, Any]) -> Row:
    """A row read back."""
    return Row(**{**told, "holds": tuple(told["holds"])})


def compared_part(task: Task) -> dict[str, Any]:
    """Auto beside its candidates, and the rows of both the default and the model."""
    rows, weights = task.by_candidate()
    one = beside(rows, weights, task.data)
    ours = [asdict(rows[name]) for name in ("auto", "hierarchical")]
    return {"rows": ours, "beside": asdict(one)}


def row_part(rows: Iterator[Row]) -> Callable[[], dict[str, Any]]:
    """The rows of a part."""
    return lambda: {"rows": [asdict(one) for one in rows]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and the bars; with --write, put the tables into files."""
    parser = argparse.ArgumentParser(description="How honest the answers are.")
    parser.add_argument("--write", nargs="+", type=Path, default=[], metavar="FILE")
    parser.add_argument("--keep", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--pool-only", action="store_true", help="the rows of PNAS stay as written")
    given = parser.parse_args(arguments)
    folder, kept = Path(os.environ["RECONCILE_BENCH"]), Kept(given.keep)
    compared: list[Hindsight] = []
    real: dict[str, list[Row]] = {}
    for task in tasks(folder):
        told = kept.of(task.data, lambda t=task: compared_part(t))
        b = told["beside"]
        compared.append(Hindsight(**{**b, "auto": row_of(b["auto"]), "best": row_of(b["best"])}))
        if task.data in REAL:
            real[task.data] = list(map(row_of, told["rows"]))
    parts: dict[str, list[tuple[str, Iterator[Row]]]] = {
        EXPERTS: [("cooke", cooke(folder))], RACES: [("polls", polls(folder))],
        DISHES: [("calories", calories(folder))],
    }  # fmt: skip
    if not given.pool_only:
        parts["PNAS"] = [(f"pnas {method}", pnas(folder, method)) for method in TOLD]
    for data, each in parts.items():
        for name, found in each:
            told = kept.of(name, row_part(found))
            real.setdefault(data, []).extend(map(row_of, told["rows"]))
    rows = {(one.data, one.method): one for one in sorted(chain(*real.values()), key=place_of)}
    took = kept.of("200,000 claims", lambda: {"seconds": seconds()})["seconds"]
    table = "\n".join([HEAD, *map(str, rows.values()), "", NOTE])
    beside_table = "\n".join([COMPARED, *map(str, compared)])
    print(f"{table}\n\n{beside_table}\n\n200,000 quantile claims: {took:.1f} s of one core\n")
    held = bars(rows, took) | hedged_bars(compared)
    for bar, holds in held.items():
        print(f"{'holds ' if holds else 'MISSED'}  {bar}")
    for file in given.write:
        before = file.read_text(encoding="utf-8")
        stays = [line for line in before.splitlines() if line.startswith("| PNAS")]
        lines = map(str, [*rows.values(), *(stays if given.pool_only else [])])
        text = written(before, "\n".join([HEAD, *lines, "", NOTE]))
        file.write_text(written(text, beside_table, BESIDE), encoding="utf-8")
    return 0 if all(held.values()) else 1


def place_of(one: Row) -> int:
    """Where the part of a row stands in the table; within it rows keep their order."""
    names = (*REAL, "PNAS, blocks of time", "PNAS, other sources")
    return names.index(one.data) if one.data in names else len(names)


if __name__ == "__main__":
    sys.exit(main())
