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


def _ran(program: str) -> list[list[str]]:
    """What a new process prints, as words of lines."""
    run = [sys.executable, "-c", program]
    printed = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    return [line.split() for line in printed.splitlines()]


def test_importing_a_room_loads_no_third_party_package() -> None:
    names = ["reconcile", *(f"reconcile.{room}" for room in ROOMS if room != "cli")]
    program = f"""
import importlib, sys
for name in {names!r}:
    importlib.import_module(name)
    print(name, *{{n.partition(".")[0] for n in sys.modules}} & set({THIRD_PARTY!r}))
"""
    assert _ran(program) == [[name] for name in names]


def test_help_loads_click_alone() -> None:
    program = f"""
import sys
from click.testing import CliRunner
from reconcile.cli import main
CliRunner().invoke(main, ["--help"])
print(*{{n.partition(".")[0] for n in sys.modules}} & set({THIRD_PARTY!r}))
"""
    assert _ran(program) == [["click"]]


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


_COMMANDS = [
    ["estimate", "dead", "2024-10-31"],
    ["estimate", "dead", "2024-10-31", "--json"],
    ["estimate", "dead", "2024-10-31", "--since", "2024-10-30"],
    ["explain", "dead", "2024-10-31"],
    ["combine", "2 * dead", "2024-10-31"],
    ["timeline", "dead", "2024-10-30", "2024-10-31"],
]


def test_an_answer_in_text_loads_nothing_that_draws_or_optimises(tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    table.write_text(_TABLE, encoding="utf-8")
    program = f"""
import sys
from click.testing import CliRunner
from reconcile.cli import main
for number, command in enumerate({_COMMANDS!r}):
    found = CliRunner().invoke(main, [*command, "--ledger", {str(table)!r}])
    assert found.exit_code == 0, found.output
    print(number, *(name for name in sys.modules if name.startswith({_SLOW!r})))
"""
    assert _ran(program) == [[str(number)] for number in range(len(_COMMANDS))]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_no_room_imports_the_package_face(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert all(alias.name != "reconcile" for alias in node.names), path
        if isinstance(node, ast.ImportFrom):
            assert node.module != "reconcile" or path.parent == PACKAGE, path
