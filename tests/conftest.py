"""Where the tests find other people's data, and a summary line when it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import reconcile

# Timed claims live in benchmarks/: a busy machine must not fail a law. The examples are the same
# where the same modules are in memory (Hypothesis takes constants from them): one test alone may
# try others than the suite. `HYPOTHESIS_PROFILE=search` looks for more, benchmarks/fuzz.py too.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# Read for their fixtures, not searched for doctests: two files of that name would clash.
collect_ignore_glob = ["*conftest.py"]

_BENCH_VARIABLES = ("RECONCILE_BENCH", "RECONCILE_ARTICLES")


def _folder(variable: str, request: pytest.FixtureRequest) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"${variable} is not set")
    folder = Path(value)
    if not folder.is_dir():
        raise FileNotFoundError(f"${variable} names {value!r}, which is not a folder")
    return folder


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Path:
    """The folder of benchmark data; the check is counted as not run where there is none."""
    return _folder("RECONCILE_BENCH", request)


@pytest.fixture(scope="session")
def bundled() -> reconcile.Fit:
    """A fit of the bundled ledger, for all tests that only ask it: what it finds, it keeps."""
    return reconcile.fit()


@pytest.fixture
def articles(request: pytest.FixtureRequest) -> Path:
    """The folder of news articles that the bundled ledger was read from."""
    return _folder("RECONCILE_ARTICLES", request)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    absent = [
        report for report in skipped if any(v in str(report.longrepr) for v in _BENCH_VARIABLES)
    ]
    if absent:
        terminalreporter.write_line(f"bench absent: {len(absent)} checks not run")
