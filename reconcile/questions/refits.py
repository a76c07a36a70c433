"""Many fits that differ in their claims or settings, each asked for little: in this process or in
others beside it. What two of them have in common is fitted once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from reconcile.batch.progress_line import Progress, listener
from reconcile.batch.running import in_order
from reconcile.errors import FitError, OptionError
from reconcile.questions.fit_store import FitStore
from reconcile.questions.posterior_estimate import asked_days, spread_at, too_early
from reconcile.values import Distribution

R = TypeVar("R")
_Question = tuple[str, Any]  # a quantity, and a date-like
_Name = tuple[str, str, str]  # the problem that it poses, the quantity, the days


@dataclass(frozen=True, eq=False)
class Refit:
    """A fit of which nothing was computed yet, what is asked of it, and `what` to call it."""

    fit: FitStore
    asked: tuple[tuple[str, Any], ...]
    what: str = ""


@dataclass(frozen=True)
class Execution:
    """Where fits are made: in `workers` processes (1: in this one; None: one for each core) or by
    an `executor`. `progress` is called as that of `reconcile.fit`."""

    workers: int | None = 1
    executor: Executor | None = None
    progress: Progress | bool | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise OptionError(f"expected at least one worker, got {self.workers}")


ALONE = Execution()


def spreads_of(
    refits: Sequence[Refit], execution: Execution = ALONE, base: FitStore | None = None
) -> Iterator[tuple[Distribution, ...]]:
    """The distributions that each of `refits` is asked for, in order."""
    return answers_of(refits, spread_at, execution, base)


def answers_of(
    refits: Sequence[Refit],
    ask: Callable[[FitStore, str, Any], R],
    execution: Execution = ALONE,
    base: FitStore | None = None,
) -> Iterator[tuple[R, ...]]:
    """What `ask` finds in each of `refits` for each of its questions, in order.

    `ask` is a function of the posterior of the quantity's component and of the days. Refits whose
    claims, sources and settings pose one problem are asked as one, so that it is fitted once; what
    poses that of the fit `base` is asked of it. The answers do not depend on where they are found.
    """
    tell = listener(execution.progress) or (lambda done, what: None)
    names = [_names(refit.fit, refit.asked) for refit in refits]
    found = {} if base is None else _of_base(base, ask, refits, names)
    tasks = _tasks(refits, names, found.keys())
    with closing(_running(partial(_answered, ask), list(tasks.values()), execution)) as running:
        try:
            for number, (refit, own) in enumerate(zip(refits, names, strict=True)):
                if number in tasks:
                    tell(number / len(refits), refit.what)
                    found.update(zip(tasks[number].asked, next(running), strict=True))
                yield tuple(found[name] for name in own)
        finally:
            tell(1.0, "")


@dataclass(frozen=True, eq=False)
class _Task:
    """What one fit is asked, by its name: every problem that no fit before it poses."""

    fit: FitStore
    asked: dict[_Name, _Question] = field(default_factory=dict[_Name, _Question])


def _of_base(
    base: FitStore,
    ask: Callable[[FitStore, str, Any], R],
    refits: Sequence[Refit],
    names: Sequence[list[_Name]],
) -> dict[_Name, R]:
    """What poses the problem that `base` has fitted."""
    questions = {
        name: question
        for refit, own in zip(refits, names, strict=True)
        for name, question in zip(own, refit.asked, strict=True)
    }
    known = [one for one in dict.fromkeys(questions.values()) if one[0] in base.ledger.quantities]
    mine = {name for name in _names(base, known) if name in questions}
    return {name: ask(base, *questions[name]) for name in mine}


def _tasks(
    refits: Sequence[Refit], names: Sequence[list[_Name]], known: Collection[_Name]
) -> dict[int, _Task]:
    """What is not known, by the number of the refit, in order."""
    owner: dict[str, int] = {}
    tasks: dict[int, _Task] = {}
    for number, (refit, own) in enumerate(zip(refits, names, strict=True)):
        for name, question in zip(own, refit.asked, strict=True):
            if name in known:
                continue
            first = owner.setdefault(name[0], number)
            task = tasks.setdefault(first, _Task(replace(refits[first].fit, progress=None)))
            task.asked[name] = question
    return tasks


def _names(fit: FitStore, asked: Iterable[_Question]) -> list[_Name]:
    """For each question the digest of the problem that it poses, and what is asked of it."""
    posed: dict[str, str] = {}
    found: list[_Name] = []
    for quantity, when in asked:
        about = fit.about(quantity)
        days = asked_days(about, when)
        last = None if days is None else days.last
        if too_early(about, last):
            found.append(("before the epoch", about.id, str(days)))
            continue
        component = fit.component(quantity)
        key = f"{next(iter(component.quantities))} {None if fit.claims_of(component) else last}"
        if key not in posed:
            posed[key] = fit.problem_digest(component, last)
        found.append((posed[key], about.id, str(days)))
    return found


def _running(
    work: Callable[[list[_Task]], list[list[R]]], tasks: Sequence[_Task], execution: Execution
) -> Generator[list[R]]:
    """The answers of each task, in order."""
    if execution.executor is None and (execution.workers == 1 or len(tasks) < 2):
        for task in tasks:
            yield work([task])[0]
        return
    numbered = ((number, [task]) for number, task in enumerate(tasks))
    for _, answers in in_order(
        work, numbered, executor=execution.executor, workers=execution.workers, failed=_failed
    ):
        yield answers[0]


def _answered(ask: Callable[[FitStore, str, Any], R], tasks: list[_Task]) -> list[list[R]]:
    return [[ask(task.fit, *question) for question in task.asked.values()] for task in tasks]


def _failed(task: _Task, why: str) -> Any:
    raise FitError(f"a fit of {len(task.fit.ledger):,} claims could not be made: {why}")
