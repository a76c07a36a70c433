"""What may be learnt for which answer: walk forward, leave one out, or agreement alone.

In each of the three an answer is a function of the item's own claims and of sums over the items
it may know. Nothing else enters, not even as rounding: a property test takes the forbidden away
and compares bytes.
"""

from __future__ import annotations

from dataclasses import replace

from reconcile.pooling.answer import Answers
from reconcile.pooling.crowd import blocks
from reconcile.pooling.forward import walk_forward
from reconcile.pooling.items import Items
from reconcile.pooling.leave import agree, leave_one_out
from reconcile.pooling.record import TableSize
from reconcile.pooling.repeats import Repeats, repeats_of

__all__ = ["agreements", "model_answers", "pool_items"]


def pool_items(items: Items, learn: str | None) -> Answers:
    """Answer every item by the model and the numbers that sources agree on; `learn` as in
    `reconcile.pool`. "past" without any date of a truth becoming known is agreement alone."""
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
