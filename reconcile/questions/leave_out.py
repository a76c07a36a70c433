"""What an answer owes to each claim and source: left out, or said k times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from reconcile.errors import OptionError
from reconcile.ledger import Ledger
from reconcile.questions.answer_tables import coloured
from reconcile.questions.fit_store import FitStore
from reconcile.questions.posterior_estimate import spread_at
from reconcile.values import Claim, Distribution, Estimate, Quantity, Source


def influence_of(answer: Estimate) -> pd.DataFrame:
    """The claims of an estimate, those first that move it furthest; see `Fit.influence`."""
    table = answer.claims
    columns = ["claim", "source", "origin", "phrase", "weight", "influence", "contribution"]
    order = np.argsort(-table["influence"].abs().to_numpy(float), kind="stable")
    return table.iloc[order][columns].reset_index(drop=True)


def without_sources(
    fit: FitStore, quantity: str, when: Any, level: float, sources: Sequence[str] | None
) -> pd.DataFrame:
    """The estimate, and what it would be without each source, fitted anew each time."""
    left = _speaking(fit, quantity) if sources is None else list(sources)
    rows: list[dict[str, Any]] = [
        {"source": "", "label": "all sources"} | spread_row(fit, quantity, when, level)
    ]
    for source in left:
        label = fit.ledger.source(source).label or source
        smaller = fit.ledger.select(exclude=source)
        known = fit.as_of or max(claim.period.last for claim in fit.ledger)
        without = replace(fit, ledger=smaller, as_of=known, kept={})
        row = spread_row(without, quantity, when, level)
        rows.append({"source": source, "label": label} | row)
    return coloured(moved(rows, fit.about(quantity)), fit.ledger)


def copied_source(
    fit: FitStore, quantity: str, when: Any, level: float, source: str, copies: Sequence[int]
) -> pd.DataFrame:
    """The estimate if `source` were heard `copies` more times, declared as repeats or not.

    Declared repeats are no evidence: those rows are as the first, to the last digit. Copies that
    pass for independent sources of the same grade show what undetected copying would do.
    """
    fit.ledger.source(source)
    if any(count < 1 for count in copies):
        raise OptionError(f"expected numbers of copies of at least 1, got {list(copies)}")
    rows: list[dict[str, Any]] = [
        {"copies": 0, "declared": True} | spread_row(fit, quantity, when, level)
    ]
    for declared in (True, False):
        for count in copies:
            louder = _echoed(fit.ledger, source, count, declared)
            row = spread_row(replace(fit, ledger=louder, kept={}), quantity, when, level)
            rows.append({"copies": count, "declared": declared} | row)
    return moved(rows, fit.about(quantity))


def spread_row(fit: FitStore, quantity: str, when: Any, level: float) -> dict[str, float]:
    """The median, the bounds at `level` and at 50, 80 and 95% of the answer of a fit."""
    return bounds_of(spread_at(fit, quantity, when), level)


def bounds_of(spread: Distribution, level: float) -> dict[str, float]:
    """The same of a distribution."""
    span = spread.interval(level)
    row = {"median": spread.median, "lower": span.lower, "upper": span.upper, "level": level}
    return row | spread.bands()


def moved(rows: Sequence[dict[str, Any]], about: Quantity) -> pd.DataFrame:
    """A table with `change` to the first row's median: a factor, on other scales a difference."""
    table = pd.DataFrame(rows)
    base = float(table["median"].iloc[0])
    ratio = about.scale == "log" and base > 0
    return table.assign(change=table["median"] / base if ratio else table["median"] - base)


def _speaking(fit: FitStore, quantity: str) -> list[str]:
    """The sources that speak about `quantity`, its parts and its whole."""
    component = fit.component(quantity)
    kin = component.kin(quantity)
    return sorted({c.source for c in fit.claims_of(component) if c.quantity in kin})


def _echoed(ledger: Ledger, source: str, count: int, declared: bool) -> Ledger:
    """The ledger with `count` echoes of each claim of `source`."""
    echoes = list(_echoes(ledger, source, count, declared))
    voices: dict[str, Source] = dict(ledger.sources)
    for number in range(1, count + 1):
        name = _voice(source, number)
        voices[name] = replace(ledger.sources[source], id=name, parent=None)
    return Ledger(
        (*ledger.claims, *echoes), ledger.quantities, voices, ledger.reports, ledger.resolutions
    )


def _echoes(ledger: Ledger, source: str, count: int, declared: bool) -> Iterator[Claim]:
    own = [claim for claim in ledger if claim.source == source and claim.status == "active"]
    for number in range(1, count + 1):
        for claim in own:
            name = _voice(claim.id, number)
            if declared:
                yield replace(claim, id=name, source=_voice(source, number), origin=claim.id)
                continue
            inside = claim.origin is not None and ledger[claim.origin].source == source
            origin = _voice(str(claim.origin), number) if inside else None
            yield replace(claim, id=name, source=_voice(source, number), origin=origin)


def _voice(name: str, number: int) -> str:
    return f"{name} (copy {number})"
