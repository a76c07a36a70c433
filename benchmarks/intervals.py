"""Interval arithmetic: how fast, how tight, how sure.

    python benchmarks/intervals.py times     # ns per operation on arrays, beside plain NumPy
    python benchmarks/intervals.py single    # microseconds per operation on single intervals
    python benchmarks/intervals.py contain   # random containment checks against exact values
    python benchmarks/intervals.py errors    # how far NumPy's own functions are off
    python benchmarks/intervals.py peers     # bit for bit beside crival

crival (`pip install crival`) is measured too where it is installed; nothing needs it. One process,
one core; the best of several runs, since other work on the machine only ever adds time.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import time
import timeit
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from reconcile import intervals as iv
from reconcile.intervals import Interval, IntervalArray
from reconcile.intervals.rounding import directed as rounding
from reconcile.intervals.rounding import explog, explog_proven
from reconcile.intervals.rounding import explog_accurate as accurate
from reconcile.intervals.rounding import explog_tables as tables

ival: Any = importlib.import_module("ival") if importlib.util.find_spec("ival") else None
ELEMENTARY = ("exp", "exp2", "log", "log2", "log10")
Pair = tuple[np.ndarray, np.ndarray]


def best(function: Callable[[], Any], runs: int) -> float:
    """Seconds of the fastest run."""
    function()
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def operands(size: int) -> dict[str, tuple[Pair, ...]]:
    """Random bounded intervals; divisors and arguments of roots and logarithms are positive."""
    rng = np.random.default_rng(1)
    low, other = rng.normal(size=(2, size)) * 3
    x, y = (low, low + rng.random(size)), (other, other + rng.random(size))
    positive = np.exp(rng.normal(size=size))
    p = positive, positive * (1 + rng.random(size))
    pairs = {"add": (x, y), "sub": (x, y), "mul": (x, y), "div": (x, p)}
    return (
        pairs
        | dict.fromkeys(("sqr", "exp", "exp2"), (x,))
        | dict.fromkeys(("sqrt", "log", "log2", "log10"), (p,))
    )


def corners(ufunc: np.ufunc, x: Pair, y: Pair) -> Pair:
    """The range of a product or quotient without any rounding, as one writes it in NumPy."""
    p, q, r, s = (ufunc(a, b) for a in x for b in y)
    lower = np.minimum(np.minimum(p, q), np.minimum(r, s))
    return lower, np.maximum(np.maximum(p, q), np.maximum(r, s))


def square(x: Pair) -> Pair:
    """The squares without rounding, around zero too."""
    a, b = x[0] * x[0], x[1] * x[1]
    around = (x[0] < 0) & (x[1] > 0)
    return np.where(around, 0.0, np.minimum(a, b)), np.maximum(a, b)


PLAIN: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: (x[0] + y[0], x[1] + y[1]),
    "sub": lambda x, y: (x[0] - y[1], x[1] - y[0]),
    "mul": lambda x, y: corners(np.multiply, x, y),
    "div": lambda x, y: corners(np.divide, x, y),
    "sqr": square,
    "sqrt": lambda x: (np.sqrt(x[0]), np.sqrt(x[1])),
    **{name: (lambda f: lambda x: (f(x[0]), f(x[1])))(getattr(np, name)) for name in ELEMENTARY},
}
CRIVAL = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    **{
        name: (lambda n: lambda x: getattr(ival, n)(x))(name)
        for name in ("sqr", "sqrt", *ELEMENTARY)
    },
}


def times(size: int, runs: int) -> None:
    """The table of ns per interval operation."""
    print(f"ns per operation, {size:,} intervals, best of {runs}; plain = NumPy without rounding")
    print(f"{'':8}{'plain':>8}{'ours':>8}{'ratio':>7}{'tightest':>10}{'emulated':>10}{'crival':>8}")
    for name, pairs in operands(size).items():
        arrays = [IntervalArray(*pair) for pair in pairs]
        function = getattr(iv, name)
        rows = [
            best(partial(PLAIN[name], *pairs), runs),
            best(partial(function, *arrays), runs),
            *_other_ways(name, partial(function, *arrays), runs),
            _crival(name, pairs, runs),
        ]
        plain, ours, tight, emulated, peer = (seconds * 1e9 / size for seconds in rows)
        first = f"{name:8}{plain:8.2f}{ours:8.2f}{ours / plain:7.2f}"
        print(f"{first}{tight:10.2f}{emulated:10.1f}{peer:8.2f}", flush=True)


def _other_ways(name: str, run: Callable[[], Any], runs: int) -> tuple[float, float]:
    tight = math.nan
    if name in ELEMENTARY:
        with iv.tightest():
            tight = best(run, runs)
    with rounding.using("emulated"):
        return tight, best(run, max(1, runs // 4))


def _crival(name: str, pairs: tuple[Pair, ...], runs: int) -> float:
    if ival is None:
        return math.nan
    peers = [ival.Interval(*pair) for pair in pairs]
    return best(lambda: CRIVAL[name](*peers), runs)


def single() -> None:
    """Microseconds per operation on one interval, and as multiples of making one."""
    scope = {"x": Interval(1.1, 2.3), "y": Interval(-0.3, 0.7), "p": Interval(0.3, 0.7)}
    scope |= {"Interval": Interval, "iv": iv}
    made = _micro("Interval(1.1, 2.3)", scope)
    print(f"{'making an Interval':22}{made:7.2f} us")
    for code in (
        *("x + y", "x - y", "x * p", "x * y", "y * y", "x / p", "x + 1.5", "x.sqrt()", "x**3"),
        *("x.exp()", "p.log()", "x & y", "x == y", "hash(x)", "x.issubset(y)", "str(x)"),
    ):
        taken = _micro(code, scope)
        print(f"{code:22}{taken:7.2f} us {taken / made:6.1f} x")


def _micro(code: str, scope: dict[str, Any]) -> float:
    number = 20_000
    return min(timeit.repeat(code, globals=scope, number=number, repeat=7)) / number * 1e6


def random_pair(rng: np.random.Generator, name: str, size: int) -> Pair:
    """Intervals over the whole range of floats, most of moderate size."""
    scale = 10.0 ** rng.choice([0, 0, 1, 5, 100, 154, 300, -5, -100, -154, -300, -310], size)
    if name.startswith("exp"):
        scale = rng.choice([1e-9, 1.0, 10.0, 300.0], size)
    a = rng.normal(size=size) * scale
    b = a + rng.choice([0.0, 1e-16, 1e-9, 1.0], size) * np.abs(a) * rng.random(size)
    if name.startswith("log") or name == "sqrt":
        a, b = np.abs(a), np.abs(b)
    return np.minimum(a, b), np.maximum(a, b)


def inside(rng: np.random.Generator, x: Pair) -> np.ndarray:
    """A float in each interval: an end or something between."""
    between = x[0] + rng.random(x[0].size) * (x[1] - x[0])
    picked = np.choose(rng.integers(0, 3, x[0].size), [x[0], x[1], between])
    return np.clip(picked, x[0], x[1])


EXACT: dict[str, Callable[..., Fraction]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "sqr": lambda a: a * a,
    "cube": lambda a: a**3,
    "recip": lambda a: 1 / a,
}


def contain(count: int, seed: int) -> None:
    """Random containment checks of every operation; misses must be 0."""
    rng = np.random.default_rng(seed)
    print(f"{count:,} random checks per operation: value of a point within the interval's image")
    for name in (*EXACT, "sqrt", *ELEMENTARY):
        start, misses = time.perf_counter(), 0
        for _ in range(max(1, count // 50_000)):
            misses += _misses(name, rng, min(count, 50_000))
        print(f"{name:8}{misses:4d} missed{time.perf_counter() - start:8.1f} s", flush=True)


def _misses(name: str, rng: np.random.Generator, size: int) -> int:
    arity = 2 if name in ("add", "sub", "mul", "div") else 1
    pairs = [random_pair(rng, name, size) for _ in range(arity)]
    points = [inside(rng, pair) for pair in pairs]
    arrays = [IntervalArray(*pair) for pair in pairs]
    result = iv.pown(arrays[0], 3) if name == "cube" else getattr(iv, name)(*arrays)
    rows = zip(
        *(p.tolist() for p in points), result.lower.tolist(), result.upper.tolist(), strict=True
    )
    check = _elementary_check(name) if name in ELEMENTARY else _rational_check(name)
    return sum(not check(*row) for row in rows)


def _rational_check(name: str) -> Callable[..., bool]:
    def check(*row: float) -> bool:
        *points, lower, upper = row
        if name == "sqrt":
            a = Fraction(points[0])
            return Fraction(lower) ** 2 <= a and (upper == math.inf or a <= Fraction(upper) ** 2)
        if name in ("div", "recip") and points[-1] == 0.0:
            return True
        value = EXACT[name](*map(Fraction, points))
        return lower <= value <= upper

    return check


def _elementary_check(name: str) -> Callable[..., bool]:
    import mpmath

    functions = {"exp": mpmath.exp, "log": mpmath.log}
    context = mpmath.mp
    context.prec = 140
    ln2, ln10 = mpmath.log(2), mpmath.log(10)
    functions |= {
        "exp2": lambda x: mpmath.exp(x * ln2),
        "log2": lambda x: mpmath.log(x) / ln2,
        "log10": lambda x: mpmath.log(x) / ln10,
    }

    def check(point: float, lower: float, upper: float) -> bool:
        if name.startswith("log") and point == 0.0:
            return True
        value = functions[name](mpmath.mpf(point))
        slack = abs(value) * 2.0**-120  # exact results come with the last bit off
        return lower - slack <= value and (upper == math.inf or value <= upper + slack)

    return check


def errors(seconds: float, seed: int) -> None:
    """The largest error of NumPy's functions in units in the last place, against our own."""
    rng = np.random.default_rng(seed)
    space = explog_proven.new_space(16384)
    for name in explog.FUNCTIONS:
        stop, count, worst, where = time.perf_counter() + seconds, 0, 0.0, 0.0
        while time.perf_counter() < stop:
            x = _arguments(rng, name, 16384)
            found = _errors(name, x, space)
            place = int(found.argmax())
            count += x.size
            if found[place] > worst:
                worst, where = float(found[place]), float(x[place])
        trusted = explog.is_faithful(name)
        print(f"{name:6} {count:.2g} numbers: {worst:.3f} ulp at {where!r}; used: {trusted}")


