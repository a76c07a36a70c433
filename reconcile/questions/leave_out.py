"""What an answer owes to each claim and source: left out, or said k times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from reconcile.errors import OptionError
from reconcile.ledger import Ledger
from reconcile.questions.answer_tables import coloured
from reconcile.questions.fit_store import FitStore
from reconcile.questions.posterior_estimate import spread_at
from reconcile.questions.refits import ALONE, Execution, Refit, spreads_of
from reconcile.values import Claim, Distribution, Estimate, Quantity, Source

F = TypeVar("F", bound=FitStore)


def influence_of(answer: Estimate) -> pd.DataFrame:
    """The claims of an estimate, those first that move it furthest; see `Fit.influence`."""
    table = answer.claims
    columns = ["claim", "source", "origin", "phrase", "weight", "influence", "contribution"]
    order = np.argsort(-table["influence"].abs().to_numpy(float), kind="stable")
    return table.iloc[order][columns].reset_index(drop=True)


def without_sources(
    fit: FitStore,
    quantity: str,
    when: Any,
    level: float,
    sources: Sequence[str] | None,
    execution: Execution = ALONE,
) -> pd.DataFrame:
    """The estimate, and what it would be without each source, fitted anew each time."""
    left = speaking(fit, quantity) if sources is None else list(sources)
    refits = [Refit(without(fit, name), ((quantity, when),), f"without {name}") for name in left]
    spreads = [spread_at(fit, quantity, when)]
    spreads += [spread for (spread,) in spreads_of(refits, execution, fit)]
    return table_without(fit, fit.about(quantity), level, left, spreads)


def without(fit: F, source: str) -> F:
    """The fit of what all others say, of which nothing is computed yet.

    It is as known on the day of `fit`, or if that names none by the last day that any claim of
    `fit` speaks of: without the latest source a quantity is still asked about for the same days.
    """
    known = fit.as_of or max(claim.period.last for claim in fit.ledger)
    return replace(fit, ledger=fit.ledger.select(exclude=source), as_of=known, kept={})


def table_without(
    fit: FitStore,
    about: Quantity,
    level: float,
    left: Sequence[str],
    spreads: Sequence[Distribution],
) -> pd.DataFrame:
    """The first of `spreads` with all sources, the others without each of those in `left`."""
    labels = ["all sources", *(fit.ledger.source(name).label or name for name in left)]
    rows: list[dict[str, Any]] = [
        {"source": source, "label": label} | bounds_of(spread, level)
        for source, label, spread in zip(["", *left], labels, spreads, strict=True)
    ]
    return coloured(moved(rows, about), fit.ledger)


def copied_source(
    fit: FitStore,
    quantity: str,
    when: Any,
    level: float,
    source: str,
    copies: Sequence[int],
    execution: Execution = ALONE,
) -> pd.DataFrame:
    """The estimate if `source` were heard `copies` more times, declared as repeats or not.

    Declared repeats are no evidence: those rows are as the first, to the last digit. Copies that
    pass for independent sources of the same grade show what undetected copying would do.
    """
    fit.ledger.source(source)
    if any(count < 1 for count in copies):
        raise OptionError(f"expected numbers of copies of at least 1, got {list(copies)}")
    varied = [(count, declared) for declared in (True, False) for count in copies]
    refits = [
        Refit(
            replace(fit, ledger=_echoed(fit.ledger, source, count, declared), kept={}),
            ((quantity, when),),
            f"{source}: {count} copies",
        )
        for count, declared in varied
    ]
    spreads = [spread_at(fit, quantity, when)]
    spreads += [spread for (spread,) in spreads_of(refits, execution, fit)]
    rows: list[dict[str, Any]] = [
        {"copies": count, "declared": declared} | bounds_of(spread, level)
        for (count, declared), spread in zip([(0, True), *varied], spreads, strict=True)
    ]
    return moved(rows, fit.about(quantity))


def bounds_of(spread: Distribution, level: float) -> dict[str, float]:
    """The median, the bounds at `level` and at 50, 80 and 95% of a distribution."""
    span = spread.interval(level)
    row = {"median": spread.median, "lower": span.lower, "upper": span.upper, "level": level}
    return row | spread.bands()


def moved(rows: Sequence[dict[str, Any]], about: Quantity) -> pd.DataFrame:
    """A table with `change` to the first row's median: a factor, on other scales a difference."""
    table = pd.DataFrame(rows)
    base = float(table["median"].iloc[0])
    ratio = about.scale == "log" and base > 0
    return table.assign(change=table["median"] / base if ratio else table["median"] - base)


def speaking(fit: FitStore, quantity: str) -> list[str]:
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
