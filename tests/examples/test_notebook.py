"""The executed notebook and Markdown are those of the Quarto document and of this engine."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

from render import cells_of  # noqa: E402

ANEW = "stale: run `make notebooks`"
NOTEBOOK = json.loads((EXAMPLES / "flood.ipynb").read_text(encoding="utf-8"))
CELLS = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"]).strip()


def _ran(code: str, names: dict[str, Any]) -> tuple[str, Any]:
    """What a cell prints, and the value of its last line."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    return printed.getvalue(), value


def _without_versions(text: str) -> str:
    return re.sub(r"\b(Python|NumPy|SciPy|pandas|Matplotlib|reconcile) \d[\w.]*", r"\1", text)


def _shown(cell: dict[str, Any]) -> tuple[str, str, str]:
    """What the notebook has of a cell: printed text, the value as text, the figure's alt text."""
    printed = plain = alt = ""
    for output in cell["outputs"]:
        printed += "".join(output.get("text", ""))
        plain += "".join(output.get("data", {}).get("text/plain", ""))
        alt += output.get("metadata", {}).get("image/svg+xml", {}).get("alt", "")
    return printed, plain, alt


def test_the_notebook_has_the_cells_of_the_document() -> None:
    document = (EXAMPLES / "flood.qmd").read_text(encoding="utf-8")
    code = [text for kind, text in cells_of(document) if kind == "code"]
    assert [_source(cell) for cell in CELLS] == code, ANEW


def test_the_outputs_are_those_of_this_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    names: dict[str, Any] = {}
    page = " ".join((EXAMPLES / "flood.md").read_text(encoding="utf-8").split())
    figures = 0
    for cell in CELLS:
        printed, value = _ran(_source(cell), names)
        text, plain, alt = _shown(cell)
        assert _without_versions(printed) == _without_versions(text), ANEW
        if plain:
            assert repr(value) == plain, ANEW
            assert " ".join(plain.split()) in page, ANEW
        if alt:
            figures += 1
            assert value._repr_mimebundle_()[1]["image/svg+xml"]["alt"] == alt, ANEW
            assert f'fig-alt="{alt}"' in page, ANEW
    assert figures == 2
