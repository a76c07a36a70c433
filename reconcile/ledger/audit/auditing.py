"""`audit`: every check of a ledger's claims at once, with the edits that they propose."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from reconcile.intervals import Interval
from reconcile.ledger.audit.contradictions import culprits
from reconcile.ledger.audit.doubtful import doubtful
from reconcile.ledger.audit.falls import falls
from reconcile.ledger.audit.one_body import asked_of
from reconcile.ledger.audit.proposals import propose_origins
from reconcile.ledger.audit.restarts import restarts
from reconcile.ledger.io.ledger_checks import odd_dates, oddities
from reconcile.ledger.io.read import read_ledger
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim, Source

if TYPE_CHECKING:
    import pandas as pd

Check = Literal[
    "restart",
    "fall",
    "doubtful number",
    "contradiction",
    "far date",
    "repeat",
    "one body",
    "missing prior",
    "missing grade",
]
_LEAST = 0.5  # the probability of a repeat from which on it is proposed


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one claim: its `origin` or `number`, from `old` to `new`, or "leave out"; or of
    the `source` of all claims of the source `old` (then `claim` is empty).
    """

    claim: str
    what: Literal["origin", "number", "source", "leave out"]
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        if self.what == "leave out":
            return f"leave out {self.claim}"
        if self.what == "source":
            return f"source {self.old!r}: {self.new!r}"
        return f"{self.what} of {self.claim}: {self.new}"


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """What one `check` found about `claims` of a `quantity`, in words, and the edit it proposes."""

    check: Check
    quantity: str
    claims: tuple[str, ...]
    text: str
    edit: Edit | None = None

    def __str__(self) -> str:
        return f"{self.check}: {self.text}" + (f" -> {self.edit}" if self.edit else "")


class Audit(tuple[AuditFinding, ...]):
    """The findings, by check; a tuple that also counts them and makes their edits."""

    __slots__ = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that are proposed, one a claim, and one a source that is another's name."""
        found = {f.edit.claim or str(f.edit): f.edit for f in reversed(self) if f.edit is not None}
        return tuple(reversed(found.values()))

    @property
    def counts(self) -> dict[str, int]:
        """How many findings each check has."""
        return dict(Counter(finding.check for finding in self))

    def apply(self, ledger: Ledger) -> Ledger:
        """A copy of the ledger with the edits made, each noted at its claim."""
        edits = {edit.claim: edit for edit in self.edits}
        merged = {edit.old: edit for edit in self.edits if edit.what == "source"}
        gone = {name for name, edit in edits.items() if edit.what == "leave out"}
        kept = list(ledger.select(exclude=gone & set(_ids(ledger))))
        made = [_edited(c, edits[c.id]) if c.id in edits else c for c in kept]
        made = [_edited(c, merged[c.source]) if c.source in merged else c for c in made]
        mended = {*oddities(ledger)}
        return Ledger.of(
            made,
            ledger.quantities,
            _without_old(ledger.sources, {old: edit.new for old, edit in merged.items()}),
            ledger.reports,
            ledger.resolutions,
            (text for text in ledger.warnings if text not in mended),
        )

    def to_frame(self) -> pd.DataFrame:
        """One row for each finding."""
        import pandas as pd  # only where a frame is asked for

        rows = [
            {
                "check": f.check,
                "quantity": f.quantity,
                "claims": ", ".join(f.claims),
                "text": f.text,
                "edit": "" if f.edit is None else str(f.edit),
            }
            for f in self
        ]
        return pd.DataFrame(rows, columns=pd.Index(["check", "quantity", "claims", "text", "edit"]))

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "nothing found"


def audit(ledger: Ledger | None = None, *, as_of: str | dt.date | None = None) -> Audit:
    """Every check of a ledger: what is doubtful from its numbers alone.

    It finds counts that begin again; totals that fall; doubtful numbers (digits lost, swapped or
    pasted twice, 0 for no report); contradictions, with the claims to blame; dates far from all
    others or still to come; repeats without an origin; one body under several names; missing
    priors and grades.
    `Audit.apply` makes the proposed edits in a copy; nothing changes otherwise.

    Parameters
    ----------
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    as_of : date-like, optional
        Use only what was public by the end of that day.

    Raises
    ------
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    LedgerError
        If the ledger can't be read; every problem is named.

    References
    ----------
    docs/questions.md

    Examples
    --------
    >>> from reconcile.ledger import read_ledger
    >>> numbers = [1500, 15150, 1521, 1530]
    >>> rows = [
    ...     {"quantity": "dead", "source": "town", "value": n, "on": f"2024-03-0{day}"}
    ...     for day, n in enumerate(numbers, start=1)
    ... ]
    >>> found = audit(read_ledger(rows))
    >>> [str(f.edit) for f in found if f.check == "doubtful number"]
    ['number of row-2: 1,515']
    """
    known = read_ledger() if ledger is None else ledger
    known = known if as_of is None else known.as_of(as_of)
    begun, doubts, bodies = list(_restarts(known)), list(_doubts(known)), Audit(_bodies(known))
    told = {finding.claims[0] for finding in doubts}
    told |= _after_restarts(known)
    return Audit(
        [
            *begun,
            *doubts,
            *_falls(known),
            *_culprits(known, told),
            *_far(known),
            *_repeats(known, bodies),
            *bodies,
            *_missing(known),
        ]
    )


