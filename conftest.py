"""Where a fit may be shared between tests: one posterior for equal problems.

A page of the documentation, a doctest, a command, a figure and a question each ask the bundled
ledger anew, and one fit of it takes seconds. A posterior is a function of its `Problem` and of
nothing else, so the doctests and the tests of `SHARED` take the posterior that a test before them
found of an equal problem, bit by bit. What leads to the problem and what follows from the posterior
is done anew each time. Tests of the engine, and of keeping, repeating and updating a fit, compute
every posterior themselves: there that it comes out the same is what is tested.

Processes that test side by side (pytest-xdist) hand theirs on in a folder of the run, and the
marginals that they found of them: a timeline takes a dozen. They have one seed for hashes, another
in each run, so that equal problems are equal bytes in all of them.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reconcile.inference import Posterior
from reconcile.inference.posterior_arrays import posterior_from, posterior_to_arrays
from reconcile.questions.fit_store import FitStore

ROOT = Path(__file__).parent
SHARED = (
    *("reconcile", "tests/batch", "tests/check", "tests/cli", "tests/docs", "tests/examples"),
    *("tests/plot", "tests/questions", "tests/report", "tests/values"),
)
ALONE = (
    *("reconcile/questions/repeat.py", "reconcile/questions/save.py", "tests/cli/test_cache.py"),
    *("tests/questions/test_check_and_update.py", "tests/questions/test_save_and_repeat.py"),
    *("tests/questions/test_update.py", "tests/batch/test_progress.py"),
    "tests/questions/test_refits.py",
)
MOST = 40  # posteriors kept in memory at a time: a few megabytes each
FOLDER = "RECONCILE_TEST_FITS"  # the variable that names the folder of the run

_alone = FitStore._settled


@dataclass
class Shared:
    """A posterior, how many of its marginals the others were told, and what was read of theirs."""

    posterior: Posterior
    told: int = 0
    read: dict[Path, int] = field(default_factory=dict[Path, int])

    def hear(self, name: str) -> Posterior:
        """The posterior, with the marginals that other processes found since this one looked."""
        for file in Path(os.environ[FOLDER]).glob(f"{name}.of.*"):
            written = file.stat().st_mtime_ns
            if self.read.get(file) != written:
                self.read[file] = written
                theirs: Any = pickle.loads(file.read_bytes())
                mine: Any = self.posterior.remembered()
                mine[0].update(theirs[0])
                mine[1].update(theirs[1])
        return self.posterior

    def tell(self, name: str) -> None:
        """The marginals for the other processes, where this one found more of them."""
        known = self.posterior.remembered()
        if (found := len(known[0]) + len(known[1])) != self.told:
            self.told = found
            _put(f"{name}.of.{os.getpid()}", known)


_found: OrderedDict[str, Shared] = OrderedDict()


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the others makes the folder; they inherit its environment."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="reconcile-fits-")
        os.environ.setdefault("PYTHONHASHSEED", str(random.randrange(2**32)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The folder goes when all are done."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(FOLDER))


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
    name = hashlib.sha256(pickle.dumps((problem, base is None))).hexdigest()
    if name not in _found:
        _found[name] = Shared(
            _handed_on(name, problem) or _handed_over(name, _alone(self, key, problem, base))
        )
    _found.move_to_end(name)
    while len(_found) > MOST:
        first, shared = _found.popitem(last=False)
        shared.tell(first)
    return _found[name].hear(name)


def _handed_on(name: str, problem: Any) -> Posterior | None:
    """What another process, or this one some time ago, found of the problem."""
    file = Path(os.environ[FOLDER], name)
    return posterior_from(problem, pickle.loads(file.read_bytes())) if file.exists() else None


def _handed_over(name: str, found: Posterior) -> Posterior:
    """`found`, for the other processes too."""
    _put(name, posterior_to_arrays(found))
    return found


def _put(name: str, content: object) -> None:
    """A file of the folder, written in one step."""
    begun = Path(os.environ[FOLDER], f"begun.{os.getpid()}.{name}")
    begun.write_bytes(pickle.dumps(content))
    begun.rename(begun.with_name(name))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Fixtures of a module are made within the first of its tests, so that these share too."""
    FitStore._settled = _shared if shares(item.path) else _alone  # type: ignore[method-assign]
    try:
        return (yield)
    finally:
        FitStore._settled = _alone  # type: ignore[method-assign]
        for name, shared in _found.items():
            shared.tell(name)
