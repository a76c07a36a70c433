"""`Fit`: the joint posterior of a ledger, one component at a time, on first question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from reconcile.batch.progress_line import Progress, listener
from reconcile.check import Check
from reconcile.errors import FitError, OptionError, one_of
from reconcile.ledger import Ledger, read_ledger
from reconcile.model.truth import resolved
from reconcile.questions import combine as combining
from reconcile.questions import leave_out as leaving
from reconcile.questions import loo as checking
from reconcile.questions import methods_text as methods
from reconcile.questions import posterior_estimate
from reconcile.questions import textbook_methods as textbook
from reconcile.questions import timeline as series
from reconcile.questions import to_arviz as exporting
from reconcile.questions import update as updating
from reconcile.questions.answer_tables import claims_table, fit_summary
from reconcile.questions.dates import day_of
from reconcile.questions.draws import Draws, draws_of
from reconcile.questions.fit_store import FitStore
from reconcile.questions.predictive import Predictive, predictive_of
from reconcile.questions.refits import Execution
from reconcile.textbook import TEXTBOOK
from reconcile.values import Claim, Estimate, Timeline
from reconcile.values.annex_frame import AnnexFrame
from reconcile.values.distribution import checked_level

METHODS = ("state-space", *TEXTBOOK)


@dataclass(frozen=True, eq=False)
class Fit(FitStore):
    """The claims of `ledger` (those public by `as_of`) and what they jointly say.

    Quantities that share an identity, an inequality or a flow are fitted together: a component.
    Each is fitted when it is first asked about, and kept. `prior_scale` multiplies the sd of every
    prior: what rests on them? `exclude` is what was left out of the ledger, for the record.

    >>> import reconcile
    >>> known = reconcile.fit()
    >>> known.estimate("brigades").n_claims
    2
    """

    def estimate(
        self,
        quantity: str,
        date: Any = None,
        *,
        since: Any = None,
        level: float | None = None,
        method: str = "state-space",
    ) -> Estimate:
        """The estimate of `quantity` at `date`; see `reconcile.estimate`."""
        wanted = self.level if level is None else checked_level(level)
        if checked_method(method) == METHODS[0]:
            if since is not None:
                return combining.growth_at(self, quantity, date, since, wanted)
            return posterior_estimate.estimate_at(self, quantity, date, wanted)
        if since is not None:
            raise OptionError(
                f"expected the method {METHODS[0]} with since, got {method!r}: the textbook "
                "methods know no two days together"
            )
        return textbook.textbook_estimate(self, quantity, date, wanted, method)

    def combine(
        self, expression: str, date: Any = None, *, since: Any = None, level: float | None = None
    ) -> Estimate:
        """What a formula of quantities gives; see `reconcile.combine`."""
        wanted = self.level if level is None else checked_level(level)
        return combining.combined_at(self, expression, date, wanted, since)

    def probability(self, comparison: str, date: Any = None) -> float:
        """How probable what `comparison` says is: "killed_north > 2 * killed_south".

        Either side is a formula as in `reconcile.combine`; < <= > >= compare, "a < b < c" too. It
        is found by joint draws, to about half a percentage point.

        Raises what `reconcile.combine` does.

        >>> import reconcile
        >>> known = reconcile.fit()
        >>> known.probability("killed < casualties", "2024-12-18") > 0.99
        True
        """
        return combining.probability_of(self, comparison, date)

    def timeline(
        self,
        quantity: str,
        start: Any = None,
        end: Any = None,
        *,
        freq: str = "D",
        level: float | None = None,
        method: str = "state-space",
    ) -> Timeline:
        """Estimates from `start` to `end`; see `reconcile.timeline`."""
        wanted = self.level if level is None else checked_level(level)
        if checked_method(method) == METHODS[0]:
            with self.under_way(f"timeline of {quantity}"):
                return series.timeline_of(self, quantity, start, end, freq, wanted)
        return textbook.textbook_timeline(self, quantity, start, end, freq, wanted, method)

    def sources(self) -> AnnexFrame:
        """House effect and spread of every source, with the given and the posterior grade.

        Without arguments its `to_markdown`, `to_latex`, `to_html` and `to_csv` print an annex.
        """
        tables = [
            posterior_estimate.sources_of(self, component, self.level)
            for component in self.components()
            if self.claims_of(component)
        ]
        found = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
        return AnnexFrame.of(found, "sources", self.level)

    def claims_table(self, quantity: str | None = None) -> AnnexFrame:
        """All claims of the fit, or those that tell of `quantity`; printed as `sources()` is."""
        ledger = self.ledger
        claims = (
            ledger.claims
            if quantity is None
            else posterior_estimate.claims_about(self, self.about(quantity).id)
        )
        table = claims_table(claims, ledger, [], ledger.duplicates)
        return AnnexFrame.of(table, "claims", self.level)

    def methods_text(self, *quantities: str) -> str:
        """A text for a methods section: data, model, priors that matter, versions, references.

        `quantities` are those it is about; none: all that are claimed about. It fits nothing.

        >>> import reconcile
        >>> print(reconcile.fit().methods_text("casualties").partition(".")[0])
        Data
        """
        return methods.methods_text(
            self.ledger, quantities, as_of=self.as_of, level=self.level,
            convention=self.convention, seed=self.seed, prior_scale=self.prior_scale,
            version=version("reconcile-claims"),
        )  # fmt: skip

    def influence(
        self, quantity: str, date: Any = None, *, level: float | None = None
    ) -> pd.DataFrame:
        """The claims behind an answer by how far each moves it, the furthest first.

        `influence` is the median with the claim less the median without it, on the model's scale
        (for counts: natural log). It is an approximation from one step of the fit. To leave a claim
        out, use `exclude=`: a claim that repeats it then takes its place. `weight` is the claim's
        share of the variance, `contribution` its part of the way from the prior's median.
        """
        return leaving.influence_of(self.estimate(quantity, date, level=level))

    def leave_one_source_out(
        self,
        quantity: str,
        date: Any = None,
        *,
        sources: Iterable[str] | None = None,
        level: float | None = None,
        workers: int | None = 1,
        executor: Executor | None = None,
    ) -> pd.DataFrame:
        """The answer without each source, fitted anew; the first row (source "") is with all.

        `sources` None: all that speak about the quantity, its parts or its whole. Columns: source,
        label, median, lower, upper, level, the bounds at 50, 80 and 95%, and change, the factor by
        which the median moves (on a linear or logit scale the difference). What others repeat of
        the source stays theirs. `workers` and `executor` share out the fits, as in
        `reconcile.sensitivity`.
        """
        wanted = self.level if level is None else checked_level(level)
        named = None if sources is None else list(sources)
        execution = Execution(workers, executor, self.progress)
        return leaving.without_sources(self, quantity, date, wanted, named, execution)

    def copy_source(
        self,
        quantity: str,
        date: Any = None,
        *,
        source: str,
        copies: Sequence[int] = (1, 2, 5, 10),
        level: float | None = None,
        workers: int | None = 1,
        executor: Executor | None = None,
    ) -> pd.DataFrame:
        """A stress test: the answer if `source` were heard so many times more.

        Rows with `declared` True are copies that name their origin: they change nothing. Those
        with False pass for independent sources of the same grade: what repeats that nobody noticed
        would do. Columns and `workers` as in `leave_one_source_out`, with `copies` and `declared`.
        """
        wanted = self.level if level is None else checked_level(level)
        execution = Execution(workers, executor, self.progress)
        return leaving.copied_source(self, quantity, date, wanted, source, copies, execution)

    def draws(self, n: int, seed: int = 0) -> Draws:
        """`n` joint paths of every quantity with claims, day by day: identities hold in each."""
        return draws_of(self, n, seed)

    def predictive(self, claims: Iterable[Claim]) -> Predictive:
        """What the fit expects each of `claims` to say, source error included, in counts.

        The order of `claims` (a ledger or a sequence) is kept. A source that the fit has not heard
        is answered from the prior of its grade; "at least 30" is predicted as the number 30. Of a
        quantity that only the ledger `claims` knows the priors answer. Raises
        `UnknownQuantityError` for one that neither knows.
        """
        return predictive_of(self, claims)

    def check(self, seed: int = 0) -> Check:
        """Each claim of the fit against what all the others make of it (leave-one-out).

        One row for each claim: `item` (its id), `source`, `quantity`, `truth` (the number said),
        `pit`
        (uniform if the fit expects what is said; `seed` draws it within the cell of a whole
        number), `score` (CRPS of log1p(number)), `log_score`, and `p_value`, two-sided: how likely
        a number as far out as this one was. One Newton step from the mode takes a claim out, as in
        Vehtari et al. (2016), JMLR 17(103), 1-38; it fails where one claim alone makes the answer.

        >>> import reconcile
        >>> check = reconcile.fit(reconcile.read_ledger().select(quantity="generals")).check()
        >>> bool((check.rows["p_value"] <= 1).all())
        True
        """
        return checking.check_of(self, seed)

    def update(
        self,
        claims: Iterable[Claim] = (),
        *,
        corrected: Iterable[Claim] = (),
        retracted: str | Iterable[str] = (),
    ) -> Fit:
        """A fit of the ledger as it changed; this fit does not change.

        It answers as a fresh fit would. Quantities on whose components no change bears keep their
        posterior; the others are fitted anew when they are asked for.

        Parameters
        ----------
        claims : Ledger or iterable of Claim
            What comes in. Of a ledger also the quantities and sources that are new; ids that were
            made from row numbers are given anew. What `exclude` names stays out.
        corrected : iterable of Claim
            Each takes the place of the claim of its id.
        retracted : str or iterable of str
            The ids of claims that were taken back, whenever that was; one with a day of its own
            (`retracted_on`) is a correction.

        Raises
        ------
        LedgerError
            For claims that the ledger can't take: an id twice, an unknown source.
        OptionError
            Where something else than claims is given: rows and tables are read first.
        UnknownNameError
            Where the ledger has no claim of an id to correct or retract; near misses are named.

        Examples
        --------
        >>> import reconcile
        >>> whole = reconcile.read_ledger()
        >>> early = reconcile.fit(whole[:-1])
        >>> early.update(whole[-1:]).ledger == whole
        True
        """
        return updating.updated(self, claims, corrected, retracted)

    def to_arviz(self, draws: int = 1000, seed: int = 0, *, chains: int = 1) -> Any:
        """The fit as an `arviz.InferenceData` of xarray data sets; needs the extra `arviz`.

        Groups: `posterior`, in each of `chains` so many joint `draws` of every quantity, dimensions
        (chain, draw, quantity, date), with `house_effect` (chain, draw, effect), log scale, one
        for each source and root quantity; `log_likelihood`, of each claim in each draw, for
        `az.loo`; `posterior_predictive`, the number that each claim would say there, for
        `az.plot_ppc`; `observed_data`, the number that it says; `constant_data`, its quantity,
        source and days. The draws are independent, so that chains only cut them up.

        `az.loo` is a rough check here, and says so (Pareto k above 0.7 for claims that are the only
        ones of their time or source): what the draws expect of such a claim is spread too far, and
        its weights have a tail down to gross errors. `check` needs no such weights: use it.

        Raises `MissingExtraError` without arviz.
        """
        return exporting.to_arviz(self, draws, seed, chains)

    def _repr_html_(self) -> str:
        """The claims by quantity; nothing is fitted to be shown."""
        return fit_summary(self.ledger, self.as_of).to_html()


def _read(given: object, convention: str) -> Ledger:
    """The ledger `given`, its words read by `convention`."""
    if not isinstance(given, Ledger):
        raise OptionError(
            f"expected a Ledger, got {given!r:.80}; a folder, a file or a table is read first: "
            "ledger=reconcile.read_ledger(...)"
        )
    return given.reread(convention)


def fit(
    ledger: Ledger | None = None,
    *,
    as_of: Any = None,
    level: float = 0.9,
    exclude: str | Iterable[str] = (),
    convention: str = "default",
    seed: int = 0,
    prior_scale: float = 1.0,
    progress: Progress | bool | None = None,
) -> Fit:
    """The joint posterior of all quantities of a ledger.

    A `[[resolution]]` of the ledger enters as a claim by the truth itself; from it the errors of
    each source are learnt.

    Parameters
    ----------
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    level : float
        The probability of the interval, between 0 and 1.
    exclude : str or iterable of str
        Ids of claims or sources to leave out.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.
    seed : int
        Kept with the answer; the default method draws nothing at random.
    prior_scale : float
        Multiplies the standard deviation of every prior.
    progress : callable or bool, optional
        Called as ``progress(done, what)`` when a part of the fit or a timeline begins and ends:
        the share of the ledger's joint systems that are fitted, and what is under way ("" when
        nothing is any more). True: a line on stderr, or below a notebook's cell, for what takes
        more than a second; nothing where neither is there.

    Raises
    ------
    LedgerError
        If the ledger can't be read; every problem is named.
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    OptionError
        If an argument lies outside of what it may be.
    FitError
        If the ledger is empty.

    References
    ----------
    docs/model.md

    Examples
    --------
    >>> import reconcile
    >>> known = reconcile.fit(as_of="2024-12-18")
    >>> known.estimate("brigades").n_claims
    2
    """
    checked_level(level)
    if not (_is_number(prior_scale) and prior_scale > 0):
        raise OptionError(f"expected a prior_scale above 0, got {prior_scale!r}")
    known = day_of(as_of)
    whole = read_ledger(convention=convention) if ledger is None else _read(ledger, convention)
    left_out = (exclude,) if isinstance(exclude, str) else tuple(exclude)
    whole = whole.select(exclude=left_out) if left_out else whole
    if not len(whole):
        raise FitError("expected a ledger with claims, got an empty one; add a claim first")
    public = whole if known is None else whole.as_of(known)
    return Fit(
        resolved(public), known, level, convention, seed, prior_scale, left_out,
        progress=listener(progress),
    )  # fmt: skip


def checked_method(method: str) -> str:
    """`method` itself if there is one of that name; raises `OptionError` otherwise."""
    one_of("method", method, METHODS)
    return method


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
