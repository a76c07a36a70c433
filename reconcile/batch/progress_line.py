"""What is under way, on one line that is written over: after a second, and where someone looks."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Event, RLock, Thread
from typing import Any, TextIO

from reconcile.errors import OptionError

Progress = Callable[[float, str], object]
"""Called as ``progress(done, what)``: a share, and what is under way ("": nothing)."""

_PATIENCE = 1.0  # seconds: of what is done sooner nobody needs to hear
_STEP = 0.5  # seconds between two looks at the clock


class ProgressLine:
    """Called as ``line(done, what)``: the share that is done, and what is under way ("": nothing).

    From a second on `show` gets the text, each half second with the time it took so far, and ""
    when nothing is under way any more. Pauses of less than a second go on with the same time.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._lock = RLock()
        self._told = (0.0, "")
        self._begun = self._paused = -1e9
        self._shown = False
        self._stop = Event()

    def __call__(self, done: float, what: str) -> None:
        """Tell it; what is under way goes on until the next call."""
        with self._lock:
            now = time.monotonic()
            before = self._told[1]
            self._told = (done, what)
            if what and not before:
                if now - self._paused > _PATIENCE:
                    self._begun = now
                self._stop = Event()
                Thread(target=self._tick, args=(self._stop,), daemon=True).start()
            if what:
                self._print()
            elif before:
                self._paused = now
                self._stop.set()
                self._erase()

    def _tick(self, stop: Event) -> None:
        while not stop.wait(_STEP):
            with self._lock:
                if not stop.is_set():
                    self._print()

    def _print(self) -> None:
        passed = time.monotonic() - self._begun
        if passed < _PATIENCE:
            return
        done, what = self._told
        share = f"{done:4.0%} " if 0 < done < 1 else ""
        self._show(f"{share}{what}, {passed:.0f} s")
        self._shown = True

    def _erase(self) -> None:
        if self._shown:
            self._show("")
        self._shown = False


def progress_line() -> ProgressLine | None:
    """A line on a terminal's stderr or below a notebook's cell; None where there is neither."""
    if _in_notebook():
        return ProgressLine(_cell())
    if sys.stderr is None or not sys.stderr.isatty():  # pyright: ignore[reportUnnecessaryComparison]
        return None
    return ProgressLine(_terminal(sys.stderr))


def listener(progress: Progress | bool | None) -> Progress | None:
    """Whom to tell: `progress` itself, or with True a line where there is a place for it."""
    if progress is True:
        return progress_line()
    if progress is None or progress is False or callable(progress):
        return progress or None
    raise OptionError(f"expected a function or True for progress, got {progress!r}")


@contextmanager
def under_way(what: str) -> Generator[None]:
    """Tells on a line that `what` is under way, for as long as it is."""
    line = progress_line()
    if line is not None:
        line(0.0, what)
    try:
        yield
    finally:
        if line is not None:
            line(1.0, "")


def _terminal(stream: TextIO) -> Callable[[str], None]:
    long = 0

    def show(text: str) -> None:
        nonlocal long
        seen = "".join(sign if sign.isprintable() else " " for sign in text)
        seen = seen[: shutil.get_terminal_size().columns - 1]
        with suppress(OSError, ValueError):  # a terminal that went away takes no answer with it
            stream.write(f"\r{seen:{long}}" + ("" if seen else "\r"))
            stream.flush()
        long = len(seen)

    return show


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    found: Any = None if shell is None else shell.get_ipython()
    return found is not None and hasattr(found, "kernel")


def _cell() -> Callable[[str], None]:
    from IPython.display import display  # pyright: ignore[reportMissingImports]

    handle: Any = None

    def show(text: str) -> None:
        nonlocal handle
        if handle is None:
            handle = display({"text/plain": text}, raw=True, display_id=True)
        else:
            handle.update({"text/plain": text}, raw=True)

    return show
