"""Hypothesis strategies for one's own tests: intervals, arrays of them, phrases, claims, ledgers.

    from hypothesis import given
    from reconcile import strategies

    @given(strategies.intervals(), strategies.intervals())
    def test_hull(x, y):
        assert x.issubset(x | y)

They need the extra `hypothesis` (``pip install reconcile-claims[hypothesis]``) and shrink towards
small whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.strategies.interval_strategies import bounds as bounds
    from reconcile.strategies.interval_strategies import interval_arrays as interval_arrays
    from reconcile.strategies.interval_strategies import interval_pairs as interval_pairs
    from reconcile.strategies.interval_strategies import intervals as intervals
    from reconcile.strategies.interval_strategies import members as members
    from reconcile.strategies.interval_strategies import subintervals as subintervals
    from reconcile.strategies.ledger_strategies import claims as claims
    from reconcile.strategies.ledger_strategies import ledgers as ledgers
    from reconcile.strategies.ledger_strategies import periods as periods
    from reconcile.strategies.nasty_ledgers import nasty_ledgers as nasty_ledgers
    from reconcile.strategies.nasty_tables import nasty_rows as nasty_rows
    from reconcile.strategies.phrase_strategies import phrase_texts as phrase_texts
    from reconcile.strategies.phrase_strategies import phrases as phrases

lazy(__name__)
