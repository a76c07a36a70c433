"""Round numbers: cells that rounding makes, and habits found again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams_cases import ORIGIN, exact, simulated

import reconcile
from reconcile.inference.streams.rounding import DIGITS, rounded
from reconcile.ledger import Ledger
from reconcile.values import Quantity, Source

NUMBERS = st.integers(min_value=0, max_value=10**9)


@given(NUMBERS, st.sampled_from(DIGITS))
def test_the_cell_of_a_number_holds_just_what_rounds_to_it(x, digits):
    number, low, high = (each[0] for each in rounded(np.array([float(x)]), digits))
    assert low <= x < high
    kept = str(int(number)).rstrip("0")
    assert len(kept) <= digits or number < 10**digits
    step = 1e-9 * max(x, 1)
    for inside in (low + step, high - step):
        assert rounded(np.array([max(inside, 0.0)]), digits)[0][0] == number
    for outside in (low - step, high + step):
        if outside >= 0:
            assert rounded(np.array([outside]), digits)[0][0] != number


@given(NUMBERS, st.sampled_from(DIGITS))
def test_rounding_agrees_with_that_of_the_decimal_digits(x, digits):
    number = rounded(np.array([float(x)]), digits)[0][0]
    printed = float(f"{x:.{digits - 1}e}")
    unit = 10.0 ** max(len(str(x)) - digits, 0)
    assert abs(number - x) <= unit / 2
    if abs(abs(printed - x) - unit / 2) > 1e-9 * max(x, 1):  # ties go up here, to even there
        assert number == printed or x < 10**digits


def _rounding_ledger(seed, share):
    """Two sources, of which the second says two digits in this share of its claims."""
    rng = np.random.default_rng(seed)
    claims, _ = simulated(rng, 2, days=200, each=0.6)
    said = []
    for claim in claims:
        value = claim.phrase.nominal * 40 + rng.integers(40)
        if claim.source == "s1" and rng.random() < share:
            value = float(rounded(np.array([float(value)]), 2)[0][0])
        said.append(replace(claim, phrase=exact(float(value))))
    sources = [Source("s0", reliability="C"), Source("s1", reliability="C")]
    return Ledger.of(said, [Quantity("loss", epoch=ORIGIN)], sources)


@pytest.fixture(scope="module")
def rounding():
    ledger = _rounding_ledger(4, 0.7)
    return ledger, reconcile.fit(ledger)


def test_habits_are_found_again(rounding):
    _, fit = rounding
    streams = fit.streams()
    ids = [source.id for source in streams.system.blocks.sources]
    s0, s1 = (streams.rounding[ids.index(name)] for name in ("s0", "s1"))
    np.testing.assert_allclose(streams.rounding.sum(axis=1), 1.0)
    assert s0[-1] > 0.85
    assert 0.55 < s1[1] < 0.82


def test_round_numbers_are_likelier_where_they_are_usual(rounding):
    ledger, fit = rounding
    plain, round_ = (next(c for c in ledger if c.source == s) for s in ("s0", "s1"))
    times = []
    for claim in (plain, round_):
        number = fit.predictive([claim]).quantile(0.5)[0]
        two = rounded(np.array([number]), 2)[0][0]
        asked = [replace(claim, id=f"x{x:g}", phrase=exact(x)) for x in two + np.arange(-45.0, 46)]
        mass = np.exp(fit.predictive(asked).log_mass)
        times.append(mass[45] / np.median(mass))
    assert times[0] < 8
    assert times[1] > 20
    rest = fit.predictive([replace(round_, id="y", phrase=exact(1e9))])
    assert rest.cdf(np.array([1e9]))[0] == pytest.approx(1.0, abs=1e-3)
