"""Tables of other projects, recognised by their columns and turned into tidy ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from reconcile.values import Quantity, Source

__all__ = ["Imported", "recognise", "slug"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A tidy table, and what the importer knows about its quantities and sources."""

    name: str
    frame: pd.DataFrame
    quantities: dict[str, Quantity] = field(default_factory=dict[str, Quantity])
    sources: dict[str, Source] = field(default_factory=dict[str, Source])


def recognise(frame: pd.DataFrame) -> Imported | None:
    """The table in tidy columns, if it is one of a known project; else None."""
    for needed, convert in _IMPORTERS:
        if needed <= set(frame.columns):
            return convert(frame)
    return None


def slug(text: str) -> str:
    """A text as an id.

    >>> slug("Vehicles & Fuel Tanks-Russia"), slug("Aircraft (unspecified)-Russia")
    ('vehicles-fuel-tanks-russia', 'aircraft-unspecified-russia')
    """
    return re.sub(r"[^0-9a-z]+", "-", text.casefold()).strip("-")


# ---------------------------------------------------------------- PNAS replication data

PNAS_DAY_ZERO = date(2022, 2, 23)
"""Day 1 of Radford et al. 2023 (doi 10.1073/pnas.2307372120) is 24 February 2022."""

_PNAS_SOURCES = {
    "UA Source": ("Ukrainian sources", "ukraine"),
    "RU Source": ("Russian sources", "russia"),
    "US Source": ("U.S. sources", None),
    "GB Source": ("British sources", None),
    "OSI": ("open-source intelligence", None),
    "Other": ("other media", None),
    "United Nations": ("United Nations", None),
}
_PNAS_WHOLES = {
    f"{who} Casualties": (f"{who} Deaths", f"{who} Injuries") for who in ("Military", "Civilian")
}


def _pnas(frame: pd.DataFrame) -> Imported:
    """`days`, `loss_count`, `loss_type`, `claim_source`, `time_frame` Day or Cumulative, flags."""
    day = _mapped(frame["days"], _pnas_day)
    daily = frame["time_frame"].astype(str).str.casefold() == "day"
    tidy = pd.DataFrame(
        {
            "quantity": _mapped(frame["loss_type"], lambda text: slug(str(text))),
            "source": _mapped(frame["claim_source"], lambda text: slug(str(text))),
            "value": frame["loss_count"],
            "kind": _flagged(frame),
            "on": day.where(~daily, None),
            "during_start": day.where(daily, None),
            "during_end": day.where(daily, None),
        }
    )
    return Imported("PNAS replication data", tidy, _pnas_quantities(frame), _pnas_sources(frame))


def _pnas_day(number: object) -> str:
    """The day as ISO text; what is no day number stays as it came and is reported by the reader."""
    try:
        return date.fromordinal(PNAS_DAY_ZERO.toordinal() + int(str(number))).isoformat()
    except (ValueError, OverflowError):
        return str(number)


def _pnas_quantities(frame: pd.DataFrame) -> dict[str, Quantity]:
    sides = dict(
        zip(frame["loss_type"], frame.get("loss_country", frame["loss_type"]), strict=True)
    )
    present = {str(name) for name in sides}
    found: dict[str, Quantity] = {}
    for name, country in sides.items():
        kind, _, target = str(name).rpartition("-")
        parts = tuple(f"{part}-{target}" for part in _PNAS_WHOLES.get(kind, ()))
        whole = bool(parts) and set(parts) <= present
        found[slug(str(name))] = Quantity(
            slug(str(name)),
            label=f"{kind} ({target})" if kind else str(name),
            epoch=date(2022, 2, 24),
            parts=tuple(map(slug, parts)) if whole else (),
            side=slug(str(country)) if "loss_country" in frame.columns else None,
        )
    return found


def _pnas_sources(frame: pd.DataFrame) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for name in frame["claim_source"].dropna().unique():
        label, side = _PNAS_SOURCES.get(str(name), (str(name), None))
        found[slug(str(name))] = Source(slug(str(name)), label=label, side=side)
    return found


# ---------------------------------------------------------------- UCDP


