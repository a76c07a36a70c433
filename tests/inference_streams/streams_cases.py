"""Small ledgers for the engine of many claims: parts of a whole, flows, flags, several sources."""

from datetime import date, timedelta

import numpy as np

from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.values import Claim, Period, Phrase, Quantity, Source

ORIGIN = date(2023, 1, 1)


def exact(x):
    return Phrase(f"{x:g}", "exact", Interval(x, x), nominal=float(x))


def at_least(x):
    return Phrase(f"at least {x:g}", "at_least", Interval(x, np.inf), nominal=float(x))


def day(j):
    return ORIGIN + timedelta(days=int(j))


QUANTITIES = [
    Quantity("killed", epoch=ORIGIN, side="red"),
    Quantity("wounded", epoch=ORIGIN, side="red"),
    Quantity("casualties", epoch=ORIGIN, parts=("killed", "wounded"), side="red"),
    Quantity("tanks", epoch=ORIGIN, side="red"),
    Quantity("planes", side="red"),
    Quantity("force", kind="stock", epoch=ORIGIN, side="red"),
]
SOURCES = [
    Source("red", side="red", reliability="D"),
    Source("blue", reliability="C"),
    Source("press", reliability="B"),
    Source("desk", parent="press", reliability="B"),
]


def small(seed=0, n=150):
    """A ledger of some 150 claims about six quantities, with a truth that is known."""
    rng = np.random.default_rng(seed)
    days = np.arange(120)
    rate = np.exp(2 + 0.4 * np.sin(days / 17))
    truth = {
        "killed": np.cumsum(rate), "wounded": 2.7 * np.cumsum(rate), "tanks": np.cumsum(rate / 9),
        "planes": 60 + np.cumsum(rate / 40), "force": 9000 * np.exp(0.2 * np.sin(days / 30)),
    }  # fmt: skip
    truth["casualties"] = truth["killed"] + truth["wounded"]
    house = {"red": 0.7, "blue": 1.4, "press": 1.05, "desk": 1.0}
    claims = []
    for i in range(n):
        name = QUANTITIES[rng.integers(6)].id
        source = SOURCES[rng.choice(4, p=[0.3, 0.4, 0.2, 0.1])].id
        j = int(rng.integers(8, 120))
        flow = name in ("killed", "tanks") and rng.random() < 0.25
        begin = int(rng.integers(0, j - 4))
        value = truth[name][j] - (truth[name][begin - 1] if flow and begin else 0.0)
        said = max(round(value * house[source] * np.exp(0.05 * rng.standard_t(4))), 1)
        phrase = at_least(said) if rng.random() < 0.1 else exact(said)
        period = Period.during(day(begin), day(j)) if flow else Period.on(day(j))
        claims.append(Claim(f"c{i}", name, source, phrase, period))
    return Ledger.of(claims, QUANTITIES, SOURCES), truth


def simulated(rng, sources, days=150, each=0.4):
    """Claims of drifting sources with house effects about one total, and the truth by day."""
    lam = np.zeros(days)
    lam[0] = rng.normal(2.0, 0.7)
    phi = np.exp(-1 / 21)
    for j in range(1, days):
        lam[j] = 2 + phi * (lam[j - 1] - 2) + 0.25 * np.sqrt(21 * (1 - phi**2) / 2) * rng.normal()
    truth = np.cumsum(np.exp(lam))
    claims, decay = [], np.exp(-1 / 60)
    for s in range(sources):
        house, e = rng.normal(0, 0.35), rng.normal(0, 0.08)
        for j in range(days):
            e = decay * e + 0.08 * np.sqrt(1 - decay**2) * rng.normal()
            if rng.random() < each:
                said = max(round(truth[j] * np.exp(house + e + 0.03 * rng.standard_t(4))), 1)
                claims.append(Claim(f"{s}-{j}", "loss", f"s{s}", exact(said), Period.on(day(j))))
    return claims, truth
