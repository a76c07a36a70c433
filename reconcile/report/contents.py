"""What a report holds: answers that are already known. Nothing in here asks a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reconcile.constraints.conflict_words import none_words
from reconcile.ledger import Ledger
from reconcile.values import Conflict, Distribution, Estimate, Timeline


@dataclass(frozen=True, slots=True)
class Without:
    """The answer without one source: its `spread`, or None where it could not be asked.

    `source` "" is the answer with all of them. `change` is the factor to it (on linear and logit
    scales the difference).
    """

    source: str
    label: str
    spread: Distribution | None
    change: float = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction, and the ids of the quantities whose answers it bears on."""

    conflict: Conflict
    quantities: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Section:
    """All that is told of one quantity.

    `without`: the answer with all sources first, then without each that was left out; `unasked`
    are the labels of the sources for which that was not computed. `revisions` has the columns of
    `reconcile.revisions(...).to_frame()`; `thinned` says which days were passed over.
    """

    answer: Estimate
    timeline: Timeline | None
    without: tuple[Without, ...] = ()
    unasked: tuple[str, ...] = ()
    revisions: pd.DataFrame | None = None
    thinned: str = ""

    @property
    def id(self) -> str:
        """The id of the quantity."""
        return self.answer.quantity

    @property
    def warnings(self) -> list[str]:
        """What the answer and its timeline warn of, each once."""
        line = self.timeline.warnings if self.timeline else ()
        return list(dict.fromkeys([*self.answer.warnings, *line]))

    @property
    def label(self) -> str:
        """The name of the quantity, as a heading begins."""
        name = self.answer.about.label or self.answer.quantity
        return name[:1].upper() + name[1:]


@dataclass(frozen=True, eq=False)
class Contents:
    """A whole report: sections in order, and what is common to them."""

    title: str
    ledger: Ledger
    as_of: date | None
    level: float
    sections: tuple[Section, ...]
    sources: pd.DataFrame
    methods: str
    settings: Mapping[str, object]
    notes: tuple[str, ...] = ()

    def findings(self) -> list[Finding]:
        """Every contradiction once, the widest gaps first, with the quantities it bears on."""
        known: dict[tuple[str, ...], tuple[Conflict, list[str]]] = {}
        for section in self.sections:
            for conflict in section.answer.conflicts:
                known.setdefault(conflict.claims, (conflict, []))[1].append(section.id)
        found = [Finding(conflict, tuple(names)) for conflict, names in known.values()]
        return sorted(found, key=lambda finding: (-finding.conflict.gap, finding.conflict.claims))

    def told_settings(self) -> dict[str, object]:
        """The settings that were given, and what they run on."""
        return {name: value for name, value in self.settings.items() if value not in (None, [], ())}

    def no_findings(self) -> str:
        """What is said where there is no contradiction."""
        about = [section.id for section in self.sections]
        asked = self.ledger.select(quantity=about)
        return f"None: {none_words(asked, asked.quantities)}."

    def claims(self) -> pd.DataFrame:
        """A row for each claim that bears on a section; `answer`: the section its weight is about.

        That is its own quantity's, or, where that has none, the first on which it bears.
        """
        parts = [
            table.assign(answer=section.id, own=table["quantity"] == section.id)
            for section in self.sections
            if len(table := section.answer.claims)
        ]
        if not parts:
            return self.sections[0].answer.claims.assign(answer="")
        rows = pd.concat(parts, ignore_index=True)
        best = rows.sort_values("own", ascending=False, kind="stable")
        return best.drop_duplicates("claim").sort_index().drop(columns="own").reset_index(drop=True)
