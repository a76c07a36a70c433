"""One word for one thing: retired words are gone from all that users read."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from public_api import members, public_objects

from reconcile.cli import main
from reconcile.cli.command_group import COMMANDS

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
PAGES = sorted(
    page
    for page in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("validation/*.md")]
    if "_build" not in page.parts
)


def _tables() -> tuple[str, str]:
    """The glossary up to its last table, and that of retired words."""
    text = GLOSSARY.read_text(encoding="utf-8")
    terms, _, retired = text.partition("## Words that are no longer used")
    return terms, retired


def _retired() -> list[str]:
    rows = re.findall(r"^\| ([^|]+) \|", _tables()[1], re.M)
    return [row.strip() for row in rows if row.strip() != "retired"]


def _found(text: str) -> list[str]:
    """The retired words in a text, plural and past forms included; code is no text."""
    plain = re.sub(r"```.*?```|`[^`]*`", " ", text, flags=re.S)
    plain = " ".join(plain.split())
    return [w for w in _retired() if re.search(rf"\b{re.escape(w)}(s|es|ed)?\b", plain, re.I)]


def _docstrings() -> Iterator[tuple[str, str]]:
    for name, value in public_objects():
        if inspect.isfunction(value) or isinstance(value, type):
            yield name, (inspect.getdoc(value) or "").partition(">>>")[0]
        if isinstance(value, type):
            for member, found in members(value):
                yield f"{name}.{member}", (inspect.getdoc(found) or "").partition(">>>")[0]


def _texts(node: ast.AST) -> str:
    found = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return " ".join(text for text in found if isinstance(text, str))


def _messages() -> Iterator[tuple[str, str]]:
    """The texts of all errors, and of the modules whose texts are shown as they stand."""
    shown = ("warnings.py", "methods_text.py", "conflict_words.py", "causes.py", "annex_tables.py")
    for path in sorted((ROOT / "reconcile").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise):
                yield f"{path.name}:{node.lineno}", _texts(node)
        if path.name in shown:
            yield path.name, _texts(tree)


@pytest.mark.parametrize("kind", [_docstrings, _messages], ids=lambda kind: kind.__name__)
def test_no_retired_word_in_docstrings_and_messages(kind: object) -> None:
    assert callable(kind)
    found = {where: words for where, text in kind() if (words := _found(text))}
    assert found == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_retired_word_in_a_page(page: Path) -> None:
    text = _tables()[0] if page == GLOSSARY else page.read_text(encoding="utf-8")
    assert _found(text) == []


def test_no_retired_word_in_a_figure() -> None:
    words = ROOT / "reconcile" / "plot" / "locales" / "en.toml"
    assert _found(words.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_retired_word_in_help(command: str) -> None:
    run = CliRunner().invoke(main, [*command.split(), "--help"])
    assert run.exit_code == 0
    assert _found(run.output) == []


def test_every_term_has_a_meaning_and_stands_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", _tables()[0], re.M)
    terms = [term.strip() for term, _, _ in rows if term.strip() != "term"]
    assert len(terms) > 40
    assert len(set(terms)) == len(terms)
    assert all(len(meaning.split()) >= 3 for term, meaning, _ in rows if term.strip() != "term")


def test_the_search_finds_a_retired_word() -> None:
    assert _found("A row\na claim, told by witnesses; `honest` is code.") == ["witness", "a row a"]
