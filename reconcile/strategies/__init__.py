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

__getattr__, __dir__ = lazy(
    __name__,
    dict.fromkeys(
        (
            "bounds",
            "interval_arrays",
            "interval_pairs",
            "intervals",
            "members",
            "subintervals",
        ),
        "interval_strategies",
    ),
)
