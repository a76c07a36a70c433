"""Intervals of the reals: `Interval`, `IntervalArray` and the functions of IEEE 1788.1.

    from reconcile import Interval, IntervalArray, intervals
    x = IntervalArray([1, 2], [3, 4])
    intervals.exp(x), intervals.precedes(x, Interval(5, 6))

`Interval` needs no third-party package; what works on arrays loads NumPy with its first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.intervals.array import IntervalArray as IntervalArray
    from reconcile.intervals.functions import absolute as absolute
    from reconcile.intervals.functions import add as add
    from reconcile.intervals.functions import cancel_minus as cancel_minus
    from reconcile.intervals.functions import cancel_plus as cancel_plus
    from reconcile.intervals.functions import convex_hull as convex_hull
    from reconcile.intervals.functions import div as div
    from reconcile.intervals.functions import exp as exp
    from reconcile.intervals.functions import exp2 as exp2
    from reconcile.intervals.functions import intersection as intersection
    from reconcile.intervals.functions import log as log
    from reconcile.intervals.functions import log2 as log2
    from reconcile.intervals.functions import log10 as log10
    from reconcile.intervals.functions import maximum as maximum
    from reconcile.intervals.functions import minimum as minimum
    from reconcile.intervals.functions import mul as mul
    from reconcile.intervals.functions import neg as neg
    from reconcile.intervals.functions import pos as pos
    from reconcile.intervals.functions import pown as pown
    from reconcile.intervals.functions import recip as recip
    from reconcile.intervals.functions import sqr as sqr
    from reconcile.intervals.functions import sqrt as sqrt
    from reconcile.intervals.functions import sub as sub
    from reconcile.intervals.functions import text_to_interval as text_to_interval
    from reconcile.intervals.functions import tightest as tightest
    from reconcile.intervals.measures import disjoint as disjoint
    from reconcile.intervals.measures import equal as equal
    from reconcile.intervals.measures import inf as inf
    from reconcile.intervals.measures import interior as interior
    from reconcile.intervals.measures import is_common_interval as is_common_interval
    from reconcile.intervals.measures import is_empty as is_empty
    from reconcile.intervals.measures import is_entire as is_entire
    from reconcile.intervals.measures import is_member as is_member
    from reconcile.intervals.measures import is_singleton as is_singleton
    from reconcile.intervals.measures import less as less
    from reconcile.intervals.measures import mag as mag
    from reconcile.intervals.measures import mid as mid
    from reconcile.intervals.measures import mig as mig
    from reconcile.intervals.measures import overlap as overlap
    from reconcile.intervals.measures import precedes as precedes
    from reconcile.intervals.measures import rad as rad
    from reconcile.intervals.measures import strict_less as strict_less
    from reconcile.intervals.measures import strict_precedes as strict_precedes
    from reconcile.intervals.measures import subset as subset
    from reconcile.intervals.measures import sup as sup
    from reconcile.intervals.measures import wid as wid
    from reconcile.intervals.overlap_states import Overlap as Overlap
    from reconcile.intervals.scalar import Closed as Closed
    from reconcile.intervals.scalar import Interval as Interval

lazy(__name__)
