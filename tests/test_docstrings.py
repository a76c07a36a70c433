"""Docstrings of public functions: what they give, take, raise, and an example that runs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FunctionType

import pytest
from public_api import members, public_objects


def _of_the_package() -> Iterator[tuple[str, FunctionType]]:
    """The functions that `import reconcile` shows first."""
    for name, value in public_objects():
        if inspect.isfunction(value) and name.count(".") == 1:
            yield name, value


def _section(doc: str, title: str) -> str:
    """The text of a section, up to the next title."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w+\n-{{4,}}$|\Z)", doc, re.M | re.S)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("name", "function"), [pytest.param(*each, id=each[0]) for each in _of_the_package()]
)
def test_it_says_what_it_takes_and_raises_with_an_example(
    name: str, function: FunctionType
) -> None:
    doc = inspect.getdoc(function) or ""
    named = re.findall(r"^(\w[\w, ]*) : ", _section(doc, "Parameters"), re.M)
    listed = [word for line in named for word in line.split(", ")]
    assert listed == list(inspect.signature(function).parameters), name
    assert _section(doc, "Raises").strip(), name
    assert ">>> " in _section(doc, "Examples"), name
    assert len(doc.splitlines()[0]) <= 100
    assert doc.splitlines()[0].endswith(".")


def test_every_public_function_and_method_says_what_it_gives() -> None:
    bare: list[str] = []
    for name, value in public_objects():
        found = [(name, value)] if inspect.isfunction(value) else []
        if isinstance(value, type):
            found += [(name, value), *((f"{name}.{k}", v) for k, v in members(value))]
        bare += [each for each, it in found if not (inspect.getdoc(it) or "").strip()]
    assert bare == []


# Their examples would need a ledger, a fit or a panel of experts: docs and tests have those.
WITHOUT_AN_EXAMPLE = {
    *("check.by_folds", "check.leave_one_source_out", "check.said_number", "check.walk_forward"),
    *("textbook.performance_weights", "textbook.said_about", "textbook.textbook"),
}


def test_functions_of_numbers_have_an_example() -> None:
    bare = {
        name.removeprefix("reconcile.")
        for name, value in public_objects()
        if inspect.isfunction(value) and name.split(".")[1] in ("check", "intervals", "textbook")
        if ">>> " not in (inspect.getdoc(value) or "")
    }
    assert bare == WITHOUT_AN_EXAMPLE


def test_the_sections_are_found() -> None:
    doc = "It gives.\n\nParameters\n----------\nx : int\n    A number.\n\nRaises\n------\nE\n"
    assert _section(doc, "Parameters") == "x : int\n    A number.\n\n"
    assert _section(doc, "Raises") == "E\n"
    assert _section(doc, "Examples") == ""
