"""Runs the Quarto document of this folder: into a notebook with outputs, and into Markdown.

``python examples/render.py`` (needs the extra ``notebook``). Quarto itself renders the document
too; this way needs no more than pip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_CELL = re.compile(r"^```\{python\}\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def cells_of(document: str) -> list[tuple[str, str]]:
    """The document without its YAML head, as ("markdown", text) and ("code", text)."""
    body = re.sub(r"\A---\n.*?^---\n", "", document, flags=re.DOTALL | re.MULTILINE)
    parts = _CELL.split(body)
    kinds = ("markdown", "code")
    return [(kinds[i % 2], text.strip()) for i, text in enumerate(parts) if text.strip()]


def executed(cells: list[tuple[str, str]]) -> Any:
    """A notebook of these cells with their outputs, the same bytes for the same results."""
    import nbformat
    from nbclient import NotebookClient

    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    made = [make[kind](text, id=f"cell-{n}") for n, (kind, text) in enumerate(cells)]
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata = {}
    return notebook


def markdown_of(head: str, notebook: Any, figures: Path) -> str:
    """The notebook as Quarto-flavoured Markdown; its figures are written beside it."""
    figures.mkdir(exist_ok=True)
    blocks = [head]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks.append(cell.source)
            continue
        blocks.append(f"::: {{.cell}}\n\n``` {{.python .cell-code}}\n{cell.source}\n```")
        for output in cell.outputs:
            blocks += _output(output, figures)
        blocks.append(":::")
    return "\n\n".join(blocks) + "\n"


def _output(output: Any, figures: Path) -> Iterator[str]:
    if output.output_type == "stream":
        table = output.text.lstrip().startswith("**")
        yield output.text.strip() if table else f"```\n{output.text.strip()}\n```"
        return
    data = output.data
    yield f"```\n{data['text/plain']}\n```"
    if "image/svg+xml" in data:
        name = f"{figures.name}/figure-{len(list(figures.glob('*.svg'))) + 1}.svg"
        (figures.parent / name).write_text(data["image/svg+xml"], encoding="utf-8")
        alt = output.metadata["image/svg+xml"]["alt"].replace('"', "'")
        yield f'![]({name}){{fig-alt="{alt}"}}'


def main() -> None:
    """Write flood.ipynb, flood.md and flood_files/."""
    import nbformat

    document = (HERE / "flood.qmd").read_text(encoding="utf-8")
    notebook = executed(cells_of(document))
    nbformat.write(notebook, HERE / "flood.ipynb")
    figures = HERE / "flood_files"
    for old in figures.glob("figure-*.svg"):
        old.unlink()
    head = document[: document.index("---\n", 4) + 4].strip()
    (HERE / "flood.md").write_text(markdown_of(head, notebook, figures), encoding="utf-8")


if __name__ == "__main__":
    main()
