"""The ranges of exp, exp2, log, log2 and log10 over arrays of intervals.

A first stage answers nearly all bounds, `explog_accurate` what it leaves open and what lies beyond
its reach. Two first stages: "library", NumPy's functions moved outward by two floats, where a
trial on this machine finds them accurate; "proven", slower, tightest, the same floats on every
machine, where it does not or where `using("proven")` asks for it. Both enclose; the first by
measurement with a wide margin, the second by proof.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import OptionError
from reconcile.intervals.rounding.directed import Directed
from reconcile.intervals.rounding.explog_accurate import accurate
from reconcile.intervals.rounding.explog_library import is_faithful, library_stage
from reconcile.intervals.rounding.explog_proven import REACH, Function, new_space, proven_stage
from reconcile.intervals.rounding.twofold import Array

Stage = Literal["library", "proven"]
Bounds = tuple[Array, Array]
_Masks = tuple[NDArray[np.bool_], NDArray[np.bool_]]
_BLOCK = 16384

_asked: ContextVar[Stage] = ContextVar("reconcile_explog", default="library")


@contextmanager
def using(stage: Stage) -> Generator[None, None, None]:
    """Begin with this stage inside the block, in this thread (or task) only.

    Raises `OptionError` for an unknown one.
    """
    if stage not in ("library", "proven"):
        raise OptionError(f"expected 'library' or 'proven', got {stage!r}")
    token = _asked.set(stage)
    try:
        yield
    finally:
        _asked.reset(token)


def outward(function: Function, directed: Directed, x: Bounds, out: Bounds) -> None:
    """Write the ranges of `function` over the intervals `x` into `out`.

    Both are pairs (lower, upper) of one-dimensional contiguous arrays that don't overlap; the
    empty set is (inf, -inf). A logarithm takes the positive part of its argument.
    """
    directed.nearest()
    by_library = _asked.get() == "library" and is_faithful(function)
    size = x[0].size
    if not size:
        return
    space = new_space(min(_BLOCK, size))
    left: tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]] = [], []
    for first in range(0, size, _BLOCK):
        block = slice(first, first + _BLOCK)
        bounds, results = (x[0][block], x[1][block]), (out[0][block], out[1][block])
        if bounds[0].size < space.a.size:
            space = space.cut(bounds[0].size)
        beyond = _beyond(function, *bounds)
        for up in (False, True):
            if by_library:
                directed.nearest()
                library_stage(function, bounds[up], results[up], space, up=up)
            else:
                proven_stage(function, directed, bounds[up], results[up], space, up=up)
            if beyond is not None:
                np.logical_or(space.open, beyond[up], space.open)
            left[up].append(space.open.nonzero()[0] + first)
    directed.nearest()
    for up in (False, True):
        _finish(function, directed, np.concatenate(left[up]), x, out, up=up)


def _beyond(function: Function, lower: Array, upper: Array) -> _Masks | None:
    """Which lower and upper bounds the first stage can't answer, None if there are none.

    The largest lower bound is looked at for the sake of the empty set, (inf, -inf).
    """
    least, most = REACH[function]
    if lower.min() >= least and upper.max() <= most and lower.max() <= most:
        return None
    return ~((lower >= least) & (lower <= most)), ~((upper >= least) & (upper <= most))


def _finish(
    function: Function,
    directed: Directed,
    left: NDArray[np.intp],
    x: Bounds,
    out: Bounds,
    *,
    up: bool,
) -> None:
    """Answer what the first stage left open, the empty results among it."""
    lower, upper = x[0][left], x[1][left]
    result = accurate(function, directed, upper if up else lower, up=up)
    floor = -np.inf if function.startswith("exp") else 0.0
    empty = (lower > upper) | (upper <= floor)
    result[empty] = -np.inf if up else np.inf
    out[up][left] = result
