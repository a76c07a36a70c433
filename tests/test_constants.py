"""Every number that decides an answer says why it is what it is, where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "reconcile"
ENGINES = ("model", "inference", "pooling", "constraints", "textbook", "numerics")
MARKS = ("# fmt:", "# pyright:", "# noqa")


def _is_constant(name: str) -> bool:
    return name != "__all__" and name.upper() == name and any(map(str.isalpha, name))


def _has_number(node: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Constant) and type(each.value) in (int, float)
        for each in ast.walk(node)
        if not isinstance(each, ast.Lambda)
    )


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.stmt, ast.stmt | None]]:
    """The names, the assignment and what follows it."""
    for node, behind in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value = node.target, node.value
        else:
            continue
        names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
        if all(map(_is_constant, names)) and _has_number(value):
            yield ", ".join(names), node, behind


def _has_reason(lines: list[str], node: ast.stmt, behind: ast.stmt | None) -> bool:
    """A comment on the line before or on a line of its own, or a string below."""
    above = lines[node.lineno - 2] if node.lineno > 1 else ""
    own = lines[node.lineno - 1 : node.end_lineno]
    told = isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant)
    beside = any("# " in line and not any(mark in line for mark in MARKS) for line in own)
    return told or beside or above.startswith("# ")


def _bare(source: str) -> list[str]:
    lines = source.splitlines()
    found = _constants(ast.parse(source))
    return [names for names, node, behind in found if not _has_reason(lines, node, behind)]


@pytest.mark.parametrize("room", ENGINES)
def test_every_numeric_constant_of_an_engine_has_a_reason(room: str) -> None:
    paths = sorted((PACKAGE / room).rglob("*.py"))
    bare = {path.name: _bare(path.read_text(encoding="utf-8")) for path in paths}
    assert {name: names for name, names in bare.items() if names} == {}


def test_a_constant_without_a_reason_is_seen() -> None:
    assert _bare("# why\nA = 1\nB = 2.0\nC = 3  # why\nD = (4,)\nE = 'x'\n") == ["B", "D"]
    assert _bare('A = 1\n"""Why."""\nB: dict[str, int] = {"x": 1}\n') == ["B"]
    assert _bare("A = 1  # fmt: skip\n") == ["A"]
