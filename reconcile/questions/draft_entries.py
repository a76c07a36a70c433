"""What drafts of ledgers are made of: the entry of a mention, its note, what is set aside."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any

from reconcile.errors import PhraseError
from reconcile.language import parse
from reconcile.values import Days, Mention, Quantity

NO_CLAIM: Mapping[str, str] = {
    "possible": "it is said only to be possible",
    "conditional": "it holds only under a condition",
    "future": "it lies in the future",
    "decrease": "a decrease, not a total",
    "limit": "how many there can or should be, not how many there are",
    "base": "the whole that another number is out of",
    "departure": "a change, not a level: it left or was moved",
    "other event": "it is told of another event",
}
"""The flags of numbers that are no plain statements, and why they are no claims."""


def no_level(m: Mention, quantity: Quantity) -> str:
    """Why a number of a stock is no level of it: it came or left; empty if it may be one."""
    if quantity.kind != "stock":
        return ""
    if "departure" in m.flags:
        return NO_CLAIM["departure"]
    undated = m.period is None or "period" in m.guesses
    if "arrival" not in m.flags and (undated or not m.additional):
        return ""
    if not quantity.arrivals:
        return "an arrival, not a level, and no quantity counts the arrivals"
    return "an arrival whose days are not told" if undated else ""


def claim_entry(
    name: str, m: Mention, quantity: str, source: str, report: str, numbers: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a claim that a mention fills; `numbers` are its bounds where they are told."""
    entry: dict[str, Any] = {"id": name, "quantity": quantity, "source": source, "report": report}
    entry |= {"phrase": m.phrase.text, **numbers}
    entry |= {} if m.said is None else {"said": day_entry(m.said)}
    entry |= {"scope": "part"} if m.scope == "part" else {}
    return entry | ({"additional": True} if m.additional else {})


def numbers_entry(m: Mention, convention: str) -> dict[str, Any]:
    """The bounds, where the words alone would not be read as they were read in the text."""
    try:
        alone = parse(m.phrase.text, convention=convention)
    except PhraseError:
        alone = None
    if alone is not None and alone.interval == m.phrase.interval and alone.unit == m.phrase.unit:
        return {}
    phrase = m.phrase
    record: dict[str, Any] = {"kind": phrase.kind, "lower": phrase.lower, "upper": phrase.upper}
    record |= {"closed": phrase.interval.closed}
    record |= {"nominal": phrase.nominal} if phrase.nominal is not None else {}
    return record | ({"unit": phrase.unit} if phrase.unit != "count" else {})


def period_entry(m: Mention) -> dict[str, Any]:
    """When it was, in the fields of a claim."""
    if m.period is None:
        return {}
    if m.period.kind == "on":
        return {"on": day_entry(m.period.start)}
    ends = {"during_start": day_entry(m.period.start), "during_end": day_entry(m.period.end)}
    return ends | ({"days": m.period.days} if m.period.days is not None else {})


def report_entry(name: str, publisher: str, title: str, published: Days | None) -> dict[str, Any]:
    """The fields of a report."""
    known = {"publisher": publisher, "title": title}
    entry: dict[str, Any] = {"id": name} | {key: text for key, text in known.items() if text}
    return entry | ({} if published is None else {"date": day_entry(published)})


def day_entry(days: Days) -> date | str:
    """A day as a date, several as the text of their range."""
    return days.first if days.exact else str(days)


def note_on(m: Mention, guesses: Iterable[str]) -> str:
    """What an analyst should check, in words."""
    said = " ".join(part for part in (m.noun, m.event) if part)
    guessed = dict.fromkeys(guesses)
    parts = [
        f"Of: {said}." if said else "",
        f"By: {' '.join(m.source_text.split())}." if m.source_text else "",
        f"Label: {m.label}." if m.label else "",
        f"Carried by {', '.join(m.via)}." if m.via else "",
        f"Flags: {', '.join(sorted(m.flags))}." if m.flags else "",
        f"Inferred: {', '.join(guessed)}." if guessed else "",
    ]
    return " ".join(part for part in parts if part)


def revised_at(text: str, m: Mention, following: Mention | None) -> int:
    """Where the number stands that replaces one: 1 is behind it ("from 31 to 38"), -1 before it
    ("38, revised from 31")."""
    between = text[m.span[1] : following.span[0]] if following else ""
    return 1 if _LEADS_ON.fullmatch(between) else -1


_LEADS_ON = re.compile(r"[^.;\n]{0,40}?(?:\b(?:to|now|at|reach\w*)\b[^.;\n]{0,12}|→|-+>|⇒|➔)\s*")


def commented(why: str, text: str) -> str:
    """The text of an entry as a comment, after a line that says why."""
    lines = [f"# {why}.", *text.rstrip("\n").splitlines()]
    return "\n".join(line if line.startswith("#") else f"# {line}" for line in lines) + "\n"


def free_name(name: str, taken: Container[str], stem: str = "") -> str:
    """`name`, or where it is taken the first that is free of `stem`-2, `stem`-3 and so on."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{stem or name}-{number}"
    return found
