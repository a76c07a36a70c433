"""Tasks on an executor, given back in their order; a killed worker costs its tasks a new try."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import TypeVar

from reconcile.errors import FitError, OptionError

_T = TypeVar("_T")
_R = TypeVar("_R")
_AHEAD = 3  # tasks in flight for each worker: enough that none waits, few that wait in memory
_TRIES = 3  # times in all that a unit is tried when workers are killed at it

DIED = "the worker died at it (killed, or out of memory), and again when tried alone"


def in_order(
    work: Callable[[list[_T]], list[_R]],
    tasks: Iterable[tuple[int, list[_T]]],
    *,
    executor: Executor | None,
    workers: int | None,
    failed: Callable[[_T, str], _R],
) -> Iterator[tuple[int, list[_R]]]:
    """`work` of each numbered task, in the order of the tasks.

    `executor` None: processes, `workers` of them (None: one for each core), which are begun anew
    when one is killed; at the second time the items of the task that waits first are tried one by
    one. An item at which a process of its own dies twice gives `failed(item, why)`. Raises
    `FitError` where an executor of the caller's own breaks for good.
    """
    if workers is not None and workers < 1:
        raise OptionError(f"expected at least one worker, got {workers}")
    count = workers or os.cpu_count() or 1
    pool = executor or ProcessPoolExecutor(count)
    waiting: deque[tuple[int, list[_T], Future[list[_R]]]] = deque()
    broken: set[int] = set()  # tasks that were the first to wait when workers died
    todo = iter(tasks)
    try:
        while True:
            while len(waiting) < _AHEAD * count and (task := next(todo, None)) is not None:
                waiting.append((*task, _sent(pool, work, task[1])))
            if not waiting:
                return
            number, items, future = waiting.popleft()
            try:
                yield number, future.result()
            except BrokenExecutor as error:
                if executor is not None:
                    raise FitError(
                        f"the executor broke ({error}); what was done is kept, so begin a new one "
                        "and ask again"
                    ) from error
                pool.shutdown(wait=False, cancel_futures=True)
                if number in broken:
                    yield number, _alone(work, items, failed)
                else:  # any worker may have died, by chance: all go on beside each other
                    broken.add(number)
                    waiting.appendleft((number, items, future))
                pool = ProcessPoolExecutor(count)
                waiting = deque(
                    (n, i, before if _done(before) else _sent(pool, work, i))
                    for n, i, before in waiting
                )
            except Exception as error:  # of the cluster: what a unit raises is in its result
                if executor is None:
                    raise
                yield number, _again(work, items, executor, failed, error)
    finally:
        for *_, future in waiting:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=False, cancel_futures=True)


def _sent(
    pool: Executor, work: Callable[[list[_T]], list[_R]], items: list[_T]
) -> Future[list[_R]]:
    """The future of a task; one that failed where the pool broke before it could take it."""
    try:
        return pool.submit(work, items)
    except BrokenExecutor as error:
        future: Future[list[_R]] = Future()
        future.set_exception(error)
        return future


def _done(future: Future[list[_R]]) -> bool:
    """Whether it gave its results before the pool broke: they are not found anew."""
    return future.done() and not future.cancelled() and future.exception() is None


def _alone(
    work: Callable[[list[_T]], list[_R]], items: list[_T], failed: Callable[[_T, str], _R]
) -> list[_R]:
    """Each item in a process of its own: the one that kills it is found, the others are done."""
    found: list[_R] = []
    for item in items:
        for _ in range(_TRIES - 1):
            with ProcessPoolExecutor(1) as single:
                try:
                    found += single.submit(work, [item]).result()
                    break
                except BrokenExecutor:
                    continue
        else:
            found.append(failed(item, DIED))
    return found


def _again(
    work: Callable[[list[_T]], list[_R]],
    items: list[_T],
    executor: Executor,
    failed: Callable[[_T, str], _R],
    error: Exception,
) -> list[_R]:
    found: list[_R] = []
    for item in items:
        for _ in range(_TRIES - 1):
            try:
                found += executor.submit(work, [item]).result()
                break
            except Exception as again:
                error = again
        else:
            found.append(failed(item, f"the executor failed: {type(error).__name__}: {error}"))
    return found
