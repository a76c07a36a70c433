"""Tables as text, other subjects, scales and habits: those of stranger_texts.toml."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

from stranger_cases import Ask, Case

__all__ = ["TEXTS"]


def _ask(told: dict[str, Any]) -> Ask:
    factor = told.pop("factor", None)
    width = None if factor is None else tuple(map(math.log, factor))
    bounds = {"median": told.pop("median", None), "width": width}
    pairs = {name: (pair[0], pair[1]) for name, pair in bounds.items() if pair is not None}
    return Ask(covers=tuple(told.pop("covers", ())), **pairs, **told)


def _case(told: dict[str, Any]) -> Case:
    return Case(
        told["name"], (), tuple(map(_ask, told["ask"])), warns=told.get("warns"),
        slow=told.get("slow", False), text=told["table"], refuses=told.get("refuses", ""),
        options=tuple(told.get("options", {}).items()),
    )  # fmt: skip


TEXTS = tuple(
    map(_case, tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["case"])
)
