"""A draft ledger for any subject: quantities, sources and claims proposed from texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from reconcile.language.document.aliases import slug
from reconcile.language.document.bare_numbers import completed
from reconcile.language.document.extraction import Reader
from reconcile.language.document.inventory import Inventory, read_inventory
from reconcile.language.document.parts_told import parts_across
from reconcile.language.document.whereabouts import holder_of, place_of
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.io.emit import table
from reconcile.ledger.io.records import quantity_record, source_record
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
from reconcile.questions.extract import own_quantities
from reconcile.values import Days, Mention, Mentions, Period, Quantity


class Article(NamedTuple):
    """A text to draft claims from: its name, the text, when and by whom it was published."""

    name: str
    text: str
    published: Days
    publisher: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class NewLedger:
    """The files of a draft: their text by name, how many mentions are claims or aside, and why."""

    files: Mapping[str, str]
    claims: int
    set_aside: int
    unread: int
    quantities: tuple[Quantity, ...]
    reasons: tuple[str, ...] = ()


_SET_ASIDE = {
    "disputed": "it is denied or disputed as a whole",
    **{flag: NO_CLAIM[flag] for flag in ("possible", "conditional", "future", "other event")},
    "earlier": "an earlier figure, whose day is not told",
    **{flag: NO_CLAIM[flag] for flag in ("decrease", "base", "limit")},
}
_MARGIN = re.compile(r"\b(?:by|margin of|lead of|majority of|out of)\s+(?:\w+\s+)?\Z")
_NEW = re.compile(r"\s+(?:new|fresh)\s", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|in|across|over)\s+(?:the\s+)?\Z")


@dataclass(slots=True)
class _ReviewRow:
    """A mention on its way to a claim, or set aside with a reason."""

    article: int
    index: int
    mention: Mention
    quantity: Quantity | None = None
    chain: tuple[Quantity, ...] = ()
    reason: str = ""
    id: str = ""
    source: str = ""
    guesses: list[str] = field(default_factory=list[str])


def draft_new_ledger(
    articles: Sequence[Article], *, ledger: Ledger | None = None, convention: str = "default"
) -> NewLedger:
    """Propose a whole ledger from texts about any subject.

    What is counted comes from an inventory of events and things (data/inventory): an event, of
    whom, and where the texts name several places. `ledger` gives quantities and sources that are
    known already; its quantities go before those of the inventory. Every number becomes a claim,
    or is set aside in a comment with the reason; `review.csv` has a row for each, and for the
    numbers that count nothing.

    Raises `UnknownNameError` or `OptionError` for the convention.

    >>> from reconcile.values import Days
    >>> news = Article("a.txt", "Police said 12 people drowned.", Days.of("2024-05-02"), "The Sun")
    >>> draft = draft_new_ledger([news])
    >>> draft.claims, draft.quantities[0].id, sorted(draft.files)[:2]
    (1, 'people_killed', ['2024-05-02-sun.toml', 'quantities.toml'])
    """
    own = own_quantities(ledger) if ledger is not None else frozenset[str]()
    reader = Reader(
        [ledger.quantities[name] for name in own] if ledger is not None else (),
        tuple(ledger.sources.values()) if ledger is not None else (),
    )
    found = [
        reader.extract(article.text, published=article.published, convention=convention)
        for article in articles
    ]
    rows = _rows(articles, found, ledger, read_inventory())
    names = _report_names(articles)
    _number(rows, names)
    files = _files(articles, found, rows, names, ledger, convention)
    kept = sum(not row.reason for row in rows)
    quantities = tuple(_used(rows).values())
    unread = sum(len(mentions.unread) for mentions in found)
    reasons = tuple(dict.fromkeys(row.reason for row in rows if row.reason))
    return NewLedger(files, kept, len(rows) - kept, unread, quantities, reasons)


# ---------------------------------------------------------------- mentions to claims


def _rows(
    articles: Sequence[Article],
    found: Sequence[Mentions],
    ledger: Ledger | None,
    inventory: Inventory,
) -> list[_ReviewRow]:
    rows = [
        _ReviewRow(a, k, m)
        for a in range(len(articles))
        for k, m in enumerate(completed(articles[a].text, found[a]))
    ]
    places = _places(articles, rows)
    for row in rows:
        _propose(row, articles[row.article], ledger, inventory, places)
    counted = [(row, row.quantity) for row in rows if row.quantity and not row.reason]
    parts = parts_across([(articles[r.article].text, r.mention, q.id) for r, q in counted])
    for (row, _), mention in zip(counted, parts, strict=True):
        row.mention = mention
        _time(row, articles[row.article])
    return rows


def _places(articles: Sequence[Article], rows: Sequence[_ReviewRow]) -> dict[str, set[str]]:
    """For each event the places that the texts name; one place alone tells nothing apart."""
    places: dict[str, set[str]] = {}
    for row in rows:
        place = place_of(articles[row.article].text, row.mention)
        if place and row.mention.event:
            places.setdefault(row.mention.event, set()).add(place)
    return places


def _propose(
    row: _ReviewRow,
    article: Article,
    ledger: Ledger | None,
    inventory: Inventory,
    places: Mapping[str, set[str]],
) -> None:
    m = row.mention
    told = {"earlier"} if m.period is not None else set[str]()
    row.reason = next((_SET_ASIDE[f] for f in _SET_ASIDE if f in m.flags - told), "")
    if ledger is not None and m.quantity is not None:
        row.quantity = ledger.quantities[m.quantity]
        row.reason = row.reason or no_level(m, row.quantity)
        return
    place = place_of(article.text, m)
    several = len(places.get(m.event, ())) > 1
    proposed = inventory.propose(
        m, holder=holder_of(article.text, m), place=place if several else ""
    )
    if isinstance(proposed, str):
        row.reason = row.reason or proposed
        return
    row.chain, row.quantity = proposed, proposed[0]
    row.reason = row.reason or _no_count(article.text[: m.span[0]], m, proposed[0].label)
    row.reason = row.reason or no_level(m, proposed[0])
    row.guesses.append("quantity")


def _no_count(before: str, m: Mention, label: str) -> str:
    """Why a number that counts seats, votes or districts is none of theirs; empty if it is."""
    near = before[-40:]
    if label in ("seats", "votes counted") or label.startswith(("seats,", "votes counted,")):
        return "a margin, not a count" if _MARGIN.search(near) else ""
    places = not m.event and label in ("districts", "stations", "constituencies", "precincts")
    return "only where it was counted" if places and _FROM.search(near) else ""


def _time(row: _ReviewRow, article: Article) -> None:
    """A period of the kind that the quantity needs; what is not told is the day of the report."""
    m, quantity = row.mention, row.quantity
    if quantity is None or quantity.kind == "constant":
        return
    period = m.period
    if period is None:
        if m.additional and quantity.kind != "stock":
            row.reason = "an increment whose days are not told"
            return
        if m.additional:  # "another 27 people are missing": a level beside another number
            m = replace(m, additional=False)
            row.guesses.append("additional")
        if quantity.kind != "stock" and _NEW.match(article.text, m.span[1]):
            row.reason = "an increment whose days are not told"
            return
        period = Period.on(m.said or article.published)
        row.guesses.append("period")
    if quantity.kind == "stock" and period.kind == "during" and not m.additional:
        period = Period.on(period.end)
    if quantity.epoch is not None and period.last < quantity.epoch:
        row.reason = f"before the epoch of the quantity, {quantity.epoch}"
    if quantity.scale == "log" and m.phrase.upper < 0:
        row.reason = "a negative number, of a count"
    row.mention = replace(m, period=period)


def _number(rows: Sequence[_ReviewRow], names: Sequence[str]) -> None:
    for row in rows:
        row.id = f"{names[row.article]}-{row.index + 1}"


def _used(rows: Iterable[_ReviewRow]) -> dict[str, Quantity]:
    """The quantities of the claims and those they lie within, with the identity of the losses."""
    used: dict[str, Quantity] = {}
    for row in rows:
        if row.reason:
            continue
        for quantity in row.chain or filter(None, (row.quantity,)):
            known = used.get(quantity.id)
            if known is None or (quantity.within and not known.within):
                used[quantity.id] = quantity
    for kind in read_inventory().kinds:
        whole = f"{kind.of}_{kind.event}"
        parts = tuple(f"{kind.of}_{part}" for part in kind.parts)
        if kind.parts and whole in used and all(part in used for part in parts):
            used[whole] = replace(used[whole], parts=parts)
    return used


# ---------------------------------------------------------------- the files


def _files(
    articles: Sequence[Article],
    found: Sequence[Mentions],
    rows: Sequence[_ReviewRow],
    names: Sequence[str],
    ledger: Ledger | None,
    convention: str,
) -> dict[str, str]:
    known = set(ledger.sources) if ledger is not None else set[str]()
    sources: dict[str, str] = {}
    for row in rows:
        row.source = row.mention.source or row.mention.proposed_source or ""
        article = articles[row.article]
        if not row.source:
            row.source = slug(article.publisher) or "unnamed"
            row.guesses.append("source")
        if not row.reason and row.source not in known:
            words = row.mention.source_text if row.mention.proposed_source else article.publisher
            sources.setdefault(row.source, " ".join(words.split()) or "speaker not named")
    files = {
        f"{name}.toml": _report_file(article, name, [r for r in rows if r.article == k], convention)
        for k, (article, name) in enumerate(zip(articles, names, strict=True))
    }
    told, tellers = _known(ledger)
    files["quantities.toml"] = _QUANTITIES + "\n".join(
        table("[[quantity]]", record)
        for record in (*told.values(), *_proposed(_used(rows).values(), told))
    )
    files["sources.toml"] = _SOURCES + "\n".join(
        table("[[source]]", record)
        for record in (
            *tellers,
            *({"id": name, "label": words, "reliability": "F"} for name, words in sources.items()),
        )
    )
    files["review.csv"] = _review(articles, found, rows)
    return files


_QUANTITIES = """\
# What is counted, as proposed by `reconcile extract --new`. Check every kind: cumulative (a total
# that never falls), stock (a level that goes up and down), constant. Set `epoch`, the day on which
# counting begins, where you know it.

