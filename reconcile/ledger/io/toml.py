"""Ledgers in TOML: a folder of files, or one file."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from reconcile._bundle import bundled
from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.io.ledger_checks import (
    Broken,
    claim_problems,
    ledger_warnings,
    registry_problems,
)
from reconcile.ledger.io.reading import read_claim
from reconcile.ledger.io.records import CLAIM_KEYS
from reconcile.ledger.io.row_cells import Cells, FilePlace, hint
from reconcile.ledger.io.storing import standing, steady
from reconcile.ledger.io.toml_lines import LineIndex, line_index
from reconcile.ledger.ledger import Ledger
from reconcile.ledger.tables.shares import in_percent
from reconcile.values import Claim, Prior, Quantity, Report, Resolution, Source
from reconcile.values.grades import read_reliability

_WIDEST = 20.0  # the sd of a log: a factor of 5e8 either way holds every count there is
_TABLES = ("report", "claim", "quantity", "source", "resolution")
_PRIORS = (
    *("initial_rate", "rate", "initial_level", "level", "initial_retention", "retention"),
    *("volatility", "reversion", "ratio", "error"),
)
_KEYS = {
    "claim": CLAIM_KEYS,
    "report": ("id", "publisher", "title", "date", "link", "note"),
    "quantity": (
        *("id", "label", "unit", "kind", "scale", "epoch", "closed", "delay", "parts", "within"),
        *("arrivals", "side", "subjects", "synonyms", "note", "priors"),
    ),
    "source": (
        *("id", "label", "kind", "parent", "side", "reliability", "synonyms", "note"),
        "differs_from",
    ),
    "resolution": ("quantity", "value", "on", "known_on", "note"),
    "prior": ("median", "log_sd", "reason"),
}


@dataclass(slots=True)
class Draft:
    """What has been read so far, with the place of each thing and every problem."""

    convention: str = "default"
    claims: list[Claim] = field(default_factory=list[Claim])
    claim_places: list[FilePlace] = field(default_factory=list[FilePlace])
    broken: list[Broken] = field(default_factory=list[Broken])
    quantities: dict[str, Quantity] = field(default_factory=dict[str, Quantity])
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    reports: dict[str, Report] = field(default_factory=dict[str, Report])
    resolutions: list[Resolution] = field(default_factory=list[Resolution])
    places: dict[tuple[str, str], FilePlace] = field(
        default_factory=dict[tuple[str, str], FilePlace]
    )
    problems: list[DataProblem] = field(default_factory=list[DataProblem])
    complete: bool = False
    rows: int = 0

    def ledger(self, base: Draft | None) -> Ledger:
        """The ledger, its registries laid over those of `base`; `LedgerError` for any problem."""
        over = Draft() if base is None or self.complete else base
        quantities = over.quantities | self.quantities
        ledger = Ledger(
            tuple(in_percent(claim, quantities.get(claim.quantity)) for claim in self.claims),
            quantities,
            over.sources | self.sources,
            over.reports | self.reports,
            tuple(self.resolutions),
        )
        found = [
            *self.problems,
            *registry_problems(ledger.quantities, ledger.sources, ledger.resolutions, self._where),
            *claim_problems(ledger, self.claim_places.__getitem__, self.broken),
        ]
        if found:
            raise LedgerError(sorted(found, key=lambda p: (p.file, p.line or 0)))
        return replace(ledger, warnings=ledger_warnings(ledger))

    def _where(self, what: str, name: str) -> FilePlace:
        return self.places.get((what, name), FilePlace(f"{what} {name!r}"))


def read_bundled(convention: str = "default") -> Ledger:
    """The ledger of the seed documents, which comes with the package."""
    return read_toml(bundled("seeds"), convention)


def read_toml(path: Path, convention: str = "default", *, claimless: bool = False) -> Ledger:
    """The ledger in a folder of TOML files or in one TOML file.

    Its registries are laid over the bundled ones, unless a file says ``bundled = false``. Raises
    `LedgerError` with every problem of every file, and where there is no claim: registries alone
    are a ledger only if `claimless`.
    """
    texts = steady(path if path.is_dir() else path.parent, partial(_texts, path))
    return read_texts(texts, path, convention, claimless=claimless)


def read_texts(
    texts: Mapping[Path, bytes], path: Path, convention: str = "default", *, claimless: bool = False
) -> Ledger:
    """As `read_toml`, of the files at `path`, those in `texts` as they stand there."""
    draft = Draft(convention)
    for file in sorted({*toml_files(path), *texts}):
        content = texts.get(file)
        _read_bytes(draft, file, standing(file).read_bytes() if content is None else content)
    return _finished(draft, path, claimless=claimless)


def _texts(path: Path) -> dict[Path, bytes]:
    """The bytes of the ledger's files as they stand at one moment."""
    try:
        return {file: standing(file).read_bytes() for file in toml_files(path)}
    except OSError as error:
        came, which = error.strerror or str(error), str(error.filename or path)
        problem = DataProblem(which, None, "file", came, "a file that can be read")
        raise LedgerError([problem]) from error


