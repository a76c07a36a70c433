"""The architecture holds: imports go down, and importing costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "reconcile"
ROOMS = sorted(
    path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()
)
THIRD_PARTY = ("numpy", "pandas", "scipy", "matplotlib", "click", "jinja2", "hypothesis", "pyarrow")


def _loaded_by(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(*(n.partition('.')[0] for n in sys.modules))"
    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    return set(printed.split()) & set(THIRD_PARTY)


@pytest.mark.parametrize(
    "module", ["reconcile", *(f"reconcile.{room}" for room in ROOMS if room != "cli")]
)
def test_importing_a_room_loads_no_third_party_package(module: str) -> None:
    assert _loaded_by(f"import {module}") == set()


def test_help_loads_click_alone() -> None:
    run = "from click.testing import CliRunner; from reconcile.cli import main"
    assert _loaded_by(f"{run}; CliRunner().invoke(main, ['--help'])") == {"click"}


_SLOW = (
    "scipy.stats",
    "scipy.interpolate",
    "scipy.optimize",
    "matplotlib",
    "jinja2",
    "reconcile.plot.",
)
_TABLE = """quantity,source,on,value
dead,mayor,2024-10-30,40
dead,agency,2024-10-31,55
"""


@pytest.mark.parametrize(
    "command",
    [
        ["estimate", "dead", "2024-10-31"],
        ["estimate", "dead", "2024-10-31", "--json"],
        ["estimate", "dead", "2024-10-31", "--since", "2024-10-30"],
        ["explain", "dead", "2024-10-31"],
        ["combine", "2 * dead", "2024-10-31"],
        ["timeline", "dead", "2024-10-30", "2024-10-31"],
    ],
    ids=" ".join,
)
def test_an_answer_in_text_loads_nothing_that_draws_or_optimises(
    command: list[str], tmp_path: Path
) -> None:
    table = tmp_path / "claims.csv"
    table.write_text(_TABLE, encoding="utf-8")
    program = f"""
import sys
from click.testing import CliRunner
from reconcile.cli import main
found = CliRunner().invoke(main, {[*command, "--ledger", str(table)]!r})
assert found.exit_code == 0, found.output
print(*(name for name in sys.modules if name.startswith({_SLOW!r})))
"""
    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert printed.split() == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_no_room_imports_the_package_face(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert all(alias.name != "reconcile" for alias in node.names), path
        if isinstance(node, ast.ImportFrom):
            assert node.module != "reconcile" or path.parent == PACKAGE, path
