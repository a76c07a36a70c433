"""What is found about claims beside the estimate: consensus, conflicts, contributions."""

from __future__ import annotations

from dataclasses import dataclass

from reconcile.intervals import Interval


@dataclass(frozen=True, slots=True)
class Consensus:
    """The `interval` that most independent origins allow: `agreeing` of them out of `origins`.

    `outside` are the ids of the claims that it contradicts (of bare intervals the indexes).
    """

    interval: Interval
    agreeing: int
    origins: int
    outside: tuple[str, ...] | tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A smallest set of claims that can't all be true: without any one of them the rest can.

    `gap` is how far apart they are, in units of the quantity; `text` says it in words.
    """

    claims: tuple[str, ...]
    gap: float
    text: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What `name` (a claim, or one of the model's own terms) added to the median.

    `value` is on the model's scale: for counts the log, so exp(value) is a factor. `source` and
    `origin` are those of a claim; the model's own terms have none.
    """

    name: str
    value: float
    source: str = ""
    origin: str = ""
