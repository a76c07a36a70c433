"""What all claims of a fit teach about how numbers are said: a source's habits, a series' steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.inference.forecast.expected import Expected
from reconcile.inference.forecast.neighbours import (
    Near,
    NeighbourHabits,
    learn_habits,
    near_itself,
    near_of,
    zone_ends,
    zone_masses,
)
from reconcile.inference.forecast.rounding_habits import learn_rounding
from reconcile.inference.forecast.said_number import SaidNumber
from reconcile.inference.forecast.said_table import SaidTable, said_table, stream_of
from reconcile.numerics.arrays import Array
from reconcile.values import Claim


@dataclass(frozen=True, eq=False)
class Forecaster:
    """Learnt from the fit's own claims about counts (N), each looked at without itself.

    known: those claims; habits: how often a series says its neighbours' numbers; rounding
    (S + 1, 4): how many digits each source says.
    """

    known: SaidTable
    without: Expected
    habits: NeighbourHabits
    rounding: Array
    streams: Mapping[tuple[str, str, str], int]
    sources: Mapping[str, int]

    def of(self, expected: Expected, claims: Sequence[Claim]) -> SaidNumber:
        """The numbers that `claims` say, from what is `expected` of them."""
        asked = said_table(claims, self.streams, self.sources)
        return self._said(expected, near_of(asked, self.known))

    def itself(self) -> SaidNumber:
        """The numbers that the fit's own claims would have been expected to say without them."""
        return self._said(self.without, near_itself(self.known))

    def _said(self, expected: Expected, near: Near) -> SaidNumber:
        ends = zone_ends(expected, near.low, near.high)
        again, zones = self.habits.of(near, zone_masses(expected, ends), expected.vague)
        rounding = self.rounding[np.minimum(near.source, len(self.rounding) - 1)]
        return SaidNumber(expected, near.low, near.high, again, zones, ends, habits=rounding)


def learn_forecaster(claims: Sequence[Claim], without: Expected) -> Forecaster:
    """From `claims` (N) about counts and what each was expected to say `without` itself."""
    streams = {s: i for i, s in enumerate(dict.fromkeys(stream_of(c) for c in claims))}
    sources = {s: i for i, s in enumerate(dict.fromkeys(c.source for c in claims))}
    known = said_table(claims, streams, sources)
    return Forecaster(
        known, without, learn_habits(known, without), learn_rounding(known, without), streams,
        sources,
    )  # fmt: skip
