"""Tables of known projects, told by their columns: UCDP, ACLED, OWID, hubverse, HXL, PNAS."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reconcile.ledger.tables.column_names import folded
from reconcile.ledger.tables.event_data import (
    RULE,
    DayFlow,
    column_for,
    daily_flows,
    read_events,
    same_window_flows,
)
from reconcile.ledger.tables.hub_tables import hub_claims
from reconcile.ledger.tables.raw_table import RawTable, blank
from reconcile.values import Quantity, Source


@dataclass(frozen=True, slots=True)
class Imported:
    """A tidy table, and what its importer knows: quantities, sources, what it assumes.

    `dated`: the table calls its dates `on`, as ours are.
    """

    name: str
    table: RawTable
    quantities: dict[str, Quantity] = field(default_factory=dict[str, Quantity])
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    assumes: str = ""
    events: bool = False
    dated: bool = False


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the reader was told: the column that makes the quantities, marks, dates."""

    by: str | None = None
    decimal: str | None = None
    dates: str | None = None


def recognise(table: RawTable, asked: ImportOptions | None = None) -> Imported | None:
    """The table in tidy columns, if it is one of a known project; else None."""
    plain = table.renamed({name: folded(name) for name in table.names})
    if len(set(plain.names)) < len(plain.names):
        return None
    for needed, without, convert in _IMPORTERS:
        if needed <= set(plain.names) and not without & set(plain.names):
            return convert(plain, asked or ImportOptions())
    return None


def slug(text: str) -> str:
    """A text as an id.

    >>> slug("Vehicles & Fuel Tanks-Russia"), slug("Aircraft (unspecified)-Russia")
    ('vehicles-fuel-tanks-russia', 'aircraft-unspecified-russia')
    """
    return re.sub(r"[^\w]+|_", "-", text.casefold()).strip("-")


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


def _pnas(table: RawTable, _asked: ImportOptions) -> Imported:
    """`days`, `loss_count`, `loss_type`, `claim_source`, `time_frame` Day or Cumulative, flags."""
    day = _each(table["days"], _pnas_day)
    daily = [str(cell).casefold() == "day" for cell in table["time_frame"]]
    flow = [cell if is_flow else None for cell, is_flow in zip(day, daily, strict=True)]
    tidy = table.of(
        {
            "quantity": _each(table["loss_type"], lambda cell: slug(str(cell))),
            "source": _each(table["claim_source"], lambda cell: slug(str(cell))),
            "value": table["loss_count"],
            "minimum": table.get("minimum"),
            "maximum": table.get("maximum"),
            "on": [None if is_flow else cell for cell, is_flow in zip(day, daily, strict=True)],
            "during_start": flow,
            "during_end": flow,
        }
    )
    return Imported(
        "PNAS replication data",
        tidy,
        _pnas_quantities(table),
        _pnas_sources(table),
        "day 1 is 24 February 2022; each loss_type is a quantity",
    )


def _pnas_day(number: object) -> str:
    """The day as ISO text; what is no day number stays as it came and is reported by the reader."""
    try:
        return date.fromordinal(PNAS_DAY_ZERO.toordinal() + int(str(number))).isoformat()
    except (ValueError, OverflowError):
        return str(number)


def _pnas_quantities(table: RawTable) -> dict[str, Quantity]:
    countries = table.get("loss_country")
    sides = {
        str(name): country
        for name, country in zip(table["loss_type"], countries, strict=True)
        if not blank(name)
    }
    found: dict[str, Quantity] = {}
    for name, country in sides.items():
        kind, _, target = name.rpartition("-")
        parts = tuple(f"{part}-{target}" for part in _PNAS_WHOLES.get(kind, ()))
        whole = bool(parts) and set(parts) <= set(sides)
        found[slug(name)] = Quantity(
            slug(name),
            label=f"{kind} ({target})" if kind else name,
            epoch=date(2022, 2, 24),
            parts=tuple(map(slug, parts)) if whole else (),
            side=None if blank(country) else slug(str(country)),
        )
    return found


def _pnas_sources(table: RawTable) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for cell in dict.fromkeys(table.filled("claim_source")):
        label, side = _PNAS_SOURCES.get(str(cell), (str(cell), None))
        found[slug(str(cell))] = Source(slug(str(cell)), label=label, side=side)
    return found


# ---------------------------------------------------------------- events: UCDP, ACLED

_UCDP_USUAL = ("conflict_name", "dyad_name", "location_inc", "country")
_UCDP_BY = {
    "conflict": ("conflict_name", "conflict_new_id", "conflict_id"),
    "dyad": ("dyad_name", "dyad_new_id", "dyad_id"),
    "country": ("country", "location_inc", "country_id"),
}
_UCDP = Source("ucdp", "Uppsala Conflict Data Program", "data set")
_ACLED = Source("acled", "Armed Conflict Location & Event Data", "data set")


def _ucdp_events(table: RawTable, asked: ImportOptions) -> Imported:
    """UCDP GED: deaths of one event, `low` to `high` with `best`, between two dates."""
    names = {"first": "date_start", "last": "date_end", "low": "low", "best": "best"}
    names |= {"high": "high", "id": "id"}
    of = column_for(table, asked.by, _UCDP_USUAL, _UCDP_BY)
    return _events(table, asked, names, of, "UCDP events", _UCDP, "deaths")


