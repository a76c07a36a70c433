"""The candidates that `method="auto"` weighs: each answers every item from what it may know.

Beside the hierarchical model these are the pools of the literature: the linear pool, the mean and
the median of quantiles, the mean of quantiles weighted by past scores, point rules (mean, median,
most frequent number, weighted median of truth discovery, sources less their past bias by inverse
square error: Bates and Granger 1969, doi 10.1057/jors.1969.103) with the errors they had in the
past, regressions and the chain ladder. Errors are told in one unit or in the item's own spread,
of all the past or of late; where the scale is in doubt, on both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Flags
from reconcile.pooling.answer import GRID
from reconcile.pooling.crowd import Block, blocks, weighted_sum
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import LEVELS
from reconcile.pooling.items_scale import LINEAR, LOG, to_scale
from reconcile.pooling.past_errors import (
    SHRINK,
    moments,
    teaches,
    with_error,
    with_past_quantiles,
)
from reconcile.pooling.recalibrate import follow_levels, moved, normal_scores
from reconcile.pooling.regressions import chain_ladder, on_sources, regression
from reconcile.pooling.seen import Seen
from reconcile.pooling.stated import spread_out, stated_pools
from reconcile.pooling.weighted_quantiles import row_median

__all__ = ["Views", "candidates"]

LATE = 0.96
"""The short memory: what was told one moment earlier counts 4 % less, 25 moments in all."""
LATEST = 0.85
"""The shortest memory, of seven moments, for sources that wander."""
LARGE_CROWD = 64
"""Most frequent numbers are looked for in crowds up to this size: the search is quadratic."""


@dataclass(frozen=True, eq=False)
class Views:
    """The same items on their `own` scales, all `linear` (but shares), and on `logs`."""

    own: Items
    linear: Items
    logs: Items


@dataclass(frozen=True, eq=False)
class _Field:
    """A table on one scale: the items, side by side, and how an answer sees the past."""

    items: Items
    table: list[Block]
    learn: str

    def seen(self, fade: float = 1.0) -> Seen:
        return Seen(self.learn, self.items.asked, self.items.known, fade)

    def memories(self) -> dict[str, Seen]:
        """Views of the past by suffix; leaving one out, there is but one."""
        if self.learn == "others":
            return {"": self.seen()}
        return {"": self.seen(), ", recent": self.seen(LATE), ", latest": self.seen(LATEST)}


def candidates(views: Views, learn: str, model: Array, on_logs: Array) -> dict[str, Array]:
    """Quantiles (I, P) on the items' scales by candidate; NaN where a candidate has no answer.

    `views`: the same items on their own scales, all linear, and on logs where claims admit it;
    `learn` is "past" or "others"; `model`, `on_logs` (I, P) the hierarchical model's answers on
    the items' own scales and on logs. The names are the same for every table.
    """
    items = views.own
    here = _Field(items, blocks(items), learn)
    found: dict[str, Array] = {"hierarchical": model}
    meant = np.logical_and(items.scale == LINEAR, views.logs.scale == LOG)
    found["hierarchical on logs"] = _brought(on_logs, items, views.logs, meant)
    stated = stated_pools(len(items.item_ids), here.table)
    if learn == "past":
        for name, told in ({"hierarchical": model} | stated).items():
            found[f"{name}, recalibrated"] = _recalibrated(items, told)
    found |= stated
    for suffix, seen in here.memories().items():
        found[f"quantile-average by past score{suffix}"] = _scored(here, seen)
    for name, view in (("", views.linear), (" on logs", views.logs)):
        field = _Field(view, blocks(view), learn)
        middle = _brought(model[:, [len(GRID) // 2]], view, items, None)[:, 0]
        meant = view.scale != LINEAR if name else np.ones(len(middle), dtype=bool)
        rules = _point_rules(field, middle)
        if not name:
            rules |= _ladders(field)
        for rule, table in rules.items():
            found[f"{rule}{name}"] = _brought(table, items, view, meant, model)
    return found


def _recalibrated(items: Items, table: Array) -> Array:
    """The answers (I, P) of one candidate, each level moved to hold its share, walking forward."""
    z = normal_scores(table, items.truth)
    scores, at = follow_levels(z, items.known, items.asked, items.group)
    return moved(table, scores, at)


def _brought(
    table: Array, items: Items, view: Items, meant: Flags | None, stand_in: Array | None = None
) -> Array:
    """Answers (I, P) on the scales of `view` brought to those of `items`; NaN where not `meant`.

    What is below 0 has no logarithm: there `stand_in` answers, where given.
    """
    same = (items.scale == view.scale) & (items.shift == view.shift)
    raw = view.to_raw(table)
    brought = to_scale(raw, items.scale[:, None], items.shift[:, None])
    brought = np.where(same[:, None], table, brought)
    if stand_in is not None:
        low = np.logical_and(items.scale[:, None] == LOG, raw <= 0)
        low = np.logical_and(low, np.isfinite(stand_in) & ~same[:, None])
        brought = np.maximum.accumulate(np.where(low, np.fmax(brought, stand_in), brought), axis=1)
    fine = np.isfinite(table)
    return np.where(fine if meant is None else fine & meant[:, None], brought, np.nan)


def _point_rules(field: _Field, middle: Array) -> dict[str, Array]:
    """Point rules with their past errors; `middle` (I,): the model's medians."""
    items, found = field.items, dict[str, Array]()
    spread, one = _spread(field), np.ones(len(items.item_ids))
    compare = np.ones(len(one), dtype=bool)
    fixed = _centres(field)
    if field.learn == "others":  # linear items may have units of their own
        compare = items.scale != LINEAR
        one = np.where(compare, one, spread)
    # leaving one out, another item's learnt centre knows the truth that is left out
    if field.learn == "past":
        fixed["hierarchical"] = middle
    for suffix, seen in field.memories().items():
        for name, centre in fixed.items():
            if suffix != ", latest" or name in ("mean", "hierarchical"):
                found[f"{name} with past error{suffix}"] = with_error(items, centre, one, seen)
        for name in ("mean", "hierarchical"):
            if name in fixed:
                centre = np.where(compare, fixed[name], np.nan)
                found[f"regression on the {name}{suffix}"] = regression(items, centre, seen)
    long = field.seen()
    found["median with past error in its spread"] = with_error(items, fixed["median"], spread, long)
    found["mode with past quantiles"] = with_past_quantiles(items, fixed["mode"], one, long)
    if field.learn == "past":
        found |= _learnt_rules(field, fixed["mean"])
    return found


