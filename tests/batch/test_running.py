"""Tasks on executors: in order, whatever finishes first, whoever is killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from reconcile.batch.running import DIED, in_order
from reconcile.errors import FitError, OptionError


def squares(items: list[int]) -> list[str]:
    time.sleep(0.01 * (items[0] % 3))  # tasks finish in another order than they began
    if 13 in items:
        os.kill(os.getpid(), signal.SIGKILL)
    return [str(item * item) for item in items]


def once(items: list[str]) -> list[str]:
    """Dies at the first try of an item, and leaves a mark by which the second knows."""
    for item in items:
        if not Path(item).exists():
            Path(item).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return items


def failed(item: object, why: str) -> str:
    return f"{item}: {why}"


def numbered(count: int, size: int = 2) -> Iterator[tuple[int, list[int]]]:
    for number in range(count):
        yield number, list(range(number * size, (number + 1) * size))


def done(executor: Executor | None, workers: int | None = None, count: int = 10) -> list[str]:
    found = in_order(squares, numbered(count), executor=executor, workers=workers, failed=failed)
    parts = list(found)
    assert [number for number, _ in parts] == list(range(count))
    return [item for _, items in parts for item in items]


def test_the_results_are_those_of_one_worker_in_the_order_of_the_tasks() -> None:
    expected = [str(n * n) for n in range(12)]
    assert done(None, 1, 6) == expected
    assert done(None, 3, 6) == expected
    with ThreadPoolExecutor(4) as executor:
        assert done(executor, count=6) == expected


def test_an_item_that_kills_its_worker_is_named_and_the_others_are_done() -> None:
    found = done(None, 2)
    assert [item for item in found if not item.isdigit()] == [f"13: {DIED}"]
    assert [item for item in found if item.isdigit()] == [str(n * n) for n in range(20) if n != 13]


def test_what_died_by_chance_is_done_on_the_next_try(tmp_path: Path) -> None:
    names = [str(tmp_path / str(n)) for n in range(3)]
    tasks = [(n, [name]) for n, name in enumerate(names)]
    found = list(in_order(once, tasks, executor=None, workers=1, failed=failed))
    assert [item for _, items in found for item in items] == names


def test_a_broken_executor_of_the_callers_own_is_said() -> None:
    with ProcessPoolExecutor(1) as executor, pytest.raises(FitError, match="the executor broke"):
        done(executor)


def test_the_number_of_workers_is_at_least_one() -> None:
    with pytest.raises(OptionError, match="at least one worker, got 0"):
        done(None, 0)


def test_tasks_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def counting() -> Iterator[tuple[int, list[int]]]:
        nonlocal drawn
        for task in numbered(1000):
            drawn += 1
            yield task

    with ThreadPoolExecutor(1) as executor:
        found = in_order(squares, counting(), executor=executor, workers=1, failed=failed)
        next(found)
        assert drawn <= 5
        found.close()


def test_workers_that_die_while_tasks_are_given_out_stop_nothing(tmp_path: Path) -> None:
    """Every task kills a worker at its first try, and there are more tasks than places."""
    names = [str(tmp_path / str(n)) for n in range(9)]
    tasks = [(n, [name]) for n, name in enumerate(names)]
    found = list(in_order(once, tasks, executor=None, workers=3, failed=failed))
    assert [number for number, _ in found] == list(range(9))
    assert [item for _, items in found for item in items] == names