def _ucdp_events(frame: pd.DataFrame) -> Imported:
    """UCDP GED: deaths of one event, `low` to `high` with `best`, between two dates.

    An event is a part of all deaths of its conflict within those days.
    """
    return _ucdp(
        frame,
        "UCDP events",
        ("low", "best", "high"),
        {
            "during_start": frame["date_start"],
            "during_end": frame["date_end"],
            "scope": "part",
        },
    )


def _ucdp_years(frame: pd.DataFrame) -> Imported:
    """UCDP battle-related deaths: a conflict's deaths of one year."""
    year = frame["year"].astype(str)
    return _ucdp(
        frame,
        "UCDP battle deaths",
        ("bd_low", "bd_best", "bd_high"),
        {"during_start": year + "-01-01", "during_end": year + "-12-31"},
    )


def _ucdp(
    frame: pd.DataFrame, name: str, numbers: tuple[str, str, str], more: dict[str, object]
) -> Imported:
    of = next((c for c in _UCDP_CONFLICT if c in frame.columns), None)
    what = pd.Series("all", index=frame.index) if of is None else frame[of]
    low, best, high = numbers
    tidy = pd.DataFrame(
        {
            "quantity": _mapped(what, lambda text: f"deaths-{slug(str(text))}"),
            "source": "ucdp",
            "lower": frame[low],
            "value": frame[best],
            "upper": frame[high],
            **more,
        }
    )
    if "id" in frame.columns:
        tidy["id"] = "ucdp-" + frame["id"].astype(str)
    source = Source("ucdp", "Uppsala Conflict Data Program", "data set", reliability="F")
    names = dict(zip(tidy["quantity"], what.astype(str), strict=True))
    quantities = {k: Quantity(k, label=f"deaths, {v}") for k, v in names.items()}
    return Imported(name, tidy, quantities, {"ucdp": source})


_UCDP_CONFLICT = ("conflict_name", "dyad_name", "location_inc", "country")


# ---------------------------------------------------------------- shared


def _flagged(frame: pd.DataFrame) -> pd.Series:
    """The kind of each claim by its `minimum` and `maximum` flags; a contradiction is kept."""
    minimum, maximum = (_flag(frame, key) for key in ("minimum", "maximum"))
    kind = pd.Series("exact", index=frame.index, dtype=object)
    kind = kind.mask(minimum, "at_least").mask(maximum, "at_most")
    return kind.mask(minimum & maximum, "both minimum and maximum")


def _flag(frame: pd.DataFrame, key: str) -> pd.Series:
    if key not in frame.columns:
        return pd.Series(data=False, index=frame.index)
    return frame[key].astype(str).str.strip().str.casefold().isin(("1", "1.0", "true", "yes"))


def _mapped(column: pd.Series, function: Callable[[object], str]) -> pd.Series:
    """The column with `function` applied to each distinct value once; gaps stay gaps."""
    table = {value: function(value) for value in column.dropna().unique()}
    return column.astype(object).map(table)


def flags_to_kind(frame: pd.DataFrame) -> pd.DataFrame:
    """A tidy table whose `minimum` and `maximum` flags, if any, have become its `kind`."""
    if "kind" in frame.columns or not {"minimum", "maximum"} & set(frame.columns):
        return frame
    plain = frame.drop(columns=["minimum", "maximum"], errors="ignore")
    kind = _flagged(frame)
    return plain.assign(kind=kind.where(kind != "exact", None))


def bounds_to_tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with `low`, `best`, `high` under the names `lower`, `value`, `upper`."""
    names = {"low": "lower", "best": "value", "high": "upper"}
    renamed = {a: b for a, b in names.items() if a in frame.columns and b not in frame.columns}
    return frame.rename(columns=renamed)


_Importer = tuple[Collection[str], Callable[[pd.DataFrame], Imported]]
_IMPORTERS: tuple[tuple[frozenset[str], Callable[[pd.DataFrame], Imported]], ...] = (
    (frozenset({"days", "loss_count", "loss_type", "claim_source", "time_frame"}), _pnas),
    (frozenset({"low", "best", "high", "date_start", "date_end"}), _ucdp_events),
    (frozenset({"bd_low", "bd_best", "bd_high", "year"}), _ucdp_years),
)
