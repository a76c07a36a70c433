"""Bad questions get an answer that says what was expected, what came, and what to do."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile.errors import (
    DateError,
    FitError,
    LedgerError,
    OptionError,
    UnknownNameError,
    UnknownQuantityError,
)


def test_an_unknown_quantity_names_its_near_misses() -> None:
    with pytest.raises(UnknownQuantityError, match=r"casulties.*Did you mean 'casualties'"):
        reconcile.estimate("casulties", "2024-12-18")


@pytest.mark.parametrize(
    "bad", ["18/12/2024", "2024-13-01", "2024-02-30", "soon", "", 20241218, []]
)
def test_a_malformed_date_says_what_was_expected(bad: object) -> None:
    with pytest.raises(DateError, match="expected") as caught:
        reconcile.estimate("casualties", bad)
    assert repr(bad) in str(caught.value)


@pytest.mark.parametrize("bad", ["case", [{"quantity": "deaths", "value": 3}], 7])
def test_what_is_no_ledger_is_refused_with_what_to_do(bad: object) -> None:
    for ask in (reconcile.fit, lambda ledger: reconcile.estimate("deaths", ledger=ledger)):
        with pytest.raises(OptionError, match=r"expected a Ledger, got.*reconcile\.read_ledger"):
            ask(bad)  # type: ignore[arg-type]


def test_a_quantity_that_changes_needs_a_date() -> None:
    with pytest.raises(DateError, match="expected a date: casualties is a cumulative quantity"):
        reconcile.estimate("casualties")


@pytest.mark.parametrize("bad", [0, 1, 90, -0.1, "0.9", True, float("nan")])
def test_a_level_is_a_probability(bad: object) -> None:
    with pytest.raises(OptionError, match="expected a level between 0 and 1"):
        reconcile.estimate("casualties", "2024-12-18", level=bad)  # type: ignore[arg-type]


def test_an_unknown_method_names_those_there_are() -> None:
    with pytest.raises(OptionError, match="did you mean 'state-space'"):
        reconcile.estimate("casualties", "2024-12-18", method="statespace")


def test_excluding_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="kd-gdc-500"):
        reconcile.estimate("casualties", "2024-12-18", exclude="kd-gdc-50")


def test_an_empty_ledger_says_so(tmp_path) -> None:
    with pytest.raises(LedgerError):
        reconcile.read_ledger(tmp_path)
    whole = reconcile.read_ledger()
    with pytest.raises(FitError, match="empty"):
        reconcile.fit(whole.select(ids=[]))


def test_a_timeline_that_ends_before_it_starts() -> None:
    with pytest.raises(DateError, match="2024-12-18 and 2024-12-01"):
        reconcile.timeline("casualties", "2024-12-18", "2024-12-01")
    with pytest.raises(DateError, match="frequency"):
        reconcile.timeline("casualties", "2024-12-01", "2024-12-18", freq="fortnightly")
    with pytest.raises(DateError, match="constant"):
        reconcile.timeline("generals")


def test_dates_come_in_many_shapes(bundled: reconcile.Fit) -> None:
    shapes = [
        "2024-12-18",
        date(2024, 12, 18),
        datetime(2024, 12, 18, 23, 59),
        pd.Timestamp("2024-12-18"),
        np.datetime64("2024-12-18"),
    ]
    medians = {bundled.estimate("casualties", shape).median for shape in shapes}
    assert len(medians) == 1


def test_nothing_known_yet_answers_from_the_prior_with_a_warning() -> None:
    early = reconcile.estimate("casualties", "2024-10-20", as_of="2024-10-20")
    assert early.n_claims == 0
    assert early.median > 0
    assert any("prior" in warning for warning in early.warnings)
