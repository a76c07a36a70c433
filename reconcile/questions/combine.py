"""Questions about more than one number: sums, differences, ratios, changes, P(a > b).

A formula F of quantities is asked of joint draws, so that what moves together does. Why it is what
it is follows from the answers to its quantities by the chain rule: on the straight line from their
prior medians to their medians F rises by (mean gradient) x (their rise), so that a claim adds its
contribution to each quantity times the mean slope of F in it (Aumann and Shapley 1974); its
influence is the same with the slope at the medians.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from reconcile.errors import DateError, OptionError
from reconcile.inference import Account, Pull
from reconcile.intervals import Interval
from reconcile.model.scale import from_scale, to_scale, with_unit
from reconcile.numerics.arrays import Array
from reconcile.questions.answer_tables import (
    claims_table,
    coloured,
    effective_origins,
    origin_sources,
)
from reconcile.questions.dates import days_of
from reconcile.questions.expression import Expression, parsed
from reconcile.questions.fit_store import FitStore
from reconcile.questions.joint import joint_values
from reconcile.questions.posterior_estimate import (
    Asking,
    added_at,
    asked_days,
    claims_about,
    estimate_at,
    settings,
    terms_of,
)
from reconcile.values import Claim, Conflict, Days, Distribution, Estimate, Quantity
from reconcile.values.deferred import Later
from reconcile.values.registry import QuantityKind

Key = tuple[str, date | None]

_POINTS, _SHARES = np.polynomial.legendre.leggauss(24)
_STEP = 1e-5
_BESIDE = "the median of the whole lies beside that of its quantities' medians"
_SMALLEST = 1e-12
# A smaller share of draws beyond a zero of the denominator moves no end of any interval.
_RARE = 1e-3


def combined_at(fit: FitStore, expression: str, when: Any, level: float, since: Any) -> Estimate:
    """What `expression` gives at `when`; with `since` how that changed since then."""
    found = parsed(expression, fit.ledger.quantities)
    days = _days(fit, found.names, when)
    first = _first_day(since, days)
    return _Combination(fit, found, days, first, level).answer()


def growth_at(fit: FitStore, quantity: str, when: Any, since: Any, level: float) -> Estimate:
    """What was added to a total after `since` up to `when`; of a level how it changed."""
    about = fit.about(quantity)
    if about.kind == "constant":
        raise OptionError(
            f"expected a total or a level with since; {quantity} is a constant, which does not "
            "change with time: ask for it without since"
        )
    days = asked_days(about, when)
    assert days is not None  # only a constant has none
    first = _first_day(since, days)
    assert first is not None
    posterior = fit.posterior(quantity, days.last)
    if about.kind == "cumulative" and not posterior.age_before(about, first):
        return added_at(fit, about, days.last, first, level)
    alone = Expression.alone(quantity)
    return _Combination(fit, alone, days, first, level, about).answer()


def probability_of(fit: FitStore, comparison: str, when: Any) -> float:
    """How probable what `comparison` says is, by joint draws."""
    found = parsed(comparison, fit.ledger.quantities, compares=True)
    if not found.compares:
        raise OptionError(
            f"expected a comparison (killed_north > killed_south), got {comparison!r}"
        )
    days = _days(fit, found.names, when)
    keys = _keys(fit, found, None if days is None else days.last)
    values = joint_values(fit, list(keys.values()))
    with np.errstate(divide="ignore", invalid="ignore"):
        held = found.of({name: values[key] for name, key in keys.items()})
    return float(np.mean(held))


def _days(fit: FitStore, names: Sequence[str], when: Any) -> Days | None:
    """The days that are asked about; None where all quantities are constants."""
    found = [asked_days(fit.about(name), when) for name in names]
    return next((days for days in found if days is not None), None)


def _first_day(since: Any, days: Days | None) -> date | None:
    """The last day of `since`, which may not lie after the day that is asked about."""
    if since is None:
        return None
    if days is None:
        raise OptionError(
            "expected a total or a level with since, got constants alone: constants do not change"
        )
    first = days_of(since).last
    if first > days.last:
        raise DateError(
            f"expected since on or before the day that is asked about, {days.last}; got {first}"
        )
    return first


def _keys(fit: FitStore, expression: Expression, day: date | None) -> dict[str, Key]:
    """Of each quantity of the formula, what is drawn."""
    constant = {name: fit.about(name).kind == "constant" for name in expression.names}
    return {name: (name, None if constant[name] else day) for name in expression.names}


@dataclass(frozen=True, eq=False)
class _Combination:
    """A formula, asked of a fit on a day, or for its change up to that day."""

    fit: FitStore
    expression: Expression
    days: Days | None
    since: date | None
    level: float
    quantity: Quantity | None = None

    @property
    def day(self) -> date | None:
        return None if self.days is None else self.days.last

    def answer(self) -> Estimate:
        """The estimate."""
        keys = self._asked()
        parts = {key: estimate_at(self.fit, key[0], key[1], self.level) for key in keys}
        values = joint_values(self.fit, keys)
        drawn, notes = self._drawn(values)
        about = self._about(drawn)
        spread = Distribution.from_samples(drawn)
        chain = cache(lambda: _chained(self, parts, values, about))
        claims = self._claims()
        table = cache(lambda: self._table(claims, chain()))
        used = [claim for claim in claims if claim.status == "active"]
        asked = Asking(self.days, self.day, self.since)
        text = "" if self.quantity is not None else self.expression.text
        return Estimate(
            about=about,
            date=self.day,
            since=self.since,
            expression=text or None,
            level=self.level,
            as_of=self.fit.as_of,
            method="state-space",
            distribution=spread,
            envelope=Later(partial(self._envelope, parts)),
            consensus=None,
            claims=Later(table),
            sources=Later(lambda: _stacked(parts.values(), self.fit)),
            n_claims=len(used),
            n_origins=len({*origin_sources((claim.id for claim in used), self.fit.ledger)}),
            n_effective=Later(lambda: effective_origins(table(), self.fit.ledger)),
            conflicts=Later(lambda: _together(parts.values())),
            warnings=Later(lambda: (*notes, *self._mixed(), *self._cautions(parts))),
            diagnostics=Later(lambda: _worst(parts.values(), table())),
            terms=Later(lambda: terms_of(chain(), spread, about, self.fit.ledger, _BESIDE)),
            variance_shares=Later(lambda: chain().variance),
            settings=Later(partial(settings, self.fit, self.level, asked, expression=text)),
        )

    def _claims(self) -> list[Claim]:
        """The claims about the quantities of the formula, by their ids."""
        names = set(self.expression.names)
        found = {c.id: c for name in names for c in claims_about(self.fit, name)}
        return [found[name] for name in sorted(found)]

    def _table(self, claims: Sequence[Claim], chain: Account) -> pd.DataFrame:
        names = set(self.expression.names)
        repeats = {k: v for name in names for k, v in self.fit.posterior(name).repeats.items()}
        return claims_table(claims, self.fit.ledger, chain.pulls, repeats)

    def _asked(self) -> list[Key]:
        """What is drawn: each quantity on the day, and on the day since when."""
        keys = list(_keys(self.fit, self.expression, self.day).values())
        if self.since is not None:
            keys += _keys(self.fit, self.expression, self.since).values()
        return list(dict.fromkeys(keys))

    def of(self, values: Mapping[Key, Any]) -> Any:
        """The formula, or how it changed, at `values`."""
        now = _keys(self.fit, self.expression, self.day)
        found = self.expression.of({name: values[key] for name, key in now.items()})
        if self.since is None:
            return found
        then = _keys(self.fit, self.expression, self.since)
        return found - self.expression.of({name: values[key] for name, key in then.items()})

    def _drawn(self, values: Mapping[Key, Array]) -> tuple[Array, list[str]]:
        """The formula in every draw; raises `OptionError` where it has no value."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            drawn = np.asarray(self.of(values), dtype=float)
        finite = np.isfinite(drawn)
        if not finite.all():
            raise OptionError(
                f"expected a number from {self.expression.text!r} on {self.day}, got none in "
                f"{np.mean(~finite):.0%} of the draws: what it divides by may be 0 there"
            )
        through = self._through_zero(values)
        notes = (
            [
                f"what is divided by lies on both sides of 0 ({through:.1%} of the draws on the "
                "rarer side): near 0 the ratio has no bounds, and its interval means little"
            ]
            if through > _RARE
            else []
        )
        return drawn, notes

    def _through_zero(self, values: Mapping[Key, Array]) -> float:
        """The largest share of draws in which a denominator has the rarer of its signs."""
        keys = _keys(self.fit, self.expression, self.day)
        below = [
            float(np.mean(np.asarray(side) < 0))
            for side in self.expression.denominators({n: values[k] for n, k in keys.items()})
        ]
        return max((min(share, 1 - share) for share in below), default=0.0)

    def _about(self, drawn: Array) -> Quantity:
        """What is answered, as a quantity: on the log scale where it can't fall below 0."""
        if self.quantity is not None:
            kind, label, name = self.quantity.kind, self.quantity.label, self.quantity.id
            unit = self.quantity.unit
        else:
            kinds = {self.fit.about(each).kind for each in self.expression.names}
            kind: QuantityKind = "constant"
            if kinds != {"constant"}:
                kind = "stock" if "stock" in kinds else "cumulative"
            name, label, unit = self.expression.text, "", "count"
        made = Quantity(name, label, unit, kind=kind, scale="linear")
        if self.since is None and self._positive() and (drawn > 0).all():
            return replace(made, scale="log")
        return with_unit(made, 1.0)

    def _positive(self) -> bool:
        """Whether the formula can't fall below 0, whatever its quantities are."""
        wide = {
            "log": Interval(0.0, np.inf),
            "logit": Interval(0.0, 1.0),
            "linear": Interval(-np.inf, np.inf),
        }
        names = self.expression.names
        found = self.expression.of({n: wide[self.fit.about(n).scale] for n in names})
        return isinstance(found, Interval) and found.lower >= 0

    def _envelope(self, parts: Mapping[Key, Estimate]) -> Interval:
        """What the claims allow: interval arithmetic over what they allow of each quantity, so that
        it may be wider where quantities are tied."""
        found = self.of({key: part.envelope for key, part in parts.items()})
        low = 0.0 if self.since is None and self._positive() else -np.inf
        return found.intersection(Interval(low, np.inf))

    def _cautions(self, parts: Mapping[Key, Estimate]) -> tuple[str, ...]:
        """The warnings of the quantities, each named where there are several."""
        found: dict[str, None] = {}
        for (name, day), part in parts.items():
            when = "" if self.since is None else f" on {day}"
            several = len(parts) > 1
            for text in part.warnings:
                found[f"{name}{when}: {text}" if several else text] = None
        return tuple(found)

    def _mixed(self) -> list[str]:
        """Wholes and their parts, and units that do not belong together."""
        found: list[str] = []
        fit, names = self.fit, self.expression.names
        for number, one in enumerate(names):
            for other in names[number + 1 :]:
                leaves = [set(fit.component(n).leaf_ids(n)) for n in (one, other)]
                both = leaves[0] & leaves[1]
                if not both:
                    continue
                part, whole = (one, other) if leaves[0] <= leaves[1] else (other, one)
                said = f"{part} is a part of {whole}"
                if not (leaves[0] <= leaves[1] or leaves[1] <= leaves[0]):
                    said = f"{one} and {other} share {', '.join(sorted(both))}"
                if self._both_added(one, other):
                    said += ": added together, it is counted twice"
                else:
                    said += ": they move together, which the joint posterior takes into account"
                found.append(said)
        for left, right in self.expression.added():
            sides = [self.expression.name_of(side) for side in (left, right)]
            units = {fit.about(n).unit for n in sides if n is not None}
            if len(units) > 1:
                one, two = sorted(units)
                found.append(f"{sides[0]} and {sides[1]} have different units: {one} and {two}")
        return found

    def _both_added(self, one: str, other: str) -> bool:
        """Whether the formula rises with both, near ones, or falls with both."""
        at = dict.fromkeys(self.expression.names, 0.5)
        base = self.expression.of(at)
        try:
            rises = [self.expression.of(at | {name: 0.51}) - base for name in (one, other)]
        except ZeroDivisionError:
            return False
        return rises[0] * rises[1] > 0