def toml_files(path: Path) -> list[Path]:
    """The TOML files of a ledger: those in a folder, or the file itself."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.toml") if not file.is_dir())


def _finished(draft: Draft, path: Path, *, claimless: bool) -> Ledger:
    enough = claimless and bool(draft.quantities or draft.sources)
    if not draft.rows and not draft.problems and not enough:
        count = len(toml_files(path))
        looked = f"{path}{'/*.toml' if path.is_dir() else ''}"
        came = f"{count} TOML files without one" if count else "no TOML file"
        raise LedgerError([DataProblem(looked, None, "claim", came, "at least one [[claim]]")])
    return draft.ledger(read_registries())


def read_registries(paths: Iterable[Path] | None = None, convention: str = "default") -> Draft:
    """The registries in TOML files; None: the bundled ones."""
    draft = Draft(convention)
    if paths is None:
        paths = [bundled("data") / name for name in ("quantities.toml", "sources.toml")]
    for file in paths:
        _read_file(draft, file)
    if draft.problems:
        raise LedgerError(draft.problems)
    return draft


# ---------------------------------------------------------------- one file


def _read_file(draft: Draft, file: Path) -> None:
    _read_bytes(draft, file, standing(file).read_bytes())


def _read_bytes(draft: Draft, file: Path, content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        came = f"the byte {content[error.start]:#04x} at {error.start}"
        draft.problems.append(DataProblem(str(file), line, "file", came, "UTF-8 text"))
        return
    _read_text(draft, str(file), text.replace("\r\n", "\n"))


def _read_text(draft: Draft, name: str, text: str) -> None:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        draft.problems.append(_syntax(name, error))
        return
    except RecursionError:
        came = "lists nested too deep to be read"
        draft.problems.append(DataProblem(name, None, "file", came, "valid TOML"))
        return
    except ValueError as error:  # a number of more digits than Python reads
        draft.problems.append(DataProblem(name, None, "file", str(error), "valid TOML"))
        return
    lines = line_index(text)
    _known_tables(draft, name, lines, tables)
    draft.complete = draft.complete or tables.get("bundled") is False
    default = None
    for table in _TABLES:
        for i, row, single in _rows(draft, name, lines, table, tables.get(table)):
            place = FilePlace(name, None, (table,) if single else (table, i), lines)
            cells = Cells(row, place, draft.problems)
            cells.only(_KEYS[table])
            if table == "claim":
                _add_claim(draft, cells, default)
            else:
                made = _READERS[table](draft, cells)
                default = made if table == "report" and single else default


def _syntax(name: str, error: tomllib.TOMLDecodeError) -> DataProblem:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line = int(found[1]) if found else None
    return DataProblem(name, line, "file", str(error), "valid TOML")


def _known_tables(draft: Draft, name: str, lines: LineIndex, tables: Mapping[str, Any]) -> None:
    for key in tables:
        if key not in (*_TABLES, "bundled"):
            line = lines.get((key,), lines.get((key, 0)))
            expected = f"a known table{hint(key, _TABLES)}"
            draft.problems.append(DataProblem(name, line, key, f"the table {key!r}", expected))


def _rows(
    draft: Draft, name: str, lines: LineIndex, table: str, found: Any
) -> list[tuple[int, Mapping[str, Any], bool]]:
    """The rows of a table or array of tables: number, cells, whether it stands alone."""
    if found is None:
        return []
    if isinstance(found, dict):
        if table == "report":
            return [(0, cast("dict[str, Any]", found), True)]
        found = [None]
    items = cast("list[Any]", found if isinstance(found, list) else [None])
    if not all(isinstance(item, dict) for item in items):
        line = lines.get((table,), lines.get((table, 0)))
        expected = f"tables written [[{table}]]"
        draft.problems.append(
            DataProblem(name, line, table, f"no list of tables in {table!r}", expected)
        )
        return []
    return [(i, item, False) for i, item in enumerate(items)]


def _add_claim(draft: Draft, cells: Cells, report: str | None) -> None:
    draft.rows += 1
    if not cells.has("id"):
        cells.wrong("id", None, "an id")
    if report is not None and not cells.has("report"):
        cells.row = {**cells.row, "report": report}
    claim = read_claim(cells, draft.convention, draft.rows)
    if claim is not None:
        draft.claims.append(claim)
        draft.claim_places.append(cells.place)
    else:
        draft.broken.append(Broken.of(cells))


def _register(draft: Draft, cells: Cells, what: str, name: str) -> bool:
    """Note where `name` stands; False, and a problem, where it stands twice."""
    if not name:
        return False
    other = draft.places.setdefault((what, name), cells.place)
    if other is not cells.place:
        at = f"{other.file}:{other.line('id')}"
        cells.wrong("id", name, f"an id of its own ({at} has it too)")
    return other is cells.place


def _add_report(draft: Draft, cells: Cells) -> str | None:
    name = cells.needed("id", "an id")
    made = Report(
        name,
        cells.text("publisher"),
        cells.text("title"),
        cells.days("date"),
        cells.text("link"),
        cells.text("note"),
    )
    if _register(draft, cells, "report", name):
        draft.reports[name] = made
    return name or None


def _add_quantity(draft: Draft, cells: Cells) -> str | None:
    name = cells.needed("id", "an id")
    values: dict[str, Any] = {
        "label": cells.text("label"),
        "unit": cells.text("unit", "count"),
        "kind": cells.choice("kind", ("cumulative", "stock", "constant"), "cumulative"),
        "scale": cells.choice("scale", ("log", "linear", "logit"), "log"),
        "epoch": cells.day("epoch"),
        "closed": cells.day("closed"),
        "delay": _delay(cells),
        **{key: cells.texts(key) for key in ("parts", "within", "subjects", "synonyms")},
        "arrivals": cells.name("arrivals") or None,
        "side": cells.name("side") or None,
        "priors": _priors(cells),
        "note": cells.text("note"),
    }
    for key in ("parts", "within"):
        if name in values[key]:
            cells.wrong(key, name, "other quantities than itself")
            values[key] = tuple(other for other in values[key] if other != name)
    if values["epoch"] and values["closed"] and values["closed"] < values["epoch"]:
        cells.wrong("closed", values["closed"], f"a day not before the epoch, {values['epoch']}")
        values["closed"] = None
    if _register(draft, cells, "quantity", name):
        draft.quantities[name] = Quantity(name, **values)
    return name or None


def _delay(cells: Cells) -> float | None:
    delay = cells.number("delay")
    if delay is not None and not 0 <= delay < math.inf:
        cells.wrong("delay", delay, "a number of days, 0 or more")
        return None
    return delay


def _priors(cells: Cells) -> tuple[Prior, ...]:
    tables: Any = cells.row.get("priors")
    if tables is None:
        return ()
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        cells.wrong("priors", tables, "tables written [quantity.priors.<name>]")
        return ()
    found: list[Prior] = []
    for name, table in cast("dict[str, dict[str, Any]]", tables).items():
        at = cells.place
        place = FilePlace(at.file, at.line("priors"), (*at.path, "priors", name), at.lines)
        found.append(_prior(Cells(table, place, cells.problems), name, cells.text("scale", "log")))
    return tuple(found)


def _prior(cells: Cells, name: str, scale: str) -> Prior:
    if name not in _PRIORS:
        cells.wrong("priors", name, f"one of {', '.join(_PRIORS)}{hint(name, _PRIORS)}")
    cells.only(_KEYS["prior"])
    median, spread = cells.number("median"), cells.number("log_sd")
    for key, number in (("median", median), ("log_sd", spread)):
        if number is None and not cells.has(key):
            cells.wrong(key, None, "a number")
        if number is not None and math.isinf(number):
            cells.wrong(key, number, "a finite number")
        elif number is not None and number <= 0 and (key == "log_sd" or scale == "log"):
            cells.wrong(key, number, "a number above 0")
        elif number is not None and key == "log_sd" and number > _WIDEST:
            cells.wrong(key, number, f"a number of at most {_WIDEST:g}")
    usable = spread is not None and 0 < spread < math.inf  # else a problem was noted above
    middle = 1.0 if median is None or math.isinf(median) else median
    return Prior(name, middle, spread if usable and spread else 1.0, cells.text("reason"))


def _add_source(draft: Draft, cells: Cells) -> str | None:
    name = cells.needed("id", "an id")
    values: dict[str, Any] = {
        "label": cells.text("label"),
        "kind": cells.text("kind"),
        "parent": cells.name("parent") or None,
        "side": cells.name("side") or None,
        "reliability": cells.graded("reliability", read_reliability, "F"),
        **{key: cells.texts(key) for key in ("synonyms", "differs_from")},
        "note": cells.text("note"),
    }
    if _register(draft, cells, "source", name):
        draft.sources[name] = Source(name, **values)
    return name or None


def _add_resolution(draft: Draft, cells: Cells) -> str | None:
    name = cells.needed("quantity", "the id of a quantity")
    value, known = cells.number("value"), cells.day("known_on")
    for key, found in (("value", value), ("known_on", known)):
        if found is None and not cells.has(key):
            cells.wrong(key, None, "a number" if key == "value" else "the day it became known")
    if name and value is not None and known is not None:
        made = Resolution(name, value, cells.day("on"), known, cells.text("note"))
        draft.resolutions.append(made)
        draft.places.setdefault(("resolution", name), cells.place)
    return None


_READERS = {
    "report": _add_report,
    "quantity": _add_quantity,
    "source": _add_source,
    "resolution": _add_resolution,
}
