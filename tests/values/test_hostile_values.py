"""Values that can't be are refused where they are made, with what was expected and what came."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reconcile.errors import DateError, LedgerError, OptionError, ReconcileError
from reconcile.intervals import Interval
from reconcile.ledger import read_ledger
from reconcile.values import Claim, Days, Period, Phrase, Quantity, Source
from reconcile.values.registry import Prior

SAID = Phrase("30", "exact", Interval(30, 30), nominal=30.0)
DAY = Period.on("2024-12-17")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Quantity("a", kind="Stock"), "did you mean 'stock'"),
        (lambda: Quantity("a", kind=""), "expected a kind of cumulative, stock, constant"),
        (lambda: Quantity("a", scale="foo"), "expected a scale of log, linear, logit; got 'foo'"),
        (lambda: Quantity("a", scale=None), "got None"),
        (lambda: Quantity("a", parts=("b", "a")), "got 'a' itself"),
        (lambda: Quantity("a", within=("a",)), "got 'a' itself"),
        (lambda: Prior("rate", math.nan, 1.0, ""), "finite median of 'rate', got nan"),
        (lambda: Prior("rate", math.inf, 1.0, ""), "got inf"),
        (lambda: Prior("rate", 1.0, 0.0, ""), "log_sd above 0 of 'rate', got 0.0"),
        (lambda: Prior("rate", 1.0, -1.0, ""), "got -1.0"),
        (lambda: Prior("rate", 1.0, math.inf, ""), "got inf"),
        (lambda: Prior("rate", 1.0, math.nan, ""), "got nan"),
        (lambda: Source("a", reliability="G"), "Admiralty letter A to F, got 'G'"),
        (lambda: Claim("a", "q", "s", SAID, DAY, credibility=7), "from 1 to 6, got 7"),
        (lambda: Claim("a", "q", "s", SAID, DAY, scope="half"), "a scope of whole, part"),
        (lambda: Claim("a", "q", "s", SAID, DAY, status="retract"), "did you mean 'retracted'"),
        (lambda: Phrase("30", "exactly", Interval(30, 30)), "did you mean 'exact'"),
        (lambda: Phrase("30", "exact", Interval(30, 30), nominal=math.nan), "got NaN"),
        (lambda: Interval(math.nan, 3), "number"),
        (lambda: Interval(3, 2), "2"),
        (lambda: Period.on("2024-13-01"), "2024-13-01"),
        (lambda: Period.during("2024-12-02", "2024-12-01"), "ends"),
        (lambda: Period.during("2024-12-01", "2024-12-02", days=0), "days >= 1"),
        (lambda: Days.of("10000-01-01"), "10000-01-01"),
    ],
)
def test_a_value_that_cannot_be_is_refused_when_it_is_made(make: Any, message: str) -> None:
    with pytest.raises(ReconcileError, match=message) as caught:
        make()
    assert isinstance(caught.value, OptionError | DateError | ValueError)


@pytest.mark.parametrize("number", ["inf", "-inf", "nan", "0", "-1", "1e308"])
def test_a_prior_that_cannot_be_is_a_problem_of_its_line(tmp_path: Any, number: str) -> None:
    (tmp_path / "q.toml").write_text(
        '[[quantity]]\nid = "dead"\n[quantity.priors.rate]\nmedian = 5\n'
        f'log_sd = {number}\nreason = "none"\n'
        '[[claim]]\nid = "a"\nquantity = "dead"\nsource = "kirby"\nphrase = "30"\non = 2024-12-17\n'
    )
    with pytest.raises(LedgerError) as caught:
        read_ledger(tmp_path)
    assert (5, "log_sd") in {(problem.line, problem.field) for problem in caught.value.problems}