"""
_SOURCES = """\
# Who asserts, as proposed by `reconcile extract --new`. reliability is an Admiralty letter, A to E;
# F means that it cannot be judged yet. Merge names of one speaker; tell `parent` and `side`.

"""


def _known(ledger: Ledger | None) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The quantities and sources that a ledger brings with it, for the draft to stand alone."""
    if ledger is None:
        return {}, []
    bundled = read_ledger().sources
    told = {name: quantity_record(ledger.quantities[name]) for name in own_quantities(ledger)}
    mine = [source for name, source in ledger.sources.items() if bundled.get(name) != source]
    return dict(sorted(told.items())), [source_record(source) for source in mine]


def _proposed(used: Iterable[Quantity], known: Container[str]) -> list[dict[str, Any]]:
    return [_quantity_record(quantity) for quantity in used if quantity.id not in known]


def _quantity_record(q: Quantity) -> dict[str, Any]:
    record: dict[str, Any] = {"id": q.id, "label": q.label, "unit": q.unit, "kind": q.kind}
    record |= {"scale": q.scale} if q.scale != "log" else {}
    record |= {"parts": list(q.parts)} if q.parts else {}
    record |= {"within": list(q.within)} if q.within else {}
    return record | {"synonyms": list(q.synonyms), "note": q.note}


