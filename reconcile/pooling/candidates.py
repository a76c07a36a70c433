"""The candidates that `method="auto"` weighs: each answers every item from what it may know.

They are few, each for a reason; near-duplicates tell noise, not more:

- the hierarchical model, and on logs where the scale is in doubt;
- what sources *state*: the linear pool where they differ by chance, the mean and the median of
  quantiles where they share a view, their mean weighted by past scores where skill differs;
- *point rules* with the errors they had in the past: the median, told in one unit or in the
  item's own spread (crowds differ), the most frequent number (edits), the latest claim (reports
  that fill up), the chain ladder;
- *regressions* on the mean and on the model's median (what errs by its level);
- *sources regressed*: a ridge on every source (Gneiting et al. 2005, doi 10.1175/MWR2904.1), and
  the mean of sources less their bias by inverse square error (Bates and Granger 1969, doi
  10.1057/jors.1969.103) with a short memory.

What is regressed is of long and of short memory; where claims admit it, each rule is there on the
linear scale and on logs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Flags
from reconcile.pooling.aggregate import MODEL
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
from reconcile.pooling.regressions import chain_ladder, on_sources, regression
from reconcile.pooling.seen import Seen
from reconcile.pooling.stated import spread_out, stated_pools
from reconcile.pooling.weighted_quantiles import row_median

LATE = 0.96
"""The short memory: what was told one moment earlier counts 4 % less, 25 moments in all."""
LATEST = 0.85
"""The shortest memory, of seven moments, for sources that wander."""
LARGE_CROWD = 64
"""Most frequent numbers are looked for in crowds up to this size: the search is quadratic."""


ON_LOGS = " on logs"
FAMILIES = {
    "hierarchical": MODEL,
    "linear-pool": "stated",
    "quantile-average": "stated",
    "quantile-median": "stated",
    "quantile-average by past score": "stated",
    "median with past error": "point rule",
    "median with past error in its spread": "point rule",
    "mode with past quantiles": "point rule",
    "latest claim with past error": "point rule",
    "chain ladder": "point rule",
    "regression on the mean": "regression on the mean",
    "regression on the hierarchical": "regression on the model",
    "sources regressed with past error": "sources regressed",
    "sources less bias with past error": "sources less bias",
}
"""Candidates, but for their memory and scale, by the family whose prior weight they share."""


def family(name: str) -> str:
    """The family of a candidate."""
    return FAMILIES[name.removesuffix(ON_LOGS).split(",")[0]]


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


def candidates(views: Views, learn: str, model: Array, on_logs: Array) -> dict[str, Array]:
    """Quantiles (I, P) on the items' scales by candidate; NaN where a candidate has no answer.

    `views`: the same items on their own scales, all linear, and on logs where claims admit it;
    `learn` is "past" or "others"; `model`, `on_logs` (I, P) the hierarchical model's answers on
    the items' own scales and on logs (not read where no scale is in doubt). The names are the
    same for every table.
    """
    items = views.own
    here = _Field(items, blocks(items), learn)
    found: dict[str, Array] = {"hierarchical": model}
    # never asleep: where items' own scales change on the way, this one has learnt from all
    awake = _in_doubt(views, learn)[:, None]
    told = _brought(on_logs, items, views.logs, views.logs.scale == LOG)
    found[f"hierarchical{ON_LOGS}"] = np.where(awake, told, model)
    found |= stated_pools(len(items.item_ids), here.table)
    found["quantile-average by past score"] = _scored(here, here.seen())
    for name, view in (("", views.linear), (ON_LOGS, views.logs)):
        field = _Field(view, blocks(view), learn)
        middle = _brought(model[:, [len(GRID) // 2]], view, items, None)[:, 0]
        meant = view.scale != LINEAR if name else np.ones(len(middle), dtype=bool)
        rules = _point_rules(field, middle)
        if not name:
            rules |= _ladders(field)
        for rule, table in rules.items():
            found[f"{rule}{name}"] = _brought(table, items, view, meant, model)
    return found


def _in_doubt(views: Views, learn: str) -> Flags:
    """Items (I,) whose scale is in doubt (linear, and logs would do), or that come when such a one
    is known: a later one must not move their answers."""
    items = views.own
    own = np.logical_and(items.scale == LINEAR, views.logs.scale == LOG)
    if learn != "past":
        return np.full(len(own), own.any())
    return own | (items.asked >= items.known[own].min(initial=np.inf))


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
    items, long = field.items, field.seen()
    spread, one = _spread(field), np.ones(len(items.item_ids))
    fixed = _centres(field)
    compare = np.ones(len(one), dtype=bool)
    if field.learn == "others":  # linear items may have units of their own
        compare = items.scale != LINEAR
        one = np.where(compare, one, spread)
    found = {
        f"{name} with past error": with_error(items, fixed[name], one, long)
        for name in ("median", "latest claim")
    }
    found["median with past error in its spread"] = with_error(items, fixed["median"], spread, long)
    found["mode with past quantiles"] = with_past_quantiles(items, fixed["mode"], one, long)
    mean = np.where(compare, fixed["mean"], np.nan)
    found["regression on the mean"] = regression(items, mean, long)
    # leaving one out, another item's learnt centre knows the truth that is left out
    return found if field.learn == "others" else found | _learnt_rules(field, mean, middle)


def _learnt_rules(field: _Field, mean: Array, middle: Array) -> dict[str, Array]:
    """Rules whose centre learns from the past, or whose memory is short: on a walk only."""
    items, long, short = field.items, field.seen(), field.seen(LATEST)
    one = np.ones(len(items.item_ids))
    # an error of a rule that learns fast is told of more moments than the rule has
    late = field.seen(LATE)
    bias = "sources less bias with past error, recent"
    found = {
        "regression on the mean, latest": regression(items, mean, short),
        "regression on the hierarchical": regression(items, middle, long),
        "regression on the hierarchical, latest": regression(items, middle, short),
        bias: with_error(items, _less_bias(field, late), one, late),
    }
    for suffix, seen, errors in (("", long, long), (", latest", short, late)):
        centre = on_sources(items, mean, one, seen)
        found[f"sources regressed with past error{suffix}"] = with_error(items, centre, one, errors)
    return found


def _ladders(field: _Field) -> dict[str, Array]:
    """The chain ladder on the latest claims; counts only."""
    items = field.items
    last = _centres(field)["latest claim"]
    comparable = np.logical_and(items.scale == LINEAR, field.learn == "past")
    counted = np.where(comparable, last, np.nan)
    return {"chain ladder": chain_ladder(items, counted, items.truth, field.seen())}


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
