"""What may be learnt for which answer: walk forward, leave one out, or agreement alone.

In each of the three an answer is a function of the item's own claims and of sums over the items
it may know. Nothing else enters, not even as rounding: a property test takes the forbidden away
and compares bytes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reconcile.pooling.answer import Answers
from reconcile.pooling.crowd import blocks
from reconcile.pooling.forward import walk_forward
from reconcile.pooling.items import Items
from reconcile.pooling.leave import agree, leave_one_out
from reconcile.pooling.placeholders import doubted
from reconcile.pooling.record import TableSize
from reconcile.pooling.repeats import Repeats, repeats_of

LONE = (
    "one source alone speaks of {} of {} items, as {!r}: how far it may be off is the prior's guess"
)
APART = (
    "two sources state intervals without a common number on {} of {} items, as {!r}: one of them "
    "is wrong, or they are too narrow"
)
FEW_TRUTHS = 10
"""With fewer known truths a table is said to have few."""


def pool_items(items: Items, learn: str | None) -> Answers:
    """Answer every item by the model and the numbers that sources agree on; `learn` as in
    `reconcile.pool`. "past" without any date of a truth becoming known is agreement alone."""
    items = doubted(items, learn)
    answers = model_answers(items, learn)
    return replace(answers, quantiles=agreements(items, learn).added(answers.quantiles))


def agreements(items: Items, learn: str | None) -> Repeats:
    """The numbers that several sources of an item give to the digit."""
    taught = items.dated if learn == "past" else learn == "others"
    return repeats_of(items, learn if taught else None)


def model_answers(items: Items, learn: str | None, *, coarse: bool = False) -> Answers:
    """Answer every item by the model alone, without regard to numbers said to the digit. With
    `coarse` the shape of the crowd is learnt from fewer folds ("others")."""
    table = blocks(items)
    size = TableSize(len(items.source_ids), len(items.stances), len(items.groups))
    if learn == "past" and items.dated:
        return walk_forward(items, table, size)
    if learn == "others":
        return leave_one_out(items, table, size, coarse=coarse)
    return agree(items, table, size)


def cautions(items: Items, learn: str | None) -> list[str]:
    """What the reader of the answers should know of a table with few truths or none."""
    dated = np.isfinite(items.known) if learn == "past" else np.full(len(items.truth), bool(learn))
    known = int((np.isfinite(items.truth) & dated).sum())
    if known >= FEW_TRUTHS:
        return []
    if known:
        return [f"few truths are known ({known}): answers rest mostly on the prior"]
    told, count = items.witnesses, len(items.item_ids)
    lone = np.flatnonzero(np.bincount(told.item, minlength=count) == 1)
    low, high = np.full(count, -np.inf), np.full(count, np.inf)
    at = told.item[told.stated]
    np.maximum.at(low, at, told.x[told.stated, 0])
    np.minimum.at(high, at, told.x[told.stated, 4])
    apart = np.flatnonzero(low > high)
    found = [(lone, LONE), (apart, APART)]
    return [text.format(len(at), count, items.item_ids[at[0]]) for at, text in found if len(at)]