def _chained(
    asked: _Combination, parts: Mapping[Key, Estimate], values: Mapping[Key, Array],
    about: Quantity,
) -> Account:  # fmt: skip
    """What each claim does to the formula, from what it does to each quantity (chain rule)."""
    keys = [key for key, part in parts.items() if np.isfinite([t.value for t in part.terms]).all()]
    first = np.array([parts[key].terms[0].value for key in keys])
    last = np.array([to_scale(parts[key].median, parts[key].about) for key in keys])

    def formula(x: Array) -> float:
        at: dict[Key, float] = {key: part.median for key, part in parts.items()}
        for key, value in zip(keys, x, strict=True):
            at[key] = float(from_scale(np.array(value), parts[key].about))
        return to_scale(float(asked.of(at)), about)

    mean = np.zeros(len(keys))
    for point, share in zip(0.5 * (_POINTS + 1), 0.5 * _SHARES, strict=True):
        mean += share * _gradient(formula, first + point * (last - first))
    slopes = _gradient(formula, last)
    pulls: dict[str, Pull] = {}
    rest: dict[str, float] = {}
    powers = np.array([_power(values[key], parts[key].about) for key in keys]) * slopes**2
    powers = powers / max(float(powers.sum()), _SMALLEST)
    shares: dict[str, float] = {}
    for key, gain, slope, power in zip(keys, mean, slopes, powers, strict=True):
        rows = parts[key].claims.set_index("claim")[["weight", "influence"]]
        weighed: dict[str, tuple[float, float]] = {
            str(name): (float(row.weight), float(row.influence))  # pyright: ignore[reportArgumentType]
            for name, row in zip(rows.index, rows.itertuples(index=False), strict=True)
        }
        for term in parts[key].terms[1:]:
            if not term.source:
                rest[term.name] = rest.get(term.name, 0.0) + gain * term.value
                continue
            weight, influence = weighed.get(term.name, (0.0, 0.0))
            before = pulls.get(term.name, Pull(term.name, 0.0, 0.0, 0.0))
            pulls[term.name] = Pull(
                term.name,
                before.contribution + gain * term.value,
                before.weight + power * weight,
                before.influence + slope * influence,
            )
        for cause, share in parts[key].variance_shares.items():
            shares[cause] = shares.get(cause, 0.0) + power * share
    start = formula(first)
    end = start + float(mean @ (last - first))
    return Account(start, tuple(pulls.values()), rest, end, shares)


