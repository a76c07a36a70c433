"""Claims of the PNAS replication data, each foretold from the others: rows of docs/pool.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from truth_rows import LEVELS, P, Row

import reconcile
from reconcile.check import by_folds, interval_score, said_number
from reconcile.errors import FitError
from reconcile.textbook import textbook
from reconcile.values import Claim, Distribution, Period, Phrase, Quantity

__all__ = ["TOLD", "pnas"]

NEAREST = 8
TOLD = (
    "state-space", "linear-pool", "random-effects-prediction", "random-effects", "quantile-average",
    "hull",
)  # fmt: skip
ALONE = Quantity("series", kind="constant")


@dataclass(frozen=True, eq=False)
class Told:
    """Quantiles (N, P) of what claims are expected to say, kept for the scores, and draws."""

    draw: Callable[[int, int], np.ndarray]

    def samples(self, n: int, seed: int) -> np.ndarray:
        """Draws (n, N), in counts."""
        return self.draw(n, seed)


@dataclass(frozen=True, eq=False)
class Foreteller:
    """A fitter for `check.by_folds`: `method` on what is known; it keeps the quantiles by claim."""

    method: str
    quantiles: dict[str, np.ndarray] = field(default_factory=dict)

    def __call__(self, known: reconcile.Ledger) -> Foretold:
        """What `known` says by the method."""
        return Foretold(self, known)


@dataclass(frozen=True, eq=False)
class Foretold:
    """A ledger that can be asked what further claims say."""

    by: Foreteller
    known: reconcile.Ledger

    def predictive(self, claims: Sequence[Claim]) -> Any:
        """What these claims are expected to say, in their order."""
        if self.by.method == "state-space":
            found = reconcile.fit(self.known).predictive(claims)
            self._keep(claims, found.quantile(P))
            return found
        series = grouped(self.known)
        made = [near_answer(self.by.method, series.get(key_of(c), []), c) for c in claims]
        self._keep(claims, np.array([one.quantile(P) for one in made]))

        def draw(n: int, seed: int) -> np.ndarray:
            u = np.random.default_rng(seed).random((n, len(made)))
            return np.column_stack([one.quantile(u[:, i]) for i, one in enumerate(made)])

        return Told(draw)

    def _keep(self, claims: Sequence[Claim], table: np.ndarray) -> None:
        self.by.quantiles.update(zip((c.id for c in claims), table, strict=True))


def key_of(claim: Claim) -> tuple[str, str]:
    """The series that a claim is of: totals of a quantity, or its flows."""
    return claim.quantity, claim.period.kind


def grouped(ledger: reconcile.Ledger) -> dict[tuple[str, str], list[Claim]]:
    """The claims of each series."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in ledger:
        found.setdefault(key_of(claim), []).append(claim)
    return found


def near_answer(method: str, series: Sequence[Claim], asked: Claim) -> Distribution:
    """The answer of a textbook method from the numbers of a series nearest in time."""
    last = asked.period.last
    near = sorted(series, key=lambda c: (abs((c.period.last - last).days), c.id))[:NEAREST]
    if not near:
        return Distribution.point(0.0)  # not scored: see `answerable`
    alone = [exact(c.id, said_number(c)) for c in near]
    try:
        return textbook(method, alone, ALONE, None).distribution
    except FitError:  # too few claims for an interval: the answer is their hull
        return textbook("hull", alone, ALONE, None).distribution


def exact(name: str, value: float) -> Claim:
    """The number `value`, said of `ALONE` by a source of that name."""
    phrase = Phrase(f"{value:g}", "exact", reconcile.Interval(value, value), nominal=value)
    return Claim(name, ALONE.id, name, phrase, Period.on(date(2022, 1, 1)))


def pnas(folder: Path, method: str) -> Iterator[Row]:
    """The PNAS replication claims by five blocks of time, and each source by the others, by one
    method of `TOLD`."""
    table = pd.read_csv(folder / "pnas2023" / "replication-data-pnas.csv")
    ledger = reconcile.read_ledger(table)
    when = np.array([claim.period.last.toordinal() for claim in ledger])
    edges = np.quantile(when, [0.2, 0.4, 0.6, 0.8])
    blocks = np.searchsorted(edges, when, side="left")
    time_of = {c.id: int(b) for c, b in zip(ledger, blocks, strict=True)}
    source_of = {c.id: c.source for c in ledger}
    large = pd.Series(source_of).value_counts().index[0]
    for data, folds in (("PNAS, blocks of time", time_of), ("PNAS, other sources", source_of)):
        each = foretold_rows(method, ledger, folds)
        asked = answerable(ledger, folds)
        yield scored(data, method, each[each["item"].isin(asked)])
        if folds is source_of:  # one source says most: how are the others foretold?
            small = {name for name in asked if source_of[name] != large}
            chosen = each[each["item"].isin(small)]
            yield scored(f"{data}, but for {large}", method, chosen)


def answerable(ledger: reconcile.Ledger, folds: Mapping[str, Any]) -> set[str]:
    """Claims on series with three claims or more in other folds: all methods answer them."""
    found: set[str] = set()
    for series in grouped(ledger).values():
        fold = pd.Series([folds[c.id] for c in series])
        others = len(series) - fold.map(fold.value_counts())
        found |= {c.id for c, n in zip(series, others, strict=True) if n >= 3}
    return found


def foretold_rows(method: str, ledger: reconcile.Ledger, folds: Mapping[str, Any]) -> pd.DataFrame:
    """Each claim as one method foretells it without its fold: what it said, PIT, and quantiles."""
    teller = Foreteller(method)
    rows = by_folds(ledger, teller, folds, levels=LEVELS, draws=500).rows
    table = np.array([teller.quantiles[name] for name in rows["item"]])
    return rows.join(pd.DataFrame(table, columns=P, index=rows.index))


def scored(data: str, method: str, rows: pd.DataFrame) -> Row:
    """Coverage by the PIT of the count's cell; score and error of log(1 + count)."""
    pit, said = rows["pit"].to_numpy(), np.log1p(rows["truth"].to_numpy())
    holds = tuple(float((np.abs(pit - 0.5) <= level / 2).mean()) for level in LEVELS)
    q = np.log1p(np.maximum(rows[P].to_numpy(dtype=float), 0))
    low, high = q[:, P.index((1 - 0.9) / 2)], q[:, P.index((1 + 0.9) / 2)]
    score = interval_score(low, high, said, 0.9).mean()
    error = np.abs(q[:, P.index(0.5)] - said).mean()
    return Row(data, method, len(rows), holds, float(score), float(error))
