"""Makes the tables and the figure of docs/scale.md from what `benchmarks/scale.py` measured."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from scale_tables import SHAPES

__all__ = ["write_page"]

DOCS = Path(__file__).parent.parent / "docs"
_MILLION = 1_000_000
_STEPS = ("read", "answer", "tables", "timeline", "whole")


def write_page(known: Mapping[str, Any]) -> None:
    """Fill the parts of the page that are between marks, and draw the figure."""
    page = DOCS / "scale.md"
    text = page.read_text(encoding="utf-8")
    parts = {"pace": _pace(known), "kill": _kill(known), "slopes": _slopes(known)}
    for name, lines in (parts | {"cold": _cold(known)}).items():
        begin, end = f"<!-- {name}: benchmarks/scale.py -->", f"<!-- end of {name} -->"
        made = "\n".join([begin, "", *lines, "", end])
        pattern = f"{re.escape(begin)}.*?{re.escape(end)}"
        text, count = re.subn(pattern, lambda _, made=made: made, text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{page}: expected one part between {begin} and {end}, got {count}")
    page.write_text(text, encoding="utf-8")
    _draw(known)


def _table(heads: Sequence[str], rows: Iterator[Sequence[object]]) -> list[str]:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines]


def _runs(known: Mapping[str, Any], name: str) -> list[tuple[Mapping[str, Any], Any]]:
    found = [(each, each["found"]) for key, each in sorted(known.items()) if key.startswith(name)]
    return sorted(found, key=lambda pair: pair[1].get("series", 0))


def _pace(known: Mapping[str, Any]) -> list[str]:
    heads = ["run", "series", "claims", "claims / s", "claims / s of processor time"]
    heads += ["10^6 claims on 2 free cores", "peak memory: parent, worker", "load", "date"]
    rows = (
        [
            *(found["workers"], f"{found['series']:,}", f"{found['claims']:,}"),
            *(found["claims_per_second"], found["claims_per_processor_second"]),
            f"{_MILLION / found['claims_per_processor_second'] / 2 / 3600:.1f} h (extrapolated)",
            f"{found['parent_mb']} MB, {found['worker_mb']} MB",
            *(each["load"], each["measured"]),
        ]
        for each, found in _runs(known, "pace")
    )
    return _table(heads, rows)


def _kill(known: Mapping[str, Any]) -> list[str]:
    heads = ["run", "series", "workers killed", "answered", "lost", "same bytes as undisturbed"]
    rows = (
        [
            *(found["workers"], found["series"], found["workers_killed"], found["answers"]),
            *(found["failed"], "yes" if found["same_bytes"] else "no"),
        ]
        for _, found in _runs(known, "kill")
    )
    return _table(heads, rows)


def _slopes(known: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, shape in SHAPES.items():
        each = known.get(f"slope {name}")
        if each is None:
            continue
        found = each["found"]
        last = _last_step(found["rows"])
        told = f"Slope {found['slope']}, of the last step {last:.2f}."
        lines += [f"**{name}**: {shape.words}. {told} Load {each['load']:g}.", ""]
        rows = (
            [f"{row['size']:,}", *(f"{row[step]:.2f}" for step in _STEPS), row["mb"]]
            for row in found["rows"]
        )
        lines += [*_table([name, *_STEPS, "MB"], rows), ""]
    missing = [name for name in SHAPES if f"slope {name}" not in known]
    if missing:
        lines += [f"Not measured here yet: {'; '.join(missing)}.", ""]
    return lines[:-1]


def _last_step(rows: Sequence[Mapping[str, float]]) -> float:
    """The slope of the two largest sizes."""
    one, two = rows[-2:]
    return math.log(two["whole"] / one["whole"]) / math.log(two["size"] / one["size"])


def _cold(known: Mapping[str, Any]) -> list[str]:
    if "cold" not in known:
        return []
    found = known["cold"]["found"]
    bare = found["import numpy, pandas, scipy.linalg"]
    rows = (
        [f"`{k}`", f"{v:.3f}", f"{v / bare:.2f}"] for k, v in sorted(found.items(), key=_second)
    )
    return _table(["new process", "s of processor time", "times the bare imports"], rows)


def _second(pair: tuple[str, float]) -> float:
    return pair[1]


def _draw(known: Mapping[str, Any]) -> None:
    """Cost by size, each shape a line, on logarithmic axes; beside them what is linear."""
    with plt.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        figure, axes = plt.subplots(figsize=(6.3, 4.0), layout="constrained")
        for name in SHAPES:
            if f"slope {name}" in known:
                found = known[f"slope {name}"]["found"]
                sizes = [row["size"] for row in found["rows"]]
                whole = [row["whole"] for row in found["rows"]]
                label = f"{name} ({found['slope']:.2f})"
                axes.plot(sizes, whole, marker="o", markersize=3, linewidth=1.2, label=label)
        low, high = axes.get_ylim()
        axes.plot([10, 10_000], [low, 1_000 * low], color="0.7", linewidth=0.8, linestyle="--")
        axes.set(xscale="log", yscale="log", ylim=(low, high))
        axes.set(xlabel="size", ylabel="seconds of processor time")
        axes.set_title("What a larger ledger costs (slope); dashed: linear", loc="left", size=9)
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
        figure.savefig(DOCS / "scale.png", dpi=150, metadata={"Software": None})
        plt.close(figure)
