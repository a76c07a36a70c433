"""One BLAS thread while many small systems are solved.

The matrices here have some hundred rows. OpenBLAS splits even those between threads, which wait for
each other by spinning: slower on a quiet machine, and slower by a factor of 100 on a busy one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
R = TypeVar("R")


@cache
def _controller() -> ThreadpoolController:
    """The BLAS libraries that NumPy and SciPy have loaded; finding them takes some milliseconds."""
    return ThreadpoolController()


def one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """`function` with BLAS held to one thread while it runs; the caller's setting comes back."""

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> R:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return held