def _arguments(rng: np.random.Generator, name: str, size: int) -> np.ndarray:
    kind = rng.integers(0, 4)
    if name.startswith("exp"):
        limit = 700.0 if name == "exp" else 1000.0
        if kind == 0:
            return rng.uniform(-limit, limit, size)
        if kind == 1:
            return rng.normal(size=size) * rng.choice([0.01, 0.1, 1.0, 10.0])
        if kind == 2:
            return rng.choice([-1, 1], size) * np.exp(rng.uniform(-30, 6, size))
        return rng.uniform(-limit, limit) + rng.uniform(-1, 1, size) * 2.0 ** -rng.integers(0, 30)
    if kind == 0:
        return np.exp(rng.uniform(-700, 700, size))
    if kind == 1:
        return 1 + rng.uniform(-1, 1, size) * 2.0 ** -rng.integers(1, 40)
    if kind == 2:
        return rng.uniform(0.5, 2, size)
    return np.exp(rng.normal(size=size) * 3)


def _errors(name: str, x: np.ndarray, space: explog_proven.Space) -> np.ndarray:
    """|NumPy - exact| in units in the last place of the exact value."""
    near = getattr(np, name)(x)
    if name.startswith("exp"):
        h, c, exponent = explog_proven.first_parts(name, x, space)
        assert exponent is not None
        near = (near.view(np.int64) - exponent).view(np.float64)
    else:
        base = {"log": None, "log2": 2, "log10": 10}[name]
        h, c, _ = accurate.log_parts(x, tables.log_base(base))
    unit = np.spacing(np.abs(h + c))
    return np.where(h + c == 0.0, 0.0, np.abs((near - h) - c) / unit)


