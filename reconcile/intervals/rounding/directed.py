"""Array arithmetic rounded down or up.

Two ways, the same bits: by setting the processor's rounding mode around NumPy's calls ("switched";
it is a register of the thread, so other threads are not touched), or by error-free
transformations ("emulated") where that register can't be reached or NumPy's loops don't obey
it. Which one is decided by trying it, at the first use.

Never run `np.exp`, `np.log` and the like inside `down` or `up`: their code assumes rounding to
nearest.

    with rounding() as directed:
        directed.down(np.add, a, b, out)
        directed.up(np.multiply, a, b, out)
        directed.near(np.minimum, a, b, out)

Reference: IEEE Std 754-2019, 4.3.2; ISO C, 7.6 (fesetround).
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import TracebackType
from typing import Any, Literal, Protocol

import numpy as np

from reconcile.errors import OptionError
from reconcile.intervals.rounding import twofold
from reconcile.intervals.rounding.twofold import Array

Way = Literal["switched", "emulated"]

_NEAREST = 0
# (downward, upward) as the C library's fesetround wants them.
_X86, _ARM = (0x400, 0x800), (0x800000, 0x400000)
_MODES = {"x86_64": _X86, "amd64": _X86, "i686": _X86, "aarch64": _ARM, "arm64": _ARM}

_way: ContextVar[Way | None] = ContextVar("reconcile_rounding", default=None)


class Directed(Protocol):
    """NumPy's arithmetic ufuncs with a direction of rounding. `out` may be one of the operands."""

    def down(self, ufunc: np.ufunc, *operands: Any) -> None:
        """Call `ufunc(*inputs, out)` rounding toward -inf."""
        ...

    def up(self, ufunc: np.ufunc, *operands: Any) -> None:
        """Call `ufunc(*inputs, out)` rounding toward +inf."""
        ...

    def near(self, ufunc: np.ufunc, *operands: Any) -> None:
        """Call `ufunc(*inputs, out)` rounding to nearest."""
        ...

    def nearest(self) -> None:
        """Go back to rounding to nearest, for code that calls NumPy by itself."""
        ...


class _Switched:
    """Rounding by the processor's mode; the mode found at the start is put back at the end."""

    __slots__ = ("_before", "_down", "_mode", "_set", "_silent", "_up")

    def __init__(self) -> None:
        library = _library()
        self._set = library.fesetround
        self._before: int = library.fegetround()
        self._down, self._up = _MODES[platform.machine().lower()]
        self._mode = self._before
        self._silent = np.errstate(all="ignore")

    def _to(self, mode: int) -> None:
        if mode != self._mode:
            self._set(mode)
            self._mode = mode

    def down(self, ufunc: np.ufunc, *operands: Any) -> None:
        self._to(self._down)
        ufunc(*operands)

    def up(self, ufunc: np.ufunc, *operands: Any) -> None:
        self._to(self._up)
        ufunc(*operands)

    def near(self, ufunc: np.ufunc, *operands: Any) -> None:
        self._to(_NEAREST)
        ufunc(*operands)

    def nearest(self) -> None:
        self._to(_NEAREST)

    def __enter__(self) -> Directed:
        self._silent.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._set(self._before)
        self._silent.__exit__(kind, error, trace)


class _Emulated:
    """Rounding by the sign of the exact error."""

    __slots__ = ("_silent",)

    def __init__(self) -> None:
        self._silent = np.errstate(all="ignore")

    def down(self, ufunc: np.ufunc, *operands: Any) -> None:
        self._store(ufunc, operands, up=False)

    def up(self, ufunc: np.ufunc, *operands: Any) -> None:
        self._store(ufunc, operands, up=True)

    @staticmethod
    def _store(ufunc: np.ufunc, operands: tuple[Any, ...], *, up: bool) -> None:
        *inputs, out = operands
        out[...] = twofold.directed(ufunc)(*map(np.atleast_1d, inputs), up=up)

    def near(self, ufunc: np.ufunc, *operands: Any) -> None:
        ufunc(*operands)

    def nearest(self) -> None:
        return

    def __enter__(self) -> Directed:
        self._silent.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._silent.__exit__(kind, error, trace)


def rounding() -> _Switched | _Emulated:
    """A context that rounds arrays down or up, and in which no warning is raised.

    >>> out = np.empty(1)
    >>> with rounding() as directed:
    ...     directed.up(np.add, np.array([1.0]), 2.0**-60, out)
    >>> float(out[0])
    1.0000000000000002
    """
    way = _way.get()
    if way is None:
        way = "switched" if switching_works() else "emulated"
    return _Switched() if way == "switched" else _Emulated()


@contextmanager
def using(way: Way) -> Generator[None, None, None]:
    """Round in this way inside the block, in this thread (or task) only.

    Raises `OptionError` where the rounding mode can't be switched.
    """
    if way not in ("switched", "emulated") or (way == "switched" and not switching_works()):
        raise OptionError(f"expected 'emulated', or 'switched' where that works, got {way!r}")
    token = _way.set(way)
    try:
        yield
    finally:
        _way.reset(token)


@cache
def switching_works() -> bool:
    """Whether NumPy's loops obey the rounding mode on this machine, by trial."""
    if platform.machine().lower() not in _MODES or sys.platform == "win32":
        return False
    try:
        with _Switched() as directed:
            return all(_obeys(directed, *trial) for trial in _trials())
    except (OSError, AttributeError):
        return False


@cache
def _library() -> ctypes.PyDLL:
    """The C library of this process; PyDLL keeps the interpreter's lock, its calls being short."""
    return ctypes.PyDLL(None)


def _trials() -> Iterator[tuple[np.ufunc, tuple[Array, ...]]]:
    """Inexact operations, long enough for every width of vector loop and its tail."""
    x = 1.0 + np.arange(1.0, 102.0) / 128.0
    tiny = np.full_like(x, 2.0**-70)
    third = np.full_like(x, 3.0)
    yield np.add, (x, tiny)
    yield np.subtract, (x, tiny)
    yield np.multiply, (1.0 + x * 2.0**-40, 1.0 + x * 2.0**-40)
    yield np.divide, (1.0 + 0.0 * x, third)
    yield np.sqrt, (third + np.floor(x) - 1.0,)


def _obeys(directed: Directed, ufunc: np.ufunc, inputs: tuple[Array, ...]) -> bool:
    low, high, near = (np.empty_like(inputs[0]) for _ in range(3))
    directed.down(ufunc, *inputs, low)
    directed.up(ufunc, *inputs, high)
    directed.near(ufunc, *inputs, near)
    return bool(
        np.all(np.nextafter(low, np.inf) == high) and np.all((near == low) | (near == high))
    )
