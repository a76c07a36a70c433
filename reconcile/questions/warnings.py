"""When not to believe an estimate, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pandas as pd

from reconcile.inference import Posterior
from reconcile.ledger.audit.one_body import asked_of
from reconcile.model.corrections import Regimes
from reconcile.model.placements import adds_to_level
from reconcile.questions.answer_tables import origin_sources
from reconcile.questions.fit_store import FitStore
from reconcile.values import Claim, Quantity
from reconcile.values.estimate import OTHER_MODES
from reconcile.values.wording import counted

_FEW_ORIGINS = 3  # with fewer, no majority is possible
_NEXT = timedelta(days=1)  # of a total by the end of a day the next one is still told
_BEYOND_CLAIMS = 0.5  # share of the variance: claims of the same sources would hardly help
_MOSTLY = 0.5  # of the variance
_MOST_NAMED = 5  # in one sentence
# A claim that is a gross error with a chance above this one is named as open.
_UNSURE = 0.2


def cautions(
    fit: FitStore,
    about: Quantity,
    day: date | None,
    table: pd.DataFrame,
    diagnostics: Mapping[str, float],
    note: str,
    posterior: Posterior,
    shares: Mapping[str, float],
) -> tuple[str, ...]:
    """The warnings of an estimate: each a sentence."""
    found = [
        *_support(about, table, fit, shares),
        *_additions(table, fit),
        *_time(about, day, table),
        *_model(diagnostics),
        *_taken_back(about, posterior.problem.regimes, set(table["claim"])),
        *_doubts(table, posterior.doubted),
        *_copies(table, posterior.copied),
        *([f"conflicts and envelope: {note}"] if note else []),
    ]
    return tuple(found)


def unclaimed(about: Quantity, fit: FitStore) -> str:
    """That no claim is about a quantity, and what those of the ledger are about."""
    counts = Counter(claim.quantity for claim in fit.ledger if claim.quantity != about.id)
    told = [f"{name} ({number:,})" for name, number in counts.most_common(_MOST_NAMED)]
    if len(counts) > len(told):
        told.append(f"{len(counts) - len(told):,} more quantities")
    others = f" (claims are about {', '.join(told)})" if told else ""
    return f"no claim is about {about.id}{others}"


def _support(
    about: Quantity, table: pd.DataFrame, fit: FitStore, shares: Mapping[str, float]
) -> list[str]:
    used = table[table["status"] == "active"]
    if used.empty:
        return [f"{unclaimed(about, fit)}: the answer is the prior of the registry"]
    behind = {*origin_sources(used["claim"], fit.ledger)}
    found = [str(body) for body in asked_of(fit.ledger.claims, fit.ledger.sources, behind)]
    if len(behind) < _FEW_ORIGINS:
        graded = shares.get("sources", 0.0) > _MOSTLY
        found.append(
            f"only {counted(len(behind), 'independent source')}: "
            + (
                "the width of the interval is mostly how far sources of this grade are assumed "
                "to err"
                if graded
                else "no majority can tell which claim errs"
            )
        )
    return found


def _additions(table: pd.DataFrame, fit: FitStore) -> list[str]:
    """Claims of what came on top of a level, which tell nothing of it."""
    used = [fit.ledger[str(name)] for name in table.loc[table["status"] == "active", "claim"]]
    found = [c.id for c in used if adds_to_level(c, fit.ledger.quantities[c.quantity])]
    if not found:
        return []
    named = ", ".join(found[:_MOST_NAMED])
    return [
        f"{counted(len(found), 'claim')} of what came on top of a level left out ({named}): how "
        "many came does not tell how many are there; to use such claims name the quantity of all "
        "who came as `arrivals` of the level"
    ]


def _time(about: Quantity, day: date | None, table: pd.DataFrame) -> list[str]:
    """Extrapolation before the first or after the last claim."""
    used = table[table["status"] == "active"]
    if used.empty or day is None or about.kind == "constant":
        return []
    first, last = used["start"].min().date(), used["end"].max().date()
    if day < first:
        what = "how much a level moves" if about.kind == "stock" else "the prior"
        return [
            f"no claim is about a day as early as {day} (the first is about {first}): {what} "
            "decides there, and days without claims are not read as zero"
        ]
    end = beyond_claims(about, last, day)
    if end is None:
        return []
    return [
        f"the last claim is about {last}, {(end - last).days} days before {end}: "
        f"this is an extrapolation{if_over(about)}"
    ]


def beyond_claims(about: Quantity, last: date, day: date) -> date | None:
    """The day up to which an answer for `day` goes beyond the `last` day that is spoken of; None
    where it does not. After an event is over (`closed`) nothing is left to foresee."""
    end = day if about.closed is None else min(day, about.closed)
    return end if end > last + _NEXT else None


def if_over(about: Quantity) -> str:
    """What to do about an extrapolation of what may be over."""
    if about.kind != "cumulative" or about.closed is not None:
        return ""
    return f"; if the event is over, say since when at the quantity: {about.id}, closed = a date"


def unknown_past(about: Quantity, claims: Iterable[Claim]) -> list[str]:
    """That a total of which only additions are told includes what was before them."""
    told = {"on" if c.period.kind == "on" and not c.additional else "added" for c in claims}
    if about.kind != "cumulative" or about.epoch is not None or told != {"added"}:
        return []
    return [
        f"the claims tell only what was added to {about.id}: this total includes an unknown past; "
        "ask what was added with --since DAY (since=DAY), or give the quantity epoch = DAY, "
        "the first day that counts"
    ]


def _model(diagnostics: Mapping[str, float]) -> list[str]:
    found: list[str] = []
    share = diagnostics["beyond_claims"]
    several = diagnostics["other_modes"] > OTHER_MODES
    if share > _BEYOND_CLAIMS:
        of = "the variance of each explanation" if several else "the variance"
        found.append(
            f"{share:.0%} of {of} is house effects, time and priors, not the claims' own "
            "errors: more sources would narrow it, more claims of the same ones would not"
        )
    if several:
        found.append(
            "several explanations fit about as well (which claims are gross errors): "
            "the interval covers them, the median lies between"
        )
    repeats = int(diagnostics["proposed_repeats"])
    if repeats:
        found.append(
            f"possible undeclared repeats: {counted(repeats, 'claim')}; equal numbers count for "
            "less (listed by `reconcile origins`)"
        )
    if not diagnostics["settled"]:
        found.append("the search for the mode did not converge everywhere: the interval is rough")
    return found


def _taken_back(about: Quantity, regimes: Regimes, named: set[str]) -> list[str]:
    """Totals that their source took back, and counts that begin again: also after the day that is
    asked about, as what was said before then counts as too high."""
    found: list[str] = []
    again = {new.id for _, new in regimes.restarted}
    for old, new in regimes.taken_back:
        if new.id not in named:
            continue
        told = f"{new.source} said {old.number:,.0f} on {old.period.last} and {new.number:,.0f} on "
        if new.id in again:
            found.append(
                f"{told}{new.period.last}: it seems that the count of {about.id} begins again, and "
                "the answer follows the new one; if both counts belong together, give the new one "
                "a quantity of its own and make the total their sum (parts)"
            )
        else:
            found.append(
                f"{told}{new.period.last}: revised down; the later number is taken as its "
                "correction, and what it said before as too high"
            )
    if len(found) > _MOST_NAMED:
        rest = len(found) - _MOST_NAMED
        found = [
            *found[:_MOST_NAMED],
            f"{rest:,} more totals were taken back (see `reconcile falls`)",
        ]
    return found


def _doubts(table: pd.DataFrame, doubted: Mapping[str, float]) -> list[str]:
    """The claims that are taken for gross errors, the likeliest first."""
    chances = {name: doubted.get(name, 0.0) for name in table["claim"]}
    usual = table["weight"].mean()
    light = set(table.loc[table["weight"] < usual, "claim"])
    errors = {name: p for name, p in chances.items() if p > 0.5 and name in light}
    unsure = [n for n, p in chances.items() if p > _UNSURE and n not in errors]
    later = set(table.loc[table["start"] > table["end"].min(), "claim"])
    open_ones = [
        f"{n} may be an error ({chances[n]:.0%})"
        + ("; if it is right, the number jumped" if n in later else "")
        for n in sorted(unsure, key=lambda n: (-chances[n], n))[:_MOST_NAMED]
    ]
    named = _likeliest(errors)
    told = [f"probably gross errors, and given little weight: {named}"] if named else []
    return [*told, *open_ones]


def _copies(table: pd.DataFrame, copied: Mapping[str, float]) -> list[str]:
    """The claims that probably only repeat what another source said."""
    named = _likeliest({name: copied.get(name, 0.0) for name in table["claim"]})
    if not named:
        return []
    return [
        f"probably copies of what another source said, and given little weight: {named} "
        "(if you know the original, name it in `origin`)"
    ]


def _likeliest(chances: Mapping[str, float]) -> str:
    """The names with a chance above a half, the likeliest first; "" without any."""
    named = sorted((n for n, p in chances.items() if p > 0.5), key=lambda n: (-chances[n], n))
    shown = ", ".join(f"{name} ({chances[name]:.0%})" for name in named[:_MOST_NAMED])
    return shown + (f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else "")
