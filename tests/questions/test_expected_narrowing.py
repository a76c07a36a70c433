"""Whose next number narrows an answer most: laws, and the average over many numbers as oracle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile.errors import DateError, OptionError, UnknownQuantityError, UnknownSourceError
from reconcile.questions.expected_narrowing import NEW_SOURCE, expected_narrowing
from reconcile.values import Source


def _ledger(times: float = 1.0, **columns: object) -> reconcile.Ledger:
    """Two sources on a number of guests."""
    rows = pd.DataFrame(
        {"quantity": "guests", "source": ["host", "cook"], "value": [90 * times, 120 * times]}
    )
    return reconcile.read_ledger(rows.assign(quantity_kind="constant", **columns))


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return expected_narrowing("guests", ledger=_ledger())


def test_a_new_source_tells_more_than_those_that_have_spoken(found: pd.DataFrame) -> None:
    assert found["source"].iloc[0] == NEW_SOURCE
    assert set(found["source"]) == {NEW_SOURCE, "host", "cook"}
    assert found["narrowing"].is_monotonic_decreasing
    assert 0.05 < found["narrowing"].iloc[0] < 0.8


def test_the_expectation_is_that_of_its_three_numbers(found: pd.DataFrame) -> None:
    ends = found[["narrowing_low", "narrowing_median", "narrowing_high"]].to_numpy()
    np.testing.assert_allclose(found["narrowing"], ends @ [1 / 6, 2 / 3, 1 / 6])
    assert (found["said_low"] <= found["said_median"]).all()
    assert (found["said_median"] <= found["said_high"]).all()


def test_three_numbers_stand_for_many(found: pd.DataFrame) -> None:
    """The mean over nine numbers, each fitted by itself, without any of the package's own code
    for it: within .1 of the three."""
    ledger = _ledger()
    fit, new = reconcile.fit(ledger), Source("new", reliability="B")
    sources = dict(ledger.sources) | {"new": new}
    template = replace(ledger[0], id="x", source="new")
    asked = reconcile.Ledger.of([template], ledger.quantities, sources)
    numbers = np.round(fit.predictive(asked).quantile((np.arange(9) + 0.5) / 9)[0])

    def width(of: reconcile.Fit) -> float:
        answer = of.estimate("guests")
        return float(np.log(answer.upper / answer.lower))

    widths = []
    for number in numbers:
        said = replace(template.phrase, text=f"{number:g}", nominal=float(number))
        said = replace(said, interval=reconcile.Interval(number, number))
        claim = replace(template, phrase=said)
        more = reconcile.Ledger.of([claim], ledger.quantities, sources)
        widths.append(width(fit.update(more)))
    slow = 1 - float(np.mean(widths)) / width(fit)
    quick = found.set_index("source").loc[NEW_SOURCE, "narrowing"]
    assert quick == pytest.approx(slow, abs=0.1)


def test_the_unit_of_the_count_does_not_matter(found: pd.DataFrame) -> None:
    larger = expected_narrowing("guests", ledger=_ledger(1000), sources=[NEW_SOURCE, "host"])
    both = found.set_index("source")["narrowing"], larger.set_index("source")["narrowing"]
    assert len(both[1]) == 2
    assert (both[0] - both[1]).abs().max() < 0.05


def test_only_those_that_are_named_are_asked_about() -> None:
    found = expected_narrowing("guests", ledger=_ledger(), sources=["cook"])
    assert found["source"].tolist() == ["cook"]


def test_shares_and_plain_numbers_are_asked_about_on_their_scale() -> None:
    rows = [{"quantity": "yes", "source": s, "value": v} for s, v in (("a", 0.4), ("b", 0.5))]
    share = reconcile.read_ledger(
        [r | {"quantity_kind": "constant", "scale": "logit"} for r in rows]
    )
    found = expected_narrowing("yes", ledger=share, sources=[NEW_SOURCE])
    assert 0 < found["said_low"].iloc[0] < found["said_high"].iloc[0] < 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"quantity": "gests"}, UnknownQuantityError),
        ({"quantity": "guests", "sources": ["chef"]}, UnknownSourceError),
        ({"quantity": "guests", "sources": []}, OptionError),
        ({"quantity": "guests", "level": 1.5}, OptionError),
        ({"quantity": "casualties", "ledger": None}, DateError),
    ],
)
def test_bad_arguments_are_named(given: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        expected_narrowing(**({"ledger": _ledger()} | given))  # type: ignore[arg-type]
