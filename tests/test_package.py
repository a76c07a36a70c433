"""The built wheel answers the main question from anywhere, with the data it carries."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content as it would lie in site-packages."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out / "site")
    return out / "site"


def test_the_wheel_carries_ledger_registries_lexicon_and_types(unpacked: Path) -> None:
    carried = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    bundled = {name for name in carried if name.startswith("reconcile/_bundled/")}
    for folder in ("data", "seeds"):
        for path in (ROOT / folder).rglob("*.toml"):
            assert f"reconcile/_bundled/{path.relative_to(ROOT)}" in bundled
    assert "reconcile/py.typed" in carried
    assert not [name for name in carried if name.startswith("tests/")]


def test_the_wheel_answers_from_another_directory(unpacked: Path, tmp_path: Path) -> None:
    program = (
        "import reconcile; print(reconcile.__file__);"
        "print(reconcile.estimate('generals')); print(len(reconcile.read_ledger()))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
    ).stdout.splitlines()
    assert printed[0].startswith(str(unpacked))
    assert "1 claim by 1 source" in printed[1]
    assert int(printed[2]) > 30


def test_the_version_stands_once() -> None:
    import tomllib

    import reconcile

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dynamic"] == ["version"]
    assert "version" not in project
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {reconcile.__version__}" in citation
    heads = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {reconcile.__version__}" in heads


def test_contributing_names_files_that_are_there() -> None:
    import re

    for page in ("CONTRIBUTING.md", "ARCHITECTURE.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        named = re.findall(r"`((?:reconcile|tests|data|docs|benchmarks|validation)/[\w/.]*)`", text)
        assert named
        assert [name for name in named if not (ROOT / name).exists()] == [], page
