"""What an annex prints of a pooled table: its items and its sources."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from reconcile.values.annex import Annex, Cell, figure


def items_annex(frame: pd.DataFrame, level: float, notes: Sequence[str]) -> Annex:
    """A row an item, of `Pooled.to_frame`; an item without an answer has empty cells."""
    headers = (
        *("item", "median", f"lower {100 * level:.3g}%", f"upper {100 * level:.3g}%"),
        *("claims", "sources"),
    )
    rows = tuple(
        (
            str(row["item"]),
            *(figure(row[key], row["upper"] - row["lower"]) for key in _SPREAD),
            *(figure(float(row[key])) for key in ("n_claims", "n_sources")),
        )
        for row in frame.to_dict("records")
    )
    return Annex("Pooled answers", headers, rows, tuple(notes))


_SPREAD = ("median", "lower", "upper")


def pooled_sources_annex(frame: pd.DataFrame) -> Annex:
    """A row a source, of `Pooled.sources`."""
    named = frame if "source" in frame.columns else frame.rename_axis("source").reset_index()
    rows = tuple(tuple(_cell(value) for value in row) for row in named.itertuples(index=False))
    return Annex("Sources", tuple(map(str, named.columns)), rows, _NOTES)


_NOTES = (
    "bias: in units of an item's spread (positive: it claims too much). error: typical error "
    "relative to the crowd's (below 1 is better). stretch: the factor that its stated widths need.",
)


def _cell(value: object) -> Cell:
    """Two significant digits: habits are known no better."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return figure(float(value)) if isinstance(value, int) else figure(value, abs(value))
