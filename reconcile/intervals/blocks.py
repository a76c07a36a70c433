"""Run a kernel over arrays of bounds of any shapes that broadcast, block by block.

Blocks of some thousand numbers stay in the cache between the passes that NumPy makes over them;
that is worth more than any single trick in the arithmetic.
"""

from __future__ import annotations

import numpy as np

from reconcile.intervals.kernels import Kernel, Scratch
from reconcile.intervals.rounding import explog
from reconcile.intervals.rounding.directed import rounding
from reconcile.intervals.rounding.twofold import Array

Bounds = tuple[Array, Array]
_BLOCK = 8192


def run(kernel: Kernel, *operands: Bounds) -> Bounds:
    """The bounds of the kernel's result, in the broadcast shape of its operands."""
    shape = np.broadcast_shapes(*(lower.shape for lower, _ in operands))
    flat = [_flat(bound, shape) for operand in operands for bound in operand]
    lower, upper = np.empty(shape), np.empty(shape)
    results = lower.reshape(-1), upper.reshape(-1)
    size = lower.size
    scratch = _scratch(min(size, _BLOCK))
    with rounding() as directed:
        for first in range(0, size, _BLOCK):
            cut = slice(first, first + _BLOCK)
            parts = [bound if bound.ndim == 0 else bound[cut] for bound in flat]
            result = results[0][cut], results[1][cut]
            if result[0].size < scratch.number.size:
                scratch = Scratch._make(buffer[: result[0].size] for buffer in scratch)
            special = kernel.fast(directed, parts, result, scratch)
            directed.nearest()
            if special is not None:
                chosen = [bound if bound.ndim == 0 else bound[special] for bound in parts]
                result[0][special], result[1][special] = kernel.careful(directed, chosen)
    return lower, upper


def elementary(function: explog.Function, operand: Bounds) -> Bounds:
    """The bounds of the range of exp, exp2, log, log2 or log10."""
    lower, upper = np.empty(operand[0].shape), np.empty(operand[0].shape)
    flat = tuple(np.ascontiguousarray(bound).reshape(-1) for bound in operand)
    with rounding() as directed:
        explog.outward(
            function, directed, (flat[0], flat[1]), (lower.reshape(-1), upper.reshape(-1))
        )
    return lower, upper


def _flat(bound: Array, shape: tuple[int, ...]) -> Array:
    """One-dimensional and contiguous, or without dimension where one number serves all."""
    if bound.size == 1:
        return bound.reshape(())
    return np.ascontiguousarray(np.broadcast_to(bound, shape)).reshape(-1)


def _scratch(size: int) -> Scratch:
    return Scratch(np.empty(size), np.empty(size, np.bool_), np.empty(size, np.bool_))
