"""`sensitivity`: what an answer owes to the meaning of words, to each source, and to its priors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reconcile.language import convention_names
from reconcile.ledger import Ledger, read_ledger
from reconcile.model.scale import to_scale
from reconcile.questions.fit import Fit, fit
from reconcile.questions.leave_out import bounds_of, moved, spread_row, without_sources
from reconcile.questions.posterior_estimate import estimate_at
from reconcile.values import Estimate, Quantity
from reconcile.values.distribution import checked_level
from reconcile.values.plain import ToJson
from reconcile.values.wording import share_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PRIOR_SCALES = (0.5, 1.0, 2.0)  # halved and doubled, the usual pair


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(ToJson):
    """What the answer for `quantity` at `date` depends on.

    `sources`: the answer without each source (the first row is with all). `conventions`: under each
    reading of vague words. `priors`: with the sd of every prior halved and doubled. Each table has
    `median`, `lower`, `upper`, `level`, the bounds at 50, 80 and 95%, and `change`, the factor to
    the answer as it is (on linear and logit scales the difference). `shares`: what part of the
    variance, on the model's scale, comes from words (their meaning: between conventions and inside
    one), sources, time and priors; they sum to 1.
    """

    fit: Fit
    answer: Estimate
    sources: pd.DataFrame
    conventions: pd.DataFrame
    priors: pd.DataFrame
    shares: Mapping[str, float]

    @property
    def about(self) -> Quantity:
        """The quantity."""
        return self.answer.about

    @property
    def quantity(self) -> str:
        """The id of the quantity."""
        return self.answer.quantity

    @property
    def date(self) -> dt.date | None:
        """The day that is asked about."""
        return self.answer.date

    def copied(self, source: str, copies: Sequence[int] = (1, 2, 5, 10)) -> pd.DataFrame:
        """The answer if `source` were heard so many times more; see `Fit.copy_source`."""
        return self.fit.copy_source(
            self.quantity, self.date, source=source, copies=copies, level=self.answer.level
        )

    def to_frame(self) -> pd.DataFrame:
        """All three tables as one: `varied` (source, convention, prior) and `value`."""
        named = (
            ("source", self.sources.drop(columns="label").rename(columns={"source": "value"})),
            ("convention", self.conventions.rename(columns={"convention": "value"})),
            ("prior", self.priors.rename(columns={"prior_scale": "value"})),
        )
        return pd.concat([t.assign(varied=name) for name, t in named], ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "quantity": self.quantity,
            "date": None if self.date is None else self.date.isoformat(),
            "shares": dict(self.shares),
            "sources": self.sources.to_dict("records"),
            "conventions": self.conventions.to_dict("records"),
            "priors": self.priors.to_dict("records"),
            "settings": dict(self.answer.settings),
        }

    def plot(self, **options: Any) -> Axes:
        """Draw `reconcile.plot.sensitivity` of the sources; options go through."""
        from reconcile.plot import sensitivity as draw  # Matplotlib comes in only here

        return draw(self.sources.assign(date=self.date), about=self.about, **options)

    def __str__(self) -> str:
        return f"{self.answer}\nof the variance: {share_words(self.shares)}"

    def __repr__(self) -> str:
        return f"<Sensitivity of {self.answer}>"


def sensitivity(
    quantity: str,
    date: Any = None,
    *,
    ledger: Ledger | None = None,
    level: float = 0.9,
    as_of: Any = None,
    sources: Collection[str] | None = None,
    conventions: Iterable[str] | None = None,
    convention: str = "default",
    exclude: str | Iterable[str] = (),
    seed: int = 0,
) -> Sensitivity:
    """What an answer depends on: sources, meaning of words, priors.

    Everything is fitted anew: without each source, under each convention, and with the standard
    deviation of every prior halved and doubled.

    The shares of variance: every row of the model, prior or claim, adds (its coefficient in the
    answer)^2 times its variance to the variance of the answer, on the model's scale. The part of a
    claim is split by the width of its words and the error of its source. Conventions count as
    equally likely: the variance between their answers is added to "words", the parts inside each
    are averaged.

    Parameters
    ----------
    quantity, date, ledger, level, as_of : as in `reconcile.estimate`
    sources : collection of str, optional
        The sources to leave out in turn; by default all that speak about the quantity.
    conventions : iterable of str, optional
        The conventions to read words under; by default those that come with the package.
    convention, exclude, seed : as in `reconcile.estimate`

    Raises
    ------
    UnknownQuantityError, DateError, OptionError, LedgerError, FitError
        As `reconcile.estimate` does.

    References
    ----------
    docs/questions.md

    Examples
    --------
    >>> import reconcile
    >>> found = reconcile.sensitivity("assault_group_size", conventions=["default", "crowd"])
    >>> round(sum(found.shares.values()), 9)
    1.0
    """
    checked_level(level)
    whole = read_ledger(convention=convention) if ledger is None else ledger
    chosen = whole.select(exclude=exclude) if exclude else whole
    base = fit(chosen, as_of=as_of, level=level, convention=convention, seed=seed)
    answer = estimate_at(base, quantity, date, level)
    for source in sources or ():
        chosen.source(source)
    others = [*dict.fromkeys([convention, *(conventions or convention_names())])]
    readings = [_read_as(base, name, quantity, date, level, answer) for name in others]
    scales = [replace(base, prior_scale=scale, kept={}) for scale in _PRIOR_SCALES if scale != 1.0]
    priors = [{"prior_scale": 1.0} | bounds_of(answer.distribution, level)]
    priors += [
        {"prior_scale": fitted.prior_scale} | spread_row(fitted, quantity, date, level)
        for fitted in scales
    ]
    named = None if sources is None else list(sources)
    return Sensitivity(
        fit=base,
        answer=answer,
        sources=without_sources(base, quantity, date, level, named),
        conventions=moved(
            [
                {"convention": name} | bounds_of(each.distribution, level)
                for name, each in zip(others, readings, strict=True)
            ],
            answer.about,
        ),
        priors=moved(priors, answer.about).sort_values("prior_scale", ignore_index=True),
        shares=shares_across(readings),
    )


def _read_as(
    base: Fit, name: str, quantity: str, when: Any, level: float, answer: Estimate
) -> Estimate:
    """The answer under another convention; where that reads nothing otherwise, the answer."""
    ledger = base.ledger.reread(name)
    if all(a.phrase.interval == b.phrase.interval and a.phrase.nominal == b.phrase.nominal
           for a, b in zip(ledger, base.ledger, strict=True)):  # fmt: skip
        return answer
    fitted = replace(base, ledger=ledger, convention=name, kept={})
    return estimate_at(fitted, quantity, when, level)


def shares_across(readings: list[Estimate]) -> Mapping[str, float]:
    """The shares of variance over equally likely conventions.

    By the law of total variance: the parts inside each convention averaged, and the variance
    between their medians, which is a matter of words.
    """
    about = readings[0].about
    if not all(each.variance_shares for each in readings):
        return {}
    medians = np.array([to_scale(each.median, about) for each in readings])
    parts = {
        cause: float(np.mean([_variance(each) * each.variance_shares[cause] for each in readings]))
        for cause in readings[0].variance_shares
    }
    parts["words"] += float(np.var(medians))
    total = sum(parts.values())
    return {cause: part / total for cause, part in parts.items()}


def _variance(answer: Estimate) -> float:
    """The variance of the answer on the model's scale, from its central 80%."""
    low, high = (to_scale(answer.quantile(p), answer.about) for p in (0.1, 0.9))
    return ((high - low) / 2.5631031310892007) ** 2