def _report_file(article: Article, name: str, rows: Sequence[_ReviewRow], convention: str) -> str:
    report = report_entry(name, article.publisher, article.title, article.published)
    parts = ["# Proposed by `reconcile extract --new`: check every claim.\n"]
    parts.append(table("[report]", report))
    by_index = {row.index: row for row in rows}
    for row in rows:
        record = table("[[claim]]", _claim(row, article.text, name, by_index, convention))
        parts.append(commented(f"Set aside: {row.reason}", record) if row.reason else record)
    return "\n".join(parts)


def _claim(
    row: _ReviewRow, text: str, report: str, rows: Mapping[int, _ReviewRow], convention: str
) -> dict[str, Any]:
    m = row.mention
    about = row.quantity
    timeless = about is not None and about.kind == "constant"
    numbers = numbers_entry(m, convention) | ({} if timeless else period_entry(m))
    record = claim_entry(row.id, m, about.id if about else "", row.source, report, numbers)
    first = rows.get(m.repeats) if m.repeats is not None else None
    if first is not None and not first.reason:
        record["origin"] = first.id
    if "superseded" in m.flags:
        later = rows.get(row.index + 1)
        new = rows.get(row.index + revised_at(text, m, later and later.mention))
        if new is not None and not new.reason and new.quantity == about:
            record |= {"status": "superseded", "superseded_by": new.id}
    return record | {"note": note_on(m, (*m.guesses, *row.guesses))}