def _ids(ledger: Ledger) -> Iterable[str]:
    return (claim.id for claim in ledger)


def _without_old(sources: Mapping[str, Source], new: Mapping[str, str]) -> list[Source]:
    """The sources without those that others took over, under whose names these are known too."""
    kept: list[Source] = []
    for source in sources.values():
        taken = [sources[old] for old, name in new.items() if name == source.id and old in sources]
        names = [name for old in taken for name in (old.id, old.label, *old.synonyms) if name]
        known = dict.fromkeys((*source.synonyms, *names))
        parent = new.get(source.parent or "", source.parent)
        if source.id not in new:
            kept.append(replace(source, synonyms=tuple(known), parent=parent))
    return kept


def _edited(claim: Claim, edit: Edit) -> Claim:
    note = f"{claim.note}; " if claim.note else ""
    if edit.what == "origin":
        return replace(claim, origin=edit.new, note=f"{note}audit: origin {edit.new}")
    if edit.what == "source":
        return replace(claim, source=edit.new, note=f"{note}audit: source was {edit.old!r}")
    number = float(edit.new.replace(",", ""))
    phrase = replace(
        claim.phrase, text=edit.new, interval=Interval(number, number), nominal=number, digits=None
    )
    return replace(claim, phrase=phrase, note=f"{note}audit: was {edit.old}")


def _restarts(ledger: Ledger) -> Iterator[AuditFinding]:
    totals = (c for c in ledger if ledger.quantities[c.quantity].kind == "cumulative")
    for found in restarts(totals):
        yield AuditFinding("restart", found.quantity, (found.claim, found.after), str(found))


def _doubts(ledger: Ledger) -> Iterator[AuditFinding]:
    for doubt in doubtful(ledger, ledger.quantities):
        edit = None
        if doubt.meant is not None:
            edit = Edit(doubt.claim, "number", f"{doubt.value:,.15g}", f"{doubt.meant:,.15g}")
        elif "fraction" not in doubt.why:
            edit = Edit(doubt.claim, "leave out")
        text = f"{doubt.claim} ({doubt.quantity}): {doubt.why}"
        yield AuditFinding("doubtful number", doubt.quantity, (doubt.claim,), text, edit)


def _falls(ledger: Ledger) -> Iterator[AuditFinding]:
    for fall in falls(ledger, by="source"):
        if fall.kind != "restart":
            yield AuditFinding("fall", fall.quantity, (fall.claim, fall.after), str(fall))


def _after_restarts(ledger: Ledger) -> set[str]:
    """The claims of counts that began again, from there on."""
    begun = {(r.quantity, r.source): r.date for r in restarts(ledger)}
    return {
        claim.id
        for claim in ledger
        for day in [begun.get((claim.quantity, claim.source))]
        if day is not None and claim.period.last >= day
    }


def _culprits(ledger: Ledger, told: set[str]) -> Iterator[AuditFinding]:
    """Contradictions among the claims of which nothing was `told` yet."""
    for found in culprits(ledger.select(exclude=told)):
        shown = ", ".join(found.against[:5])
        more = f" and {len(found.against) - 5} more" if len(found.against) > 5 else ""
        said = ledger[found.claim].phrase.text
        text = f"{found.claim} ({found.source}: {said!r}) can't be true together with {shown}{more}"
        yield AuditFinding("contradiction", found.quantity, (found.claim, *found.against), text)


def _far(ledger: Ledger) -> Iterator[AuditFinding]:
    for name, why in odd_dates(ledger, dt.date.today()).items():
        yield AuditFinding("far date", ledger[name].quantity, (name,), f"{name} {why}")


def _repeats(ledger: Ledger, bodies: Audit) -> Iterator[AuditFinding]:
    """Repeats among the sources as they are once `bodies` are merged: none repeats itself."""
    merged = bodies.apply(ledger) if bodies.edits else ledger
    for found in propose_origins(merged, least=_LEAST):
        renamed = any(merged[n].source != ledger[n].source for n in (found.claim, found.origin))
        if renamed and found.source == found.origin_source:
            continue  # the same body under two names: the merge is the whole edit
        edit = Edit(found.claim, "origin", "", found.origin)
        yield AuditFinding("repeat", found.quantity, (found.claim, found.origin), str(found), edit)


def _bodies(ledger: Ledger) -> Iterator[AuditFinding]:
    """A finding for each name that would give way; the first says what is asked."""
    for body in asked_of(ledger.claims, ledger.sources):
        told = str(body)
        for name in body.sources[1:] if not body.either else body.sources[:1]:
            edit = None if body.either else Edit("", "source", name, body.sources[0])
            mine = tuple(claim.id for claim in ledger if claim.source == name)
            yield AuditFinding("one body", "", mine, told, edit)
            told = f"{name!r} too"


def _missing(ledger: Ledger) -> Iterator[AuditFinding]:
    said = {claim.quantity for claim in ledger}
    bare = sorted(q for q in said if not ledger.quantities[q].priors)
    for name in bare:
        text = f"{name} has no prior: the scale of its own claims is used"
        yield AuditFinding("missing prior", name, (), text)
    ungraded = sorted({c.source for c in ledger if ledger.sources[c.source].reliability == "F"})
    if ungraded:
        shown = ", ".join(ungraded[:10]) + (" ..." if len(ungraded) > 10 else "")
        text = f"sources of grade F (not known): {shown}"
        yield AuditFinding("missing grade", "", (), text)
