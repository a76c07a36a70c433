"""`diff`: what changed between two ledgers, and what that did to the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reconcile.ledger import Changes, Ledger, changes
from reconcile.questions.dates import day_of
from reconcile.questions.fit import Fit, fit
from reconcile.questions.leave_out import bounds_of
from reconcile.questions.posterior_estimate import spread_at
from reconcile.values import Quantity
from reconcile.values.distribution import checked_level
from reconcile.values.plain import ToJson
from reconcile.values.wording import day_words, spread_words


@dataclass(frozen=True, eq=False, repr=False)
class Difference(ToJson):
    """What changed between two ledgers (`changes`), and what that did (`effects`).

    `effects` has one row for each quantity and date: `quantity`, `date`, `median_a`, `lower_a`,
    `upper_a`, the same with `_b`, `level`, `scale`, and `change`: median b as a multiple of median
    a (on linear and logit scales the difference). A quantity that only one ledger knows has NaN
    for the other.
    """

    changes: Changes
    effects: pd.DataFrame

    def __bool__(self) -> bool:
        return bool(self.changes)

    def to_frame(self) -> pd.DataFrame:
        """The changes, one row each; `effects` is a table already."""
        return self.changes.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the changes and the effects."""
        return {
            "counts": self.changes.counts,
            "changes": [
                {"what": c.what, "id": c.id, "kind": c.kind, "field": c.field, "text": c.text}
                for c in self.changes
            ],
            "effects": [
                {str(key): _plain(value) for key, value in row.items()}
                for row in self.effects.to_dict("records")
            ],
        }

    def __str__(self) -> str:
        if not self.changes:
            return "the two ledgers are the same"
        counted = ", ".join(f"{number:,} {name}" for name, number in self.changes.counts.items())
        return "\n".join(
            [counted, *(_effect_words(row) for row in self.effects.to_dict("records"))]
        )

    def __repr__(self) -> str:
        return f"<Difference: {len(self.changes):,} changes, {len(self.effects):,} effects>"


def diff(
    ledger_a: Ledger,
    ledger_b: Ledger,
    *,
    quantity: str | Iterable[str] | None = None,
    date: Any = None,
    as_of: Any = None,
    level: float = 0.9,
    convention: str = "default",
    seed: int = 0,
) -> Difference:
    """What changed from one ledger to another, and what that did to the estimates.

    Parameters
    ----------
    ledger_a, ledger_b : Ledger
        The ledger before and after.
    quantity : str or iterable of str, optional
        The effects on these; by default on each whole, level and constant that a change bears on.
    date : date-like, optional
        The day of the estimates; by default the last day that a claim on the quantity speaks of.
    as_of, level, convention, seed : as in `reconcile.estimate`

    Raises
    ------
    UnknownQuantityError, DateError, OptionError
        As `reconcile.estimate` does.

    References
    ----------
    docs/questions.md

    Examples
    --------
    >>> import reconcile
    >>> ledger = reconcile.read_ledger()
    >>> found = reconcile.diff(ledger.select(exclude="cnn-gur-generals"), ledger)
    >>> found.changes.counts, found.effects["quantity"].tolist()
    ({'claim added': 1}, ['generals'])
    """
    checked_level(level)
    known = day_of(as_of)
    before, after = (x if known is None else x.as_of(known) for x in (ledger_a, ledger_b))
    found = changes(before, after)
    fits = [_fit(x, known, level, convention, seed) for x in (before, after)]
    if quantity is None:
        names = _touched(found, *fits)
    else:
        names = [quantity] if isinstance(quantity, str) else list(quantity)
        for name in names:
            (before if name in before.quantities else after).quantity(name)
    rows = [_effect(name, date, level, *fits) for name in names] if found else []
    return Difference(found, pd.DataFrame(rows, columns=list(_COLUMNS)))


_COLUMNS = (
    *("quantity", "date", "median_a", "lower_a", "upper_a", "median_b", "lower_b", "upper_b"),
    *("level", "scale", "change"),
)


def _fit(ledger: Ledger, known: dt.date | None, level: float, convention: str, seed: int) -> Fit:
    """A fit of what may be an empty ledger."""
    if len(ledger):
        return fit(ledger, as_of=known, level=level, convention=convention, seed=seed)
    return Fit(ledger, known, level=level, convention=convention, seed=seed)


def _touched(found: Changes, before: Fit, after: Fit) -> list[str]:
    """The roots of what changed; a changed source touches what it speaks of."""
    touched = dict.fromkeys(found.quantities)
    sources = {change.id for change in found if change.what == "source"}
    for side in (before, after):
        touched |= dict.fromkeys(c.quantity for c in side.ledger if c.source in sources)
    roots = dict.fromkeys(_root(name, before, after) for name in touched)
    return sorted(name for name in roots if _claimed(name, before) or _claimed(name, after))


def _root(name: str, before: Fit, after: Fit) -> str:
    side = after if name in after.ledger.quantities else before
    return side.component(name).root(name)


def _claimed(name: str, side: Fit) -> bool:
    return bool(_days(name, side))


def _days(name: str, side: Fit) -> list[dt.date]:
    """The last days that claims about `name` or its parts speak of."""
    if name not in side.ledger.quantities:
        return []
    component = side.component(name)
    kin = component.kin(name)
    return [c.period.last for c in side.claims_of(component) if c.quantity in kin]


def _effect(name: str, when: Any, level: float, before: Fit, after: Fit) -> dict[str, Any]:
    about = (after if name in after.ledger.quantities else before).about(name)
    day = _day(about, when, before, after)
    row: dict[str, Any] = {"quantity": name, "date": pd.NaT if day is None else pd.Timestamp(day)}
    medians: list[float] = []
    for side, letter in ((before, "a"), (after, "b")):
        bounds = _bounds(name, when if day is not None and when is not None else day, level, side)
        row |= {f"{key}_{letter}": bounds[key] for key in ("median", "lower", "upper")}
        medians.append(bounds["median"])
    first, second = medians
    ratio = about.scale == "log" and not first <= 0
    change = second / first if ratio else second - first
    return row | {"level": level, "scale": about.scale, "change": change}


def _day(about: Quantity, when: Any, before: Fit, after: Fit) -> dt.date | None:
    if about.kind == "constant":
        return None
    asked = day_of(when)
    return asked or max([*_days(about.id, before), *_days(about.id, after)])


def _bounds(name: str, when: Any, level: float, side: Fit) -> dict[str, float]:
    if name not in side.ledger.quantities or not len(side.ledger):
        return dict.fromkeys(("median", "lower", "upper"), float("nan"))
    return bounds_of(spread_at(side, name, when), level)


def _effect_words(row: dict[Any, Any]) -> str:
    """An effect as a sentence."""
    day = "" if pd.isna(row["date"]) else f" on {day_words(row['date'].date())}"
    before, after = (
        spread_words(*(row[f"{name}_{side}"] for name in ("median", "lower", "upper")))
        for side in ("a", "b")
    )
    return f"{row['quantity']}{day}: {before} before, {after} after"


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