def peers(count: int, seed: int) -> None:
    """Every bound beside crival's; ours may be wider by two floats for elementary functions."""
    if ival is None:
        raise SystemExit("crival is not installed: pip install crival")
    rng = np.random.default_rng(seed)
    for name, function in CRIVAL.items():
        pairs = [
            random_pair(rng, name, count)
            for _ in range(2 if name in PLAIN and name in ("add", "sub", "mul", "div") else 1)
        ]
        with iv.tightest():
            ours = getattr(iv, name)(*(IntervalArray(*pair) for pair in pairs))
        theirs = function(*(ival.Interval(*pair) for pair in pairs))
        differ = (ours.lower != theirs.lo) | (ours.upper != theirs.hi)
        tighter = np.sum(differ & (ours.lower >= theirs.lo) & (ours.upper <= theirs.hi))
        print(f"{name:6} {count:,} intervals: {differ.sum()} differ, ours tighter in {tighter}")


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["times", "single", "contain", "errors", "peers"])
    parser.add_argument("--size", type=int, default=1_000_000, help="intervals, or checks")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=20.0, help="per function, for errors")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.what == "times":
        times(asked.size, asked.runs)
    elif asked.what == "single":
        single()
    elif asked.what == "contain":
        contain(asked.size, asked.seed)
    elif asked.what == "errors":
        errors(asked.seconds, asked.seed)
    else:
        peers(asked.size, asked.seed)


if __name__ == "__main__":
    main()
