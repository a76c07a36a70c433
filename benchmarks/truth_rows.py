"""A line of the table of docs/pool.md, and how the table is written."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BESIDE", "COMPARED", "END", "HEAD", "LEVELS", "NOTE", "START", "Hindsight", "P", "Row",
    "written",
]  # fmt: skip

LEVELS = (0.5, 0.8, 0.9, 0.95)
P = sorted({(1 + sign * level) / 2 for level in (*LEVELS, 0.0) for sign in (-1, 1)})
START, END = "<!-- truth table: start -->", "<!-- truth table: end -->"
HEAD = (
    "| data | method | n | holds 50 % | 80 % | 90 % | 95 % | score | error |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|"
)
COMPARED = (
    "| data | n | auto / best | holds 90 % | best candidate (holds) | most weight at the end |\n"
    "|---|---:|---:|---:|---|---|"
)
BESIDE = ("<!-- comparison: start -->", "<!-- comparison: end -->")
NOTE = (
    "`n` truths; the share of them that intervals of each level hold; the score of the 90 % "
    "interval (less is better) and the mean absolute error of the median: of experts in units of "
    "their range (at most 20), of polls in points, of calories and counts in logarithms. A claim "
    "of the PNAS data is predicted by the model's `predictive`; by a textbook method as its answer "
    "from the eight numbers nearest in time in the same series, each taken for a source of its own."
)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    data: str
    method: str
    n: int
    holds: tuple[float, ...]
    score: float
    error: float

    @property
    def coverage(self) -> float:
        """The share that 90 % intervals hold."""
        return self.holds[2]

    def __str__(self) -> str:
        shares = " | ".join(f"{share:.3f}" for share in self.holds)
        return (
            f"| {self.data} | {self.method} | {self.n} | {shares} | "
            f"{self.score:.3f} | {self.error:.3f} |"
        )


@dataclass(frozen=True)
class Hindsight:
    """How auto did beside the best of its candidates, as known afterwards: a line of a table."""

    data: str
    auto: Row
    best: Row
    heaviest: str
    weight: float

    @property
    def ratio(self) -> float:
        """The score of auto as a multiple of the best candidate's."""
        return self.auto.score / self.best.score

    def __str__(self) -> str:
        held = f"{self.auto.coverage:.3f}"
        return (
            f"| {self.data} | {self.auto.n} | {self.ratio:.3f} | {held} | {self.best.method} "
            f"({self.best.coverage:.3f}) | {self.heaviest} ({self.weight:.2f}) |"
        )


def written(text: str, table: str, marks: tuple[str, str] = (START, END)) -> str:
    """`text` with `table` between its `marks`. Raises `ValueError` where there are none."""
    start, end = marks
    if text.count(start) != 1 or text.count(end) != 1:
        raise ValueError(f"expected the markers {start} and {end}, once each")
    before, after = text.split(start)[0], text.split(end)[1]
    return f"{before}{start}\n{table}\n{end}{after}"