def _gradient(formula: Any, x: Array) -> Array:
    """The slopes of the formula (K,) at `x` (K,), by central differences."""
    found = np.zeros(len(x))
    for k in range(len(x)):
        step = np.zeros(len(x))
        step[k] = _STEP * max(1.0, abs(x[k]))
        found[k] = (formula(x + step) - formula(x - step)) / (2 * step[k])
    return np.where(np.isfinite(found), found, 0.0)


def _power(values: Array, about: Quantity) -> float:
    """The variance of a quantity on its model scale, from the middle of its draws."""
    low, high = np.quantile(values, [0.1, 0.9])
    found = to_scale(float(high), about) - to_scale(float(low), about)
    return found**2 if np.isfinite(found) else 0.0


def _stacked(parts: Any, fit: FitStore) -> pd.DataFrame:
    """The sources of all parts, each once for each of its wholes."""
    found = pd.concat([part.sources for part in parts], ignore_index=True)
    return coloured(found.drop_duplicates(["source", "quantity"], ignore_index=True), fit.ledger)


def _together(parts: Any) -> tuple[Conflict, ...]:
    """The conflicts of all parts, each once; the smallest sets and widest gaps first."""
    found = {conflict.claims: conflict for part in parts for conflict in part.conflicts}
    return tuple(sorted(found.values(), key=lambda c: (len(c.claims), -c.gap, c.claims)))


def _worst(parts: Any, table: pd.DataFrame) -> dict[str, float]:
    """Of each diagnostic of the parts what is worst."""
    told = [part.diagnostics for part in parts if part.diagnostics]
    least = ("settled", "conflicts_complete")
    found = {
        name: (min if name in least else max)(each[name] for each in told)
        for name in (told[0] if told else {})
    }
    return found | {"beyond_claims": float(np.clip(1 - table["weight"].sum(), 0, 1))}
