"""`reconcile sensitivity --next`: whose next number would narrow an answer most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from reconcile.batch.progress_line import progress_line
from reconcile.cli.terminal import paragraph, print_json, table
from reconcile.questions.expected_narrowing import expected_narrowing
from reconcile.values.wording import number_words, percent

_NOTE = (
    "narrows: by how much the interval is expected to narrow (in % of its width, on the model's "
    "scale) if the source gave one exact number for that day; below 0 it is expected to widen. "
    "This is an approximation: three numbers that the source may give (its 4, 50 and 96 % points) "
    "are fitted in turn, with weights 1/6, 2/3 and 1/6. Differences of less than 5 points mean "
    "nothing."
)


def told_next(
    quantity: str,
    date: str | None,
    sources: tuple[str, ...] | None,
    asked: dict[str, Any],
    as_json: bool,
) -> None:
    """Ask, and print a row for each source."""
    line = progress_line()

    def told(done: float, what: str) -> None:
        if line is not None:
            line(done, what and f"the next number of {what}")

    found = expected_narrowing(quantity, date, sources=sources, progress=told, **asked)
    if as_json:
        print_json({"quantity": quantity, "date": date, "sources": found.to_dict("records")})
        return
    heads = ["source", "grade", "claims", "would say", "narrows"]
    click.echo(table(heads, map(_cells, found.to_dict("records"))))
    click.echo(paragraph(_NOTE))


def _cells(row: Mapping[Any, Any]) -> tuple[object, ...]:
    low, middle, high = (float(row[f"said_{end}"]) for end in ("low", "median", "high"))
    said = f"{number_words(middle)} ({number_words(low)} to {number_words(high)})"
    return row["source"], row["reliability"], row["n_claims"], said, percent(row["narrowing"])