def _acled(table: RawTable, asked: ImportOptions) -> Imported:
    """ACLED: one number of fatalities an event, on its day."""
    ident = next((n for n in ("event_id_cnty", "event_id", "data_id", "id") if n in table), "id")
    names = {"first": "event_date", "last": "event_date", "low": "", "best": "fatalities"}
    names |= {"high": "", "id": ident}
    of = column_for(table, asked.by, ("country", "admin1"), {"dyad": ("actor1",)})
    return _events(table, asked, names, of, "ACLED events", _ACLED, "fatalities")


def _events(
    table: RawTable,
    asked: ImportOptions,
    names: Mapping[str, str],
    of: str | None,
    name: str,
    source: Source,
    what: str,
) -> Imported:
    labels = _labels(table, of)
    ids = [f"{what}-{slug(label)}" for label in labels]
    events, table = read_events(table, names, ids, asked.decimal, asked.dates)
    flows = daily_flows(events)
    starts: dict[str, date] = {}
    for event in events:
        starts[event.quantity] = min(event.first, starts.get(event.quantity, event.first))
    quantities = {
        q: Quantity(q, label=f"{what}, {label}", epoch=starts[q])
        for q, label in zip(ids, labels, strict=True)
        if q in starts
    }
    zeros = sum(not flow.events for flow in flows)
    assumes = (
        f"one quantity a {of or 'table'} (by= names another column), counting from the day of "
        f"its first event (0 at the end of the day before); {len(events)} events are "
        f"{len(flows) - zeros} flows of a day; {RULE}; "
        f"{zeros} flows of 0 stand for the days between, on which nothing was recorded"
    )
    tidy = _flow_table(table, flows, source.id)
    return Imported(name, tidy, quantities, {source.id: source}, assumes, events=True)


def _ucdp_years(table: RawTable, asked: ImportOptions) -> Imported:
    """UCDP battle-related deaths: a conflict's deaths of one year."""
    years = [None if blank(y) else str(y).strip().removesuffix(".0") for y in table["year"]]
    table = table.of(
        table.to_dict()
        | {
            "first day": [None if y is None else f"{y}-01-01" for y in years],
            "last day": [None if y is None else f"{y}-12-31" for y in years],
        }
    )
    names = {"first": "first day", "last": "last day", "low": "bd_low", "best": "bd_best"}
    names |= {"high": "bd_high", "id": "no id"}
    of = column_for(table, asked.by, _UCDP_USUAL, _UCDP_BY)
    labels = _labels(table, of)
    ids = [f"deaths-{slug(label)}" for label in labels]
    events, table = read_events(table, names, ids, asked.decimal)
    tidy = _flow_table(table, same_window_flows(events), "ucdp")
    quantities = {
        q: Quantity(q, label=f"deaths, {label}") for q, label in zip(ids, labels, strict=True)
    }
    assumes = f"one quantity a {of or 'table'} (by= names another column), a flow a year"
    return Imported("UCDP battle deaths", tidy, quantities, {"ucdp": _UCDP}, assumes, events=True)


def _labels(table: RawTable, of: str | None) -> list[str]:
    if of is None:
        return ["all"] * len(table)
    return ["unknown" if blank(cell) else str(cell).strip() for cell in table[of]]


def _flow_table(table: RawTable, flows: Sequence[DayFlow], source: str) -> RawTable:
    exact = [flow.low == flow.high for flow in flows]
    return RawTable(
        table.file,
        (
            "id",
            "quantity",
            "source",
            "lower",
            "value",
            "upper",
            "during_start",
            "during_end",
            "note",
        ),
        (
            [_flow_id(flow, source) for flow in flows],
            [flow.quantity for flow in flows],
            [source for _ in flows],
            [None if same else flow.low for flow, same in zip(flows, exact, strict=True)],
            [flow.best for flow in flows],
            [None if same else flow.high for flow, same in zip(flows, exact, strict=True)],
            [flow.first.isoformat() for flow in flows],
            [flow.last.isoformat() for flow in flows],
            [_flow_note(flow) for flow in flows],
        ),
        [flow.line for flow in flows],
        table.remarks,
        table.problems,
    )


def _flow_id(flow: DayFlow, source: str) -> str:
    if len(flow.events) == 1 and flow.first == flow.last and "line" not in flow.events[0]:
        return f"{source}-{flow.events[0]}-{flow.first}"
    return f"{source}-{flow.quantity}-{flow.first}"


def _flow_note(flow: DayFlow) -> str:
    if not flow.events:
        return "no event recorded"
    more = f" and {len(flow.events) - 20} more" if len(flow.events) > 20 else ""
    return f"{len(flow.events)} events: {', '.join(flow.events[:20])}{more}"


# ---------------------------------------------------------------- OWID, hubverse, HXL


