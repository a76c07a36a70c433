"""Cells of words that hold several claims: "47 (official), 1,000+ (opposition)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from reconcile.errors import PhraseError, ReconcileError
from reconcile.language import events_in, parse_cell, tells_other
from reconcile.ledger.phrase_memory import phrase_of
from reconcile.ledger.tables.column_names import counted_name
from reconcile.ledger.tables.public_tables import slug
from reconcile.values import Cell, Mention

# Words beside a number that say how sure it is, not of what.
_ASIDE = frozenset({
    "disputed", "unverified", "unconfirmed", "est", "estimated", "estimate", "later", "updated",
    "revised", "provisional", "preliminary", "approx", "see-note", "see_note", "note", "total",
    "confirmed", "both-sides", "both_sides",
})  # fmt: skip
_OLD = frozenset({"superseded", "earlier"})
_TELLING = ("quantity", "source", "scope", "additional", "status", "note")
_OWN = ("value", "lower", "upper", "kind", "closed", "nominal")


def claims_of_cell(
    row: Mapping[str, Any], number: int, convention: str
) -> tuple[dict[str, Any], ...]:
    """A row for each claim of a cell that `parse` takes for more than one, or whose one number has
    a speaker or a doubt beside it or is an increment; else none.

    A number said to be more ("+5", "5 more", the 5 of "120 (+5)") is an increment. A speaker
    named beside a number is its source. Another word beside it ("Turkey"), or that something else
    happened ("22 killed, 61 injured", both of which are no casualties), makes a quantity of its
    own; parts are parts, and what was said before is superseded.
    """
    text = row.get("phrase")
    if not isinstance(text, str) or any(row.get(key) not in (None, "") for key in _OWN):
        return ()
    stated = row.get("convention") or convention
    mentions = _mentions(text, str(stated)) or _of_other(row, text, str(stated))
    made = [_row(row, number, k, mentions) for k in range(len(mentions))]
    rows = tuple(_superseded(made, mentions))
    return rows if _differ(rows) else ()


def _of_other(row: Mapping[str, Any], text: str, convention: str) -> tuple[Mention, ...]:
    """The one number of a cell that is of the killed or the wounded alone, under casualties."""
    name = str(row.get("quantity") or "")
    if "casualties" not in events_in(name) or not tells_other(text, name):
        return ()
    found = cell_read(text, convention).mentions
    return found if len(found) == 1 and tells_other(found[0].event, name) else ()


def _differ(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether something but the number tells the claims apart: else the cell can't be read."""
    told = [tuple(str(row.get(key)) for key in _TELLING) for row in rows]
    return len(set(told)) == len(told)


@lru_cache(maxsize=65536)
def cell_read(text: str, convention: str) -> Cell:
    """What `parse_cell` reads, from memory where the cell came before; "5 new" is an increment."""
    cell = parse_cell(text, convention=convention)
    if _NEW.search(text) is None:
        return cell
    return replace(cell, mentions=tuple(_as_new(cell.text, m) for m in cell.mentions))


_NEW = re.compile(r"\b(?:new|newly|fresh)\b", re.IGNORECASE)
_NEW_BEHIND = re.compile(r"\s*(?:new|newly|fresh)\b", re.IGNORECASE)
_NEW_BEFORE = re.compile(r"\b(?:new|fresh)(\s+\w+)?\s*[:=]?\s*$", re.IGNORECASE)


def _as_new(text: str, mention: Mention) -> Mention:
    """A number beside "new" as an increment: not that of "a new total of 40"."""
    first, last = mention.span
    before = _NEW_BEFORE.search(text[:first])
    counts = before is not None and (before[1] is None or counted_name(before[1]))
    if not (counts or _NEW_BEHIND.match(text, last)):
        return mention
    return replace(mention, additional=True, label=_NEW.sub("", mention.label).strip())


@lru_cache(maxsize=65536)
def _mentions(text: str, convention: str) -> tuple[Mention, ...]:
    try:
        phrase = phrase_of(text, convention)
    except PhraseError:
        pass
    except ReconcileError:  # a convention that is not there: the reader of the row says so
        return ()
    else:
        if phrase.span == (0, len(text)) and _NEW.search(text) is None:
            return ()  # nothing stands beside the number
        (told, *more) = cell_read(text, convention).mentions or (None,)
        beside = told and (told.source_text or told.flags or told.additional)
        return (told,) if told and not more and beside else ()
    found = cell_read(text, convention).mentions
    return tuple(m for m in found if "base" not in m.flags)  # the 12 of "7 of 12" is no claim


def _superseded(
    rows: list[dict[str, Any]], mentions: Sequence[Mention]
) -> Iterator[dict[str, Any]]:
    """The rows, with the 19 of "19 → 23", the 14 of "12 (revised from 14)" and the 9 of
    "12 (prev. 9)" superseded by the other."""
    for k, mention in enumerate(mentions):
        sides = (k + 1, k - 1) if "superseded" in mention.flags else (k - 1,)
        alike = [i for i in sides if 0 <= i < len(rows) and _of_one(rows[i], rows[k])]
        if not mention.flags.isdisjoint(_OLD) and alike:
            other = alike[0]
            rows[k] |= {"status": "superseded", "superseded_by": rows[other]["id"]}
        yield rows[k]


def _of_one(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return a.get("quantity") == b.get("quantity")


def _row(
    row: Mapping[str, Any], number: int, k: int, mentions: Sequence[Mention]
) -> dict[str, Any]:
    mention = mentions[k]
    phrase = mention.phrase
    own = str(row.get("id") or f"row-{number}")
    made = dict(row) | {
        "id": f"{own}-{k + 1}" if len(mentions) > 1 else own,
        "phrase": phrase.text,
        "kind": phrase.kind,
        "lower": phrase.lower,
        "upper": phrase.upper,
        "closed": phrase.interval.closed,
        "nominal": phrase.nominal,
        "unit": phrase.unit,
        "digits": phrase.digits,
        "rule": phrase.rule or "cell",
    }
    if mention.source_text:
        made["source"] = slug(mention.source_text)
    name = str(row.get("quantity") or "")
    first = mentions[0].event
    differs = mention.event != first and not tells_other(first, name)
    apart = len(mentions) > 1 or "casualties" in events_in(name)
    other = mention.event if differs or (apart and tells_other(mention.event, name)) else ""
    old = not mention.flags.isdisjoint(_OLD)
    aside = _ASIDE | {slug(mention.source_text)}
    label = "" if old or slug(mention.label) in aside else mention.label
    if label and events_in(label) == events_in(mention.event) != frozenset():
        label = mention.event  # the wounded are one quantity, "injured" or "hurt"
    replaced = old and apart and tells_other(mention.event, name)  # "from 288 to 275 dead"
    beside = label or (other if replaced or (mention.scope == "whole" and not old) else "")
    if slug(beside) and row.get("quantity"):
        made["quantity"] = f"{row['quantity']}-{slug(beside)}"
    if mention.additional and row.get("additional") in (None, ""):
        made["additional"] = True
    if mention.scope == "part" and not label and not old:
        made["scope"] = "part"
    if not row.get("note"):
        doubts = ", ".join(sorted(mention.flags - _OLD))
        made["note"] = f"from the cell {row['phrase']!r}" + (f" ({doubts})" if doubts else "")
    return made
