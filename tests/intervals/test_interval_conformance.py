"""Conformance with IEEE 1788.1: every vector of ITF1788 that is there, and cases of our own."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from interval_oracles import steps_between

from reconcile import intervals
from reconcile.intervals import Interval, IntervalArray
from reconcile.intervals.rounding import directed as rounding

_NAMES = {
    "abs": "absolute",
    "min": "minimum",
    "max": "maximum",
    "b-textToInterval": "text_to_interval",
}
_ELEMENTARY = {"exp", "exp2", "log", "log2", "log10"}
_MODES: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "single": nullcontext,
    "arrays": nullcontext,
    "arrays, tightest": intervals.tightest,
    "arrays, emulated": lambda: rounding.using("emulated"),
}


def _snake(operation: str) -> str:
    name = _NAMES.get(operation, operation)
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _value(item: Any) -> Any:
    """An argument or result of a vector."""
    if item in ("empty", "entire"):
        return Interval.empty() if item == "empty" else Interval.entire()
    if isinstance(item, list):
        return Interval(*map(float.fromhex, item))
    if isinstance(item, dict):
        kind, content = next(iter(item.items()))
        return float.fromhex(content) if kind == "num" else content
    return item


def _vectors(file: Path) -> Iterator[tuple[str, list[Any], Any]]:
    with file.open(encoding="utf-8") as lines:
        for vector in map(json.loads, lines):
            expected = [_value(item) for item in vector["expected"]]
            yield _snake(vector["op"]), [_value(item) for item in vector["args"]], expected[0]


def _own_cases() -> list[tuple[str, list[Any], Any]]:
    cases: list[tuple[str, list[Any], Any]] = []
    text = (Path(__file__).parent / "interval_cases.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            left, right = line.split(" -> ")
            operation, *arguments = left.replace("] [", "]|[").replace(" [", "|[", 1).split("|")
            parts = [part for argument in arguments for part in _parts(argument)]
            name, *number = operation.split(" ")
            cases.append((name, [*map(_literal, number), *map(_literal, parts)], _literal(right)))
    return cases


def _parts(argument: str) -> list[str]:
    return argument.replace("] {", "]|{").split("|")


def _literal(text: str) -> Any:
    if text.startswith("["):
        return Interval.from_text(text)
    if text.startswith("("):
        inner = text[1:-1]
        return float.fromhex(inner) if "0x" in inner else float(inner)
    if text.startswith("{"):
        return int(text[1:-1])
    return {"true": True, "false": False}.get(text, text)


def _run(mode: str, operation: str, arguments: list[Any]) -> Any:
    function = getattr(intervals, operation)
    if mode == "single" or operation == "text_to_interval":
        return function(*arguments)
    boxed = [IntervalArray([a, a]) if isinstance(a, Interval) else a for a in arguments]
    return function(*boxed)[1]


def _agrees(result: Any, expected: Any, slack: int) -> bool:
    if isinstance(expected, Interval):
        if result == expected or expected.is_empty or result.is_empty:
            return result == expected
        return (
            0 <= steps_between(result.lower, expected.lower) <= slack
            and 0 <= steps_between(expected.upper, result.upper) <= slack
        )
    if isinstance(expected, float):
        same = result == expected and math.copysign(1, result) == math.copysign(1, expected)
        return bool(same or (math.isnan(expected) and np.isnan(result)))
    return bool(result == expected)


def _wrong(mode: str, cases: Iterator[tuple[str, list[Any], Any]]) -> tuple[int, list[str]]:
    count, wrong = Counter[str](), []
    with _MODES[mode]():
        for operation, arguments, expected in cases:
            loose = operation in _ELEMENTARY and mode in ("arrays", "arrays, emulated")
            result = _run(mode, operation, arguments)
            count[operation] += 1
            if not _agrees(result, expected, 2 if loose else 0):
                wrong.append(f"{operation}{arguments}: {result!r}, expected {expected!r}")
    return count.total(), wrong


@pytest.mark.parametrize("mode", _MODES)
def test_own_cases(mode):
    count, wrong = _wrong(mode, iter(_own_cases()))
    assert wrong == []
    assert count == len(_own_cases()) > 180


@pytest.mark.parametrize("mode", _MODES)
def test_every_vector(bench, mode):
    count, wrong = _wrong(mode, _vectors(bench / "intervals" / "itf1788_bare.jsonl"))
    assert wrong == []
    assert count >= 1465
