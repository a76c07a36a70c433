"""Where a fit may be shared between tests: the same claims and settings are fitted once.

A page of the documentation, a doctest, a command and a figure each ask the bundled ledger anew, and
one fit of it takes seconds. The tests of `SHARED` and the doctests take what a test before them
found of the same ledger, settings and days. All others fit for themselves: those of the engine, of
repeating and keeping a fit, and of what later knowledge must not touch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable
from pathlib import Path
from typing import Any

import pytest

from reconcile.inference import Posterior
from reconcile.questions.fit_store import FitStore

ROOT = Path(__file__).parent
SHARED = ("tests/cli", "tests/docs", "tests/examples", "tests/plot", "tests/report", "reconcile")
ALONE = ("tests/cli/test_cache.py", "reconcile/questions/save.py", "reconcile/questions/repeat.py")
MOST = 60  # posteriors kept at a time: a few megabytes each

_alone = FitStore._settled
_found: OrderedDict[Hashable, Posterior] = OrderedDict()


def shares(path: Path) -> bool:
    """Whether the tests of a file take the fits of others."""
    name = path.relative_to(ROOT).as_posix()
    return name.startswith(SHARED) and name not in ALONE


def _shared(
    self: FitStore,
    key: tuple[str, ...],
    problem: Any,
    base: Callable[[], Posterior] | None = None,
) -> Posterior:
    if ("stored", *key) in self.kept:
        return _alone(self, key, problem, base)
    name = (
        *(self.ledger.hash, tuple(claim.id for claim in self.ledger), self.as_of, self.convention),
        *(self.seed, self.prior_scale, self.exclude, key),
    )
    if name not in _found:
        _found[name] = _alone(self, key, problem, base)
    _found.move_to_end(name)
    while len(_found) > MOST:
        _found.popitem(last=False)
    return _found[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Fixtures of a module are made within the first of its tests, so that these share too."""
    FitStore._settled = _shared if shares(item.path) else _alone  # type: ignore[method-assign]
    try:
        return (yield)
    finally:
        FitStore._settled = _alone  # type: ignore[method-assign]
