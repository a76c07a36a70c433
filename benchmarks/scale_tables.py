"""Made-up tables of claims of any size, for `benchmarks/scale.py`: the same seed, the same table.

A series is a total that grows by uneven steps; its sources read it with a lasting error of their
own (sd 10 %) and an error of each claim (sd 5 %); they say whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

import reconcile
from reconcile.ledger import Ledger
from reconcile.values import Quantity

__all__ = ["SHAPES", "Shape", "joined", "series", "write_table"]

START = date(2000, 1, 1)


def series(
    number: int, claims: int, *, days: int = 90, sources: int = 8, origins: int | None = None
) -> pd.DataFrame:
    """The claims of one series, in the columns of a tidy ledger table.

    With `origins` only so many claims are first-hand; all others repeat one of them.
    """
    rng = np.random.default_rng([number, claims, days, sources])
    steps = np.bincount(np.sort(rng.integers(0, days, 12)), minlength=days)
    truth = np.exp(4 + rng.normal(0, 0.7)) * (1 + np.cumsum(steps * rng.exponential(0.4, days)))
    day = np.sort(rng.integers(0, days, claims))
    who = rng.permutation(np.arange(claims) % sources)
    house = rng.normal(0, 0.1, sources)
    said = np.round(truth[day] * np.exp(house[who] + rng.normal(0, 0.05, claims)))
    first = np.arange(claims) if origins is None else np.arange(claims) % origins
    frame = pd.DataFrame(
        {
            "series": f"s{number:05}",
            "id": [f"s{number:05}-{i:06}" for i in range(claims)],
            "quantity": f"q{number:05}",
            "source": [f"source-{i:05}" for i in who],
            "value": said[first].astype(int),
            "on": [(START + timedelta(days=int(day[i]))).isoformat() for i in first],
        }
    )
    if origins is not None:
        own = first == np.arange(claims)
        frame["origin"] = np.where(own, "", frame["id"].to_numpy()[first])
    return frame


def joined(count: int, claims: int, **shape: int) -> pd.DataFrame:
    """Many series in one table, one after the other."""
    return pd.concat([series(n, claims, **shape) for n in range(count)], ignore_index=True)


def write_table(path: Path, count: int, claims: int) -> None:
    """The same as a CSV file, written series by series."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            series(number, claims).to_csv(file, index=False, header=number == 0)


@dataclass(frozen=True)
class Shape:
    """One way in which a ledger grows: its ledger of a size, and which quantities are asked."""

    words: str
    sizes: tuple[int, ...]
    ledger: Callable[[int], Ledger]
    first_only: bool = False

    def asked(self, ledger: Ledger) -> list[str]:
        """The quantities that are asked about."""
        found = list(dict.fromkeys(claim.quantity for claim in ledger))
        return found[:1] if self.first_only else found


def _read(frame: pd.DataFrame) -> Ledger:
    return reconcile.read_ledger(frame.drop(columns="series"))


def _parts(count: int) -> Ledger:
    """One whole of `count` parts, ten claims on each of them and on the whole."""
    parts = [series(number, 10) for number in range(count)]
    whole = series(count, 10)
    whole["value"] = sum(frame["value"].to_numpy() for frame in parts)
    whole["quantity"] = "whole"
    names = tuple(frame["quantity"].iloc[0] for frame in parts)
    registry = [Quantity(name) for name in names] + [Quantity("whole", parts=names)]
    frame = pd.concat([*parts, whole], ignore_index=True).drop(columns="series")
    return reconcile.read_ledger(frame, quantities={each.id: each for each in registry})


SHAPES = {
    "claims": Shape(
        "claims on one total, 8 sources, 90 days",
        (100, 200, 400, 800, 1_600, 3_200),
        lambda size: _read(series(1, size)),
    ),
    "days": Shape(
        "days that 100 claims on one total span (50 years: 18,262)",
        (90, 360, 1_440, 5_760, 18_262),
        lambda size: _read(series(1, 100, days=size)),
    ),
    "sources": Shape(
        "sources of 256 claims on one total",
        (4, 16, 64, 256),
        lambda size: _read(series(1, 256, sources=size)),
    ),
    "origins": Shape(
        "first-hand claims among 256, the others repeat them",
        (4, 16, 64, 256),
        lambda size: _read(series(1, 256, origins=size)),
    ),
    "series": Shape(
        "series of 10 claims in one ledger, each asked about",
        (1, 2, 4, 8),
        lambda size: _read(joined(size, 10)),
    ),
    "series, one asked": Shape(
        "series of 10 claims in one ledger, one of them asked about",
        (10, 100, 1_000, 10_000),
        lambda size: _read(joined(size, 10)),
        first_only=True,
    ),
    "parts": Shape(
        "parts of one whole, 10 claims each, all asked about",
        (1, 2, 4, 8, 16),
        _parts,
    ),
}
