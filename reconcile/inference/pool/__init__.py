"""Many items at once: what past truths teach about sources and crowds, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.inference.pool.answer import Answers as Answers
    from reconcile.inference.pool.learn import pool_items as pool_items

__getattr__, __dir__ = lazy(__name__, {"Answers": "answer", "pool_items": "learn"})
