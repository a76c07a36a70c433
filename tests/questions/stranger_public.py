"""Tables of the shapes in which the public publishes counts: long, many series, many kinds.

The numbers are made here, with a seed, so that the truth is known: waves, weekends, seasons, a
restart, a flood told by five sources.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from stranger_cases import WIDTH_OF_ONE, Ask, Case, Row, said

from reconcile import Quantity

__all__ = ["PUBLIC"]


def _day(start: str, days: int) -> str:
    return (date.fromisoformat(start) + timedelta(days=days)).isoformat()


def _waves(seed: int, days: int, size: float) -> list[int]:
    """Running totals of three waves, with fewer counts at weekends and noise from day to day."""
    rng, t = np.random.default_rng(seed), np.arange(days)
    heights, middles = rng.uniform(0.3, 1, 3), np.array([0.2, 0.5, 0.8]) * days
    pace = sum(h * np.exp(-0.5 * ((t - m) / (0.07 * days)) ** 2)
               for h, m in zip(heights, middles, strict=True))  # fmt: skip
    week = np.where(t % 7 < 5, 1.15, 0.6)
    daily = rng.poisson(size * (pace + 0.02) * week * rng.gamma(8, 1 / 8, days))
    return [int(v) for v in np.cumsum(daily) + 1]


def _near(values: list[int], start: str, at: int, near: float, quantity: str | None = None) -> Ask:
    value = values[at]
    bounds = (value * (1 - near), value * (1 + near))
    return Ask(_day(start, at), bounds, (value,), WIDTH_OF_ONE[None], quantity=quantity)


def _official(days: int, seconds: float, slow: bool) -> Case:
    values = _waves(1, days, 900)
    asks = tuple(_near(values, "2020-03-01", at, 0.06) for at in (days // 5, days // 2, days - 1))
    rows = said("cases", "ministry", values, "2020-03-01")
    return Case(f"one official source, {days} daily totals", rows, asks, seconds=seconds, slow=slow)


def _many(name: str, k: int, days: int, seconds: float, slow: bool) -> Case:
    """`k` series of one source, each ten or so times another in size."""
    series = {f"q{i}": _waves(10 + i, days, 2.0 * 2.2 ** (i % 9)) for i in range(k)}
    rows = [r for q, values in series.items() for r in said(q, "staff", values, "2022-02-24")]
    asks = tuple(
        _near(series[q], "2022-02-24", at, 0.1, q)
        for q, at in (("q0", days - 1), (f"q{k // 2}", days // 2), (f"q{k - 1}", days - 1))
    )
    return Case(name, rows, asks, seconds=seconds, slow=slow)


def _trackers() -> Case:
    """Two trackers 4 % apart; the second has no weekends and joins after a month."""
    values = _waves(3, 300, 4000)
    rows = said("cases", "tracker_a", values, "2020-03-22")
    rows += [
        {"quantity": "cases", "source": "tracker_b", "value": round(1.04 * v),
         "on": _day("2020-03-22", i)}
        for i, v in enumerate(values) if i > 30 and i % 7 < 5
    ]  # fmt: skip
    asks = []
    for at in (150, 299):
        low, high = values[at], 1.04 * values[at]
        asks.append(Ask(_day("2020-03-22", at), (0.97 * low, 1.03 * high), (1.02 * low,),
                        (0.02, 2.4)))  # fmt: skip
    return Case("two trackers 4 % apart, 300 days", rows, tuple(asks), seconds=15)


def _restart() -> Case:
    first, second = (_waves(s, 180, 300) for s in (4, 5))
    rows = said("trapped", "border", first + second, "2022-10-01", grade="B")
    asks = (Ask(_day("2022-10-01", 359), (0.9 * second[-1], 1.1 * (first[-1] + second[-1]))),)
    pattern = "restart|begins again|began again"
    return Case("a year's count that begins again", rows, asks, warns=pattern, seconds=20)


def _weekly() -> Case:
    """Two years of deaths a week, more in winter."""
    week = np.arange(104)
    rng = np.random.default_rng(6)
    flows = [int(v) for v in rng.poisson(9000 * (1 + 0.15 * np.cos(2 * np.pi * week / 52)))]
    rows = said("deaths", "statistics", flows, "2017-01-08", 7, "A", flow=True)
    asks = tuple(
        Ask(_day("2017-01-08", 7 * at - 3), rises=(0.75 * flows[at] / 7, 1.35 * flows[at] / 7))
        for at in (10, 52, 100)
    )
    return Case("two years of weekly flows", rows, asks, seconds=20)


def _levels() -> Case:
    """Beds in use in six regions, week by week, one of them closed in between."""
    rng, rows, asks = np.random.default_rng(7), [], []
    for k in range(6):
        walk = np.cumsum(0.12 * rng.standard_normal(52))
        values = [int(v) for v in 40 * 3.0**k * np.exp(walk)]
        if k == 2:
            values[20:30] = [0] * 10
        rows += said(f"region{k}", "health_office", values, "2021-01-04", 7, "B")
        for at in (25, 51):
            value = values[at]
            bounds = (0.0, 1.0) if value == 0 else (0.92 * value, 1.08 * value)
            asks.append(Ask(_day("2021-01-04", 7 * at), bounds, (value,), quantity=f"region{k}"))
    return Case("six levels by week", rows, tuple(asks), (("kind", "stock"),), seconds=30)


def _flood() -> Case:
    """25 claims in eight days; the dead rise, the missing fall."""
    told: list[tuple[int, str, str, object]] = [
        (0, "mayor", "dead", "at least 3"), (0, "radio", "missing", "dozens"),
        (0, "police", "dead", 4), (1, "police", "dead", 11), (1, "police", "missing", 120),
        (1, "radio", "dead", "more than 10"), (1, "red_cross", "missing", "about 150"),
        (2, "police", "dead", 23), (2, "police", "missing", 95), (2, "mayor", "dead", "20 to 25"),
        (2, "agency", "dead", 23), (3, "police", "dead", 31), (3, "police", "missing", 70),
        (3, "agency", "missing", "about 70"), (3, "blog", "dead", 300),
        (4, "police", "dead", 37), (4, "police", "missing", 41), (4, "red_cross", "dead", 38),
        (5, "police", "dead", 41), (5, "police", "missing", 26), (6, "police", "missing", 12),
        (6, "agency", "dead", "more than 40"), (7, "police", "dead", 44),
        (7, "police", "missing", 4), (7, "red_cross", "dead", 45),
    ]  # fmt: skip
    rows: list[Row] = [
        {"quantity": q, "source": s, "on": _day("2021-07-14", d),
         ("phrase" if isinstance(v, str) else "value"): v}
        for d, s, q, v in told
    ]  # fmt: skip
    asks = (
        Ask("2021-07-16", (20, 27), (23,), (0.05, 1.6), quantity="dead"),
        Ask("2021-07-21", (42, 48), (44,), (0.03, 1.3), quantity="dead"),
        Ask("2021-07-17", (60, 82), (70,), (0.05, 1.8), quantity="missing"),
        Ask("2021-07-21", (3, 5.5), (4,), quantity="missing"),
    )
    return Case("a flood in 25 claims", rows, asks, wholes=(Quantity("missing", kind="stock"),),
                warns="error|outlier", seconds=10)  # fmt: skip


def _yearly() -> Case:
    """Twelve years of low, best, high from two databases, as flows of a year."""
    best = [210, 340, 95, 1200, 3100, 2800, 900, 450, 300, 5200, 4100, 800]
    rows: list[Row] = []
    for i, value in enumerate(best):
        for source, factor in (("base_a", 1.0), ("base_b", 1.15)):
            one = round(factor * value)
            rows.append({"quantity": "dead", "source": source, "low": round(0.8 * one), "best": one,
                         "high": round(1.5 * one), "during_start": f"{2008 + i}-01-01",
                         "during_end": f"{2008 + i}-12-31"})  # fmt: skip
    asks = tuple(
        Ask(f"{2008 + i}-07-01", rises=(0.6 * best[i] / 365, 1.8 * best[i] / 365)) for i in (4, 9)
    )
    return Case("twelve years of low, best, high", rows, asks, seconds=15)


def _agencies() -> Case:
    """Monthly totals of three agencies over five years; one counts a fifth less throughout."""
    truth = [int(v) for v in 52_000 * np.cumsum(1 + 0.4 * np.sin(np.arange(60) / 4.0))]
    rows = [
        r
        for source, factor in (("un", 1.0), ("ngo", 1.03), ("ministry", 0.8))
        for r in said("refugees", source, [round(factor * v) for v in truth], "2012-01-31", 30)
    ]
    asks = tuple(
        Ask(_day("2012-01-31", 30 * at), (0.82 * truth[at], 1.06 * truth[at]), (0.95 * truth[at],),
            (0.05, 1.8))
        for at in (20, 59)
    )  # fmt: skip
    return Case("five years of three agencies by month", rows, asks, seconds=15)


PUBLIC = (
    _official(120, 6, slow=False),
    _official(1500, 40, slow=True),
    _many("seventeen series of one source, 40 days", 17, 40, 40, slow=True),
    _many("seventeen series of one source, a year", 17, 365, 90, slow=True),
    _many("eight countries of one source, 400 days", 8, 400, 60, slow=True),
    _many("four series of one source, 60 days", 4, 60, 12, slow=False),
    _trackers(),
    _restart(),
    _weekly(),
    _levels(),
    _flood(),
    _yearly(),
    _agencies(),
)
