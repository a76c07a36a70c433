"""Tables of repeated questions: from a frame of claims to the arrays that `pooling.learn` takes.

Letters: `I` items, `N` witnesses (a source within an item), `S` sources, `G` groups, `K` stances.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.items_claims import (
    QUANTILE_COLUMNS,
    ClaimTable,
    claim_table,
    numbers,
    plain_numbers,
    quantile_levels,
)
from reconcile.pooling.items_scale import (
    LINEAR,
    LOG,
    LOGIT,
    SCALES,
    SHIFT,
    Counts,
    Extent,
    choose,
    from_scale,
    share_cells,
    shift_of,
    to_scale,
)
from reconcile.pooling.items_times import both_times
from reconcile.pooling.items_witness import Witnesses, kept_to, sided, witnesses

COLUMNS = (
    "item", "source", "value", "lower", "upper", "level", *QUANTILE_COLUMNS, "time", "truth",
    "resolved", "weight", "origin", "scale", "group", "stance",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Items:
    """I items, with what N witnesses say of them on each item's scale.

    `item_ids` (I,), `source_ids` (S,), `groups` (G,), `stances` (K,) are the names behind the
    codes, in order of appearance. Of each item: `truth` (I,) on its scale, NaN while unknown;
    `asked` (I,), the time of its latest claim, and `known` (I,), from when its truth may teach
    others (both in seconds or the frame's own numbers; inf for never); `group` (I,); `scale`
    and `shift` (I,), of which `to_scale` and `from_scale` make use; `n_claims`, `n_sources` (I,).
    `dated`: whether any date of becoming known was given; `notes` (I,) what is wrong with the rows
    of an item, empty where nothing is; `nought` (I,): the truth is 0.
    """

    item_ids: NDArray[Any]
    source_ids: NDArray[Any]
    groups: tuple[Hashable, ...]
    stances: tuple[Hashable, ...]
    witnesses: Witnesses
    truth: Array
    asked: Array
    known: Array
    group: Ints
    scale: Ints
    shift: Array
    n_claims: Ints
    n_sources: Ints
    dated: bool
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    nought: Flags

    def to_raw(self, z: Array, items: Ints | None = None) -> Array:
        """Values (I, P) on the items' scales, back in the units of the claims."""
        take = slice(None) if items is None else items
        return from_scale(z, self.scale[take, None], self.shift[take, None])

    def raw_truth(self) -> Array:
        """The truths (I,) in the units of the claims."""
        found = self.to_raw(self.truth[:, None])[:, 0]
        return np.where(self.nought & np.isfinite(found), 0.0, found)


def read_items(
    frame: pd.DataFrame, *, scale: str = "auto", learn: str | None = "past", on: str = ""
) -> Items:
    """Check `frame` (columns: `COLUMNS`) and bring it to arrays.

    `scale` is used where the frame has no column of that name; "auto" chooses by item
    (`items_scale.choose`), under `learn="past"` only from what was known by then. Other columns
    are ignored and named in `warnings`. `on` ("linear", "log") puts all items whose scale is
    chosen, but shares, on this one as far as their own claims admit it. Raises `OptionError` for
    a missing column, a cell that can't be read, two truths (dates, groups, scales) for one item,
    or a scale that does not admit the claims.
    """
    if not len(frame):
        raise OptionError("expected a table with at least one claim, got no row")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise OptionError(f"expected columns of different names, got {twice!r} twice")
    frame = plain_numbers(frame.reset_index(drop=True))
    item, item_ids = _codes(frame, "item", required=True)
    claims, weight = claim_table(frame), _weights(frame)
    claims = replace(claims, silent=claims.silent | (weight == 0))
    notes = list(claims.warnings) + _ignored(frame)
    spoken = ~claims.silent
    source, source_ids = _codes(frame, "source", required=True, rows=spoken)
    count = len(item_ids)
    truth = _one_per_item(frame, "truth", item, item_ids)
    time, resolved = both_times(frame)
    known = _one_per_item(frame, "resolved", item, item_ids, resolved)
    asked = _latest(time, item, count, spoken)
    dated = bool(np.isfinite(known).any())
    known = np.where(np.isnan(truth) | np.isnan(known), np.inf, known)
    # an item's truth never teaches before the item itself has been answered
    known = np.where(known <= asked, np.nextafter(asked, np.inf), known)
    scales, shift, level = _scales(
        frame,
        scale,
        item,
        item_ids,
        claims,
        truth,
        asked,
        known,
        learn == "past" and dated,
        on,
    )
    group, groups = _group_codes(frame, item, item_ids, time)
    stance, stances = _codes(frame, "stance", empty=True, sort=True)
    rows = np.flatnonzero(spoken)
    bare = ~claims.stated & (claims.side == 0)
    x = share_cells(claims.quantiles, bare, scales[item])
    z = to_scale(x, scales[item, None], shift[item, None])
    z = sided(z, claims.side, item, scales)
    idle = kept_to(claims.quantiles[:, 2], claims.side, item, spoken)
    told = witnesses(
        z, claims.stated, item, source, stance, time, weight, _origin(frame),
        rows[~idle[rows]],
    )  # fmt: skip
    if idle.any():
        notes.append(IDLE.format(int(idle.sum())))
    n_claims = np.bincount(item[rows], minlength=count)
    pairs = np.unique(item[rows] * max(len(source_ids), 1) + source[rows])
    n_sources = np.bincount(pairs // max(len(source_ids), 1), minlength=count)
    notes += _emptiness(n_claims, item_ids)
    told_notes = _item_notes(item, claims, truth, known, n_claims, learn == "past" and dated)
    on_scale = np.where(_admits(truth, scales), to_scale(truth, scales, shift), np.nan)
    nought = truth == 0
    # where no zero was looked for, a truth of 0 is less than one, not less than any number
    least = np.log(SHIFT * np.where(level > 0, np.minimum(level, 1.0), 1.0))
    on_scale = np.where(nought & (scales == LOG) & (shift == 0), least, on_scale)
    return Items(
        item_ids, source_ids, groups, stances, told, on_scale, asked, known, group, scales,
        shift, n_claims, n_sources, dated, told_notes, tuple(notes), nought,
    )  # fmt: skip


def _codes(
    frame: pd.DataFrame,
    column: str,
    *,
    required: bool = False,
    empty: bool = False,
    rows: Flags | None = None,
    sort: bool = False,
) -> tuple[Ints, Any]:
    """Codes (N,), in order of appearance or of the names, and the names; -1 for an empty cell."""
    if column not in frame:
        if required:
            raise OptionError(
                f"expected a column {column!r}, got {', '.join(map(str, frame.columns))}"
            )
        return np.full(len(frame), -1, dtype=np.int64), ()
    cells = frame[column]
    if empty:
        cells = cells.where(cells.notna() & (cells.astype(object) != ""), None)
    codes, names = pd.factorize(
        cells.astype(str).where(cells.notna(), None) if sort else cells, sort=sort
    )
    asked = np.full(len(codes), required) if rows is None else rows & required
    wrong = np.flatnonzero((codes < 0) & asked)
    if len(wrong):
        raise OptionError(f"column {column!r}, row {int(wrong[0])}: expected a name, got nothing")
    held = np.empty(len(names), dtype=object)
    held[:] = list(names)
    return codes.astype(np.int64), tuple(held) if empty else held


def _ignored(frame: pd.DataFrame) -> list[str]:
    known = {*COLUMNS, *quantile_levels(frame)}
    other = [str(column) for column in frame.columns if column not in known]
    return [f"columns ignored: {', '.join(other)}"] if other else []


NO_DATE = "its truth has no date of becoming known: not learnt from"
IDLE = 'lone bounds ("at least") that most others on their item keep to move no answer: {}'
CROSSED = "quantiles that cross, or a value outside its bounds: put in order"
SILENT = "no claim"


def _item_notes(
    item: Ints, claims: ClaimTable, truth: Array, known: Array, n_claims: Ints, forward: bool
) -> tuple[str, ...]:
    crossed = np.bincount(item[claims.crossed & ~claims.silent], minlength=len(truth)) > 0
    undated = forward & ~np.isnan(truth) & np.isinf(known)
    parts = ((n_claims == 0, SILENT), (crossed, CROSSED), (undated, NO_DATE))
    return tuple("; ".join(text for flags, text in parts if flags[i]) for i in range(len(truth)))


def _emptiness(n_claims: Ints, item_ids: NDArray[Any]) -> list[str]:
    empty = np.flatnonzero(n_claims == 0)
    if not len(empty):
        return []
    return [
        f"{len(empty)} items without any claim are answered by nothing, as {item_ids[empty[0]]!r}"
    ]


def _one_per_item(
    frame: pd.DataFrame,
    column: str,
    item: Ints,
    item_ids: NDArray[Any],
    values: Array | None = None,
) -> Array:
    """The one value (I,) that the rows of an item give, NaN where none does."""
    values = numbers(frame, column) if values is None else values
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        raise OptionError(f"column {column!r}, row {row}: expected a finite value")
    found = np.full(len(item_ids), np.nan)
    rows = np.flatnonzero(~np.isnan(values))
    found[item[rows[::-1]]] = values[rows[::-1]]
    wrong = rows[values[rows] != found[item[rows]]]
    if len(wrong):
        name, row = item_ids[item[wrong[0]]], wrong[0]
        raise OptionError(
            f"item {name!r} has two values of {column!r}: {frame[column].iloc[row]} in row {row} "
            f"and another before; expected one"
        )
    return found


def _latest(time: Array, item: Ints, count: int, spoken: Flags) -> Array:
    latest = np.full(count, -np.inf)
    rows = spoken & ~np.isnan(time)
    np.maximum.at(latest, item[rows], time[rows])
    return latest


def _group_codes(
    frame: pd.DataFrame, item: Ints, item_ids: NDArray[Any], time: Array
) -> tuple[Ints, tuple[Hashable, ...]]:
    """Codes (I,) of the group in the latest row of each item; one common code where none is."""
    codes, names = _codes(frame, "group", empty=True)
    order = np.argsort(np.nan_to_num(time, nan=-np.inf), kind="stable")
    order = order[codes[order] >= 0]
    found = np.full(len(item_ids), -1, dtype=np.int64)
    found[item[order]] = codes[order]
    return np.where(found < 0, len(names), found), (*names, "")


def _weights(frame: pd.DataFrame) -> Array:
    weight = numbers(frame, "weight")
    if np.any(weight < 0) or np.isinf(weight).any():
        row = int(np.flatnonzero((weight < 0) | np.isinf(weight))[0])
        raise OptionError(f"column 'weight', row {row}: expected a finite weight of at least 0")
    return np.where(np.isnan(weight), 1.0, weight)


def _origin(frame: pd.DataFrame) -> Ints:
    return _codes(frame, "origin", empty=True)[0]


def _scales(
    frame: pd.DataFrame,
    scale: str,
    item: Ints,
    item_ids: NDArray[Any],
    claims: ClaimTable,
    truth: Array,
    asked: Array,
    known: Array,
    forward: bool,
    on: str,
) -> tuple[Ints, Array, Array]:
    """Scale and shift (I,): as told, or chosen from what was known when the item was asked; and
    the level (I,) of the claims."""
    own, taught = _extents(item, len(item_ids), claims, truth)
    if forward:
        order = np.argsort(known, kind="stable")
        order = order[np.isfinite(known[order])]
        know = np.searchsorted(known[order], asked, side="right")
        counts = Counts.of(taught, know, order)
    else:
        _, untold = _extents(item, len(item_ids), claims, np.full_like(truth, np.nan))
        counts = Counts.of_all(replace(own, zero=untold.zero & (own.low <= 0)))
    told = _told_scale(frame, scale, item, item_ids)
    chosen, _ = choose(own, counts)
    if on:
        admitted = (own.low >= 0) & (chosen != LOGIT)
        fixed = np.where(admitted & (on == "log"), LOG, LINEAR)
        chosen = np.where(chosen == LOGIT, LOGIT, fixed)
    scales = np.where(told < 0, chosen, told)
    wrong = np.flatnonzero(
        ((scales == LOG) & (own.low < 0)) | ((scales == LOGIT) & ((own.low < 0) | (own.high > 1)))
    )
    if len(wrong):
        name = {code: name for name, code in SCALES.items()}[int(scales[wrong[0]])]
        raise OptionError(
            f"item {item_ids[wrong[0]]!r}: the {name} scale does not admit its claims, which "
            f"reach from {own.low[wrong[0]]:g} to {own.high[wrong[0]]:g}; use scale='linear'"
        )
    return scales, shift_of(scales, own, counts), own.level


def _told_scale(frame: pd.DataFrame, scale: str, item: Ints, item_ids: NDArray[Any]) -> Ints:
    """The scale (I,) that the frame or the argument names, -1 for auto."""
    known = {"auto": -1, **SCALES}
    if scale not in known:
        raise OptionError(f"expected a scale of {', '.join(known)}, got {scale!r}")
    if "scale" not in frame:
        return np.full(len(item_ids), known[scale], dtype=np.int64)
    cells = frame["scale"].astype(object).where(frame["scale"].notna(), None)
    names = [None if cell is None or cell == "" else str(cell).lower() for cell in cells]
    wrong = [row for row, name in enumerate(names) if name is not None and name not in known]
    if wrong:
        raise OptionError(
            f"column 'scale', row {wrong[0]}: expected one of {', '.join(known)}, "
            f"got {cells.iloc[wrong[0]]!r}"
        )
    codes = np.array([np.nan if name is None else known[name] for name in names])
    told = _one_per_item(frame, "scale", item, item_ids, codes)
    return np.where(np.isnan(told), known[scale], told).astype(np.int64)


def _extents(item: Ints, count: int, claims: ClaimTable, truth: Array) -> tuple[Extent, Extent]:
    """The extent (I,) of the claims alone, and with the truths."""
    rows = np.flatnonzero(~claims.silent)
    x, where = claims.quantiles[rows], item[rows]
    said = np.where(claims.stated[rows, None] | (claims.side[rows, None] != 0), x, x[:, [2]])
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, where, said[:, 0])
    np.maximum.at(high, where, said[:, 4])
    zero, fractional = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    np.logical_or.at(zero, where, (said == 0).any(axis=1))
    np.logical_or.at(fractional, where, (said != np.round(said)).any(axis=1))
    middles = pd.Series(x[:, 2]).groupby(where).median()
    level = np.full(count, np.nan)
    level[middles.index.to_numpy()] = middles.to_numpy()
    nought = truth == 0
    np.logical_or.at(nought, where, said[:, 2] == 0)
    own = Extent(low, high, level, zero, fractional)
    low, high = np.fmin(low, truth), np.fmax(high, truth)
    return own, Extent(low, high, level, nought, fractional)


def _admits(truth: Array, scale: Ints) -> Flags:
    """Where a truth (I,) has a place on its item's scale."""
    share = (truth >= 0) & (truth <= 1)
    return ~np.isnan(truth) & ((scale != LOG) | (truth >= 0)) & ((scale != LOGIT) | share)
