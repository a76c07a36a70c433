"""`pool`: tables of repeated questions, and `Pooled`, their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconcile.check import Check, check_quantiles, crps_quantiles, interval_score
from reconcile.errors import OptionError, one_of
from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import PROBABILITIES, Answers
from reconcile.pooling.auto import hedge, views_of
from reconcile.pooling.heterogeneity import EFFECTS, effect_tables, forest_of
from reconcile.pooling.items import Items, read_items
from reconcile.pooling.learn import cautions, pool_items
from reconcile.pooling.methods import TEXTBOOK, textbook
from reconcile.pooling.printing import items_annex, pooled_sources_annex
from reconcile.pooling.shape import COMMON
from reconcile.values.annex import Annex, Printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEARN = ("past", "others", None)
METHODS = ("auto", "hierarchical", *TEXTBOOK)
ALONE = "no truth is known to weigh methods by: the hierarchical model answers alone"
UNSEEN = (
    "errors common to all sources can't be seen without truths: any two sources' errors are taken "
    f"to be correlated by {COMMON:g}; where they all err alike, intervals are still too narrow"
)
NO_TRUTH_YET = (
    "no truth comes with the date it became known (`resolved`): learnt from agreement alone, "
    "as with learn=None"
)


@dataclass(frozen=True, eq=False, repr=False)
class Pooled(Printed):
    """The answers to a table of questions: a distribution of the truth of each item.

    `item_ids` (I,) in the order of the table; `table` (I, P) quantiles at `probabilities` (P,) in
    the items' own units, NaN where nobody claimed anything; `warnings` what the reader should
    know; `level` that of `lower` and `upper` in `to_frame`.
    """

    item_ids: NDArray[Any]
    probabilities: Array
    table: Array
    n_claims: Ints
    n_sources: Ints
    method: str
    learn: str | None
    level: float
    source_table: pd.DataFrame
    truth: Array
    warnings: tuple[str, ...]
    method_table: pd.DataFrame
    notes: tuple[str, ...] = ()
    effects: tuple[pd.DataFrame, pd.DataFrame] | None = None

    def quantile(self, p: float | Sequence[float] | Array) -> pd.DataFrame:
        """Quantiles of every item: a frame indexed by item, a column for each of `p`.

        Raises `OptionError` for a `p` outside (0, 1).
        """
        asked = np.atleast_1d(np.asarray(p, dtype=float))
        if not ((asked > 0) & (asked < 1)).all():
            raise OptionError(f"expected probabilities between 0 and 1, got {p!r}")
        index = pd.Index(self.item_ids, name="item")
        return pd.DataFrame(self._at(asked), index=index, columns=asked.tolist())

    def _at(self, p: Array) -> Array:
        found = [np.interp(p, self.probabilities, row) for row in self.table]
        return np.array(found).reshape(len(self.table), len(p))

    def to_frame(self) -> pd.DataFrame:
        """One row an item: `item median lower upper level lower50 upper50 n_claims n_sources`.

        Where rows of the table were wrong, a last column `note` says of which item and how.
        """
        tail = (1 - self.level) / 2
        median, lower, upper, lower50, upper50 = self._at(
            np.array([0.5, tail, 1 - tail, 0.25, 0.75])
        ).T
        found = pd.DataFrame(
            {
                "item": self.item_ids, "median": median, "lower": lower, "upper": upper,
                "level": self.level, "lower50": lower50, "upper50": upper50,
                "n_claims": self.n_claims, "n_sources": self.n_sources,
            }
        )  # fmt: skip
        return found.assign(note=list(self.notes)) if any(self.notes) else found

    def sources(self) -> pd.DataFrame:
        """One row a source, as known at the end: how many items it spoke of, and its habits.

        `bias` in units of an item's spread (positive: it claims too much), `error` its typical
        error relative to the crowd's (below 1 is better), `stretch` the factor that its stated
        widths need relative to the crowd's. Textbook methods give `weight` where they have one.
        """
        return self.source_table.copy()

    def methods(self) -> pd.DataFrame:
        """One row a candidate of "auto": `method`, its `weight` at the end, its mean quantile
        `loss` on the items' scales and on how many items (`n`); of another method itself alone."""
        return self.method_table.copy()

    def heterogeneity(self) -> pd.DataFrame:
        """One row an item, of a common or random effect: `item scale k estimate se lower upper
        level prediction_lower prediction_upper tau2 tau2_lower tau2_upper i2 h q df q_p`, on the
        item's scale (Q-profile limits of tau2; H = sqrt(Q / df)).

        Raises `OptionError` for other methods, which estimate no variance between claims.
        """
        return self._effects()[0].copy()

    def weights(self) -> pd.DataFrame:
        """One row a claim, of a common or random effect: `item source value lower upper weight`, on
        the item's scale. Raises `OptionError` as `heterogeneity`."""
        return self._effects()[1].copy()

    def forest(self, item: object, ax: Axes | None = None) -> Axes:
        """The forest figure of one item, of a common or random effect.

        Raises `OptionError` as `heterogeneity`, and for an item that is not there.
        """
        effects, weights = self._effects()
        mine = effects[effects["item"] == item]
        if not len(mine):
            raise OptionError(f"expected an item with claims, got {item!r}")
        return forest_of(mine.iloc[0], weights[weights["item"] == item], ax)

    def _effects(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        if self.effects is None:
            raise OptionError(
                f"{self.method} estimates no variance between claims; expected a method of "
                f"{', '.join(EFFECTS)}"
            )
        return self.effects

    def score(
        self, truth: Mapping[Any, float] | pd.Series | pd.DataFrame | None = None
    ) -> pd.Series:
        """Scores of the answers: `n coverage coverage50 interval_score crps mae bias`.

        `truth` maps items to truths (a frame: columns `item` and `truth`). None takes the truths
        of the table: no answer has used the truth of its own item. Scores are means in the items'
        own units, so all items should have the same unit. Items without a truth or an answer are
        left out. Raises `OptionError` if none is left.
        """
        known, truths = self._known(truth)
        frame = self.to_frame().iloc[known]
        median = frame["median"].to_numpy()
        found = {"n": float(len(truths))} | self._interval_scores(frame, truths)
        found["mae"] = float(np.abs(median - truths).mean())
        found["bias"] = float((median - truths).mean())
        return pd.Series(found, name=self.method)

    def _interval_scores(self, frame: pd.DataFrame, truths: Array) -> dict[str, float]:
        """Coverage and scores of the items whose method gives intervals, NaN if none does."""
        columns = ["lower", "upper", "lower50", "upper50"]
        bounds = frame[columns].to_numpy(dtype=float)
        whole = np.isfinite(bounds).all(axis=1)
        if not whole.any():
            return dict.fromkeys(("coverage", "coverage50", "interval_score", "crps"), np.nan)
        lower, upper, lower50, upper50 = bounds[whole].T
        y, table = truths[whole], self._at_rows(frame.index.to_numpy()[whole])
        return {
            "coverage": float(((y >= lower) & (y <= upper)).mean()),
            "coverage50": float(((y >= lower50) & (y <= upper50)).mean()),
            "interval_score": float(interval_score(lower, upper, y, self.level).mean()),
            "crps": float(crps_quantiles(table, self.probabilities, y).mean()),
        }

    def _at_rows(self, rows: Ints) -> Array:
        """The table's rows, with infinite ends brought to the outermost finite quantile."""
        table = pd.DataFrame(self.table[rows]).replace([np.inf, -np.inf], np.nan)
        return table.ffill(axis=1).bfill(axis=1).to_numpy(dtype=float)

    def check(self, truth: Mapping[Any, float] | pd.Series | pd.DataFrame | None = None) -> Check:
        """The answers against `truth` (as in `score`), for `plot.calibration` and PIT."""
        known, truths = self._known(truth)
        whole = np.isfinite(self.table[known]).all(axis=1)
        known, truths = known[whole], truths[whole]
        names = self.item_ids[known]
        return check_quantiles(self.table[known], self.probabilities, truths, item=names)

    def _known(
        self, truth: Mapping[Any, float] | pd.Series | pd.DataFrame | None
    ) -> tuple[Ints, Array]:
        """The items with an answer and a truth (n,), and their truths (n,)."""
        truths = self.truth if truth is None else _truths(truth, self.item_ids)
        middle = self.table[:, len(self.probabilities) // 2]
        known = np.flatnonzero(np.isfinite(truths) & np.isfinite(middle))
        if not len(known):
            raise OptionError(
                "expected at least one item with an answer and a truth; pass `truth`, a mapping "
                "from the items of this table to numbers"
            )
        return known, truths[known]

    def __len__(self) -> int:
        return len(self.item_ids)

    def _annexes(self) -> Mapping[str, Callable[[], Annex]]:
        notes = (repr(self).strip("<>"), *self.warnings)
        return {
            "items": lambda: items_annex(self.to_frame(), self.level, notes),
            "sources": lambda: pooled_sources_annex(self.source_table),
        }

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        learnt = f"learn={self.learn!r}"
        return f"<Pooled: {len(self):,} items by {self.method}, {learnt}, level {self.level:g}>"


def _truths(truth: Mapping[Any, float] | pd.Series | pd.DataFrame, item_ids: NDArray[Any]) -> Array:
    if isinstance(truth, pd.DataFrame):
        if not {"item", "truth"} <= set(truth.columns):
            raise OptionError(f"expected columns item and truth, got {list(truth.columns)}")
        rows = truth.dropna(subset=["truth"])
        truth = dict(zip(rows["item"], rows["truth"], strict=True))
    given = truth.to_dict() if isinstance(truth, pd.Series) else dict(truth)
    return np.array([float(given.get(item, np.nan)) for item in item_ids])


def pool(
    frame: pd.DataFrame,
    *,
    method: str = "auto",
    scale: str = "auto",
    level: float = 0.9,
    learn: str | None = "past",
) -> Pooled:
    """The answer to every item of a table of claims, learning from truths that became known.

    The models and the pools are described, with their sources, in docs/pool.md.

    Parameters
    ----------
    frame : DataFrame
        One row for each claim. Columns: `item`, `source`, and one or more of: `value` (a point);
        `lower` and `upper` (with `level` the speaker's credible interval, without it hard bounds;
        one alone means "at least" or "at most"); quantiles `q05`, `q25`, `q50`, `q75`, `q95`.
        Optional: `time`, `truth`, `resolved` (when the truth became known), `weight`, `origin`,
        `scale` (linear, log, logit or auto), `group` (claims whose errors share a part) and
        `stance`. Other columns are named in `Pooled.warnings`.
    method : str, optional
        "auto": the hierarchical model and the textbook pools, weighed by their scores on items
        already known; without known truths the model alone, with a warning. "hierarchical": the
        model. Or one of the textbook methods in `reconcile.pooling.pool.METHODS`.
    scale : str, optional
        On which scale errors are compared: "linear", "log", "logit", or "auto" (by the data).
    level : float, optional
        Probability in (0, 1) of the interval reported.
    learn : str or None, optional
        "past": each item is answered as of its latest claim, and only items whose truth was known
        (`resolved`) by then teach. "others": the truths of all other items teach. None: no truth
        is used, only the agreement between sources.

    Returns
    -------
    Pooled
        A distribution of the truth of each item, with its sources, scores and warnings.

    Raises
    ------
    OptionError
        If the table cannot be read (the row or the item is named), or for an unknown method,
        scale or way to learn.

    Examples
    --------
    >>> table = pd.DataFrame({"item": list("aaabbb"), "source": list("xyzxyz"),
    ...                       "value": [10.0, 12, 11, 40, 44, 61]})
    >>> answers = pool(table, learn=None)
    >>> answers.to_frame()["median"].round(0).tolist()
    [11.0, 47.0]
    """
    _check_options(method, level, learn)
    items = read_items(frame, scale=scale, learn=learn)
    notes = list(items.warnings)
    if learn == "past" and not items.dated and method in ("auto", "hierarchical"):
        notes.append(NO_TRUTH_YET)
    if method in ("auto", "hierarchical"):
        notes += cautions(items, learn)
    told = items.dated if learn == "past" else learn == "others" and _any_truth(items)
    methods = pd.DataFrame({"method": [method], "weight": [1.0], "loss": [np.nan], "n": [0]})
    if method == "auto" and told:
        views = views_of(
            lambda on: read_items(frame, scale=scale, learn=learn, on=on) if on else items
        )
        hedged = hedge(views, str(learn))
        quantiles, methods = hedged.quantiles, hedged.methods
        sources = _sources(items, hedged.answers)
    elif method in ("auto", "hierarchical"):
        if method == "auto":
            notes.append(ALONE)
            methods["method"] = "hierarchical"
        answers = pool_items(items, learn)
        if learn is None or (learn == "past" and not items.dated):
            notes.append(UNSEEN)
        quantiles, sources = answers.quantiles, _sources(items, answers)
    else:
        quantiles, sources, more = textbook(items, method, level, learn)
        notes += more
    return Pooled(
        items.item_ids, PROBABILITIES, items.to_raw(quantiles), items.n_claims, items.n_sources,
        method, learn, level, sources, items.raw_truth(), tuple(notes),
        methods, items.notes, effect_tables(items, method, level) if method in EFFECTS else None,
    )  # fmt: skip


def _any_truth(items: Items) -> bool:
    return bool(np.isfinite(items.truth).any())


def _check_options(method: str, level: float, learn: str | None) -> None:
    one_of("method", method, METHODS)
    if learn not in LEARN:
        raise OptionError(f"expected learn to be 'past', 'others' or None, got {learn!r}")
    if not 0 < level < 1:
        raise OptionError(f"expected a level between 0 and 1 (0.9 for 90%), got {level!r}")


def _sources(items: Items, answers: Answers) -> pd.DataFrame:
    told, habits, count = items.witnesses, answers.habits, len(items.source_ids)
    return pd.DataFrame(
        {
            "source": items.source_ids,
            "n_items": np.bincount(told.source, minlength=count),
            "n_known": answers.record.n[0].astype(int),
            "bias": habits.bias[0],
            "error": np.exp(habits.skill[0]),
            "stretch": np.exp(habits.stretch[0]),
        }
    )
