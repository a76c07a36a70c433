"""Sums over the items that an answer may know: those known by then, or all but the item itself.

Nothing is ever subtracted: sums run forward (past), or from both ends (others), so that what an
answer must not know does not enter, not even as rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Ints


@dataclass(frozen=True, eq=False)
class Seen:
    """`learn` is "past" or "others"; of each item `asked` (I,), and `known` (I,), from when on it
    teaches; `fade`: what was told one moment earlier counts so much less (past only)."""

    learn: str
    asked: Array
    known: Array
    fade: float = 1.0

    def sums(self, key: Ints, item: Ints, values: Array, ask_key: Ints, ask_item: Ints) -> Array:
        """Sums (M, F) of `values` (N, F), told by `item` (N,) about `key` (N,), as the items
        `ask_item` (M,) may see them for the keys `ask_key` (M,)."""
        place = self.known if self.learn == "past" else np.arange(len(self.known), dtype=float)
        view = self.asked if self.learn == "past" else place
        order = np.lexsort((item, place[item], key))
        key, when, values = key[order], place[item[order]], values[order]
        found = np.zeros((len(ask_key), values.shape[1]))
        ask = np.argsort(ask_key, kind="stable")
        names = np.unique(ask_key)
        starts, ends = np.searchsorted(key, names), np.searchsorted(key, names, side="right")
        first, last = (np.searchsorted(ask_key[ask], names, side=s) for s in ("left", "right"))
        for a, b, c, d in zip(starts, ends, first, last, strict=True):
            if a < b:
                mine = ask[c:d]
                found[mine] = self._of_key(when[a:b], values[a:b], view[ask_item[mine]])
        return found

    def _of_key(self, when: Array, values: Array, asked: Array) -> Array:
        moments, start = np.unique(when, return_index=True)
        each = np.add.reduceat(values, start, axis=0)
        nothing = np.zeros((1, values.shape[1]))
        if self.learn == "others":
            before = np.r_[nothing, np.cumsum(each, axis=0)]
            after = np.r_[np.cumsum(each[::-1], axis=0)[::-1], nothing]
            left = np.searchsorted(moments, asked)
            return before[left] + after[np.searchsorted(moments, asked, side="right")]
        if self.fade < 1:
            for j in range(1, len(each)):
                each[j] += self.fade * each[j - 1]
        else:
            each = np.cumsum(each, axis=0)
        return np.r_[nothing, each][np.searchsorted(moments, asked, side="right")]
