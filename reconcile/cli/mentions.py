"""Mentions as a table to check, as JSON, and as a ledger ready to edit."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from reconcile.cli.streams import visible
from reconcile.cli.terminal import bounds, days
from reconcile.ledger import Ledger
from reconcile.ledger.io.emit import table
from reconcile.questions.draft_entries import (
    NO_CLAIM,
    claim_entry,
    commented,
    free_name,
    no_level,
    note_on,
    numbers_entry,
    period_entry,
    report_entry,
    revised_at,
)
from reconcile.values import Days, Mention, Phrase, Quantity

_WIDTH = 80
_COLUMNS = (4, 20, 19, 19, 18)
_HEADS = ("#", "says", "quantity", "source", "when")


class ReadFile(NamedTuple):
    """One file, and what was found in it under a convention."""

    name: str
    title: str
    publisher: str
    published: Days | None
    text: str
    mentions: tuple[Mention, ...]
    convention: str = "default"


# ---------------------------------------------------------------- the table


def mentions_table(document: ReadFile, *, heading: bool) -> str:
    """Two or three lines a claim, at most 80 columns wide: the reading, then its context."""
    lines = [f"{document.name}:"] if heading else []
    lines += [_row(_HEADS), _row(tuple("-" * (width - 2) for width in _COLUMNS))]
    for index, mention in enumerate(document.mentions):
        lines.extend(_lines(document, index, mention))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "".join(
        cell[: width - 1].ljust(width) for cell, width in zip(cells, _COLUMNS, strict=True)
    )


def _lines(document: ReadFile, index: int, m: Mention) -> Iterator[str]:
    yield _row((str(index), _said(m), _guess(m, "quantity"), _speaker(m), _guess(m, "period")))
    yield "    " + _context(document.text, *m.span, _WIDTH - 4)
    marks = _marks(m)
    if marks:
        yield "    " + _cut(marks, _WIDTH - 4)


def _said(m: Mention) -> str:
    shown = bounds(m.phrase.lower, m.phrase.upper)
    return shown if m.phrase.unit == "count" else f"{shown} {m.phrase.unit}"


def _guess(m: Mention, name: str) -> str:
    """A field, with a question mark where it was inferred."""
    value = getattr(m, name)
    if value is None:
        return ""
    text = days(value) if name == "period" else str(value)
    return f"{text}?" if name in m.guesses else text


def _speaker(m: Mention) -> str:
    if m.source is None and m.proposed_source:
        return f"new: {m.proposed_source}"
    return _guess(m, "source")


def _marks(m: Mention) -> str:
    """What else is known: noun and event, part, additional, carriers, doubts, repetition."""
    marks = [
        f"{m.noun or '...'}: {m.event}" if m.event else m.noun,
        "part" if m.scope == "part" else "",
        "additional" if m.additional else "",
        f"said {m.said}" if m.said else "",
        f"via {', '.join(m.via)}" if m.via else "",
        ", ".join(sorted(m.flags)),
        f"repeats {m.repeats}" if m.repeats is not None else "",
    ]
    return " | ".join(mark for mark in marks if mark)


def _cut(text: str, width: int) -> str:
    flat = visible(" ".join(text.split()))
    return flat if len(flat) <= width else flat[: width - 3] + "..."


def _context(text: str, first: int, last: int, width: int) -> str:
    """The phrase marked in the words around it, in one line."""
    phrase = visible(" ".join(text[first:last].split()))[: width - 8]
    room = width - len(phrase) - 2
    before = _flat(text[max(0, first - room) : first])
    after = _flat(text[last : last + room])
    left = min(len(before), max(room // 2, room - len(after)))
    right = min(len(after), room - left)
    head, tail = before[len(before) - left :], after[:right]
    if left < len(before):
        head = head[head.find(" ") + 1 :]
    if right < len(after):
        tail = tail[: tail.rfind(" ") + 1]
    return f"{head}{_highlight(phrase)}{tail}"


def _flat(text: str) -> str:
    return visible(re.sub(r"\s+", " ", text))


def _highlight(phrase: str) -> str:
    """In colour on a terminal, in brackets elsewhere (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return f"[{phrase}]"
    return click.style(phrase, bold=True, fg="yellow")


# ---------------------------------------------------------------- JSON


def phrase_record(phrase: Phrase) -> dict[str, Any]:
    """A reading as plain data."""
    return {
        "phrase": phrase.text,
        "kind": phrase.kind,
        "lower": phrase.lower,
        "upper": phrase.upper,
        "closed": phrase.interval.closed,
        "nominal": phrase.nominal,
        "unit": phrase.unit,
        "rule": phrase.rule,
        "convention": phrase.convention,
    }


def mention_record(document: ReadFile, m: Mention) -> dict[str, Any]:
    """A mention as plain data; unbounded ends are null."""
    phrase, period = m.phrase, m.period
    return {
        "file": document.name,
        "span": list(m.span),
        **phrase_record(phrase),
        "noun": m.noun,
        "event": m.event,
        "quantity": m.quantity,
        "period": None
        if period is None
        else {
            "kind": period.kind,
            "start": str(period.start),
            "end": str(period.end),
            "days": period.days,
        },
        "said": str(m.said) if m.said else None,
        "source": m.source,
        "source_text": m.source_text,
        "proposed_source": m.proposed_source,
        "via": list(m.via),
        "scope": m.scope,
        "additional": m.additional,
        "flags": sorted(m.flags),
        "repeats": m.repeats,
        "guesses": list(m.guesses),
        "context": m.context,
    }


# ---------------------------------------------------------------- the draft of a ledger

_UNNAMED = "unnamed"


def draft_ledger(documents: Sequence[ReadFile], ledger: Ledger) -> tuple[str, int, int]:
    """The claims as one TOML ledger, how many there are, and how many stand in comments.

    A mention that is about no quantity of the ledger, or that a ledger would refuse (no time, a
    time before the epoch), stands in a comment with the reason.
    """
    parts = ["# Found by `reconcile extract`. Check every claim; notes say what was inferred.\n"]
    bodies: list[str] = []
    speakers: dict[str, str] = {}
    kept = left = 0
    for name, document in zip(_report_names(documents), documents, strict=True):
        bodies.append(
            table(
                "[[report]]",
                report_entry(name, document.publisher, document.title, document.published),
            )
        )
        ids: dict[int, str] = {}
        outlet = _outlet(document.publisher, ledger)
        for index, found in enumerate(document.mentions):
            mention = _own_words(found, outlet)
            reason = _refusal(mention, ledger) or _doubted(mention)
            said = numbers_entry(mention, document.convention) | period_entry(mention)
            record = _claim_record(name, index, mention, said, ids)
            if "superseded" in mention.flags:
                record |= _superseded(name, index, document, ledger)
            text = table("[[claim]]", record)
            if reason:
                left += 1
                bodies.append(commented(f"Left out: {reason}", text))
                continue
            kept += 1
            ids[index] = str(record["id"])
            if mention.source is None:
                speakers.setdefault(str(record["source"]), mention.source_text)
            bodies.append(text)
    known = ledger.sources
    parts += [
        table("[[source]]", _source_record(name, words))
        for name, words in speakers.items()
        if name not in known
    ]
    return "\n".join([*parts, *bodies]), kept, left


_DOUBTS = {"denied": "it is denied", **NO_CLAIM}


def _doubted(m: Mention) -> str:
    """Why a number that is no plain statement is no claim; empty if it is one."""
    return next((reason for flag, reason in _DOUBTS.items() if flag in m.flags), "")


def _superseded(name: str, index: int, document: ReadFile, ledger: Ledger) -> dict[str, str]:
    """What a revision replaces is superseded by the number beside it, where that is a claim."""
    mentions = document.mentions
    later = mentions[index + 1] if index + 1 < len(mentions) else None
    at = index + revised_at(document.text, mentions[index], later)
    if at < 0 or _refusal(mentions[at], ledger) or _doubted(mentions[at]):
        return {}
    return {"status": "superseded", "superseded_by": f"{name}-{at}"}


def _outlet(publisher: str, ledger: Ledger) -> str | None:
    """The source of the ledger that is the publisher, if it is one."""
    wanted = publisher.casefold().strip()
    for source in ledger.sources.values():
        if wanted and wanted in (name.casefold() for name in (source.label, *source.synonyms)):
            return source.id
    return None


def _own_words(mention: Mention, outlet: str | None) -> Mention:
    """What nobody is named for, the outlet says in its own words: a guess."""
    if outlet is None or mention.source is not None or mention.source_text:
        return mention
    return replace(mention, source=outlet, guesses=(*mention.guesses, "source"))


def _report_names(documents: Sequence[ReadFile]) -> list[str]:
    names: list[str] = []
    for document in documents:
        stem = Path(document.name).stem if document.name != "-" else "stdin"
        base = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "report"
        day = f"-{document.published.last}" if document.published else ""
        day = "" if day[1:] in base else day  # a file that is named by its day
        names.append(free_name(f"{base}{day}", names))
    return names


def _source_record(name: str, words: str) -> dict[str, Any]:
    label = " ".join(words.split()) or "speaker not named in the text"
    return {
        "id": name,
        "label": label,
        "reliability": "F",
        "note": "Proposed by `reconcile extract`: not yet known to the ledger.",
    }


def _claim_record(
    report: str, index: int, m: Mention, said: dict[str, Any], ids: dict[int, str]
) -> dict[str, Any]:
    source = m.source or m.proposed_source or _UNNAMED
    name = f"{report}-{index}"
    record = claim_entry(name, m, m.quantity or "", source, report, said)
    if m.repeats is not None and m.repeats in ids:
        record["origin"] = ids[m.repeats]
    note = note_on(m, m.guesses)
    if note:
        record["note"] = note
    return record


def _refusal(m: Mention, ledger: Ledger) -> str:
    """Why a ledger would not take a mention as a claim; empty if it would."""
    if m.quantity is None:
        return "about no quantity of the ledger"
    quantity = ledger.quantities[m.quantity]
    if reason := no_level(m, quantity):
        return reason
    if quantity.scale == "log" and (m.phrase.upper < 0 or -float("inf") < m.phrase.lower < 0):
        return "a negative number, of a count"
    return "" if quantity.kind == "constant" else _untimely(m, quantity)


def _untimely(m: Mention, quantity: Quantity) -> str:
    if m.period is None:
        return "the text does not say when, and no day of publication was given"
    if quantity.epoch is not None and m.period.last < quantity.epoch:
        return f"before the epoch of the quantity, {quantity.epoch}"
    if quantity.kind == "stock" and m.period.kind == "during" and not m.additional:
        return "a level needs a day (on), not a window"
    return ""
