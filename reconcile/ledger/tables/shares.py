"""Shares on a logit scale: from 0 to 1, or all of them percent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconcile.errors import DataProblem
from reconcile.intervals import Interval
from reconcile.values import Claim, Phrase, Quantity


def in_percent(claim: Claim, quantity: Quantity | None) -> Claim:
    """A claim about a share whose words say percent, as a share: "43 percent" is 0.43."""
    if quantity is None or quantity.scale != "logit" or claim.phrase.unit != "percent":
        return claim
    return replace(claim, phrase=replace(_hundredth(claim.phrase), unit="fraction"))


def as_shares(
    claims: Sequence[Claim],
    lines: Sequence[int],
    quantities: Mapping[str, Quantity],
    file: str,
    problems: list[DataProblem],
) -> tuple[list[Claim], list[str]]:
    """The claims with percent turned into shares, and what to say of it.

    Words that say percent are believed. Where all other numbers of a quantity (but zeros) lie
    above 1 they are percent; where only some do, each of these is a problem.
    """
    found = [in_percent(claim, quantities.get(claim.quantity)) for claim in claims]
    remarks: list[str] = []
    whole: list[int] = []
    for name, quantity in quantities.items():
        if quantity.scale != "logit":
            continue
        at = [i for i, claim in enumerate(claims) if claim.quantity == name]
        at = [i for i in at if found[i] is claims[i]]
        above = [i for i in at if _largest(claims[i].phrase) > 1]
        sure = [i for i in at if 0 < _largest(claims[i].phrase) <= 1]
        if not above:
            whole += [i for i in sure if _largest(claims[i].phrase) == 1]
            continue
        if not sure and all(_largest(claims[i].phrase) <= 100 for i in above):
            for i in at:
                found[i] = replace(claims[i], phrase=_hundredth(claims[i].phrase))
            remarks.append(f"the shares of {name!r} are read as percent: all lie above 1")
            continue
        problems += [
            DataProblem(
                file,
                lines[i],
                "value",
                claims[i].phrase.text or f"{_largest(claims[i].phrase):g}",
                "a share from 0 to 1, or all of a quantity's in percent",
            )
            for i in above
        ]
        for i in above:  # told here, not again by the check of the whole ledger
            found[i] = replace(claims[i], phrase=_hundredth(claims[i].phrase, 0.0))
    if remarks:  # 1 beside percent is 1 %, or all
        problems += [
            DataProblem(file, lines[i], "value", "1", "0.01 or 100: other shares are in percent")
            for i in whole
        ]
    return found, remarks


def _numbers(phrase: Phrase) -> list[float]:
    said = [phrase.lower, phrase.upper, *([] if phrase.nominal is None else [phrase.nominal])]
    return [number for number in said if math.isfinite(number)]


def _largest(phrase: Phrase) -> float:
    return max(_numbers(phrase), default=0.0)


def _hundredth(phrase: Phrase, factor: float = 0.01) -> Phrase:
    lower, upper = (b * factor if math.isfinite(b) else b for b in (phrase.lower, phrase.upper))
    interval = Interval(lower, upper, phrase.interval.closed if factor else "both")
    nominal = None if phrase.nominal is None else phrase.nominal * factor
    return replace(phrase, interval=interval, nominal=nominal)
