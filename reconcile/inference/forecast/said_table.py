"""The numbers of N claims as arrays: of which series, when, and whether a whole number was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.values import Claim


@dataclass(frozen=True, eq=False)
class SaidTable:
    """N claims: `stream` and `source` (N,) numbers (-1: not known), `last` (N,) the ordinal of the
    last day spoken of, `total` whether it is a total, `value` the number said, `exact` whether one
    number was said, `repeats` whether it is the stream's last number again. `sources`: how many."""

    stream: Index
    source: Index
    last: Array
    total: Flags
    value: Array
    exact: Flags
    repeats: Flags
    sources: int


def stream_of(claim: Claim) -> tuple[str, str, str]:
    """The series that a claim belongs to: a source's totals or flows of a quantity."""
    kind = "flows" if claim.period.kind == "during" or claim.additional else "totals"
    return claim.source, claim.quantity, kind


def said_table(
    claims: Sequence[Claim],
    streams: Mapping[tuple[str, str, str], int],
    sources: Mapping[str, int],
) -> SaidTable:
    """The table of `claims`; series and sources that are not in the maps are not known."""
    stream = np.array([streams.get(stream_of(c), -1) for c in claims], dtype=np.intp)
    last = np.array([c.period.last.toordinal() for c in claims], dtype=float)
    value = np.array([c.number for c in claims], dtype=float)
    order = np.lexsort((last, stream))
    repeats = np.zeros(len(claims), dtype=bool)
    same = (stream[order][1:] == stream[order][:-1]) & (value[order][1:] == value[order][:-1])
    repeats[order[1:]] = same
    return SaidTable(
        stream,
        np.array([sources.get(c.source, len(sources)) for c in claims], dtype=np.intp),
        last,
        np.array([c.period.kind == "on" and not c.additional for c in claims], dtype=bool),
        value,
        np.array([c.phrase.kind == "exact" for c in claims], dtype=bool),
        repeats,
        len(sources),
    )
