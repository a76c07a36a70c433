"""The constants of the code are those of docs/model.md."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from reconcile.model.priors import GRADE_SPREAD, GROSS, GROSS_UNSUPPORTED

GRADES = Path(__file__).parents[2] / "docs" / "how-to" / "grade-sources.md"
PAGE = Path(__file__).parents[2] / "docs" / "model.md"
ROW = re.compile(r"^\|[^|]*\| `(\w+)\.(\w+)` \| ([\d.]+) \|", re.M)
ROOMS = {"priors": "model", "agreement": "ledger.audit"}
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_the_table_is_found() -> None:
    assert len(ROWS) >= 25


@pytest.mark.parametrize(("file", "name", "value"), ROWS)
def test_a_constant_is_the_one_that_the_page_names(file: str, name: str, value: str) -> None:
    module = import_module(f"reconcile.{ROOMS.get(file, 'inference')}.{file}")
    assert getattr(module, name) == pytest.approx(float(value), rel=1e-12)


def test_the_spread_of_each_grade_is_the_one_that_its_page_names() -> None:
    rows = re.findall(r"^\| ([A-F]) \|[^|]*\| ([\d.]+)", GRADES.read_text(encoding="utf-8"), re.M)
    assert {letter: float(sd) for letter, sd in rows} == GRADE_SPREAD


def test_grades_in_the_text_of_the_page_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("$g$ by grade: ")[2].partition("Wide:")[0]
    spread, gross = text.split(r"$\pi$:")
    for said, values in ((spread, GRADE_SPREAD), (gross, GROSS)):
        found = {letter: float(x) for letter, x in re.findall(r"\b([A-F]) (\.\d+)", said)}
        assert found == values
    assert float(re.search(r"unsupported (\.\d+)", gross)[1]) == GROSS_UNSUPPORTED  # type: ignore[index]
