"""Learning one moment after the other: the order of what becomes known, and weights of experts.

The weights are exponential in regrets of second order, with a rate for each expert learnt from its
own regrets (BOA: Wintenberger 2017, doi 10.1007/s10994-016-5592-6; Gaillard, Stoltz and van Erven
2014): against each expert the mixture loses at most the order of sqrt(V log(1 / prior)), V the sum
of its squared regrets, and log(1 / prior) where one expert is better throughout, whatever the data
do. With `fade` older regrets count less, so that the mixture follows when another expert becomes
the best (as fixed shares do: Herbster and Warmuth 1998); no bound is proven for that.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reconcile.numerics.arrays import Array, Flags, Ints


class Weights:
    """Weights (E, L) of E experts in L games at once; `prior` (E,) sums to 1."""

    def __init__(self, prior: Array, games: int, fade: float = 1.0) -> None:
        self._prior, self._fade = prior[:, None], fade
        self._regret, self._square, self._largest = (np.zeros((len(prior), games)) for _ in "rsl")
        self.evidence = np.zeros((len(prior), games))  # what log weights gained over the prior's
        self.now = np.repeat(self._prior, games, axis=1)

    def learn(self, regret: Array) -> None:
        """Take in what each expert would have gained (E, L) over the mixture at one moment."""
        self._largest = np.maximum(self._largest, np.abs(regret))
        self._square = self._fade * self._square + regret**2
        least = 1e-300
        rate = np.sqrt(-np.log(self._prior) / np.maximum(self._square, least))
        rate = np.minimum(rate, 0.5 / np.maximum(self._largest, least))
        self._regret = self._fade * self._regret + regret - rate * regret**2
        self.evidence = rate * self._regret
        log = np.log(self._prior) + self.evidence
        weight = np.exp(log - log.max(axis=0))
        self.now = weight / weight.sum(axis=0)


def moments_in_order(known: Array, asked: Array, told: Flags) -> Iterator[tuple[Ints, Ints]]:
    """One moment after the other: the items `told` (I,) of that moment, and the items asked from
    then on and before the next; at first none told, and those asked before any was."""
    order = np.argsort(known, kind="stable")
    order = order[told[order] & np.isfinite(known[order])]
    ends = np.flatnonzero(np.r_[known[order][1:] != known[order][:-1], True]) + 1
    ends = ends[: len(order)]
    stage = np.searchsorted(known[order][ends - 1], asked, side="right")
    by_stage = np.argsort(stage, kind="stable")
    cut = np.searchsorted(stage[by_stage], np.arange(len(ends) + 2))
    starts = np.r_[0, 0, ends[:-1]][: len(ends) + 1]
    for number, (start, end) in enumerate(zip(starts, np.r_[0, ends], strict=True)):
        yield order[start:end], by_stage[cut[number] : cut[number + 1]]
