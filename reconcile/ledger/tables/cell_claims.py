"""Cells of words that hold several claims: "47 (official), 1,000+ (opposition)"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reconcile.errors import PhraseError, ReconcileError
from reconcile.language import parse, parse_cell
from reconcile.ledger.tables.public_tables import slug
from reconcile.values import Mention

__all__ = ["claims_of_cell"]

_OWN = ("value", "lower", "upper", "kind", "closed", "nominal")


def claims_of_cell(
    row: Mapping[str, Any], number: int, convention: str
) -> tuple[dict[str, Any], ...]:
    """A row for each claim of a cell that `parse` takes for more than one; else none.

    A speaker named beside a number is its source, another word beside it ("Turkey") makes a
    quantity of its own; parts are parts.
    """
    text = row.get("phrase")
    if not isinstance(text, str) or any(row.get(key) not in (None, "") for key in _OWN):
        return ()
    stated = row.get("convention") or convention
    mentions = _mentions(text, str(stated))
    return tuple(_row(row, number, k, mention) for k, mention in enumerate(mentions, start=1))


@lru_cache(maxsize=65536)
def _mentions(text: str, convention: str) -> tuple[Mention, ...]:
    try:
        parse(text, convention=convention)
    except PhraseError:
        pass
    except ReconcileError:  # a convention that is not there: the reader of the row says so
        return ()
    else:
        return ()
    return parse_cell(text, convention=convention).mentions


def _row(row: Mapping[str, Any], number: int, k: int, mention: Mention) -> dict[str, Any]:
    phrase = mention.phrase
    made = dict(row) | {
        "id": f"{row.get('id') or f'row-{number}'}-{k}",
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
    if mention.label and row.get("quantity"):
        made["quantity"] = f"{row['quantity']}-{slug(mention.label)}"
    if mention.scope == "part" and not mention.label:
        made["scope"] = "part"
    if not row.get("note"):
        made["note"] = f"from the cell {row['phrase']!r}"
    return made
