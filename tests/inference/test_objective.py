"""The log posterior against finite differences, and Laplace's evidence against quadrature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import optimize

import reconcile
import reconcile.model.problem as model_problem
from reconcile import Claim, Period, Quantity, Source
from reconcile.inference.lanes import posed
from reconcile.inference.objective import Hold, Objective, Setting
from reconcile.inference.starts import prior_centre, starts
from reconcile.inference.stream_errors import Errors
from reconcile.model.component import components
from reconcile.model.functionals import Asked, functionals
from reconcile.model.problem import pose
from reconcile.model.tukey import penalty, tukey_h
from reconcile.values import Days

FIRST = date(2024, 1, 1)
SOURCES = {s: Source(s, reliability=g) for s, g in (("a", "B"), ("b", "D"), ("c", "F"))}


def _claim(n: int, quantity: str, text: str, day: int, days: int = 0, **more: object) -> Claim:
    phrase = reconcile.parse(text)
    on = FIRST + timedelta(days=day)
    when = Period.during(on - timedelta(days=days - 1), on) if days else Period.on(on)
    return Claim(f"c{n}", quantity, "abc"[n % 3], phrase, when, **more)  # type: ignore[arg-type]


TOTAL = [
    _claim(0, "n", "120", 3), _claim(1, "n", "at least 150", 9), _claim(2, "n", "40", 12, 5),
    _claim(3, "n", "0", 1), _claim(4, "n", "200 to 300", 20), _claim(5, "n", "10000", 25),
]  # fmt: skip
FALLING = ["100", "120", "105", "110", "140", "125", "130", "170", "150", "155"]
MONTH = Period.on(Days(FIRST, FIRST + timedelta(days=30)))
CASES: dict[str, tuple[list[Quantity], list[Claim]]] = {
    "a total with a past": ([Quantity("n")], TOTAL),
    "a total with an epoch": ([Quantity("n", epoch=FIRST)], TOTAL),
    "a level": ([Quantity("n", kind="stock")], [c for c in TOTAL if c.period.kind == "on"]),
    "a constant": ([Quantity("n", kind="constant")], [c for c in TOTAL if c.period.kind == "on"]),
    "parts": (
        [Quantity("n", parts=("k", "w")), Quantity("k"), Quantity("w")],
        [*TOTAL, _claim(6, "k", "30", 8), _claim(7, "w", "90", 15), _claim(8, "k", "12", 15, 4)],
    ),
    "within": (
        [Quantity("n", within=("m",)), Quantity("m")],
        [*TOTAL, _claim(6, "m", "180", 12), _claim(7, "m", "400", 22)],
    ),
    "a part of what happened": (
        [Quantity("n")], [*TOTAL, _claim(6, "n", "15", 10, scope="part")]
    ),
    "an event that is over": (
        [Quantity("n", closed=FIRST)], [c for c in TOTAL if c.period.kind == "on"]
    ),
    "any day of a month": (
        [Quantity("n")],
        [*TOTAL, _claim(6, "n", "90", 0), replace(_claim(7, "n", "130", 0), period=MONTH)],
    ),
    "numbers that are taken back": (
        [Quantity("n")],
        [
            *(_claim(3 * i, "n", x, 2 + i) for i, x in enumerate(FALLING)),
            _claim(100, "n", "110", 4), replace(_claim(101, "n", "130", 0), period=MONTH),
        ],
    ),
}  # fmt: skip


def _objective(name: str) -> Objective:
    quantities, claims = CASES[name]
    known = {q.id: q for q in quantities}
    (component,) = components(known, ["n"])
    problem = pose(component, claims, SOURCES)
    return posed(problem, [Setting(-0.3, 0.4, 0.8)], Errors.usual(problem)).lanes(0)


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("name", list(CASES))
def test_gradient_and_curvature_are_the_derivatives(name: str, held: bool) -> None:
    objective = _objective(name)
    start = starts(objective.problem)[0]
    if held:
        some = objective.problem.asked[-1]
        laid = functionals([some], objective.problem.states)
        objective = replace(objective, hold=Hold(laid, 4.0, 0.3))
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x = start + rng.normal(0, 0.2, len(start))
        v = rng.normal(size=len(x))
        v /= np.linalg.norm(v)
        h = 1e-5
        up, here, down = (objective.at(x + s * h * v) for s in (1, 0, -1))
        slope = (up.value - down.value) / (2 * h)
        assert here.gradient @ v == pytest.approx(slope, rel=1e-4, abs=1e-3)
        bend = -(up.gradient - down.gradient) / (2 * h)
        exact = objective.curvature(here).dense() @ v
        np.testing.assert_allclose(exact, bend, atol=2e-3 * np.abs(bend).max())


@pytest.mark.parametrize("name", list(CASES))
def test_houses_and_corrections_that_are_eliminated_change_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _objective(name)
    monkeypatch.setattr(model_problem, "MANY_EFFECTS", 1)
    other = _objective(name)
    effects = whole.problem.effects
    assert other.problem.tip == effects.houses + effects.corrections > 0
    for seed in range(3):
        x = starts(whole.problem)[0]
        x = x + np.random.default_rng(seed).normal(0, 0.3, len(x))
        here, there = whole.at(x), other.at(x)
        assert here.value == there.value
        for safe in (False, True):
            one, split = whole.curvature(here, safe), other.curvature(there, safe)
            scale = np.abs(one.dense()).max()
            np.testing.assert_allclose(split.dense(), one.dense(), atol=1e-10 * scale)
            steady, settled = whole.steadied(here, one), other.steadied(there, split)
            np.testing.assert_allclose(settled.dense(), steady.dense(), atol=1e-10 * scale)


def test_a_source_that_takes_numbers_back_has_corrections_that_are_eliminated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model_problem, "MANY_EFFECTS", 1)
    problem = _objective("numbers that are taken back").problem
    assert len(problem.owner) == problem.effects.corrections >= 2


@pytest.mark.parametrize("name", list(CASES))
def test_the_safe_curvature_is_positive_definite_anywhere(name: str) -> None:
    objective = _objective(name)
    centre = prior_centre(objective.problem)
    for seed in range(3):
        x = centre + np.random.default_rng(seed).normal(0, 1.5, len(centre))
        safe = objective.curvature(objective.at(x), safe=True).dense()
        assert np.linalg.eigvalsh(safe)[0] > 0


def test_the_penalty_is_that_of_a_numeric_inverse() -> None:
    for h in (0.0, 0.2, 0.45):
        for e in (-30.0, -1.3, 0.0, 0.4, 7.0):
            z = optimize.brentq(lambda t, h=h, e=e: float(tukey_h(np.array(t), h)) - e, -40, 40)
            found = penalty(np.array([e]), np.array([h]))
            assert found.value[0] == pytest.approx(0.5 * z * z, abs=1e-8)
            step = 1e-6
            up, down = (penalty(np.array([e + s]), np.array([h])) for s in (step, -step))
            assert found.slope[0] == pytest.approx(
                (up.value[0] - down.value[0]) / (2 * step), abs=1e-6
            )
            assert found.curve[0] == pytest.approx(
                (up.slope[0] - down.slope[0]) / (2 * step), abs=1e-5
            )
            stretch = (tukey_h(np.array(z + step), h) - tukey_h(np.array(z - step), h)) / (2 * step)
            assert found.log_stretch[0] == pytest.approx(np.log(stretch), abs=1e-6)


@pytest.mark.parametrize("name", list(CASES))
def test_functionals_have_the_gradients_they_say(name: str) -> None:
    objective = _objective(name)
    problem = objective.problem
    n, laid = problem.states.size, problem.functionals
    x = starts(problem)[0][:n]
    v = np.random.default_rng(1).normal(size=n)
    _, sums = laid.values(x)
    slopes = laid.gradients(x, sums) @ v
    up, down = (laid.values(x + s * 1e-6 * v)[0] for s in (1, -1))
    np.testing.assert_allclose(slopes, (up - down) / 2e-6, rtol=1e-4, atol=1e-5)


def test_parts_add_up_to_their_whole() -> None:
    problem = _objective("parts").problem
    rng = np.random.default_rng(4)
    for start in (None, 2.0):
        asked = [Asked(q, start, 15.0) for q in ("n", "k", "w")]
        laid = functionals(asked, problem.states)
        x = starts(problem)[0][: problem.states.size]
        for _ in range(5):
            whole, k, w = np.exp(laid.values(x + rng.normal(0, 1, len(x)))[0])
            assert whole == pytest.approx(k + w, rel=1e-12)
