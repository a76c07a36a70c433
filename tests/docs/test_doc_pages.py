"""Every snippet of README.md and docs/ runs, and the pages hang together."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

import reconcile

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from run_pages import PAGES, Block, PageError, blocks_of, run_page, with_comparison, with_outputs  # noqa: E402
from site_pages import GROUPS, MODULES, plain_docstring  # noqa: E402

# What readers of a page bring with them, which the page itself does not show.
BROUGHT = {
    "docs/language.md": 'text = "The mayor said on Tuesday that 30 people were killed."',
    "docs/report.md": "import reconcile",
}
# What takes long is asked for fewer days, or of fewer claims: the same commands and calls. The
# pages as they stand are run when their outputs are written.
SHORTER = {
    "docs/figures.md": {
        "plot casualties -o": "plot casualties --start 2024-12-17 --end 2024-12-18 -o",
        "--locale fr": "--locale fr --start 2024-12-17 --end 2024-12-18",
        "--freq W": "--start 2024-12-17 --end 2024-12-18",
        "killed wounded 2024-12-18 2024-12-31": "killed wounded 2024-12-18",
    },
    "docs/gallery.md": {
        '"2024-05-11", "2024-05-20"': '"2024-05-17", "2024-05-18"',
        "without = ": 'fit = reconcile.fit(ledger.as_of("2024-05-13"))\nwithout = ',
    },
    "docs/tutorial.md": {
        "revisions flood_dead 2024-05-18": "revisions flood_dead 2024-05-18 --as-of 2024-05-13",
        "--ledger flood --next": "--ledger flood --next --as-of 2024-05-12",
        "plot flood_dead": "plot flood_dead --freq W",
    },
    "docs/report.md": {
        "reconcile report casualties killed": "reconcile init my-ledger --example poll",
        " --out report/\nreconcile": "\nreconcile",
        "--format html --format md --format pdf": "--format html --format md --quick",
    },
}
WITH_BLOCKS = [page for page in PAGES if blocks_of(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_snippet_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = str(page.relative_to(ROOT))
    text = page.read_text(encoding="utf-8")
    if name in BROUGHT:
        text = f"<!-- python: {BROUGHT[name]} -->\n{text}"
    for long, short in SHORTER.get(name, {}).items():
        assert long in text
        text = text.replace(long, short)
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    assert list(run_page(tmp_path / "page.md"))


def test_most_pages_have_snippets() -> None:
    assert len(WITH_BLOCKS) >= 20


def test_a_snippet_that_fails_is_named_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```python\n1 / 0\n```\n")
    with pytest.raises(PageError, match=r"page\.md:3: ZeroDivisionError"):
        list(run_page(page))
    page.write_text("```sh\nreconcile estimate casulties 2024-12-18\n```\n")
    with pytest.raises(PageError, match="casualties"):
        list(run_page(page))
    page.write_text("```sh\nrm -rf x\n```\n")
    with pytest.raises(PageError, match="expected a reconcile command"):
        list(run_page(page))


def test_outputs_are_replaced_and_cut_where_they_were_cut(tmp_path: Path) -> None:
    text = (
        "```python\nprint(1)\nprint(2)\n```\n\n```text\n7\n...\n```\n\n```python\nprint(3)\n```\n"
    )
    page = tmp_path / "page.md"
    page.write_text(text)
    written = with_outputs(text, list(run_page(page)))
    assert written == text.replace("7\n", "1\n")


def test_the_comparison_of_the_readme_is_that_of_the_truth_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "| **reconcile** |" in text
    assert with_comparison(text) == text, "python docs/run_pages.py README.md --write"


def test_hints_prepare_and_skip() -> None:
    text = "<!-- python: x = 1 -->\n<!-- skip: not here -->\n```python\ny\n```\n```python\nx\n```\n"
    assert blocks_of(text) == [Block("python", "x = 1", 1), Block("python", "x\n", 6)]


def test_the_reference_has_every_public_name() -> None:
    named = {name for _, _, names in GROUPS.values() for name in names.split()}
    assert named | set(MODULES) >= set(reconcile.__all__)
    assert named <= set(reconcile.__all__)


def test_every_page_is_in_a_table_of_contents() -> None:
    listed: set[Path] = set()
    for page in PAGES[1:]:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            names = [line for line in block.splitlines() if line and not line.startswith(":")]
            listed |= {(page.parent / f"{name}.md").resolve() for name in names}
    assert [str(page) for page in PAGES[1:] if page not in listed and page.stem != "index"] == []


def test_docstrings_become_plain_text_with_code() -> None:
    lines = ["A *b* of `x`s, `y_`.", "", "    f = |a|", "", ">>> f_", "", "One:", "- two"]
    plain_docstring(lines)
    assert lines == [
        *("A \\*b\\* of ``x``\\ s, ``y_``.", "", "::", "", "    f = |a|", "", ">>> f_", ""),
        *("One:", "", "- two", ""),
    ]


@pytest.mark.parametrize("name", [None, *MODULES])
def test_help_of_every_public_module_says_what_it_is_for(name: str | None) -> None:
    module = reconcile if name is None else getattr(reconcile, name, None)
    module = module or __import__(f"reconcile.{name}", fromlist=["x"])
    assert len(module.__doc__ or "") > 30
    for each in module.__all__:
        about = getattr(module, each)
        if inspect.isclass(about) or inspect.isfunction(about):
            assert about.__doc__, f"{module.__name__}.{each}"
