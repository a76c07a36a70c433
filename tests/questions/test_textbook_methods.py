"""The textbook methods under the same call as the model."""

from __future__ import annotations

import numpy as np
import pytest

import reconcile
from reconcile.errors import FitError
from reconcile.questions.fit import METHODS

# One day's claims are too few for an interval of a mean or a median, or to predict another; others
# learn from truths, of which the bundled ledger has none.
NO_ANSWER = {
    "mean": "claims",
    "median": "claims",
    "random-effects-prediction": "claims",
    "beta-transformed-linear-pool": "resolution",
    "performance-weighted": "resolution",
}


@pytest.mark.parametrize(("method", "told"), NO_ANSWER.items())
def test_a_method_without_an_answer_says_why(method: str, told: str) -> None:
    with pytest.raises(FitError, match=told):
        reconcile.estimate("troops_deployed", "2024-12-18", method=method)


@pytest.mark.parametrize("method", [m for m in METHODS[1:] if m not in NO_ANSWER])
def test_troops_by_every_method(method: str) -> None:
    answer = reconcile.estimate("troops_deployed", "2024-12-18", method=method)
    assert answer.method == method
    assert 8_000 < answer.median < 14_000
    assert answer.claims["weight"].sum() == pytest.approx(1)
    assert answer.n_claims == len(answer.claims)
    assert f'"method": "{method}"' in answer.to_json()


def test_a_linear_pool_is_wider_than_a_log_pool() -> None:
    wide, narrow = (
        np.log(reconcile.estimate("troops_deployed", "2024-12-18", method=m).quantile([0.05, 0.95]))
        for m in ("linear-pool", "log-pool")
    )
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_a_textbook_timeline_answers_where_it_can_and_says_where_not() -> None:
    timeline = reconcile.timeline(
        "troops_deployed", "2024-10-01", "2024-12-31", freq="W", method="linear-pool"
    )
    assert (timeline.to_frame()["method"] == "linear-pool").all()
    assert timeline.warnings
    assert timeline["2024-12-22"].median == pytest.approx(
        timeline.to_frame().set_index("date").loc["2024-12-22", "median"]
    )


def test_the_face_has_the_model_free_answers() -> None:
    spans = [reconcile.Interval(1, 5), reconcile.Interval(3, 8), reconcile.Interval(4, 9)]
    assert reconcile.hull(spans) == reconcile.Interval(1, 9)
    assert reconcile.intersection(spans) == reconcile.Interval(4, 5)
    assert reconcile.agreement(spans).agreeing == 3
    assert any("kd-gdc-500" in found.claims for found in reconcile.conflicts(date="2024-12-18"))
