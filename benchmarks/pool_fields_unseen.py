"""Six more fields, simulated before the weighing of candidates was last changed and not looked at
until it was done. What was scored then stands in docs/pool.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pool_fields import DATED, Field

__all__ = ["FIELDS"]

Q7 = {"q025": -1.96, "q05": -1.645, "q25": -0.674, "q50": 0.0, "q75": 0.674, "q95": 1.645,
      "q975": 1.96}  # fmt: skip


def outbreaks(seed: int, *, weeks: int = 44, lands: int = 6, teams: int = 9) -> pd.DataFrame:
    """Forecasts of weekly cases one and two weeks ahead, as quantiles: growth that turns, teams
    that go on with the last growth, teams that damp it, a naive one; some state half the width
    they need; teams come and go, and reports of a week are revised up."""
    rng = np.random.default_rng(seed)
    carry = rng.choice([0.0, 0.3, 0.6, 1.0], teams)
    width, own = np.exp(rng.normal(-0.4, 0.5, teams)), rng.uniform(0.05, 0.2, teams)
    joins, leaves = rng.integers(0, 15, teams), rng.integers(25, 60, teams)
    rows: list[tuple[object, ...]] = []
    for land in range(lands):
        growth = np.zeros(weeks + 3)
        for week in range(1, weeks + 3):
            turn = rng.normal(0, 0.3) if rng.random() < 0.12 else rng.normal(0, 0.06)
            growth[week] = 0.85 * growth[week - 1] + turn
        log = rng.uniform(4, 8) + np.cumsum(growth - 0.02)
        cases = rng.negative_binomial(30, 30 / (30 + np.exp(np.clip(log, 0, 12))))
        for week in range(2, weeks):
            seen = np.log(cases[week] * rng.uniform(0.85, 1.0) + 1)
            trend = seen - np.log(cases[week - 1] + 1)
            for ahead in (1, 2):
                for t in np.flatnonzero((joins <= week) & (leaves > week)):
                    if rng.random() < 0.1:
                        continue
                    middle = seen + carry[t] * ahead * trend + own[t] * rng.normal()
                    sd = 0.25 * np.sqrt(ahead) * width[t]
                    said = [round(float(np.expm1(middle + sd * z)), 1) for z in Q7.values()]
                    when = (week, int(cases[week + ahead]), week + ahead + 0.5, f"{ahead} ahead")
                    rows.append((f"{land}|{week}|{ahead}", f"team{t}", *said, *when))
    return pd.DataFrame(rows, columns=["item", "source", *Q7, *DATED, "group"])


def stations(seed: int, *, days: int = 150, places: int = 3, people: int = 10) -> pd.DataFrame:
    """Highest temperatures told by forecasters who see one model's output, whose bias changes with
    the season and with a new version; some lean to the usual value, some round to fives."""
    rng = np.random.default_rng(seed)
    trust, lean = rng.uniform(0.3, 1.0, people), rng.normal(0, 0.4, people)
    rounds, noise = rng.random(people) < 0.2, rng.uniform(0.3, 1.2, people)
    new = int(rng.integers(60, 110))
    rows: list[tuple[object, ...]] = []
    weather = rng.normal(0, 4, places)
    for day in range(days):
        usual = 15 + 10 * np.sin(day / 50)
        weather = 0.7 * weather + rng.normal(0, 2.5) + rng.normal(0, 1.2, places)
        for place in range(places):
            truth = usual + weather[place] + 2 * place
            bias = 1.5 * np.cos(day / 50) + (-2.0 if day >= new else 0.5 * place)
            model = truth + bias + rng.normal(0, 1.5)
            for p in np.flatnonzero(rng.random(people) < 0.75):
                said = trust[p] * model + (1 - trust[p]) * (usual + 2 * place)
                said += lean[p] + noise[p] * rng.normal()
                told = 5 * round(said / 5) if rounds[p] else round(said)
                rows.append((f"{place}|{day}", f"p{p}", told, day, round(truth, 1), day + 1))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def late_reports(seed: int, *, weeks: int = 100) -> pd.DataFrame:
    """Cases of a seasonal fever as one register has them after 0 to 4 weeks, of two regions; the
    share reported in time falls when there are many, and rises for good one day."""
    rng = np.random.default_rng(seed)
    faster = int(rng.integers(45, 75))
    rows: list[tuple[object, ...]] = []
    for region, size in (("north", 4.2), ("south", 2.6)):
        noise = np.cumsum(rng.normal(0, 0.15, weeks))
        log = size + 1.3 * np.sin(np.arange(weeks) / 8.3) + noise - 0.02 * noise**2
        for week in range(weeks):
            truth = int(rng.negative_binomial(8, 8 / (8 + np.exp(np.clip(log[week], -1, 9)))))
            busy = 1 / (1 + np.exp(1.2 * (log[week] - size)))
            rest = 0.75 - 0.35 * busy - (0.25 if week >= faster else 0.0)
            left = truth
            for delay in range(5):
                left = int(rng.binomial(left, np.clip(rest + 0.1 * rng.normal(), 0.05, 0.95)))
                when = (week + delay, truth, week + 12, f"{region} {delay}")
                rows.append((f"{region}|{week}|{delay}", "register", truth - left, *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


def edited(seed: int, *, towns: int = 160, editors: int = 90) -> pd.DataFrame:
    """Populations in a wiki: the census to the digit, the census before, an estimate of the year,
    numbers with a digit changed or dropped, jokes, and reverts; few towns have many edits."""
    rng = np.random.default_rng(seed)
    habit = rng.choice(["census", "old", "estimate", "vandal"], editors, p=[0.45, 0.2, 0.2, 0.15])
    rows: list[tuple[object, ...]] = []
    for town in range(towns):
        truth = int(np.exp(rng.normal(8.5, 1.7))) + 50
        old = int(truth * np.exp(rng.normal(-0.04, 0.08)))
        count = 1 + min(int(rng.geometric(0.4)), 7)
        said: list[int] = []
        for editor in rng.choice(editors, count, replace=False):
            kind = habit[editor] if rng.random() < 0.85 else str(rng.choice(["census", "vandal"]))
            if kind == "census":
                value = truth
            elif kind == "old":
                value = old
            elif kind == "estimate":
                value = int(truth * np.exp(rng.normal(0.02, 0.02)))
            else:
                digits = str(truth)
                place = int(rng.integers(len(digits)))
                changed = digits[:place] + str(rng.integers(10)) + digits[place + 1 :]
                options = [int(changed), int(digits[:-1]), int(digits + "0"), 666, 10**9, 1]
                value = int(rng.choice(options))
            if said and rng.random() < 0.15:
                value = said[int(rng.integers(len(said)))]
            said.append(value)
            rows.append((f"t{town}", f"e{editor}", value, truth))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def shares(seed: int, *, votes: int = 30, houses: int = 15) -> pd.DataFrame:
    """Shares of parties in votes spread over years, two or three polls a party, with margins of
    error of the sample alone; houses lean, and each vote has a surprise of its own by party."""
    rng = np.random.default_rng(seed)
    parties = 7
    lean = rng.normal(0, 0.01, (houses, parties))
    rows: list[tuple[object, ...]] = []
    for vote in range(votes):
        true = rng.dirichlet(np.array([8, 7, 4, 3, 2, 1.5, 1]) * 3)
        surprise = rng.normal(0, 0.12, parties)
        for house in rng.choice(houses, int(rng.integers(1, 4)), replace=False):
            size = int(rng.choice([600, 1000, 2000]))
            expected = true * np.exp(surprise) + lean[house]
            expected = np.clip(expected, 0.002, None) / np.clip(expected, 0.002, None).sum()
            found = rng.multinomial(size, expected) / size
            ahead = float(rng.integers(1, 30)) / 100
            for party in range(parties):
                error = 1.96 * np.sqrt(max(found[party], 0.5 / size) * (1 - found[party]) / size)
                ends = (max(found[party] - error, 0.0), min(found[party] + error, 1.0), 0.95)
                when = (vote - ahead, round(float(true[party]), 4), float(vote))
                key = (f"v{vote}p{party}", f"h{house}", round(float(found[party]), 3))
                rows.append((*key, *ends, *when, f"vote {vote}"))
    columns = ["item", "source", "value", "lower", "upper", "level", *DATED, "group"]
    return pd.DataFrame(rows, columns=columns)


def prices(seed: int, *, months: int = 60, analysts: int = 12) -> pd.DataFrame:
    """Prices in three months as analysts foresee them: all start from today's, hope for more by an
    amount of their own, hold on to old numbers for months; jumps are rare and large."""
    rng = np.random.default_rng(seed)
    hope, stale = rng.normal(0.05, 0.05, analysts), rng.uniform(0.1, 0.7, analysts)
    rows: list[tuple[object, ...]] = []
    for firm in range(5):
        moves = 0.07 * rng.standard_t(3, months + 4)
        log = rng.uniform(1, 7) + np.cumsum(moves)
        held = log[0] + hope
        for month in range(months):
            fresh = rng.random(analysts) > stale
            hint = 0.15 * (log[month + 3] - log[month])
            held = np.where(fresh, log[month] + hint + hope + rng.normal(0, 0.06, analysts), held)
            for one in np.flatnonzero(rng.random(analysts) < 0.6):
                said, truth = (float(f"{np.exp(v):.3g}") for v in (held[one], log[month + 3]))
                when = (month, truth, month + 3)
                rows.append((f"f{firm}|{month}", f"a{one}", said, *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


FIELDS: tuple[Field, ...] = (
    Field("outbreaks that turn", outbreaks, scores="log"),
    Field("stations with a new model", stations),
    Field("late reports, busy weeks", late_reports, scores="log"),
    Field("edited populations", edited, learn="others", scores="log", many=False),
    Field("shares of parties", shares, many=False),
    Field("prices foreseen", prices, scores="log"),
)
