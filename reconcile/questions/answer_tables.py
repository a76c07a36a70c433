"""The tables of an answer: its claims and its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reconcile.inference import HouseEffect, Pull
from reconcile.ledger import Ledger
from reconcile.model.posterior_grade import LETTERS, grade_probabilities, posterior_grade
from reconcile.model.scale import unit_of
from reconcile.values import Claim, Grade, Quantity
from reconcile.values.annex import Annex, figure


def claims_table(
    claims: Sequence[Claim], ledger: Ledger, pulls: Iterable[Pull], repeats: Mapping[str, str]
) -> pd.DataFrame:
    """One row for each claim: what it says, of when, who says it, and what it does to the answer.

    weight: share of the information, 0 for a repeat; influence: how far the answer would move on
    the model's scale without it; `repeats`: the claim that it says again.
    """
    by_claim = {pull.claim: pull for pull in pulls}
    seen = [_Row(claim, ledger, by_claim.get(claim.id), repeats) for claim in claims]
    cells = {name: [cell(row) for row in seen] for name, cell in _COLUMNS.items()}
    table = pd.DataFrame(cells, dtype=None if seen else object)
    return coloured(table, ledger)


def coloured(table: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """The table, with the ledger's sources: each has one colour in all figures of the ledger."""
    table.attrs["sources"] = sorted({claim.source for claim in ledger})
    return table


class _Row(NamedTuple):
    claim: Claim
    ledger: Ledger
    pull: Pull | None
    repeats: Mapping[str, str]

    def pulled(self, name: str) -> float:
        """What the claim does to the answer; nothing where it has no part in it."""
        return 0.0 if self.pull is None else float(getattr(self.pull, name))

    @property
    def publisher(self) -> str:
        """Who published the report that the claim stands in."""
        return str(getattr(self.ledger.reports.get(self.claim.report or ""), "publisher", ""))


# The columns of the claims table, in their order.
_COLUMNS: dict[str, Callable[[_Row], object]] = {
    "claim": lambda row: row.claim.id,
    "source": lambda row: row.claim.source,
    "source_label": lambda row: row.ledger.sources[row.claim.source].label or row.claim.source,
    "phrase": lambda row: row.claim.phrase.text,
    "kind": lambda row: row.claim.phrase.kind,
    "lower": lambda row: row.claim.phrase.lower,
    "upper": lambda row: row.claim.phrase.upper,
    "nominal": lambda row: _number(row.claim.phrase.nominal),
    "quantity": lambda row: row.claim.quantity,
    "period": lambda row: str(row.claim.period),
    "start": lambda row: pd.Timestamp(row.claim.period.first),
    "end": lambda row: pd.Timestamp(row.claim.period.last),
    "during": lambda row: row.claim.period.kind == "during",
    "said": lambda row: pd.NaT if row.claim.said is None else pd.Timestamp(row.claim.said.last),
    "scope": lambda row: row.claim.scope,
    "additional": lambda row: row.claim.additional,
    "origin": lambda row: row.ledger.roots[row.claim.id],
    "status": lambda row: row.claim.status,
    "weight": lambda row: row.pulled("weight"),
    "influence": lambda row: row.pulled("influence"),
    "contribution": lambda row: row.pulled("contribution"),
    "repeats": lambda row: row.repeats.get(row.claim.id, ""),
    "report": lambda row: row.claim.report or "",
    "publisher": lambda row: row.publisher,
}


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def origin_sources(claims: Iterable[str], ledger: Ledger) -> list[str]:
    """Who first said each of `claims` (ids), its own source where the ledger does not hold the
    first: a source's whole series is one independent origin."""
    first = ((claim, ledger.roots[claim]) for claim in claims)
    return [ledger[root if root in ledger else claim].source for claim, root in first]


def effective_origins(table: pd.DataFrame, ledger: Ledger) -> float:
    """How many origins of equal weight would be worth as much as those of a claims table."""
    weights = (
        table["weight"].groupby(origin_sources(table["claim"], ledger)).sum().to_numpy(dtype=float)
    )
    total = weights.sum()
    return float(total**2 / np.sum(weights**2)) if total > 0 else 0.0


# A claim that is more likely a gross error than not says nothing of its source's house effect.
_PROBABLY = 0.5


def sources_table(
    effects: Iterable[HouseEffect],
    ledger: Ledger,
    doubts: Mapping[tuple[str, str], Sequence[float]],
    level: float,
    spread: float,
    about: Quantity,
) -> pd.DataFrame:
    """One row for each source: its house effect as a factor and grades.

    On a linear scale `factor` is a difference, on the logit scale one of log odds; for counts a
    factor of 2 says that its numbers are twice the truth. `doubts`: by source and root quantity the
    probability of a gross error of each claim; a source all of whose claims are probably such
    errors earns no letter by them, nor does one by a single claim. `spread` is the sd of its
    single claims around that, on the model's scale, whose name is `scale`. `posterior_grade` is
    the letter that the house effect earns, `p_A` to `p_E` how probable each is
    (`grade_probabilities`).
    """
    z = float(ndtri(0.5 + level / 2))
    shown = np.exp if about.scale == "log" else partial(np.multiply, unit_of(about))
    rows = [
        {
            "source": effect.source,
            "label": ledger.sources[effect.source].label or effect.source,
            "side": ledger.sources[effect.source].side or "",
            "quantity": effect.root,
            "factor": float(shown(effect.mean)),
            "factor_lower": float(shown(effect.mean - z * effect.sd)),
            "factor_upper": float(shown(effect.mean + z * effect.sd)),
            "spread": spread,
            **_grades(effect, ledger.sources[effect.source].reliability, said),
            "n_claims": len(said),
            "scale": about.scale,
        }
        for effect in effects
        for said in [doubts.get((effect.source, effect.root), ())]
    ]
    columns = [
        *("source", "label", "side", "quantity", "factor", "factor_lower", "factor_upper"),
        *("spread", "grade", "posterior_grade", *(f"p_{letter}" for letter in LETTERS)),
        *("n_claims", "scale"),
    ]
    return coloured(pd.DataFrame(rows, columns=columns), ledger)


def _grades(effect: HouseEffect, given: Grade, doubted: Sequence[float]) -> dict[str, object]:
    """The given grade, the one the posterior would earn, and the probability of each letter."""
    fair = len(doubted) > 1 and min(doubted) < _PROBABLY
    found = (effect.mean, effect.sd, min(effect.learnt, 1.0) if fair else 0.0, given)
    chances = grade_probabilities(*found)
    return {
        "grade": given,
        "posterior_grade": posterior_grade(*found),
        **{f"p_{letter}": chances[letter] for letter in LETTERS},
    }


def fit_summary(ledger: Ledger, as_of: date | None) -> Annex:
    """What a fit holds: one row for each quantity that is claimed about."""
    by_quantity: dict[str, list[Claim]] = {}
    for claim in ledger:
        by_quantity.setdefault(claim.quantity, []).append(claim)
    rows = tuple(
        (
            name,
            ledger.quantities[name].label,
            ledger.quantities[name].kind,
            figure(float(len(claims))),
            figure(float(len({claim.source for claim in claims}))),
            str(min(claim.period.first for claim in claims)),
            str(max(claim.period.last for claim in claims)),
        )
        for name, claims in by_quantity.items()
    )
    known = "" if as_of is None else f", as known on {as_of}"
    headers = ("quantity", "label", "kind", "claims", "sources", "from", "to")
    return Annex(f"Fit of {len(ledger):,} claims{known}", headers, rows)
