"""Climbs of one problem at many settings, side by side in the lanes of the same arrays.

A piece of work on the posterior asks for climbs and goes on with the peaks it is sent; several
pieces are worked on at once, so that NumPy's overhead is paid once for all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from reconcile.inference.claim_law import claim_law
from reconcile.inference.climb import SETTLED, Climbs, Peak, most_lanes
from reconcile.inference.objective import Objective, Setting
from reconcile.inference.stream_errors import Errors
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array, Flags

T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Climb:
    """A climb that is wanted: at a `setting` from `start` (size,); `wrong` (R,) as in `ClaimLaw`,
    `anneal` and `settled` as in `climbs`."""

    setting: Setting
    start: Array
    wrong: Flags | None = None
    anneal: float = 1.0
    settled: float = SETTLED


# A piece of work: it asks for climbs, is sent their peaks, and ends with a result.
Work = Generator[Sequence[Climb], list[Peak], T]


def posed(
    problem: Problem,
    settings: Sequence[Setting],
    errors: Errors,
    wrong: Sequence[Flags | None] | None = None,
) -> Objective:
    """The objective of `problem` at `settings`, in lanes, with the `errors` of its series; `wrong`:
    for each lane as in `ClaimLaw`."""
    table = np.array([[s.log_kappa, s.pace, s.error] for s in settings]).reshape(-1, 3, 1)
    log_kappa, pace, error = table[:, 0], table[:, 1], table[:, 2]
    of = problem.term_roots[1]
    shift = np.where(of >= 0, np.r_[errors.shifts, 0.0][of], 0.0)
    terms = problem.terms.scaled(pace, log_kappa, shift)
    own = problem.error * np.exp(error) * errors.sigma[problem.rows.stream]
    sigma = np.hypot(own, errors.lags)
    forced = np.zeros(sigma.shape, dtype=bool)
    for lane, rows in enumerate(wrong or ()):
        if rows is not None:
            forced[lane] = rows
    odds = errors.odds[problem.rows.stream]
    law = claim_law(problem.rows, sigma, problem.log_scale, forced, odds, errors.repeats)
    return Objective(problem, terms, law)


def climbed(problem: Problem, errors: Errors, wanted: Sequence[Climb]) -> list[Peak]:
    """The peaks of the climbs that are `wanted`."""
    return side_by_side(problem, errors, [at_once(wanted)])[0]


def side_by_side(
    problem: Problem,
    errors: Errors,
    pieces: Iterable[Work[T]],
    follow: Callable[[T], Iterable[Work[T]]] = lambda _: (),
) -> list[T]:
    """The results of `pieces` of work that go on at once, and of those that `follow` from each
    result, in the order in which they were begun."""
    shop = _Workshop(problem, errors, follow)
    for piece in pieces:
        shop.begin(piece)
    while shop.queue or shop.climbs.count:
        shop.go_on()
    return [shop.results[number] for number in range(len(shop.orders))]


@dataclass(eq=False)
class _Order(Generic[T]):
    """A piece of work, and the peaks of the climbs that it waits for, where they are known."""

    work: Work[T]
    peaks: list[Peak | None]
    missing: int = 0
    begun: bool = False


class _Workshop(Generic[T]):
    """Pieces of work under way. None waits for another: a climb that has ended makes place for
    those that come after it."""

    def __init__(
        self, problem: Problem, errors: Errors, follow: Callable[[T], Iterable[Work[T]]]
    ) -> None:
        self.problem, self.errors, self.follow = problem, errors, follow
        self.climbs = Climbs()
        self.orders: list[_Order[T]] = []
        self.results: dict[int, T] = {}
        # Climbs that wait for a lane, and of all that got one: the piece, and which of its climbs.
        self.queue: deque[tuple[int, int, Climb]] = deque()
        self.owners: list[tuple[int, int]] = []

    def begin(self, piece: Work[T]) -> None:
        """Take up one more piece."""
        self.orders.append(_Order(piece, []))
        self._hand_over(len(self.orders) - 1)

    def go_on(self) -> None:
        """Fill the lanes, make one step in all, and hand over what was found."""
        free = most_lanes(self.problem) - self.climbs.count
        fresh = [self.queue.popleft() for _ in range(min(len(self.queue), free))]
        if fresh:
            self.owners += [(number, i) for number, i, _ in fresh]
            self._add([climb for *_, climb in fresh])
        for place, peak in self.climbs.round():
            number, i = self.owners[place]
            order = self.orders[number]
            order.peaks[i], order.missing = peak, order.missing - 1
            if not order.missing:
                self._hand_over(number)

    def _hand_over(self, number: int) -> None:
        """Let a piece go on with the peaks it waited for, until it waits again or ends."""
        order = self.orders[number]
        while not order.missing:
            peaks = [peak for peak in order.peaks if peak is not None]
            try:
                wanted = order.work.send(peaks) if order.begun else next(order.work)
            except StopIteration as end:
                self.results[number] = end.value
                for piece in self.follow(end.value):
                    self.begin(piece)
                return
            order.begun, order.peaks, order.missing = True, [None] * len(wanted), len(wanted)
            self.queue.extend((number, i, climb) for i, climb in enumerate(wanted))

    def _add(self, wanted: Sequence[Climb]) -> None:
        objective = posed(
            self.problem, [c.setting for c in wanted], self.errors, [c.wrong for c in wanted]
        )
        anneal, settled = (np.array([getattr(c, n) for c in wanted]) for n in ("anneal", "settled"))
        self.climbs.add(objective, np.stack([c.start for c in wanted]), anneal, settled)


def at_once(wanted: Sequence[Climb]) -> Work[list[Peak]]:
    """Work that only asks for climbs."""
    return (yield wanted)
