"""Many items at once: what past truths teach about sources and crowds, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.pooling.answer import Answers as Answers
    from reconcile.pooling.learn import pool_items as pool_items

lazy(__name__)
