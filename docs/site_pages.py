"""The pages of the site that are made from the code: the reference and the commands."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["GROUPS", "MODULES", "plain_docstring", "write_reference"]

GROUPS = {
    "asking": (
        "Asking",
        "Questions, and what they return. Arguments mean the same everywhere: `ledger` (without it "
        "the bundled one), `as_of` (only what was public by then), `level`, `exclude`, "
        "`convention`, `seed`.",
        "estimate timeline combine fit Fit Predictive revisions Revisions sensitivity Sensitivity "
        "expected_narrowing diff Difference repeat save load write_report Draws Annex AnnexFrame",
    ),
    "many": (
        "Many series, repeated questions",
        "A fit for each series of a large table; tables of many items that many sources answer.",
        "fit_many Batch pool Pooled",
    ),
    "ledgers": (
        "Ledgers",
        "Read, written, audited.",
        "read_ledger write_ledger Ledger audit Audit AuditFinding Edit falls Falls Fall "
        "propose_origins ProposedOrigins ProposedOrigin apply_origins",
    ),
    "without-a-model": (
        "Without a model",
        "What the claims allow by themselves.",
        "conflicts Conflicts Conflict hull intersection agreement Consensus Constraints",
    ),
    "language": (
        "Language",
        "From words to numbers.",
        "parse parse_cell extract Phrase Cell Mention Mentions Unread",
    ),
    "nouns": (
        "Values",
        "What is passed around: frozen, compared by what they hold.",
        "Quantity Prior Source Report Days Period Claim Resolution Estimate Timeline Distribution "
        "Contribution Interval IntervalArray",
    ),
}
"""Pages of the names of `reconcile` itself: file, (title, about, names)."""

MODULES = {
    "intervals": "Interval arithmetic by IEEE 1788.1, on scalars, arrays and pandas columns.",
    "plot": "Figures of the values that questions return.",
    "check": "Scores and calibration of answers beside truths that became known.",
    "strategies": "Hypothesis strategies for intervals, phrases, claims and ledgers.",
    "errors": "What is raised.",
    "values": "The frozen values that questions take and return.",
    "ledger": "Claims and their lineage: read, write, check, select, compare.",
    "report": "The page with answers, figures, claims and sources.",
}
"""Public modules, each with a page of its `__all__`."""


def write_reference(folder: Path) -> None:
    """Write the pages into `folder`, each only if it changed."""
    folder.mkdir(exist_ok=True)
    pages = {name: _group(*group) for name, group in GROUPS.items()}
    pages |= {name: _module(name, about) for name, about in MODULES.items()}
    pages["commands"] = _commands()
    pages["index"] = _index(list(pages))
    for name, text in pages.items():
        target = folder / f"{name}.md"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def _index(names: list[str]) -> str:
    listed = "\n".join(names)
    return (
        "# Reference\n\nEvery public name, from its docstring; the examples run as tests. Names "
        "load on first use: `import reconcile` costs nothing.\n\n"
        f"```{{toctree}}\n:maxdepth: 2\n\n{listed}\n```\n"
    )


def _group(title: str, about: str, names: str) -> str:
    return f"# {title}\n\n{about}\n\n" + _listed("reconcile", names.split())


def _module(name: str, about: str) -> str:
    """The names of a module; those that the package shows itself stand on its pages."""
    module, face = import_module(f"reconcile.{name}"), import_module("reconcile")
    own = [n for n in module.__all__ if n not in face.__all__ or not _same(module, face, n)]
    shared = [n for n in module.__all__ if n not in own]
    also = f"\n\nAlso here: {', '.join(f'`{n}`' for n in shared)}." if shared else ""
    return f"# reconcile.{name}\n\n{about}{also}\n\n" + _listed(f"reconcile.{name}", own)


def _same(module: Any, face: Any, name: str) -> bool:
    return getattr(module, name) is getattr(face, name)


def _listed(module: str, names: list[str]) -> str:
    """A directive of autodoc for each name."""
    home = import_module(module)
    lines = [f".. currentmodule:: {module}", ""]
    for name in names:
        lines += [f".. {_directive(getattr(home, name))}:: {name}", ""]
    return "```{eval-rst}\n" + "\n".join(lines) + "```\n"


def _directive(found: Any) -> str:
    if inspect.isclass(found):
        return "autoexception" if issubclass(found, BaseException) else "autoclass"
    return "autofunction" if callable(found) and hasattr(found, "__name__") else "autodata"


def _commands() -> str:
    """Each command's help, as the terminal shows it."""
    import click

    from reconcile.cli import main
    from reconcile.cli.command_group import COMMANDS

    parts = ["# Commands\n\nAs `reconcile COMMAND --help` prints them.\n"]
    for name in COMMANDS:
        group = click.Context(main, info_name="reconcile", max_content_width=80)
        command = main.get_command(group, name)
        assert command is not None
        inner = click.Context(command, parent=group, info_name=name, max_content_width=80)
        parts.append(f"## {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(parts)


# ---------------------------------------------------------------- docstrings

_CODE = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)
_MARKS = re.compile(r"([*|_\\`])")


def plain_docstring(lines: list[str]) -> None:
    """A docstring of this package as reStructuredText: `names` as code, nothing else as markup.

    The titles of NumPy's sections stay, for napoleon.
    """
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    found: list[str] = []
    inside = False  # a section, where what is indented describes and is no code
    for block in filter(None, blocks):
        inside = inside or (len(block) > 1 and set(block[1]) == {"-"})
        found += [*_block(block, inside), ""]
    lines[:] = found


def _block(block: list[str], inside: bool) -> list[str]:
    if len(block) > 1 and set(block[1]) == {"-"}:  # the title of a section
        return [*block[:2], *(_block(block[2:], inside) if block[2:] else [])]
    if block[0].lstrip().startswith(">>>"):
        return block
    if block[0].startswith("    ") and not inside:  # formulas and code, set apart
        return ["::", "", *block]
    text = "\n".join(block)
    pieces = _CODE.split(text)
    marked = ""
    for number, piece in enumerate(pieces):
        inner = piece.strip("`") if number % 2 else _MARKS.sub(r"\\\1", piece)
        joined = number and not number % 2 and inner[:1].isalnum()  # "`Interval`s"
        marked += f"``{inner}``" if number % 2 else ("\\ " if joined else "") + inner
    return _with_lists(marked.split("\n"))


def _with_lists(lines: list[str]) -> list[str]:
    """A blank line before a list that follows a paragraph at once."""
    found: list[str] = []
    for line in lines:
        begins = line.startswith("- ") and found and not found[-1].startswith(("- ", "  "))
        found += ["", line] if begins else [line]
    return found