def _learnt_rules(field: _Field, mean: Array) -> dict[str, Array]:
    """Rules whose centre learns from the past, which only a walk may do."""
    items, found = field.items, dict[str, Array]()
    one = np.ones(len(items.item_ids))
    for suffix, seen in field.memories().items():
        centres = {
            "sources less bias": _less_bias(field, seen),
            "sources regressed": on_sources(items, mean, one, seen),
        }
        if not suffix:
            centres["weighted median"] = _weighted_median(field, seen)
        errors = seen if suffix != ", latest" else field.seen(LATE)
        for name, centre in centres.items():
            found[f"{name} with past error{suffix}"] = with_error(items, centre, one, errors)
        found[f"regression on sources less bias{suffix}"] = regression(
            items, centres["sources less bias"], errors
        )
    return found


def _ladders(field: _Field) -> dict[str, Array]:
    """The chain ladder on the latest claims, of long and of short memory; counts only."""
    items = field.items
    last = _centres(field)["latest claim"]
    comparable = np.logical_and(items.scale == LINEAR, field.learn == "past")
    counted = np.where(comparable, last, np.nan)
    return {
        "chain ladder": chain_ladder(items, counted, items.truth, field.seen()),
        "chain ladder, recent": chain_ladder(items, counted, items.truth, field.seen(LATE)),
    }


def _centres(field: _Field) -> dict[str, Array]:
    names = ("mean", "median", "mode", "latest claim")
    found = {name: np.full(len(field.items.item_ids), np.nan) for name in names}
    for block in field.table:
        found["mean"][block.items] = weighted_sum(block.mass, block.point) / block.mass.sum(axis=1)
        found["median"][block.items] = row_median(block.point, block.mass)
        found["mode"][block.items] = _mode(block)
        found["latest claim"][block.items] = _latest(block)
    return found


def _latest(block: Block) -> Array:
    """The mean of what was said last: of all claims where none has a time."""
    newest = np.where(block.present, block.age, np.inf).min(axis=1)
    last = np.where(block.present & (block.age <= newest[:, None]), block.mass, 0.0)
    return weighted_sum(last, block.point) / last.sum(axis=1)


def _spread(field: _Field) -> Array:
    """The spread (I,) of an item's own claims, NaN where one alone speaks without a width."""
    found = np.full(len(field.items.item_ids), np.nan)
    for block in field.table:
        found[block.items] = np.where(block.dof > 0, block.spread, np.nan)
    return np.where(found > 1e-100, found, np.nan)


def _mode(block: Block) -> Array:
    """The number that most witnesses give to the digit; the median where none is given twice."""
    middle = row_median(block.point, block.mass)
    if block.mass.shape[1] > LARGE_CROWD:
        return middle
    same = block.point[:, :, None] == block.point[:, None, :]
    votes = (same * block.mass[:, None, :]).sum(axis=2) * block.present
    best = votes.argmax(axis=1)
    rows = np.arange(len(block))
    return np.where(votes[rows, best] >= 1.5, block.point[rows, best], middle)


