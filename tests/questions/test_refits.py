"""Many fits execution each other: the same answers wherever they are made, and none made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile.errors import FitError, OptionError
from reconcile.questions import fit_store
from reconcile.questions.leave_out import without
from reconcile.questions.posterior_estimate import spread_at
from reconcile.questions.refits import Execution, Refit, answers_of, spreads_of
from reconcile.report import gather

DAY = "2024-10-31"


@pytest.fixture(scope="module")
def ledger() -> reconcile.Ledger:
    """Two quantities that have nothing to do with each other; only two sources speak of both."""
    said = [
        ("dead", "mayor", 12, "2024-10-30"),
        ("dead", "police", 15, "2024-10-30"),
        ("dead", "agency", 19, DAY),
        ("missing_dogs", "mayor", 40, "2024-10-30"),
        ("missing_dogs", "police", 55, DAY),
    ]
    return reconcile.read_ledger(
        [{"quantity": q, "source": s, "value": n, "on": on} for q, s, n, on in said]
    )


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The claims of every fit that is made."""
    found: list[tuple[str, ...]] = []
    make = fit_store.fit_posterior

    def counting(problem: Any) -> Any:
        found.append(tuple(claim.id for claim in problem.claims))
        return make(problem)

    monkeypatch.setattr(fit_store, "fit_posterior", counting)
    return found


def questions(**options: Any) -> Callable[[reconcile.Ledger], Iterator[pd.DataFrame]]:
    def ask(ledger: reconcile.Ledger) -> Iterator[pd.DataFrame]:
        known = reconcile.fit(ledger)
        yield known.leave_one_source_out("dead", DAY, **options)
        yield known.copy_source("dead", DAY, source="mayor", copies=[1], **options)
        yield reconcile.revisions("dead", DAY, ledger=ledger, **options).to_frame()
        found = reconcile.sensitivity("dead", DAY, ledger=ledger, sources=["mayor"], **options)
        yield found.to_frame()
        yield pd.DataFrame([found.shares])

    return ask


def test_where_fits_are_made_moves_no_digit(ledger: reconcile.Ledger) -> None:
    expected = list(questions()(ledger))
    for one, other in zip(expected, questions(workers=2)(ledger), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    with ThreadPoolExecutor(1) as executor:
        for one, other in zip(expected, questions(executor=executor)(ledger), strict=True):
            pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_what_two_questions_share_is_fitted_once(
    ledger: reconcile.Ledger, fitted: list[tuple[str, ...]]
) -> None:
    base = reconcile.fit(ledger)
    refits = [
        Refit(without(base, "agency"), (("dead", DAY), ("missing_dogs", DAY))),
        Refit(reconcile.fit(ledger.select(exclude="agency")), (("dead", "2024-11-02"),)),
        Refit(without(base, "mayor"), (("dead", DAY), ("missing_dogs", DAY))),
    ]
    answers = list(spreads_of(refits, base=base))
    # the dogs of the whole ledger, dead without the agency, both without the mayor
    assert len(fitted) == len(set(fitted)) == 4
    for refit, found in zip(refits, answers, strict=True):
        for question, spread in zip(refit.asked, found, strict=True):
            alone = spread_at(reconcile.fit(refit.fit.ledger), *question)
            np.testing.assert_allclose(
                spread.quantile([0.05, 0.5, 0.95]), alone.quantile([0.05, 0.5, 0.95])
            )


def test_a_report_fits_no_claims_twice(
    ledger: reconcile.Ledger, fitted: list[tuple[str, ...]]
) -> None:
    told = gather(ledger)
    assert all(len(section.without) > 2 for section in told.sections)
    assert len(fitted) == len(set(fitted))


def test_progress_names_each_fit_and_ends(ledger: reconcile.Ledger) -> None:
    heard: list[tuple[float, str]] = []
    reconcile.revisions(
        "dead", DAY, ledger=ledger, progress=lambda done, what: heard.append((done, what))
    )
    assert [what for _, what in heard] == ["as known on 2024-10-30", "as known on 2024-10-31", ""]
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_there_is_a_worker() -> None:
    with pytest.raises(OptionError, match="at least one worker, got 0"):
        reconcile.revisions("generals", workers=0)


def dies(fit: Any, quantity: str, when: Any) -> float:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0.0


def test_a_fit_that_kills_its_worker_is_an_error(ledger: reconcile.Ledger) -> None:
    base = reconcile.fit(ledger)
    refits = [Refit(without(base, name), (("dead", DAY),)) for name in ("mayor", "police")]
    with pytest.raises(FitError, match="a fit of 3 claims could not be made: the worker died"):
        list(answers_of(refits, dies, Execution(workers=2)))


INTERRUPTED = """
import time
from reconcile.questions import refits
import reconcile

def slow(fit, quantity, when):
    print("begun", flush=True)
    time.sleep(1)
    return 0

if __name__ == "__main__":
    base = reconcile.fit()
    asked = [refits.Refit(reconcile.fit(reconcile.read_ledger()[:n]), (("generals", None),))
             for n in range(20, 36)]
    list(refits.answers_of(asked, slow, refits.Execution(workers=2)))
"""


def _hears_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
def test_an_interrupt_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=_hears_interrupts,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        running.send_signal(signal.SIGINT)  # to the parent alone
        running.communicate(timeout=60)
        time.sleep(0.2)
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)
    assert running.returncode != 0
