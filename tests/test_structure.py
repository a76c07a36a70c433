"""The tree shows what is inside: one name for one module or class, and no module circle."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "reconcile"

# One notion at its stations: the value, the question that makes it, the figure that draws it.
STATIONS = {
    "estimate": "the value and the public function that gives it",
    "timeline": "the value, the public function that gives it and its figure",
    "revisions": "the public function and its figure",
    "sensitivity": "the public function and its figure",
    "conflicts": "the public function and its figure",
    "calibration": "the scores and their figure",
    "draws": "the draws of a posterior and the public draws of a fit",
    "phrase": "the value and the room that reads it",
    "ledger": "the room and its class",
}

# Thin methods that defer one import upward, so that a value can be drawn and a ledger take rows.
ACCESSORS = {
    "reconcile.values.estimate": "reconcile.plot",
    "reconcile.values.timeline": "reconcile.plot",
    "reconcile.ledger.ledger": "reconcile.ledger.io.read",
}


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _trees() -> dict[str, ast.Module]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return {_module(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def _listed(package: str) -> dict[str, tuple[str, str]]:
    """The names that a package lists, and where each comes from; of a module, nothing."""
    if not (ROOT / package.replace(".", "/") / "__init__.py").exists():
        return {}
    imports = [node for node in ast.walk(_trees()[package]) if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name: (str(line.module), alias.name)
        for line in imports
        for alias in line.names
    }


def _home(module: str, name: str) -> str:
    """The module that `from module import name` reads in the end, through what packages list."""
    package, original = _listed(module).get(name, (module, name))
    if package != module:
        return _home(package, original)
    return f"{module}.{name}" if f"{module}.{name}" in _trees() else module


def _excepted(module: str, home: str) -> bool:
    allowed = ACCESSORS.get(module)
    return allowed is not None and (home == allowed or home.startswith(f"{allowed}."))


def _graph() -> dict[str, set[str]]:
    """Each module and what it imports: at its top, in functions and under TYPE_CHECKING."""
    graph: dict[str, set[str]] = {}
    for module, tree in _trees().items():
        homes = {
            _home(str(node.module), alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("reconcile")
            for alias in node.names
        }
        graph[module] = {home for home in homes - {module} if not _excepted(module, home)}
    return graph


def _twice(places: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: found for name, found in places.items() if len(found) > 1}


def test_no_module_name_stands_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module in _trees():
        places[module.rpartition(".")[2]].append(module)
    twice = _twice(places)
    assert {k: v for k, v in twice.items() if k not in STATIONS} == {}


def test_no_class_name_stands_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module, tree in _trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module)
    assert _twice(places) == {}


def test_no_module_circle() -> None:
    try:
        TopologicalSorter(_graph()).prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(error.args[1]))


def test_the_circle_test_sees_one() -> None:
    graph = _graph()
    graph["reconcile.errors"].add("reconcile.questions.fit")
    with pytest.raises(CycleError):
        TopologicalSorter(graph).prepare()


def test_what_is_excepted_is_still_there() -> None:
    graph = _graph()
    excepted = {
        module: allowed
        for module, allowed in ACCESSORS.items()
        if not any(
            _excepted(module, _home(str(node.module), alias.name))
            for node in ast.walk(_trees()[module])
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        )
    }
    assert excepted == {}
    assert set(ACCESSORS) <= set(graph)