def _per_witness(field: _Field, seen: Seen, values: Array) -> Array:
    """Sums (N, F) over the past of each witness's source; `values` (N, F) of its own items."""
    items, told = field.items, field.items.witnesses
    teach = np.flatnonzero(
        np.logical_and(teaches(items, seen)[told.item], np.isfinite(values).all(axis=1))
    )
    if not len(teach):
        return np.zeros_like(values)
    share = moments(items, seen, told.source[teach], told.item[teach])
    return seen.sums(
        told.source[teach], told.item[teach], values[teach] * share[:, None], told.source, told.item
    )


def _unit(field: _Field) -> Array:
    """The unit (I,) of errors across sources: a linear item's own spread, else 1."""
    unit = np.ones(len(field.items.item_ids))
    for block in field.table:
        unit[block.items] = np.where(block.scale == LINEAR, np.maximum(block.spread, 1e-12), 1.0)
    return unit


def _less_bias(field: _Field, seen: Seen) -> Array:
    """The mean of the sources less their past bias, weighted by their past square errors."""
    items, told = field.items, field.items.witnesses
    error = items.truth[told.item] - told.x[:, 2]
    past = _per_witness(field, seen, np.c_[np.ones_like(error), error, error**2])
    n = past[:, 0]
    bias = past[:, 1] / (n + SHRINK)
    rough = np.maximum(past[:, 2] / np.maximum(n, 1e-9) - bias**2, 0.0)
    count = len(items.item_ids)
    typical = np.bincount(told.item, rough * (n > 0), count)
    typical = typical / np.maximum(np.bincount(told.item, n > 0, count), 1)
    base = np.where(typical > 0, typical, 1.0)[told.item]
    variance = (n * rough + 2 * SHRINK * base) / (n + 2 * SHRINK) + 1e-3 * base
    weight = told.weight / variance
    total = np.bincount(told.item, weight, count)
    centre = np.bincount(told.item, weight * (told.x[:, 2] + bias), count)
    return np.where(total > 0, centre / np.where(total > 0, total, 1.0), np.nan)


def _weighted_median(field: _Field, seen: Seen) -> Array:
    """The median of the claims, weighted by -log of each source's share of past absolute errors
    (CRH with absolute loss: Li et al. 2014, doi 10.1145/2588555.2610509, eq. 5 and 16)."""
    items, told = field.items, field.items.witnesses
    count = len(items.item_ids)
    error = np.abs(items.truth[told.item] - told.x[:, 2]) / _unit(field)[told.item]
    past = _per_witness(field, seen, np.c_[np.ones_like(error), error])
    base = np.bincount(told.item, past[:, 1], count)
    base = base / np.maximum(np.bincount(told.item, past[:, 0], count), 1e-9)
    base = np.where(base > 0, base, 1.0)[told.item]
    mean = (past[:, 1] + SHRINK * base) / (past[:, 0] + SHRINK)
    speaking = np.bincount(told.item, minlength=count)[told.item]
    share = mean / np.maximum(np.bincount(told.item, mean, count)[told.item], 1e-300)
    weight = told.weight * np.where(speaking > 1, -np.log(np.clip(share, 1e-12, 0.999)), 1.0)
    order = np.lexsort((told.x[:, 2], told.item))
    item, x, w = told.item[order], told.x[order, 2], weight[order]
    found = np.full(count, np.nan)
    starts = np.searchsorted(item, np.arange(count + 1))
    for i in np.flatnonzero(starts[1:] > starts[:-1]):  # each for itself: no rounding in common
        upto = np.cumsum(w[starts[i] : starts[i + 1]])
        found[i] = x[starts[i] + np.searchsorted(upto, 0.5 * upto[-1] * (1 - 1e-12))]
    return found


def _scored(field: _Field, seen: Seen) -> Array:
    """The mean of stated quantiles, weighted by the inverse square of past quantile losses."""
    items, told = field.items, field.items.witnesses
    unit = _unit(field)[told.item]
    off = (items.truth[told.item, None] - told.x) / unit[:, None]
    loss = np.where(off > 0, LEVELS * off, (LEVELS - 1) * off).mean(axis=1)
    past = _per_witness(field, seen, np.c_[np.ones_like(loss), loss])
    count = len(items.item_ids)
    total = np.bincount(told.item, past[:, 1], count) / np.maximum(
        np.bincount(told.item, past[:, 0], count), 1e-9
    )
    base = np.where(total > 0, total, 1.0)[told.item]
    mean = (past[:, 1] + SHRINK * base) / (past[:, 0] + SHRINK)
    weight = told.weight / np.maximum(mean, 1e-3 * base) ** 2
    whole = np.maximum(np.bincount(told.item, weight, count), 1e-300)
    five = np.stack(
        [np.bincount(told.item, weight * told.x[:, j], count) / whole for j in range(5)], axis=1
    )
    wide = np.bincount(told.item, told.stated, count) > 0.5 * np.bincount(
        told.item, minlength=count
    )
    return np.where(wide[:, None], spread_out(five), np.nan)
