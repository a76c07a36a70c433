"""Intervals of the reals: `Interval`, `IntervalArray` and the functions of IEEE 1788.1."""

from __future__ import annotations

from reconcile.intervals.scalar import Interval

__all__ = ["Interval"]
