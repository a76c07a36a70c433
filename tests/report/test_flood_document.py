"""The example notebook and document are what their source gives."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
sys.path.insert(0, str(EXAMPLES))

from render import cells_of  # noqa: E402


@pytest.fixture(scope="module")
def cells() -> list[tuple[str, str]]:
    return cells_of((EXAMPLES / "flood.qmd").read_text(encoding="utf-8"))


def test_the_notebook_has_the_cells_of_the_document(cells: list[tuple[str, str]]) -> None:
    notebook = json.loads((EXAMPLES / "flood.ipynb").read_text(encoding="utf-8"))
    kept = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    assert kept == cells
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    assert not [out for out in outputs if out["output_type"] == "error"]
    drawn = [out for out in outputs if "image/svg+xml" in out.get("data", {})]
    assert len(drawn) == 2
    for out in drawn:
        alt = out["metadata"]["image/svg+xml"]["alt"]
        assert "flood" in alt
        assert alt in "".join(out["data"]["image/svg+xml"]).replace("&amp;", "&")


def test_the_markdown_has_its_figures_with_alt_text(cells: list[tuple[str, str]]) -> None:
    text = (EXAMPLES / "flood.md").read_text(encoding="utf-8")
    for kind, cell in cells:
        assert cell in text, kind
    figures = re.findall(r"!\[\]\((\S+)\)\{fig-alt=\"([^\"]{40,})\"\}", text)
    assert [name for name, _ in figures] == ["flood_files/figure-1.svg", "flood_files/figure-2.svg"]
    assert all((EXAMPLES / name).exists() for name, _ in figures)


def test_the_cells_run(cells: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    names: dict[str, object] = {}
    for kind, cell in cells:
        if kind == "code":
            exec(compile(cell, "flood.qmd", "exec"), names)
    told = str(names["answer"])
    assert "dead in the flood by 9 Jun 2023" in told
    for file in ("flood.ipynb", "flood.md"):
        kept = (EXAMPLES / file).read_text(encoding="utf-8")
        assert told in kept, f"{file} is stale: `make notebooks` runs it anew"
