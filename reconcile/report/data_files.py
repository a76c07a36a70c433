"""The data beside the page: CSV with every digit, safe to open in a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from reconcile.report.contents import Contents
from reconcile.values.annex import safe_csv

DATA_FILES = (
    ("answers.csv", "an answer a row, with its interval and bands"),
    ("timelines.csv", "a row for each quantity and date"),
    ("claims.csv", "the claims that bear on the answers, with weight and influence"),
    ("sources.csv", "the sources with house effects and grades"),
    ("without-a-source.csv", "the answers without each source"),
    ("revisions.csv", "the answers by what was known when"),
    ("contradictions.csv", "the smallest sets of claims that can't all be true"),
    ("ledger.csv", "the whole ledger as a table, which reconcile reads again"),
    ("answers.json", "the answers with everything in them"),
)
"""The files, and what each holds."""


def data_texts(contents: Contents) -> Iterator[tuple[str, str]]:
    """The name and the text of each data file."""
    frames = {
        "answers.csv": _answers(contents),
        "timelines.csv": _timelines(contents),
        "claims.csv": contents.claims(),
        "sources.csv": contents.sources,
        "without-a-source.csv": _without(contents),
        "revisions.csv": _revisions(contents),
        "contradictions.csv": _contradictions(contents),
        "ledger.csv": contents.ledger.to_frame(),
    }
    yield from ((name, safe_csv(frame)) for name, frame in frames.items())
    answers = [section.answer.to_dict() for section in contents.sections]
    yield "answers.json", json.dumps(answers, indent=2, ensure_ascii=False) + "\n"


def _answers(contents: Contents) -> pd.DataFrame:
    frames = [
        section.answer.to_frame().assign(
            quantity=section.id,
            label=section.label,
            n_origins=section.answer.n_origins,
            sentence=str(section.answer),
        )
        for section in contents.sections
    ]
    frame = pd.concat(frames, ignore_index=True)
    first = ["quantity", "label", "date"]
    return frame[first + [name for name in frame.columns if name not in first]]


def _timelines(contents: Contents) -> pd.DataFrame:
    frames = [
        section.timeline.to_frame().assign(quantity=section.id)
        for section in contents.sections
        if section.timeline is not None
    ]
    return _joined(frames, "quantity", "date,median,lower,upper,level")


def _without(contents: Contents) -> pd.DataFrame:
    tail = (1 - contents.level) / 2
    rows: list[dict[str, Any]] = []
    for section in contents.sections:
        for each in section.without:
            spread = each.spread
            ends = (None,) * 3 if spread is None else spread.quantile([0.5, tail, 1 - tail])
            row: dict[str, Any] = (
                {"quantity": section.id, "without": each.source, "label": each.label}
                | dict(zip(("median", "lower", "upper"), ends, strict=True))
                | {"level": contents.level, "change": each.change}
            )
            rows.append(row)
    return pd.DataFrame(
        rows,
        columns=["quantity", "without", "label", "median", "lower", "upper", "level", "change"],
    )


def _revisions(contents: Contents) -> pd.DataFrame:
    frames = [
        section.revisions.assign(quantity=section.id)
        for section in contents.sections
        if section.revisions is not None
    ]
    return _joined(frames, "quantity", "as_of,date,median,lower,upper,level,n_claims,news")


def _contradictions(contents: Contents) -> pd.DataFrame:
    rows = [
        {
            "gap": finding.conflict.gap,
            "claims": " ".join(finding.conflict.claims),
            "quantities": " ".join(finding.quantities),
            "text": finding.conflict.text,
        }
        for finding in contents.findings()
    ]
    return pd.DataFrame(rows, columns=["gap", "claims", "quantities", "text"])


def _joined(frames: list[pd.DataFrame], first: str, otherwise: str) -> pd.DataFrame:
    """The frames as one, `first` leading; without any, an empty one with the usual columns."""
    if not frames:
        return pd.DataFrame(columns=[first, *otherwise.split(",")])
    frame = pd.concat(frames, ignore_index=True)
    return frame[[first, *(name for name in frame.columns if name != first)]]