def _report_names(articles: Sequence[Article]) -> list[str]:
    names: list[str] = []
    for article in articles:
        outlet = slug(article.publisher) or slug(re.sub(r"\.\w+$", "", article.name)) or "report"
        names.append(free_name(f"{article.published.last}-{outlet}", names))
    return names


# ---------------------------------------------------------------- the review

_COLUMNS = (
    "file", "claim", "status", "context", "words", "lower", "upper", "kind", "unit", "noun",
    "event", "quantity", "source", "period", "scope", "additional", "flags", "guessed",
)  # fmt: skip
_AROUND = 70  # characters of context on either side


def _review(
    articles: Sequence[Article], found: Sequence[Mentions], rows: Sequence[_ReviewRow]
) -> str:
    """One row for each number, in the order of the texts: what was read, guessed or left unread."""
    lines: list[tuple[int, int, dict[str, Any]]] = []
    for row in rows:
        article = articles[row.article]
        lines.append((row.article, row.mention.span[0], _review_row(article, row)))
    for k, mentions in enumerate(found):
        for unread in mentions.unread:
            article = articles[k]
            record = {
                "file": article.name,
                "status": f"unread: {unread.taken_for}",
                "context": _marked(article.text, *unread.span),
                "words": unread.text,
            }
            lines.append((k, unread.span[0], record))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for *_, record in sorted(lines, key=lambda line: line[:2]):
        writer.writerow([record.get(column, "") for column in _COLUMNS])
    return out.getvalue()


def _review_row(article: Article, row: _ReviewRow) -> dict[str, Any]:
    m = row.mention
    return {
        "file": article.name,
        "claim": "" if row.reason else row.id,
        "status": f"set aside: {row.reason}" if row.reason else "claim",
        "context": _marked(article.text, *m.span),
        "words": m.phrase.text,
        "lower": m.phrase.lower,
        "upper": m.phrase.upper,
        "kind": m.phrase.kind,
        "unit": m.phrase.unit,
        "noun": m.noun,
        "event": m.event,
        "quantity": row.quantity.id if row.quantity else "",
        "source": row.source,
        "period": str(m.period) if m.period else "",
        "scope": m.scope,
        "additional": "yes" if m.additional else "",
        "flags": ", ".join(sorted(m.flags)),
        "guessed": ", ".join(dict.fromkeys((*m.guesses, *row.guesses))),
    }


def _marked(text: str, first: int, last: int) -> str:
    before = text[max(0, first - _AROUND) : first]
    after = text[last : last + _AROUND]
    return " ".join(f"{before}[[{text[first:last]}]]{after}".split())
