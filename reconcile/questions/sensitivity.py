"""`sensitivity`: what an answer owes to the meaning of words, to each source, and to its priors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reconcile.batch.progress_line import Progress
from reconcile.language import convention_names
from reconcile.ledger import Ledger, read_ledger
from reconcile.model.scale import to_scale
from reconcile.questions.fit import Fit, fit
from reconcile.questions.fit_store import FitStore
from reconcile.questions.leave_out import bounds_of, moved, speaking, table_without, without
from reconcile.questions.posterior_estimate import estimate_at
from reconcile.questions.refits import Execution, Refit, answers_of
from reconcile.values import Distribution, Estimate, Quantity
from reconcile.values.distribution import checked_level
from reconcile.values.plain import ToJson
from reconcile.values.wording import share_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PRIORS = (0.5, 2.0)  # halved and doubled, the usual pair


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

    def copied(
        self,
        source: str,
        copies: Sequence[int] = (1, 2, 5, 10),
        *,
        workers: int | None = 1,
        executor: Executor | None = None,
    ) -> pd.DataFrame:
        """The answer if `source` were heard so many times more; see `Fit.copy_source`."""
        return self.fit.copy_source(
            self.quantity, self.date, source=source, copies=copies, level=self.answer.level,
            workers=workers, executor=executor,
        )  # fmt: skip

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
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | bool | None = None,
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
    workers : int, optional
        Processes that share out the fits; 1 makes them in this one, None takes one for each core.
        The answers are the same. With more than one, the script that asks must be importable
        (``if __name__ == "__main__":``).
    executor : concurrent.futures.Executor, optional
        Makes the fits instead: of a Dask cluster, `client.get_executor()`.
    progress : callable or bool, optional
        As in `reconcile.fit`, for the fits of this question.

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
    execution = Execution(workers, executor, progress)
    whole = read_ledger(convention=convention) if ledger is None else ledger
    chosen = whole.select(exclude=exclude) if exclude else whole
    base = fit(
        chosen, as_of=as_of, level=level, convention=convention, seed=seed, progress=progress
    )
    answer = estimate_at(base, quantity, date, level)
    for source in sources or ():
        chosen.source(source)
    left = speaking(base, quantity) if sources is None else list(sources)
    others = [*dict.fromkeys([convention, *(conventions or convention_names())])]
    varied = {
        **{f"without {name}": without(base, name) for name in left},
        **{f"words read by {name}": _read_as(base, name) for name in others},
        **{f"sd of the priors x {x:g}": replace(base, prior_scale=x, kept={}) for x in _PRIORS},
    }
    refits = [Refit(fitted, ((quantity, date),), what) for what, fitted in varied.items()]
    found = [one for (one,) in answers_of(refits, varied_answer, execution, base)]
    spreads = [one.distribution for one in found]
    readings, last = found[len(left) : len(left) + len(others)], len(left) + len(others)
    return Sensitivity(
        fit=base,
        answer=answer,
        sources=table_without(
            base, answer.about, level, left, [answer.distribution, *spreads[: len(left)]]
        ),
        conventions=_table("convention", others, spreads[len(left) : last], level, answer.about),
        priors=_table(
            "prior_scale", [1.0, *_PRIORS], [answer.distribution, *spreads[last:]], level,
            answer.about,
        ).sort_values("prior_scale", ignore_index=True),
        shares=shares_across(readings, answer.about),
    )  # fmt: skip


@dataclass(frozen=True)
class VariedAnswer:
    """What an answer comes to, and what its variance comes from."""

    distribution: Distribution
    shares: Mapping[str, float]


def varied_answer(known: FitStore, quantity: str, when: Any) -> VariedAnswer:
    """Both of the answer of a fit."""
    answer = estimate_at(known, quantity, when, known.level)
    return VariedAnswer(answer.distribution, dict(answer.variance_shares))


def _read_as(base: Fit, name: str) -> Fit:
    """The fit under another convention; where that reads nothing otherwise, the fit itself."""
    ledger = base.ledger.reread(name)
    if all(a.phrase.interval == b.phrase.interval and a.phrase.nominal == b.phrase.nominal
           for a, b in zip(ledger, base.ledger, strict=True)):  # fmt: skip
        return base
    return replace(base, ledger=ledger, convention=name, kept={})


def _table(
    varied: str, values: Sequence[Any], spreads: Sequence[Distribution], level: float,
    about: Quantity,
) -> pd.DataFrame:  # fmt: skip
    rows = zip(values, spreads, strict=True)
    return moved([{varied: value} | bounds_of(spread, level) for value, spread in rows], about)


def shares_across(readings: Sequence[VariedAnswer], about: Quantity) -> Mapping[str, float]:
    """The shares of variance over equally likely conventions.

    By the law of total variance: the parts inside each convention averaged, and the variance
    between their medians, which is a matter of words.
    """
    if not all(each.shares for each in readings):
        return {}
    medians = np.array([to_scale(each.distribution.median, about) for each in readings])
    variances = [_variance(each.distribution, about) for each in readings]
    parts = {
        cause: float(
            np.mean([v * r.shares[cause] for v, r in zip(variances, readings, strict=True)])
        )
        for cause in readings[0].shares
    }
    parts["words"] += float(np.var(medians))
    total = sum(parts.values())
    return {cause: part / total for cause, part in parts.items()}


def _variance(spread: Distribution, about: Quantity) -> float:
    """The variance on the model's scale, from the central 80%."""
    low, high = (to_scale(spread.quantile(p), about) for p in (0.1, 0.9))
    return ((high - low) / 2.5631031310892007) ** 2