def _owid(table: RawTable, _asked: ImportOptions) -> Imported:
    """Our World in Data: `entity`, `code`, `day` or `year`, then one column for each series."""
    time = next(name for name in ("date", "day", "year") if name in table)
    plain = table.without([n for n in ("code", "iso_code", "iso3", "continent") if n in table])
    place = next(name for name in ("entity", "location") if name in table)
    plain = plain.renamed({time: "on", place: f"place {place}"})
    source = ["owid"] * len(plain)
    tidy = plain.of(plain.to_dict() | {"source": source})
    owid = Source("owid", "Our World in Data", "data set")
    assumes = "the source is Our World in Data; each series of a place is a quantity, a level"
    assumes += " unless its numbers never fall or its name says total"
    return Imported("Our World in Data", tidy, {}, {"owid": owid}, assumes)


def _hub(table: RawTable, _asked: ImportOptions) -> Imported:
    tidy, kinds = hub_claims(table)
    quantities = {name: Quantity(name, label=name, kind=kind) for name, kind in kinds.items()}
    assumes = (
        "each target and place is a quantity, each model a source; of its quantiles the median is "
        "the number, the two nearest to 5 and 95 % the bounds; targets named inc are flows"
    )
    return Imported("a hubverse table", tidy, quantities, {}, assumes)


def hxl_named(table: RawTable) -> RawTable:
    """A table whose first row are HXL hashtags, named by them; any other as it came."""
    if not len(table):
        return table
    tags = ["" if blank(cells[0]) else str(cells[0]).strip() for cells in table.columns]
    tagged = [tag.startswith("#") for tag in tags]
    header = sum(name.startswith("#") for name in table.names)
    if header >= max(2, len(table.names) / 2):
        tags, rows = list(table.names), list(range(len(table)))
    elif sum(tagged) >= max(2, len(tags) / 2):
        rows = list(range(1, len(table)))
    else:
        return table
    names: dict[str, str] = {}
    for name, tag in zip(table.names, tags, strict=True):
        meant = _hxl_meaning(tag) if tag.startswith("#") else name
        names[name] = meant if meant not in names.values() else name
    told = ", ".join(f"{tags[i]} as {names[n]}" for i, n in enumerate(table.names) if tags[i])
    return table.taken(rows).renamed(names).remarked(f"HXL hashtags: {told}")


_HXL = (
    ("#date", {"start"}, "during_start"),
    ("#date", {"end"}, "during_end"),
    ("#date", {"reported", "updated", "published"}, "said"),
    ("#date", set[str](), "on"),
    ("#meta", {"source"}, "source"),
    ("#org", set[str](), "source"),
    ("#meta", {"url", "link"}, "report"),
    ("#meta", {"id"}, "id"),
    ("#meta", {"note", "notes"}, "note"),
    ("#description", set[str](), "note"),
    ("#indicator", {"name"}, "quantity"),
    ("#indicator", {"value", "num"}, "value"),
    ("#value", set[str](), "value"),
    ("#country", set[str](), "country"),
    ("#adm1", set[str](), "admin1"),
    ("#adm2", set[str](), "admin2"),
    ("#loc", set[str](), "location"),
)


def _hxl_meaning(tag: str) -> str:
    """Our name for a hashtag; of #affected+killed the attributes are what is counted."""
    stem, *attributes = tag.casefold().replace(" ", "").split("+")
    given = set(attributes)
    if given & {"code", "iso3", "lat", "lon"}:
        return tag
    for name, needed, meaning in _HXL:
        if stem == name and (not needed or needed & given):
            return meaning
    if stem in ("#affected", "#impact", "#population"):
        said = [a for a in attributes if a not in ("total", "ind", "num", "all")]
        return "_".join(said) or stem[1:]
    return tag


def _each(cells: Sequence[Any], function: Callable[[Any], Any]) -> list[Any]:
    """`function` of each cell, worked out once for equal ones; gaps stay gaps."""
    kept: dict[Any, Any] = {}
    for cell in cells:
        if not blank(cell) and cell not in kept:
            kept[cell] = function(cell)
    return [None if blank(cell) else kept[cell] for cell in cells]


_Convert = Callable[[RawTable, ImportOptions], Imported]
_IMPORTERS: tuple[tuple[frozenset[str], frozenset[str], _Convert], ...] = (
    (
        frozenset({"days", "loss_count", "loss_type", "claim_source", "time_frame"}),
        frozenset(),
        _pnas,
    ),
    (
        frozenset({"low", "best", "high", "date_start", "date_end"}),
        frozenset({"quantity"}),
        _ucdp_events,
    ),
    (frozenset({"bd_low", "bd_best", "bd_high", "year"}), frozenset({"quantity"}), _ucdp_years),
    (frozenset({"event_date", "fatalities"}), frozenset({"quantity"}), _acled),
    (frozenset({"output_type", "output_type_id", "value"}), frozenset({"quantity"}), _hub),
    (frozenset({"entity", "date"}), frozenset({"source", "quantity"}), _owid),
    (frozenset({"entity", "day"}), frozenset({"source", "quantity"}), _owid),
    (frozenset({"entity", "year"}), frozenset({"source", "quantity"}), _owid),
    (frozenset({"location", "iso_code", "date"}), frozenset({"source", "quantity"}), _owid),
)
