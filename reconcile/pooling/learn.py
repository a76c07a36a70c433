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
from reconcile.pooling.repeats import with_repeats

__all__ = ["pool_items"]


def pool_items(items: Items, learn: str | None, *, coarse: bool = False) -> Answers:
    """Answer every item; `learn` as in `reconcile.pool`.

    With `coarse` the shape of the crowd is learnt from fewer folds ("others"). "past" without any
    date of a truth becoming known is agreement alone, as None.
    """
    answers = _model(items, learn, coarse)
    quantiles = with_repeats(items, answers.quantiles, learn if _taught(items, learn) else None)
    return replace(answers, quantiles=quantiles)


def _taught(items: Items, learn: str | None) -> bool:
    return items.dated if learn == "past" else learn == "others"


def _model(items: Items, learn: str | None, coarse: bool) -> Answers:
    table = blocks(items)
    size = TableSize(len(items.source_ids), len(items.stances), len(items.groups))
    if learn == "past" and items.dated:
        return walk_forward(items, table, size)
    if learn == "others":
        return leave_one_out(items, table, size, coarse=coarse)
    return agree(items, table, size)
